{{ config(materialized="view") }}

with

items as (
    select * from {{ ref('int_debit_items') }}
),

allocations as (
    select
        credit_no,
        item_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

refunds as (
    select * from {{ ref('int_refunds') }}
),

refunds_from_open_credits as (
    select
        refund_no,
        credit_no,
        refunded_amount
    from {{ ref('int_refunds_from_open_credits') }}
),

credits as (
    select
        credit_no,
        credit_type,
        credited_on
    from {{ ref('int_credits_identified') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

moments as (
    {{ days_compared_with() }}
),

-- A refund that nothing covers is owed like an invoice.
debits as (
    select
        'item' as debit_kind,
        item_no as debit_no,
        debtor_id,
        debt_type,
        document_date,
        due_date,
        amount
    from items
    union all
    select
        'refund' as debit_kind,
        refund_no as debit_no,
        debtor_id,
        cast(null as string) as debt_type,
        refunded_on as document_date,
        refunded_on as due_date,
        amount
    from refunds
),

settlements as (
    select
        'item' as debit_kind,
        item_no as debit_no,
        credit_no,
        allocated_amount as amount
    from allocations
    union all
    select
        'refund' as debit_kind,
        refund_no as debit_no,
        credit_no,
        refunded_amount as amount
    from refunds_from_open_credits
    union all
    select
        'refund' as debit_kind,
        refund_no as debit_no,
        credit_no,
        taken_amount as amount
    from refunds
    where taken_amount != 0
),

-- Each settlement counts from its credit's day.
settled as (
    select
        moments.moment,
        settlements.debit_kind,
        settlements.debit_no,
        sum(case when credits.credited_on <= moments.measured_on then settlements.amount else 0 end)
            as before_amount,
        sum(case
            when credits.credited_on > moments.measured_on and credits.credit_type = 'receipt'
                then settlements.amount
            else 0
        end) as collected_amount,
        sum(case
            when credits.credited_on > moments.measured_on and credits.credit_type = 'write_off'
                then settlements.amount
            else 0
        end) as written_off_amount,
        sum(case
            when
                credits.credited_on > moments.measured_on
                and credits.credit_type not in ('receipt', 'write_off')
                then settlements.amount
            else 0
        end) as credited_amount
    from settlements
    inner join credits on settlements.credit_no = credits.credit_no
    cross join moments
    group by
        moments.moment,
        settlements.debit_kind,
        settlements.debit_no
),

owed_then as (
    select
        moments.moment,
        moments.measured_on,
        debits.debtor_id,
        debits.debt_type,
        debits.due_date,
        debits.amount - coalesce(settled.before_amount, 0) as opening_amount,
        coalesce(settled.collected_amount, 0) as collected_amount,
        coalesce(settled.written_off_amount, 0) as written_off_amount,
        coalesce(settled.credited_amount, 0) as credited_amount
    from debits
    inner join moments on debits.document_date <= moments.measured_on
    left join settled
        on
            moments.moment = settled.moment
            and debits.debit_kind = settled.debit_kind
            and debits.debit_no = settled.debit_no
    where debits.amount > coalesce(settled.before_amount, 0)
)

select * from owed_then

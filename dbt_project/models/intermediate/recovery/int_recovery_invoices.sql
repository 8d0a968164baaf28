with

open_items as (
    select
        queue_invoice_id as invoice_id,
        instalment_no,
        item_kind,
        due_date,
        outstanding_amount
    from {{ ref('int_open_items') }}
    where not is_open_credit and queue_invoice_id is not null
),

invoices as (
    select
        invoice_id,
        debtor_id,
        debt_type,
        invoice_date,
        own_due_date
    from {{ ref('int_invoices') }}
),

debtors as (
    select
        debtor_id,
        party_type
    from {{ ref('stg_debtors') }}
),

minimums as (
    select distinct
        debt_type,
        party_type,
        minimum_balance
    from {{ ref('int_timetables') }}
),

stages_done as (
    select
        invoice_id,
        stage
    from {{ ref('int_stages_done') }}
),

balances as (
    select
        invoice_id,
        cast(sum(outstanding_amount) as decimal(18, 2)) as balance,
        min(case when item_kind = 'instalment' then due_date end) as first_instalment_due_date
    from open_items
    group by invoice_id
),

-- Days run from the invoice's own due date, which neither a rebill nor an adjustment moves.
with_their_terms as (
    select
        balances.invoice_id,
        invoices.debtor_id,
        invoices.debt_type,
        coalesce(debtors.party_type, '') as party_type,
        invoices.invoice_date,
        coalesce(balances.first_instalment_due_date, invoices.own_due_date) as due_date,
        balances.balance
    from balances
    inner join invoices on balances.invoice_id = invoices.invoice_id
    left join debtors on invoices.debtor_id = debtors.debtor_id
),

-- The minimum balances of a timetable cut balances into brackets in which all invoices are treated
-- alike.
brackets as (
    select
        debt_type,
        party_type,
        minimum_balance,
        lead(minimum_balance) over (
            partition by debt_type, party_type order by minimum_balance nulls last
        ) as next_minimum_balance
    from minimums
),

-- Each stage of an invoice comes once, so that no list has to look for repeats.
stages_listed as (
    select
        invoice_id,
        {{ ordered_list('stage', 'stage', ',') }} as stages_done
    from stages_done
    group by invoice_id
),

final as (
    select
        with_their_terms.*,
        brackets.minimum_balance as minimum_reached,
        coalesce(stages_listed.stages_done, '') as stages_done
    from with_their_terms
    left join brackets
        on
            with_their_terms.debt_type = brackets.debt_type
            and with_their_terms.party_type = brackets.party_type
            and with_their_terms.balance >= brackets.minimum_balance
            and (
                with_their_terms.balance < brackets.next_minimum_balance
                or brackets.next_minimum_balance is null
            )
    left join stages_listed on with_their_terms.invoice_id = stages_listed.invoice_id
)

select * from final

with

items as (
    select * from {{ ref('int_debit_items') }}
),

open_items as (
    select * from {{ ref('int_open_items') }}
),

allocations as (
    select
        credit_no,
        item_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

credits as (
    select
        credit_no,
        credit_type,
        credit_id,
        credited_on
    from {{ ref('int_credits_identified') }}
),

transfers as (
    select receipt_id
    from {{ ref('stg_receipts') }}
    where method = 'internal_transfer'
),

-- Cash is money received from outside; what the council moved itself only corrects the debt.
credits_named as (
    select
        credits.credit_no,
        credits.credited_on,
        case
            when transfers.receipt_id is not null then 'corrected'
            when credits.credit_type = 'receipt' then 'cash'
            when credits.credit_type = 'write_off' then 'written_off'
            when credits.credit_type = 'credit_note' then 'credited'
            else 'corrected'
        end as figure
    from credits
    left join transfers
        on credits.credit_type = 'receipt' and credits.credit_id = transfers.receipt_id
),

-- A credit dated before its debit counts from the debit's day.
every_change as (
    select
        'debited' as figure,
        item_kind != 'adjustment' as is_of_invoice,
        debt_type,
        document_date,
        due_date,
        document_date as happened_on,
        amount
    from items
    union all
    select
        credits_named.figure,
        items.item_kind != 'adjustment' as is_of_invoice,
        items.debt_type,
        items.document_date,
        items.due_date,
        greatest(credits_named.credited_on, items.document_date) as happened_on,
        allocations.allocated_amount as amount
    from allocations
    inner join items on allocations.item_no = items.item_no
    inner join credits_named on allocations.credit_no = credits_named.credit_no
    union all
    -- A refund that no credit covers is owed from its own day.
    select
        'debited' as figure,
        false as is_of_invoice,
        debt_type,
        document_date,
        due_date,
        document_date as happened_on,
        outstanding_amount as amount
    from open_items
    where item_kind = 'refund'
),

final as (
    select
        figure,
        is_of_invoice,
        coalesce(debt_type = 'sundry', false) as is_sundry,
        document_date,
        due_date,
        happened_on,
        cast(sum(amount) as decimal(38, 2)) as amount
    from every_change
    group by
        figure,
        is_of_invoice,
        coalesce(debt_type = 'sundry', false),
        document_date,
        due_date,
        happened_on
)

select * from final

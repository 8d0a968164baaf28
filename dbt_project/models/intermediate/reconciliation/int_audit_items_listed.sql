{{ config(materialized="view") }}

with

movements as (
    select * from {{ ref('ledger_movements') }}
),

month_ends as (
    select * from {{ ref('aged_debt_as_signed') }}
    where is_year_end
),

rules as (
    select * from {{ ref('int_sampling_rules') }}
),

moved as (
    select
        case movements.movement_type
            when 'invoice' then 'invoices'
            when 'receipt' then 'receipts'
            when 'write_off' then 'write_offs'
            else 'credits'
        end as population,
        movements.movement_type as item_kind,
        movements.movement_id as item_id,
        movements.debtor_id,
        movements.invoice_id,
        movements.effective_on as dated_on,
        movements.known_on > rules.year_end as is_known_late,
        {{ days_between('movements.effective_on', 'rules.year_end') }} < rules.year_end_days
            as is_at_year_end,
        cast(null as bigint) as days_past_due,
        abs(movements.amount) as amount,
        movements.source_file,
        movements.source_line
    from movements
    inner join rules
        on movements.effective_on between rules.year_start and rules.year_end
    where
        movements.movement_type in ('invoice', 'receipt', 'write_off', 'credit_note')
        or (movements.movement_type = 'adjustment' and movements.amount < 0)
),

-- What was open at the year end as it was published for that day, as lately as it is known.
signed as (
    select
        month_ends.*,
        case
            when month_ends.item_kind = 'instalment' then 'invoice'
            else replace(month_ends.item_kind, 'unallocated_', '')
        end as movement_type,
        case
            when month_ends.item_kind = 'instalment' then month_ends.invoice_id
            else month_ends.item_id
        end as movement_id,
        dense_rank() over (order by month_ends.known_at desc nulls last) as lateness
    from month_ends
    inner join rules on month_ends.as_of_date = rules.year_end
),

open_then as (
    select
        'open_items' as population,
        signed.item_kind,
        signed.item_id,
        signed.debtor_id,
        signed.invoice_id,
        signed.document_date as dated_on,
        false as is_known_late,
        false as is_at_year_end,
        signed.days_past_due,
        abs(signed.outstanding_amount) as amount,
        movements.source_file,
        movements.source_line
    from signed
    left join movements
        on
            signed.movement_type = movements.movement_type
            and signed.movement_id = movements.movement_id
    where signed.lateness = 1
),

items as (
    select * from moved
    union all
    select * from open_then
)

select * from items

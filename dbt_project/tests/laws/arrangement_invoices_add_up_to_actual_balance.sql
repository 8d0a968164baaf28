-- The open amounts of an arrangement's invoices add up to its actual balance, to the penny.
with

arrangement_compliance as (
    select
        arrangement_id,
        actual_balance
    from {{ ref('arrangement_compliance') }}
    where status != 'not_evaluated'
),

arrangement_invoices as (
    select
        arrangement_id,
        outstanding_amount
    from {{ ref('arrangement_invoices') }}
),

added_up as (
    select
        arrangement_id,
        sum(outstanding_amount) as outstanding_amount
    from arrangement_invoices
    group by arrangement_id
)

select
    arrangement_compliance.arrangement_id,
    arrangement_compliance.actual_balance,
    added_up.outstanding_amount
from arrangement_compliance
left join added_up on arrangement_compliance.arrangement_id = added_up.arrangement_id
where
    added_up.outstanding_amount is null
    or added_up.outstanding_amount != arrangement_compliance.actual_balance

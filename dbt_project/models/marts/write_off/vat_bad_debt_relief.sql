with

decisions as (
    select
        request_id,
        invoice_id,
        debtor_id,
        decision
    from {{ ref('write_off_decisions') }}
    where decision in ('approved', 'posted')
),

vat as (
    select * from {{ ref('int_write_off_vat') }}
    where vat_amount > 0
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        decisions.request_id,
        decisions.invoice_id,
        decisions.debtor_id,
        decisions.decision,
        vat.amount,
        vat.vat_amount,
        vat.posted_vat_amount,
        vat.written_back_amount,
        vat.relief_amount,
        cast(vat.vat_amount - vat.relief_amount as decimal(18, 2)) as repayable_vat_amount,
        vat.counted_from,
        vat.relief_from,
        vat.claim_by,
        case
            when vat.written_back_amount >= vat.amount then 'written_back'
            when vat.relief_from is null or vat.claim_by is null then 'not_known'
            when position.as_of_date > vat.claim_by then 'too_late'
            when position.as_of_date < vat.relief_from then 'too_early'
            when decisions.decision = 'posted' then 'eligible'
            else 'eligible_once_posted'
        end as relief_status
    from decisions
    cross join position
    inner join vat on decisions.request_id = vat.request_id
)

select * from final

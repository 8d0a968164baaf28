with

write_off_decisions as (
    select * from {{ ref('write_off_decisions') }}
),

final as (
    select
        as_of_date,
        known_at,
        request_id,
        invoice_id,
        debtor_id,
        amount,
        reason_code,
        approved_by,
        approved_on,
        authority_policy_row,
        reason_policy_row
    from write_off_decisions
    where decision = 'approved'
)

select * from final

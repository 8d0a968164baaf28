with

stg_debtors as (
    select * from {{ ref('stg_debtors') }}
),

open_items as (
    select * from {{ ref('open_items') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

opens as (
    select
        debtor_id,
        sum(outstanding_amount) as balance_amount,
        sum(case when age_band != 'unallocated_credit' then outstanding_amount else 0 end)
            as open_debit_amount,
        sum(case when days_past_due > 0 then outstanding_amount else 0 end) as overdue_amount,
        sum(case when age_band = 'unallocated_credit' then -outstanding_amount else 0 end)
            as open_credit_amount,
        min(due_date) as oldest_due_date
    from open_items
    group by debtor_id
),

-- A debtor whose own row has not arrived yet is shown with what they owe.
every_debtor as (
    select debtor_id from stg_debtors
    union
    select debtor_id from opens
),

final as (
    select
        position.as_of_date,
        position.known_at,
        every_debtor.debtor_id,
        stg_debtors.party_id,
        stg_debtors.party_type,
        stg_debtors.address_status,
        stg_debtors.is_related_party,
        cast(coalesce(opens.balance_amount, 0) as decimal(18, 2)) as balance_amount,
        cast(coalesce(opens.open_debit_amount, 0) as decimal(18, 2)) as open_debit_amount,
        cast(coalesce(opens.overdue_amount, 0) as decimal(18, 2)) as overdue_amount,
        cast(coalesce(opens.open_credit_amount, 0) as decimal(18, 2)) as open_credit_amount,
        opens.oldest_due_date
    from every_debtor
    cross join position
    left join stg_debtors on every_debtor.debtor_id = stg_debtors.debtor_id
    left join opens on every_debtor.debtor_id = opens.debtor_id
)

select * from final

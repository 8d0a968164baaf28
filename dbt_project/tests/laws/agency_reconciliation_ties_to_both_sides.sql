-- Every remittance line and every agency receipt is in the match once, with its whole amount.
with

both_sides as (
    select
        'remittances' as side,
        gross_amount,
        commission_amount,
        net_amount,
        1 as entries
    from {{ ref('agency_reconciliation') }}
    where remittance_line_id is not null
    union all
    select
        'remittances' as side,
        -gross_amount as gross_amount,
        -commission_amount as commission_amount,
        -net_amount as net_amount,
        -1 as entries
    from {{ ref('stg_agency_remittances') }}
    union all
    select
        'receipts' as side,
        ledger_amount as gross_amount,
        0.00 as commission_amount,
        0.00 as net_amount,
        1 as entries
    from {{ ref('agency_reconciliation') }}
    where receipt_id is not null and row_kind != 'direct_payment'
    union all
    select
        'receipts' as side,
        -credits.amount as gross_amount,
        0.00 as commission_amount,
        0.00 as net_amount,
        -1 as entries
    from {{ ref('int_credits_identified') }} as credits
    inner join {{ ref('stg_receipts') }} as receipts on credits.credit_id = receipts.receipt_id
    where credits.credit_type = 'receipt' and receipts.method = 'agency'
),

differences as (
    select
        side,
        sum(gross_amount) as gross_amount,
        sum(commission_amount) as commission_amount,
        sum(net_amount) as net_amount,
        sum(entries) as entries
    from both_sides
    group by side
    having
        sum(gross_amount) != 0
        or sum(commission_amount) != 0
        or sum(net_amount) != 0
        or sum(entries) != 0
)

select * from differences

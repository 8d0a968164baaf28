with

mentioned as (
    select * from {{ ref('int_rows_mentioned') }}
),

owners as (
    select * from {{ ref('int_receipt_owners') }}
),

debtors_in_hand as (
    select * from {{ ref('int_debtors_in_hand') }}
),

receipts_in_hand as (
    select row_id as receipt_id
    from mentioned
    where feed = 'receipts'
    union
    select receipt_id
    from owners
    where is_reached
    union
    select owners.receipt_id
    from owners
    inner join debtors_in_hand on owners.debtor_id = debtors_in_hand.debtor_id
)

select * from receipts_in_hand

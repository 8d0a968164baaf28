with

receipts as (
    select
        receipt_id,
        reference
    from {{ ref('stg_receipts') }}
    where reference is not null
),

in_suspense as (
    select credit_id as receipt_id
    from {{ ref('int_open_credits') }}
    where debtor_id is null and credit_type = 'receipt'
),

words as (
    select
        receipts.receipt_id,
        {{ each_listed("replace(lower(receipts.reference), ' ', ',')") }} as quoted
    from receipts
    inner join in_suspense on receipts.receipt_id = in_suspense.receipt_id
),

-- What somebody writes for an invoice: its id, or its digits with letters and signs about them.
every_reading as (
    select
        receipt_id,
        quoted
    from words
    union
    select
        receipt_id,
        translate(quoted, 'abcdefghijklmnopqrstuvwxyz#-/.:;()', '') as quoted
    from words
    union
    select
        receipt_id,
        lower(reference) as quoted
    from receipts
    where receipt_id in (select in_suspense.receipt_id from in_suspense)
),

final as (
    select * from every_reading
    where quoted != ''
)

select * from final

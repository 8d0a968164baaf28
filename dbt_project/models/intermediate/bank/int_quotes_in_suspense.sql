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

quoting as (
    select
        receipts.receipt_id,
        lower(receipts.reference) as reference
    from receipts
    inner join in_suspense on receipts.receipt_id = in_suspense.receipt_id
),

-- Words are separated by blanks only, because an id may contain punctuation, and also by
-- punctuation.
words as (
    select
        receipt_id,
        {{ each_listed("replace(reference, ' ', ',')") }} as quoted
    from quoting
    union
    select
        receipt_id,
        {{ each_listed("translate(reference, ' #-/.:;()', ',,,,,,,,,')") }} as quoted
    from quoting
),

every_reading as (
    select
        receipt_id,
        reference as quoted
    from quoting
    union
    select
        receipt_id,
        quoted
    from words
    union
    select
        receipt_id,
        translate(quoted, 'abcdefghijklmnopqrstuvwxyz#-/.:;()', '') as quoted
    from words
),

final as (
    select * from every_reading
    where quoted != ''
)

select * from final

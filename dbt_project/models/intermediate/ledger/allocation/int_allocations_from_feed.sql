with

feed_rows_settled as (
    select * from {{ ref('int_feed_rows_settled') }}
),

credits as (
    select
        credit_no,
        credit_type,
        credit_id
    from {{ ref('int_credits_identified') }}
    where {{ is_in_hand('credit_no') }}
),

numbered as (
    select
        credits.credit_no,
        feed_rows_settled.item_no,
        feed_rows_settled.allocated_amount
    from feed_rows_settled
    inner join credits
        on
            feed_rows_settled.credit_type = credits.credit_type
            and feed_rows_settled.credit_id = credits.credit_id
)

select * from numbered

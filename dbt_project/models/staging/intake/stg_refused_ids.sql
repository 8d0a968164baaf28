with

position as (
    select known_at from {{ ref('stg_position') }}
),

-- The feeds in which a refused row may hide a reason not to contact or refer the debtor.
known as (
    select
        refused.feed,
        refused.source_file,
        refused.source_line,
        refused.file_day,
        refused.reason_code,
        refused.key_text,
        refused.debtor_id,
        refused.receipt_id,
        refused.invoice_id,
        max(refused.known_on) as known_on,
        max(refused.run_id) as run_id
    from {{ source('raw', 'refused_ids') }} as refused
    cross join position
    where
        refused.known_on <= position.known_at
        and (
            {{ is_feed_of('refused.feed', feeds_that_protect()) }}
            or {{ is_feed_of('refused.feed', feeds_that_refer()) }}
        )
    group by
        refused.feed,
        refused.source_file,
        refused.source_line,
        refused.file_day,
        refused.reason_code,
        refused.key_text,
        refused.debtor_id,
        refused.receipt_id,
        refused.invoice_id
)

select * from known

{%- set feeds = [
    'adjustments', 'allocations', 'arrangements', 'bank_transactions', 'credit_notes', 'debtors',
    'gl_balances', 'invoices', 'officers', 'receipt_reversals', 'receipts', 'refunds', 'services',
    'sign_offs', 'write_backs', 'write_off_requests', 'write_offs',
] -%}
with

position as (
    select known_at from {{ ref('stg_position') }}
),

-- One row per feed that a check may need: whether any row of it is known.
counted as (
    {%- for feed in feeds %}
    select
        '{{ feed }}' as feed,
        count(*) > 0 as is_known
    from {{ source('raw', feed) }} as rows_of_feed
    inner join position on rows_of_feed._known_on <= position.known_at
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from counted

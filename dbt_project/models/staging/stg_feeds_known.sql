with

position as (
    select known_at from {{ ref('stg_position') }}
),

-- The feeds that a check may need.
counted as (
    {{ feeds_known([
        'adjustments',
        'allocations',
        'arrangements',
        'bank_transactions',
        'credit_notes',
        'debtors',
        'gl_balances',
        'invoices',
        'officers',
        'receipt_reversals',
        'receipts',
        'refunds',
        'services',
        'sign_offs',
        'write_backs',
        'write_off_requests',
        'write_offs',
    ]) }}
)

select * from counted

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
        'case_actions',
        'credit_notes',
        'debtors',
        'disputes',
        'gl_balances',
        'holds',
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

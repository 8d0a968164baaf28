-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='bank') }}

{{ repeated_keys({
    'bank_matches': ['bank_transaction_id', 'receipt_id'],
    'int_bank_days': ['day_on'],
    'int_bank_lines': ['bank_transaction_id'],
    'int_bank_misposted': ['receipt_id'],
    'int_bank_receipts': ['receipt_id'],
    'int_bank_units': ['unit_no'],
    'int_suspense_identified': ['receipt_id'],
    'suspense_proposals': ['receipt_id', 'invoice_id', 'debtor_id'],
    'suspense_roll_forward': ['period_start'],
}) }}

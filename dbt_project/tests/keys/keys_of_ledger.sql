-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='ledger') }}

{{ repeated_keys({
    'aged_debt': ['debtor_id', 'debt_type', 'service_code', 'age_band'],
    'aged_debt_as_signed': ['as_of_date', 'known_at', 'item_kind', 'item_id'],
    'aged_debt_history': ['as_of_date', 'known_at', 'debt_type', 'service_code', 'age_band'],
    'allocations': ['source_type', 'source_id', 'item_kind', 'item_id', 'allocation_rule'],
    'debtors': ['debtor_id'],
    'int_credits_identified': ['credit_no'],
    'int_debit_items': ['item_no'],
    'int_debtors_in_hand': ['debtor_id'],
    'int_due_dates_inherited': ['invoice_id'],
    'int_invoices': ['invoice_id'],
    'int_receipts_in_hand': ['receipt_id'],
    'invoices': ['invoice_id'],
    'ledger_movements': ['movement_type', 'movement_id'],
    'open_items': ['item_kind', 'item_id'],
    'suspense': ['receipt_id'],
    'suspense_as_signed': ['as_of_date', 'known_at', 'receipt_id'],
}) }}

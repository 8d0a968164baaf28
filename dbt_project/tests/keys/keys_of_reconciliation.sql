-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='reconciliation') }}

{{ repeated_keys({
    'audit_samples': ['population', 'sample_kind', 'draw_no'],
    'control_reconciliation': ['control_code', 'account_code'],
    'int_control_accounts': ['account_code'],
    'int_receipts_accounted': ['receipt_id'],
    'movement_proof': ['debt_type', 'period_start'],
    'reconciliation_certificates': ['control_code', 'period_end'],
    'reconciliation_exceptions': ['control_code', 'account_code', 'item_type', 'item_id'],
}) }}

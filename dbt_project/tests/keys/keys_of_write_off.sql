-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='write_off') }}

{{ repeated_keys({
    'credits_review': ['credit_kind', 'raised_by', 'reason_code'],
    'int_write_off_authority': ['request_id'],
    'int_write_off_balances': ['request_id'],
    'int_write_off_batches': ['batch_id'],
    'int_write_off_findings': ['request_id'],
    'int_write_off_reasons': ['request_id'],
    'int_write_off_requests': ['request_id'],
    'int_write_off_rules': ['request_id'],
    'int_write_off_stages': ['request_id'],
    'vat_bad_debt_relief': ['request_id'],
    'write_off_batches': ['batch_id'],
    'write_off_checks': ['request_id', 'check_code'],
    'write_off_decisions': ['request_id'],
    'write_off_schedule': ['request_id'],
    'write_offs_by_reason': ['year_start', 'reason_code', 'authority_band', 'approver_role'],
}) }}

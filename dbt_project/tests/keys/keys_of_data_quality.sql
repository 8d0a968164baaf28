-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='data_quality') }}

{{ repeated_keys({
    'data_quality_exceptions': ['check_code', 'item_type', 'item_id'],
    'data_quality_history': ['as_of_date', 'known_at', 'check_code'],
    'data_quality_results': ['check_code'],
    'free_text_to_mask': ['item_type', 'source_file', 'source_line'],
    'int_checks_judged': ['check_code'],
    'policy_rows': ['policy_table', 'policy_row', 'code', 'applies_to', 'effective_from'],
}) }}

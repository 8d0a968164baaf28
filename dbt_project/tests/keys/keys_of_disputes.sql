-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='disputes') }}

{{ repeated_keys({
    'dispute_improvements': ['dispute_id'],
    'disputes': ['dispute_id'],
    'int_disputes': ['dispute_id'],
    'root_causes': ['service_code', 'category', 'root_cause'],
}) }}

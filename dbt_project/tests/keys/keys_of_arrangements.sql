-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='arrangements') }}

{{ repeated_keys({
    'affordability': ['debtor_id'],
    'arrangement_compliance': ['arrangement_id'],
    'arrangement_history': ['as_of_date', 'known_at', 'arrangement_id'],
    'arrangement_instalments': ['arrangement_id', 'instalment_no'],
    'arrangement_invoices': ['arrangement_id', 'invoice_id'],
    'arrangement_offers': ['debtor_id'],
    'arrangement_warnings': ['arrangement_id'],
    'int_arrangements': ['arrangement_id'],
    'promises': ['action_id'],
}) }}

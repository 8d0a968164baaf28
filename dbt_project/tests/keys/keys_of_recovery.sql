-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='recovery') }}

{{ repeated_keys({
    'contact_list': ['debtor_id'],
    'contacts_in_error': ['action_id', 'error_code'],
    'diary': ['action_id'],
    'early_contact': ['debtor_id'],
    'holds_in_force': ['hold_source', 'hold_id'],
    'holds_review': ['hold_id'],
    'int_contacts_out_of_turn': ['action_id', 'invoice_id', 'error_code'],
    'int_invoices_replaced': ['invoice_id'],
    'int_limitation_periods': ['invoice_id'],
    'letter_lines': ['debtor_id', 'invoice_id'],
    'limitation_clock': ['invoice_id'],
    'recovery_stages': ['invoice_id'],
    'recovery_worklist': ['debtor_id'],
    'signposting_suggestions': ['debtor_id', 'signal_code'],
}) }}

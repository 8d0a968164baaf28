-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='referrals') }}

{{ repeated_keys({
    'agency_placement_file': ['agency_id', 'invoice_id'],
    'agency_placements_proposed': ['invoice_id'],
    'agency_recalls': ['placement_id'],
    'agency_reconciliation': ['row_kind', 'row_id', 'placement_id'],
    'legal_handover': ['invoice_id'],
    'legal_handover_file': ['invoice_id'],
}) }}

-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='provision') }}

{{ repeated_keys({
    'bad_debt_provision': ['debt_type', 'party_type', 'age_band'],
    'provision_back_test': ['debt_type', 'party_type', 'age_band'],
    'provision_bridge': ['debt_type'],
    'provision_by_item': ['item_kind', 'item_id'],
}) }}

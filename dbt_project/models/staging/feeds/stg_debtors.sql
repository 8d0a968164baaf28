{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('debtors') }}"
) }}

with

todays_rows as (
    {{ todays_set('debtors', is_kept=true) }}
),

selected as (
    select
        debtor_id,
        party_id,
        party_type,
        preferred_channel,
        communication_needs,
        language,
        address_status,
        case when date_of_death <= _as_of_date then date_of_death end as date_of_death,
        company_number,
        is_related_party,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected

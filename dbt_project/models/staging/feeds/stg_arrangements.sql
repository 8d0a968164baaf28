{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('arrangements') }}"
) }}

with

todays_rows as (
    {{ todays_set('arrangements', is_kept=true) }}
),

selected as (
    select
        arrangement_id,
        debtor_id,
        agreed_on,
        first_due_on,
        frequency,
        instalment_amount,
        total_amount,
        initial_amount,
        initial_due_on,
        kind,
        officer_id,
        case when cancelled_on <= _as_of_date then cancelled_on end as cancelled_on,
        cancel_reason,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected

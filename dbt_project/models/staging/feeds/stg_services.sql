with

todays_rows as (
    {{ todays_set('services') }}
),

selected as (
    select
        service_code,
        service_name,
        directorate,
        debt_type,
        cost_centre,
        control_account_code,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected

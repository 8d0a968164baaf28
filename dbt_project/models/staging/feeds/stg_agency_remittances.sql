with

todays_rows as (
    {{ todays_set('agency_remittances') }}
),

selected as (
    select
        remittance_line_id,
        agency_id,
        placement_id,
        collected_on,
        gross_amount,
        commission_amount,
        net_amount,
        remitted_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected

with

todays_rows as (
    {{ todays_set('case_allocations') }}
),

selected as (
    select
        debtor_id,
        officer_id,
        portfolio,
        from_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected

with

todays_rows as (
    {{ todays_set('agency_placements') }}
),

selected as (
    select
        placement_id,
        invoice_id,
        agency_id,
        placed_on,
        case when recalled_on <= _as_of_date then recalled_on end as recalled_on,
        case when recall_acknowledged_on <= _as_of_date then recall_acknowledged_on end
            as recall_acknowledged_on,
        case when closed_on <= _as_of_date then closed_on end as closed_on,
        outcome,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected

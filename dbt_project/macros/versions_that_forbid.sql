{#
    One row per known version of a row that can forbid contact, with the days on which it does, both
    included. `position` is a CTE with known_at.
#}
{% macro versions_that_forbid() %}
    {%- for forbidden_by, key, feed, starts_on, ends_on in [
        ('hold', 'hold_id', 'holds', 'starts_on', 'rows_known.ends_on'),
        ('dispute', 'dispute_id', 'disputes', 'raised_on', add_days('rows_known.resolved_on', -1)),
        ('date_of_death', 'debtor_id', 'debtors', 'date_of_death', 'cast(null as date)'),
        ('arrangement', 'arrangement_id', 'arrangements', 'agreed_on',
            add_days('rows_known.cancelled_on', -1)),
        ('placement', 'placement_id', 'agency_placements', 'placed_on',
            add_days('least(rows_known.closed_on, rows_known.recall_acknowledged_on)', -1)),
        ('legal_case', 'case_id', 'legal_cases', 'referred_on', add_days('rows_known.closed_on', -1)),
    ] %}
    select
        '{{ forbidden_by }}' as forbidden_by,
        rows_known.{{ key }} as forbidden_by_id,
        rows_known.{{ starts_on }} as forbids_from,
        {{ ends_on }} as forbids_until,
        rows_known.withdrawn_on,
        rows_known._known_on as known_on,
        rows_known._file_day as file_day,
        rows_known._source_file as source_file,
        rows_known._source_line as source_line,
        rows_known._run_id as run_id
    from {{ source('raw', feed) }} as rows_known
    inner join position on rows_known._known_on <= position.known_at
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

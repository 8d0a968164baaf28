{#
    One row per known good row whose key a refused row of its feed had. `refused` is a CTE with feed and
    key_text, `position` one with known_at.

    keys  the column that identifies a row, by feed
#}
{% macro good_again(keys) %}
    {%- for feed, key in keys.items() %}
    select
        refused.feed,
        refused.key_text,
        good._file_day as file_day,
        good._source_file as source_file,
        good._source_line as source_line,
        good._known_on as known_on,
        good._run_id as run_id
    from {{ source('raw', feed) }} as good
    inner join position on good._known_on <= position.known_at
    inner join refused on good.{{ key }} = refused.key_text
    where refused.feed = '{{ feed }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

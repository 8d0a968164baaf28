{# One row per feed: whether any row of it is known. `position` is a CTE with known_at. #}
{% macro feeds_known(feeds) %}
    {%- for feed in feeds %}
    select
        '{{ feed }}' as feed,
        count(*) > 0 as is_known
    from {{ source('raw', feed) }} as rows_of_feed
    inner join position on rows_of_feed._known_on <= position.known_at
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{#
    Keys that one file gives twice with other content: feed, file, run, key and the last line of it. `position`
    is a CTE with known_at. Contents are compared only where a key comes again.
#}
{% macro keys_given_twice() %}
    {%- for feed, facts in registered_feeds().items() %}
    {%- set key = facts['key'] %}
    select
        '{{ feed }}' as feed,
        rows_of_feed._source_file as source_file,
        rows_of_feed._run_id as run_id,
        {% for column in key -%}
            cast(rows_of_feed.{{ column }} as string){{ " || '/' || " if not loop.last }}
        {%- endfor %} as key_text,
        max(rows_of_feed._source_line) as source_line
    from {{ source('raw', feed) }} as rows_of_feed
    inner join (
        select
            _source_file,
            _run_id,
            {{ key | join(', ') }}
        from {{ source('raw', feed) }}
        group by
            _source_file,
            _run_id,
            {{ key | join(', ') }}
        having count(*) > 1
    ) as seen_again
        on {{ same_key('rows_of_feed', 'seen_again', ['_source_file', '_run_id'] + key) }}
    inner join position on rows_of_feed._known_on <= position.known_at
    group by
        rows_of_feed._source_file,
        rows_of_feed._run_id,
        {{ prefixed('rows_of_feed', key) }}
    having min(rows_of_feed._content_hash) != max(rows_of_feed._content_hash)
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}


{#
    Rows whose key came again in a later file of the same day: file, run, number of rows and pounds. `position` is
    a CTE with known_at, `days` one with each file_day that has several files of a feed; others are not looked at.
#}
{% macro rows_sent_again() %}
    {%- for feed, facts in registered_feeds().items() %}
    {%- set same_day = ['_file_day'] + facts['key'] %}
    select
        source_file,
        run_id,
        count(*) as row_count,
        sum(amount) as amount
    from (
        select
            rows_of_feed._source_file as source_file,
            rows_of_feed._run_id as run_id,
            cast(
                {{- 'rows_of_feed.' ~ facts['amount'] if facts['amount'] else 0 }}
                as decimal(38, 2)
            ) as amount,
            {%- for column in ['_source_file', '_run_id'] %}
            first_value(rows_of_feed.{{ column }}) over (
                partition by {{ prefixed('rows_of_feed', same_day) }}
                order by
                    rows_of_feed._source_file desc nulls last,
                    rows_of_feed._known_on desc nulls last,
                    rows_of_feed._run_id desc nulls last
            ) as last{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ source('raw', feed) }} as rows_of_feed
        inner join (
            select {{ prefixed('all_rows', same_day) }}
            from {{ source('raw', feed) }} as all_rows
            inner join days on all_rows._file_day = days.file_day
            group by {{ prefixed('all_rows', same_day) }}
            having
                min(all_rows._source_file) != max(all_rows._source_file)
                or min(all_rows._run_id) != max(all_rows._run_id)
        ) as several
            on {{ same_key('rows_of_feed', 'several', same_day) }}
        inner join position on rows_of_feed._known_on <= position.known_at
    ) as placed
    where source_file != last_source_file or run_id != last_run_id
    group by
        source_file,
        run_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}


{# Every free text that came in, by feed, column, file and line. `position` is a CTE with known_at. #}
{% macro free_texts() %}
    {%- set ns = namespace(is_first=true) %}
    {%- for feed, facts in registered_feeds().items() %}
    {%- for column in facts['free_text'] %}
    {{ 'union all' if not ns.is_first }}
    {%- set ns.is_first = false %}
    select
        '{{ feed }}.{{ column }}' as item_type,
        rows_of_feed._source_file as source_file,
        rows_of_feed._source_line as source_line,
        rows_of_feed.{{ column }} as free_text
    from {{ source('raw', feed) }} as rows_of_feed
    inner join position on rows_of_feed._known_on <= position.known_at
    where rows_of_feed.{{ column }} != ''
    {%- endfor %}
    {%- endfor %}
{% endmacro %}

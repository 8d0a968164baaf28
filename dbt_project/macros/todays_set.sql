{#
    The rows of a feed that are in today's set: per key the version that stands at `known_at`, used if
    its effective date is on or before `as_of` and it is not withdrawn by then (interface 4.1).

    Which version stands is decided by the file's day, then file name, then line; the last stands. A row
    with the content of the row before it is a no-op, so the lineage is that of the first row that
    brought the present content. Only keys that were seen more than once are put in order.

    feed          name of the raw table
    key           columns that identify a row
    effective_on  column with the effective date; none: in force from the day it is known
#}
{% macro todays_set(feed, key, effective_on=none) %}
    with

    seen as (
        select
            feed_rows.*,
            position.as_of_date as _as_of_date
        from {{ source('raw', feed) }} as feed_rows
        cross join {{ ref('stg_position') }} as position
        where feed_rows._known_on <= position.known_at
    ),

    keys_seen_again as (
        select {{ key | join(', ') }}
        from seen
        group by {{ key | join(', ') }}
        having count(*) > 1
    ),

    seen_once as (
        select seen.*
        from seen
        where not exists (
            select 1 from keys_seen_again where {{ same_key('keys_seen_again', 'seen', key) }}
        )
    ),

    seen_again as (
        select
            seen.*,
            lag(seen._content_hash) over (
                partition by {{ prefixed('seen', key) }}
                order by
                    seen._file_day, seen._source_file, seen._source_line, seen._known_on,
                    seen._run_id
            ) as _previous_content_hash
        from seen
        where exists (
            select 1 from keys_seen_again where {{ same_key('keys_seen_again', 'seen', key) }}
        )
    ),

    changes as (
        select
            seen_again.*,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by
                    _file_day desc, _source_file desc, _source_line desc, _known_on desc, _run_id desc
            ) as _recency
        from seen_again
        where _previous_content_hash is distinct from _content_hash
    ),

    standing as (
        select seen_once.*, cast(null as string) as _previous_content_hash, 1 as _recency
        from seen_once
        union all
        select changes.*
        from changes
        where _recency = 1
    )

    select * from standing
    where
        {% if effective_on %}{{ effective_on }} <= _as_of_date and {% endif %}
        (withdrawn_on is null or withdrawn_on > _as_of_date)
{% endmacro %}


{# Column names with the name of their relation in front, comma-separated. #}
{% macro prefixed(relation, columns) -%}
    {%- for column in columns -%}
        {{ relation }}.{{ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# Whether two relations agree on the columns of a key. #}
{% macro same_key(left, right, columns) -%}
    {%- for column in columns -%}
        {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

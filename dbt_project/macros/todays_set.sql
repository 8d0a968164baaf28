{#
    The rows of a feed that are in today's set: per key the version that is current at `known_at`, used if
    its effective date is on or before `as_of` and it is not withdrawn by then. The key and
    the effective date are those of the feed's contract.

    The file's day, then file name, then line decide which version is current; the last one is. A row with
    the content of the row before it changes nothing, so the lineage is that of the first row that brought
    the present content. Only keys that came more than once are put in order.

    feed     name of the feed
    is_kept  whether the model keeps its rows from run to run and calculates only changed ones
#}
{% macro todays_set(feed, is_kept=false) %}
    {%- set facts = registered_feeds()[feed] %}
    {%- set key = facts['key'] %}
    with

    keys_seen_again as (
        select {{ prefixed('feed_rows', key) }}
        from {{ rows_known(feed, key, is_kept) }}
        group by {{ prefixed('feed_rows', key) }}
        having count(*) > 1
    ),

    seen_once as (
        select
            feed_rows.*,
            position.as_of_date as _as_of_date
        from {{ rows_known(feed, key, is_kept) }}
        cross join {{ ref('stg_position') }} as position
        where
            ({{ prefixed('feed_rows', key) }})
            not in (select {{ key | join(', ') }} from keys_seen_again)
    ),

    seen_again as (
        select
            feed_rows.*,
            position.as_of_date as _as_of_date,
            lag(feed_rows._content_hash) over (
                partition by {{ prefixed('feed_rows', key) }}
                order by {{ precedence_order('feed_rows') }}
            ) as _previous_content_hash
        from {{ rows_known(feed, key, is_kept) }}
        cross join {{ ref('stg_position') }} as position
        inner join keys_seen_again on {{ same_key('feed_rows', 'keys_seen_again', key) }}
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
        {% if facts['effective_on'] %}{{ facts['effective_on'] }} <= _as_of_date and {% endif %}
        (withdrawn_on is null or withdrawn_on > _as_of_date)
{% endmacro %}


{# The rows of a feed that are known; for a model that keeps its rows, only those of changed ids. #}
{% macro rows_known(feed, key, is_kept) -%}
    {%- set rows_touched = ref('stg_rows_touched') if is_kept -%}
    (
        select known_rows.*
        from {{ source('raw', feed) }} as known_rows
        inner join {{ ref('stg_position') }} as known_until
            on known_rows._known_on <= known_until.known_at
        {%- if is_kept and keeps_rows() %}
        inner join {{ rows_touched }} as rows_touched
            on known_rows.{{ key[0] }} = rows_touched.row_id and rows_touched.feed = '{{ feed }}'
        {%- endif %}
    ) as feed_rows
{%- endmacro %}


{# The order of precedence of the rows of a key: the last one is current. #}
{% macro precedence_order(relation) -%}
    {{ relation }}._file_day nulls last, {{ relation }}._source_file nulls last,
    {{ relation }}._source_line nulls last, {{ relation }}._known_on nulls last,
    {{ relation }}._run_id nulls last
{%- endmacro %}


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

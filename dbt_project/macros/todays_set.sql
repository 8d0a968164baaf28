{#
    The rows of a feed that are in today's set: per key the version that stands at `known_at`, used if
    its effective date is on or before `as_of` and it is not withdrawn by then (interface 4.1).

    Which version stands is decided by the file's day, then file name, then line; the last stands. A row
    with the content of the row before it is a no-op, so the lineage is that of the first row that
    brought the present content.

    feed          name of the raw table
    key           columns that identify a row
    effective_on  column with the effective date; none: in force from the day it is known
#}
{% macro todays_set(feed, key, effective_on=none) %}
    select
        standing.*
    from (
        select
            changed.*,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by
                    _file_day desc, _source_file desc, _source_line desc, _known_on desc, _run_id desc
            ) as _recency
        from (
            select
                seen.*,
                position.as_of_date as _as_of_date,
                lag(seen._content_hash) over (
                    partition by {{ prefixed('seen', key) }}
                    order by
                        seen._file_day, seen._source_file, seen._source_line,
                        seen._known_on, seen._run_id
                ) as _previous_content_hash
            from {{ source('raw', feed) }} as seen
            cross join {{ ref('stg_position') }} as position
            where seen._known_on <= position.known_at
        ) as changed
        where changed._previous_content_hash is distinct from changed._content_hash
    ) as standing
    where
        standing._recency = 1
        {% if effective_on %}and standing.{{ effective_on }} <= standing._as_of_date{% endif %}
        and (standing.withdrawn_on is null or standing.withdrawn_on > standing._as_of_date)
{% endmacro %}


{# Column names with the name of their relation in front, comma-separated. #}
{% macro prefixed(relation, columns) -%}
    {%- for column in columns -%}
        {{ relation }}.{{ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

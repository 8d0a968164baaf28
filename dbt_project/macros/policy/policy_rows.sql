{#
    A policy table as known at `known_at`: the shipped rows with the council's own over them, each with
    the half-open range [effective_from, effective_to) in which it is in force. A later row of the same
    key ends the one before it; no row is edited in place. Join with `policy_in_force`.

    table    seed of that name; the council's rows are in raw.policy_<table>
    key      columns that say which figure a row gives
    columns  the other columns of the table
#}
{% macro policy_rows(table, key, columns) %}
    select
        policy_row,
        {{ prefixed_list(key) }},
        {{ prefixed_list(columns) }},
        cast(effective_from as date) as effective_from,
        least(
            coalesce(cast(effective_to as date), date '9999-12-31'),
            coalesce(
                cast(lead(effective_from) over (
                    partition by {{ key | join(', ') }} order by effective_from
                ) as date),
                date '9999-12-31'
            )
        ) as effective_to
    from (
        select
            every_row.*,
            row_number() over (
                partition by {{ key | join(', ') }}, effective_from
                order by
                    is_own_row desc, _file_day desc nulls last, _source_file desc nulls last,
                    _source_line desc nulls last, _known_on desc nulls last,
                    _run_id desc nulls last, policy_row asc nulls last
            ) as precedence
        from (
            select
                policy_row,
                {{ blank_as_text(key) }},
                {{ prefixed_list(columns) }},
                effective_from,
                nullif(effective_to, '') as effective_to,
                false as is_own_row,
                cast(null as date) as _file_day,
                cast(null as string) as _source_file,
                cast(null as bigint) as _source_line,
                cast(null as date) as _known_on,
                cast(null as string) as _run_id
            from {{ ref(table) }}
            union all
            select
                own_rows.policy_row,
                {{ blank_as_text(key) }},
                {{ prefixed('own_rows', columns) }},
                own_rows.effective_from,
                nullif(own_rows.effective_to, '') as effective_to,
                true as is_own_row,
                own_rows._file_day,
                own_rows._source_file,
                own_rows._source_line,
                own_rows._known_on,
                own_rows._run_id
            from {{ source('raw', 'policy_' ~ table) }} as own_rows
            cross join {{ ref('stg_position') }} as position
            where own_rows._known_on <= position.known_at
        ) as every_row
    ) as ranked
    where precedence = 1
{% endmacro %}


{# Key columns of a policy table, where a blank cell is a key like another. #}
{% macro blank_as_text(columns) -%}
    {%- for column in columns -%}
        coalesce({{ column }}, '') as {{ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{% macro prefixed_list(columns) -%}
    {{ columns | join(',\n        ') }}
{%- endmacro %}


{# Whether a policy row is in force on a day. #}
{% macro policy_in_force(policy, on_date) -%}
    {{ policy }}.effective_from <= {{ on_date }} and {{ on_date }} < {{ policy }}.effective_to
{%- endmacro %}


{#
    A policy table of single figures, each named by its key: `rule`, `value` as text, `unit`.

    table  seed of that name
#}
{% macro policy_figures(table) %}
    select
        policy_row,
        key as rule,
        value,
        unit,
        effective_from,
        effective_to
    from ({{ policy_rows(table, key=['key'], columns=['value', 'unit']) }}) as policy_rows
{% endmacro %}


{# The figure of a rule among the rows of a group; blank where none of them gives it. #}
{% macro figure_of(figures, rule, kind='string') -%}
    max(case
        when {{ figures }}.rule = '{{ rule }}'
            then cast({{ figures }}.value as {{ kind }})
    end)
{%- endmacro %}


{# Whether a code stands in a list of policy, whose codes are parted by blanks or commas. #}
{% macro is_listed(listed, code) -%}
    instr(' ' || replace({{ listed }}, ',', ' ') || ' ', ' ' || {{ code }} || ' ') > 0
{%- endmacro %}

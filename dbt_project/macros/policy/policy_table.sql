{#
    A policy table as known at `known_at`: the shipped rows with the council's own over them, typed as its
    contract says, each with the half-open range [effective_from, effective_to) in which it is in force. A
    blank cell is null. Join with `policy_in_force`.

    table  the policy table
#}
{% macro policy_table(table) %}
    {%- set facts = policy_tables()[table] %}
    select
        policy_row,
        {%- for column in facts['columns'] %}
        {{ policy_cell(column, facts['key']) }} as {{ column['as'] }},
        {%- endfor %}
        cast(effective_from as date) as effective_from,
        cast(in_force_until as date) as effective_to
    from (
        {{ policy_rows(table) }}
    ) as policy_rows
{% endmacro %}


{# A cell of a policy table, typed. #}
{% macro policy_cell(column, key) -%}
    {%- set cell = "nullif(" ~ column['name'] ~ ", '')" -%}
    {%- if column['is_share'] -%}
    cast(
        case when cast({{ cell }} as decimal(18, 6)) between 0 and 100 then {{ column['name'] }} end
        as {{ column['type'] }}
    )
    {%- elif column['is_inherited'] -%}
    coalesce({{ cell }}, max({{ cell }}) over (partition by {{ key | join(', ') }}))
    {%- elif column['default'] -%}
    coalesce({{ cell }}, '{{ column['default'] }}')
    {%- elif column['type'] == 'string' -%}
    {{ cell }}
    {%- else -%}
    cast({{ cell }} as {{ column['type'] }})
    {%- endif -%}
{%- endmacro %}


{# Whether a policy row is in force on a day. #}
{% macro policy_in_force(policy, on_date) -%}
    {{ policy }}.effective_from <= {{ on_date }} and {{ on_date }} < {{ policy }}.effective_to
{%- endmacro %}


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

{# The date a number of calendar days after another. #}
{% macro add_days(from_date, days) -%}
    {{ return(adapter.dispatch('add_days', 'council_income')(from_date, days)) }}
{%- endmacro %}

{% macro default__add_days(from_date, days) -%}
    {{ exceptions.raise_compiler_error("add_days is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__add_days(from_date, days) -%}
    ({{ from_date }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(from_date, days) -%}
    date_add({{ from_date }}, cast({{ days }} as int))
{%- endmacro %}

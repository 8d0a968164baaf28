{#
    The same day a number of months later; the last day where that month is shorter. Counted from the
    first date each time, so 31 January gives 28 February and then 31 March.
#}
{% macro add_months(from_date, months) -%}
    {{ return(adapter.dispatch('add_months', 'council_income')(from_date, months)) }}
{%- endmacro %}

{% macro default__add_months(from_date, months) -%}
    {{ exceptions.raise_compiler_error("add_months is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__add_months(from_date, months) -%}
    cast({{ from_date }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(from_date, months) -%}
    add_months({{ from_date }}, cast({{ months }} as int))
{%- endmacro %}

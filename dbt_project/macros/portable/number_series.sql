{# A column expression that makes one row for each whole number from one to the given one. #}
{% macro number_series(last_number) -%}
    {{ return(adapter.dispatch('number_series', 'council_income')(last_number)) }}
{%- endmacro %}

{% macro default__number_series(last_number) -%}
    {{ exceptions.raise_compiler_error("number_series is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__number_series(last_number) -%}
    unnest(generate_series(1, {{ last_number }}))
{%- endmacro %}

{% macro spark__number_series(last_number) -%}
    explode(filter(sequence(1, greatest({{ last_number }}, 1)), n -> n <= {{ last_number }}))
{%- endmacro %}

{# How many times a whole number goes into another, the rest dropped; both bigint, neither negative. #}
{% macro divide_whole(dividend, divisor) -%}
    {{ return(adapter.dispatch('divide_whole', 'council_income')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__divide_whole(dividend, divisor) -%}
    {{ exceptions.raise_compiler_error("divide_whole is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__divide_whole(dividend, divisor) -%}
    ({{ dividend }}) // ({{ divisor }})
{%- endmacro %}

{% macro spark__divide_whole(dividend, divisor) -%}
    ({{ dividend }}) div ({{ divisor }})
{%- endmacro %}

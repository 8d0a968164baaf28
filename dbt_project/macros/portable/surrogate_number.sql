{#
    A number that names a row inside the model tables. Which row gets which number follows no order and
    decides nothing: whatever depends on order says its order.
#}
{% macro surrogate_number() -%}
    {{ return(adapter.dispatch('surrogate_number', 'council_income')()) }}
{%- endmacro %}

{% macro default__surrogate_number() -%}
    {{ exceptions.raise_compiler_error("surrogate_number is not written for this engine") }}
{%- endmacro %}

{# A sequence, because `row_number() over ()` lets one thread at a time through: half of a large model's time. #}
{% macro duckdb__surrogate_number() -%}
    nextval('surrogate_numbers')
{%- endmacro %}

{% macro spark__surrogate_number() -%}
    monotonically_increasing_id()
{%- endmacro %}


{# What the engine needs before it can number rows. #}
{% macro prepare_surrogate_numbers() -%}
    {{ return(adapter.dispatch('prepare_surrogate_numbers', 'council_income')()) }}
{%- endmacro %}

{% macro default__prepare_surrogate_numbers() -%}
{%- endmacro %}

{% macro duckdb__prepare_surrogate_numbers() -%}
    create sequence if not exists surrogate_numbers
{%- endmacro %}

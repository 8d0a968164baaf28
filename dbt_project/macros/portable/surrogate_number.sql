{#
    A number that names a row inside the model tables of one run. Which row gets which number follows
    no order and decides nothing: whatever depends on order says its order.
#}
{% macro surrogate_number() -%}
    {{ return(adapter.dispatch('surrogate_number', 'council_income')()) }}
{%- endmacro %}

{% macro default__surrogate_number() -%}
    {{ exceptions.raise_compiler_error("surrogate_number is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__surrogate_number() -%}
    row_number() over ()
{%- endmacro %}

{% macro spark__surrogate_number() -%}
    monotonically_increasing_id()
{%- endmacro %}

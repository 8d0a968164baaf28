{# Distinct texts of a group in one cell, sorted and comma-separated; blank for none. #}
{% macro sorted_list(text) -%}
    {{ return(adapter.dispatch('sorted_list', 'council_income')(text)) }}
{%- endmacro %}

{% macro default__sorted_list(text) -%}
    {{ exceptions.raise_compiler_error("sorted_list is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__sorted_list(text) -%}
    string_agg(distinct {{ text }}, ',' order by {{ text }})
{%- endmacro %}

{% macro spark__sorted_list(text) -%}
    nullif(array_join(array_sort(collect_set({{ text }})), ','), '')
{%- endmacro %}

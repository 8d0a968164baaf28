{# A column expression that makes one row for each part of a text that matches a pattern; no row if nothing does. #}
{% macro each_found(text, pattern) -%}
    {{ return(adapter.dispatch('each_found', 'council_income')(text, pattern)) }}
{%- endmacro %}

{% macro default__each_found(text, pattern) -%}
    {{ exceptions.raise_compiler_error("each_found is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__each_found(text, pattern) -%}
    unnest(regexp_extract_all({{ text }}, '{{ pattern }}'))
{%- endmacro %}

{% macro spark__each_found(text, pattern) -%}
    explode(regexp_extract_all({{ text }}, '{{ pattern }}', 0))
{%- endmacro %}

{# A pattern that fits whole words only, of a pattern that fits any of them; the backslash is written twice in Spark. #}
{% macro whole_words(pattern) -%}
    {{ return(adapter.dispatch('whole_words', 'council_income')(pattern)) }}
{%- endmacro %}

{% macro default__whole_words(pattern) -%}
    {{ exceptions.raise_compiler_error("whole_words is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__whole_words(pattern) -%}
    '\b(' || {{ pattern }} || ')\b'
{%- endmacro %}

{% macro spark__whole_words(pattern) -%}
    '\\b(' || {{ pattern }} || ')\\b'
{%- endmacro %}

{# A text in which every part that fits a pattern is masked, in capitals or not; the pattern is an expression. #}
{% macro with_masked(text, pattern) -%}
    {{ return(adapter.dispatch('with_masked', 'council_income')(text, pattern)) }}
{%- endmacro %}

{% macro default__with_masked(text, pattern) -%}
    {{ exceptions.raise_compiler_error("with_masked is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__with_masked(text, pattern) -%}
    regexp_replace({{ text }}, {{ pattern }}, '[masked]', 'gi')
{%- endmacro %}

{% macro spark__with_masked(text, pattern) -%}
    regexp_replace({{ text }}, '(?i)' || {{ pattern }}, '[masked]')
{%- endmacro %}

{#
    A pattern that fits a word of policy as it is written, whatever signs it holds, and no part of a longer word.
    Where it has several, what stands between them does not matter. The backslash is written twice in Spark.
#}
{% macro whole_words(word) -%}
    {{ return(adapter.dispatch('whole_words', 'council_income')(word)) }}
{%- endmacro %}

{% macro default__whole_words(word) -%}
    {{ exceptions.raise_compiler_error("whole_words is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__whole_words(word) -%}
    case when regexp_extract({{ word }}, '^[A-Za-z0-9]', 0) != '' then '\b' else '' end
    || '\Q' || replace(replace({{ word }}, '\', '\E\\\Q'), ' ', '\E[^A-Za-z0-9]+\Q') || '\E'
    || case when regexp_extract({{ word }}, '[A-Za-z0-9]$', 0) != '' then '\b' else '' end
{%- endmacro %}

{% macro spark__whole_words(word) -%}
    case when regexp_extract({{ word }}, '^[A-Za-z0-9]', 0) != '' then '\\b' else '' end
    || '\\Q' || replace(replace({{ word }}, '\\', '\\E\\\\\\Q'), ' ', '\\E[^A-Za-z0-9]+\\Q') || '\\E'
    || case when regexp_extract({{ word }}, '[A-Za-z0-9]$', 0) != '' then '\\b' else '' end
{%- endmacro %}

{#
    A pattern that matches a word of policy as it is written, whatever characters it contains, but not as part of a
    longer word. If there are several words, any blanks between them match. The backslash is written twice in Spark.
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

{# A column expression that makes one row for each text of a comma-separated list; none for a blank one. #}
{% macro each_listed(list) -%}
    {{ return(adapter.dispatch('each_listed', 'council_income')(list)) }}
{%- endmacro %}

{% macro default__each_listed(list) -%}
    {{ exceptions.raise_compiler_error("each_listed is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__each_listed(list) -%}
    unnest(string_split({{ list }}, ','))
{%- endmacro %}

{% macro spark__each_listed(list) -%}
    explode(split({{ list }}, ','))
{%- endmacro %}

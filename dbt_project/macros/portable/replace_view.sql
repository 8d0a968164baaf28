{# The statement that builds a view in place of the relation that is there. #}
{% macro replace_view(existing, target, sql) -%}
    {{ return(adapter.dispatch('replace_view', 'council_income')(existing, target, sql)) }}
{%- endmacro %}

{% macro default__replace_view(existing, target, sql) -%}
    {{ exceptions.raise_compiler_error("replace_view is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__replace_view(existing, target, sql) -%}
    {%- if existing is not none and not existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- if config.get('contract').enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
    {%- endif -%}
    create or replace view {{ target }} as (
        {{ sql }}
    );
{%- endmacro %}

{% macro spark__replace_view(existing, target, sql) -%}
    {%- do drop_relation_if_exists(existing) -%}
    {{ create_view_as(target, sql) }}
{%- endmacro %}

{#
    The statement that builds a table in place of the one that is there. `existing` is the relation of that
    name, or none. An enforced contract is checked before the table is built, as in dbt's own statement.
#}
{% macro replace_table(existing, target, sql) -%}
    {{ return(adapter.dispatch('replace_table', 'council_income')(existing, target, sql)) }}
{%- endmacro %}

{% macro default__replace_table(existing, target, sql) -%}
    {{ exceptions.raise_compiler_error("replace_table is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__replace_table(existing, target, sql) -%}
    {%- if existing is not none and not existing.is_table -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- if config.get('contract').enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
    create or replace table {{ target }}
    {{ get_table_columns_and_constraints() }};
    insert into {{ target }} {{ get_column_names() }} (
        {{ get_select_subquery(sql) }}
    );
    {%- else -%}
    create or replace table {{ target }} as (
        {{ sql }}
    );
    {%- endif -%}
{%- endmacro %}

{% macro spark__replace_table(existing, target, sql) -%}
    {%- do drop_relation_if_exists(existing) -%}
    {{ create_table_as(False, target, sql) }}
{%- endmacro %}

{#
    How a model becomes a table. Nobody but the run that builds it reads the warehouse meanwhile, so a
    table is replaced in its own transaction; dbt's way of renaming old and new takes twice the
    statements, and with a hundred models the statements are what a small council's day waits for.
#}

{% materialization table, adapter="duckdb" %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {{ drop_relation_if_exists(existing) }}
    {% call statement('main') -%}
        {{ create_table_as(False, target, sql) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{#
    A table that keeps its rows from run to run: its pre-hook forgets what is in hand, its body is
    added. See kept_ledger.sql. dbt's incremental models would write what is added twice.
#}
{% materialization kept, default %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set is_added_to = keeps_rows() -%}
    {{ run_hooks(pre_hooks) }}
    {%- if not is_added_to -%}
    {{ drop_relation_if_exists(existing) }}
    {%- endif -%}
    {% call statement('main') -%}
        {%- if is_added_to -%}
        insert into {{ target }}
        {{ sql }}
        {%- else -%}
        {{ create_table_as(False, target, sql) }}
        {%- endif -%}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{# Whether the model goes on from rows that it has; otherwise it is built whole. #}
{% macro keeps_rows() -%}
    {%- set is_there = execute and load_cached_relation(this) is not none -%}
    {{ return(is_there and model.resource_type == 'model' and not flags.FULL_REFRESH) }}
{%- endmacro %}

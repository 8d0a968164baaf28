{#
    How a model becomes a table or a view. Only the run that builds a relation reads the warehouse
    meanwhile, so one statement replaces it. dbt's own way builds beside it and renames twice: with
    hundreds of models, a small council's day is spent on those statements.
#}

{% materialization table, adapter="duckdb" %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ replace_table(load_cached_relation(this), target, sql) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{% materialization view, adapter="duckdb" %}
    {%- set target = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ replace_view(load_cached_relation(this), target, sql) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{#
    A table that keeps its rows from run to run: its pre-hook deletes what is in hand, its body
    inserts it again. See kept_ledger.sql. dbt's incremental models would write these rows twice.
#}
{% materialization kept, default %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set is_added_to = keeps_rows() -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {%- if is_added_to -%}
        insert into {{ target }}
        {{ sql }}
        {%- else -%}
        {{ replace_table(load_cached_relation(this), target, sql) }}
        {%- endif -%}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{# Whether the model keeps the rows that it has. If not, it is built whole. #}
{% macro keeps_rows() -%}
    {%- set is_there = execute and load_cached_relation(this) is not none -%}
    {{ return(is_there and model.resource_type == 'model' and not flags.FULL_REFRESH) }}
{%- endmacro %}

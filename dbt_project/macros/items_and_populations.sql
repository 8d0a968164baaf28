{#
    Items that a check of the intake lists and how many rows it looked at, as rows of one shape: an item
    has no population, a population is no item.

    findings: the items, with check_code, item_type, item_id, source_file, source_line, amount, exceptions
        and explanation.
    populations: check_code and population, a row per check.
#}
{% macro items_and_populations(findings, populations) -%}
    select
        check_code,
        item_type,
        item_id,
        source_file,
        source_line,
        amount,
        cast(0 as bigint) as population,
        exceptions,
        explanation
    from {{ findings }}
    union all
    select
        check_code,
        cast(null as string) as item_type,
        cast(null as string) as item_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_line,
        cast(0 as decimal(38, 2)) as amount,
        cast(population as bigint) as population,
        cast(0 as bigint) as exceptions,
        cast(null as string) as explanation
    from {{ populations }}
{%- endmacro %}

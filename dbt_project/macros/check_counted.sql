{#
    The result of a check that looks at every row of a CTE: how many rows there are, how many are exceptions
    and what these are worth. It has a row, of population nil, even where there is nothing to look at.

    is_exception  condition
    value         expression in pounds
#}
{% macro check_counted(check_code, rows, is_exception, value) -%}
    select
        '{{ check_code }}' as check_code,
        count(*) as population,
        sum(case when {{ is_exception }} then 1 else 0 end) as exceptions,
        sum(case when {{ is_exception }} then {{ value }} else 0 end) as exceptions_value,
        true as is_blocking
    from {{ rows }}
{%- endmacro %}

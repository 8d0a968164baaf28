{#
    Key figures as rows of one shape: kpi_code, the period, numerator and denominator.

    figures  for each its code, the numerator, the denominator and the CTE that has them by period
#}
{% macro kpi_figures(figures) -%}
    {%- for kpi_code, numerator, denominator, rows in figures %}
    select
        '{{ kpi_code }}' as kpi_code,
        period_kind,
        period_no,
        is_previous,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator
    from {{ rows }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

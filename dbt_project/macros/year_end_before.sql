{# The last day of the financial year before the one that a day lies in: 31 March. #}
{% macro year_end_before(day) -%}
    {%- set new_year = "cast(date_trunc('year', " ~ add_months(day, -3) ~ ") as date)" -%}
    {{ add_days(add_months(new_year, 3), -1) }}
{%- endmacro %}

{# The first day of the financial year that a day lies in: 1 April. #}
{% macro financial_year_start(day) -%}
    {{ add_months("cast(date_trunc('year', " ~ add_months(day, -3) ~ ") as date)", 3) }}
{%- endmacro %}


{# The last day of the financial year before the one that a day lies in: 31 March. #}
{% macro year_end_before(day) -%}
    {{ add_days(financial_year_start(day), -1) }}
{%- endmacro %}

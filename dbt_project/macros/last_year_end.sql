{# The last 31 March on or before a day: the end of the council's financial year. #}
{% macro last_year_end(day_on) -%}
    {{ add_days(
        add_months(
            "cast(date_trunc('year', " ~ add_months(add_days(day_on, 1), -3) ~ ") as date)", 3
        ),
        -1
    ) }}
{%- endmacro %}

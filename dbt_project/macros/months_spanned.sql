{# How many calendar months there are from that of one day to that of another, both included. #}
{% macro months_spanned(first_day, last_day) -%}
    cast(
        12 * extract(year from {{ last_day }}) + extract(month from {{ last_day }})
        - 12 * extract(year from {{ first_day }}) - extract(month from {{ first_day }})
        + 1
        as bigint
    )
{%- endmacro %}

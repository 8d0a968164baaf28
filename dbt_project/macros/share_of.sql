{# A percentage of an amount, in pounds, rounded half up to the penny. #}
{% macro share_of(amount, rate_pct) -%}
    cast({{ amount }} * {{ rate_pct }} * 0.01 as decimal(18, 2))
{%- endmacro %}

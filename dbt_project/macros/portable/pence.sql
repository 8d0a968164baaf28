{# An amount in pounds as whole pence. #}
{% macro pence(amount) -%}
    cast(({{ amount }}) * 100 as bigint)
{%- endmacro %}

{# Whether an agency still has a debt: the placement is not closed, nor its recall acknowledged. #}
{% macro placement_is_open(relation) -%}
    {{ relation }}.closed_on is null and {{ relation }}.recall_acknowledged_on is null
{%- endmacro %}

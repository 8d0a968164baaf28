{# Texts of a group in one cell, in the order of another column; blank for none. #}
{% macro ordered_list(text, order_by, separator) -%}
    {{ return(adapter.dispatch('ordered_list', 'council_income')(text, order_by, separator)) }}
{%- endmacro %}

{% macro default__ordered_list(text, order_by, separator) -%}
    {{ exceptions.raise_compiler_error("ordered_list is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__ordered_list(text, order_by, separator) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }}, {{ text }})
{%- endmacro %}

{% macro spark__ordered_list(text, order_by, separator) -%}
    nullif(array_join(
        transform(
            array_sort(collect_list(struct({{ order_by }} as place, {{ text }} as listed))),
            placed -> placed.listed
        ),
        '{{ separator }}'
    ), '')
{%- endmacro %}

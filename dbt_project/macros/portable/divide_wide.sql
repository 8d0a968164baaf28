{#
    Integer division of two whole numbers that are not negative; the remainder is dropped. For decimals
    without a fraction, wider than any bigint.
#}
{% macro divide_wide(dividend, divisor) -%}
    {{ return(adapter.dispatch('divide_wide', 'council_income')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__divide_wide(dividend, divisor) -%}
    {{ exceptions.raise_compiler_error("divide_wide is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__divide_wide(dividend, divisor) -%}
    cast(
        cast({{ dividend }} as hugeint) // cast({{ divisor }} as hugeint) as decimal(30, 0)
    )
{%- endmacro %}

{% macro spark__divide_wide(dividend, divisor) -%}
    cast(
        cast({{ dividend }} as decimal(38, 0)) div cast({{ divisor }} as decimal(38, 0))
        as decimal(30, 0)
    )
{%- endmacro %}

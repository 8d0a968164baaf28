{#
    A multiple of the ratio of two amounts, rounded half up to a whole number; blank if the denominator
    is nil. Calculated in whole numbers wide enough for any sum of pounds times days.

    numerator, denominator   decimals of two places
    times                    whole number, such as 10000 for per cent with two decimals
#}
{% macro ratio_half_up(numerator, denominator, times) -%}
    case
        when {{ denominator }} > 0 and {{ numerator }} >= 0
            then {{ half_up_of(numerator, denominator, times) }}
        when {{ denominator }} > 0
            then -{{ half_up_of('-' ~ numerator, denominator, times) }}
    end
{%- endmacro %}


{% macro half_up_of(numerator, denominator, times) -%}
    {%- set halves = '2 * ' ~ denominator ~ ' * 100' -%}
    {{ divide_wide(
        '2 * ' ~ numerator ~ ' * 100 * ' ~ times ~ ' + ' ~ denominator ~ ' * 100',
        'nullif(' ~ halves ~ ', 0)'
    ) }}
{%- endmacro %}

{#
    So many times a ratio of two amounts, rounded half up to a whole number; blank where there is nothing
    to divide by. Worked out in whole numbers, since engines divide decimals differently.

    numerator, denominator   decimals of two places
    times                    whole number, such as 10000 for per cent with two decimals
#}
{% macro ratio_half_up(numerator, denominator, times) -%}
    case
        when {{ denominator }} > 0 and {{ numerator }} >= 0
            then {{ half_up_of(pence(numerator), pence(denominator), times) }}
        when {{ denominator }} > 0
            then -({{ half_up_of(pence('-' ~ numerator), pence(denominator), times) }})
    end
{%- endmacro %}


{% macro half_up_of(dividend, divisor, times) -%}
    {{ divide_whole(
        '2 * ' ~ dividend ~ ' * ' ~ times ~ ' + ' ~ divisor, 'nullif(2 * ' ~ divisor ~ ', 0)'
    ) }}
{%- endmacro %}

{# Whole pence as an amount in pounds. #}
{% macro pounds(pence) -%}
    cast(cast({{ pence }} as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
{%- endmacro %}


{#
    The share of what is available a month that falls to one balance among all of them, in pounds, rounded
    down to the penny and never above the balance. No amount may reach a thousand million pounds.
#}
{% macro share_of_available(available, balance, all_balances) -%}
    least({{ balance }}, {{ pounds(divide_whole(
        pence(available) ~ ' * ' ~ pence('least(' ~ balance ~ ', ' ~ all_balances ~ ')'),
        'nullif(' ~ pence(all_balances) ~ ', 0)'
    )) }})
{%- endmacro %}


{# How many instalments clear a balance, the last one being the rest; blank for an instalment of nothing. #}
{% macro instalments_to_clear(balance, instalment) -%}
    {{ divide_whole(
        pence(balance ~ ' + ' ~ instalment) ~ ' - 1', 'nullif(' ~ pence(instalment) ~ ', 0)'
    ) }}
{%- endmacro %}


{#
    An instalment as pounds a month, rounded half up: weeks are counted out of the year and never taken as
    a quarter of a month. A single payment is no burden on the months.
#}
{% macro monthly_instalment(instalment, frequency, weeks_in_a_year) -%}
    case {{ frequency }}
        when 'monthly' then {{ instalment }}
        when 'weekly'
            then {{ pounds(divide_whole(
                pence(instalment) ~ ' * ' ~ weeks_in_a_year ~ ' + 6', '12'
            )) }}
        when 'fortnightly'
            then {{ pounds(divide_whole(
                pence(instalment) ~ ' * ' ~ weeks_in_a_year ~ ' + 12', '24'
            )) }}
        when 'four_weekly'
            then {{ pounds(divide_whole(
                pence(instalment) ~ ' * ' ~ weeks_in_a_year ~ ' + 24', '48'
            )) }}
        else cast(0 as decimal(18, 2))
    end
{%- endmacro %}

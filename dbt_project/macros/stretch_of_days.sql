{#
    The number of the stretch of days that a day lies in; stretches are so long that the days up to
    `reach` before and after any day lie in two of them at most.
#}
{% macro stretch_of_days(day_on, reach) -%}
    {{ divide_whole(
        days_between("date '1900-01-01'", day_on) ~ ' + 100000', 'cast(2 * ' ~ reach ~ ' + 1 as bigint)'
    ) }}
{%- endmacro %}

{# The days that today's provision is compared with, a row each; `position` is a CTE with as_of_date. #}
{% macro days_compared_with() %}
    select
        'year_opening' as moment,
        {{ year_end_before('as_of_date') }} as measured_on
    from position
    union all
    select
        'year_before' as moment,
        {{ add_months('as_of_date', -12) }} as measured_on
    from position
{%- endmacro %}

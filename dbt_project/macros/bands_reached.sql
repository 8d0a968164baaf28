{#
    The band of policy that each due date has reached on a day: due_date, aged_on, days_past_due, age_band,
    age_band_policy_row. Upper bounds are inclusive; from one year on a band ends on the anniversary of
    the due date.

    due_dates  relation with due_date and aged_on, each pair once
    bands      relation with the rows of policy age_bands
#}
{% macro bands_reached(due_dates, bands) -%}
    select
        due_date,
        aged_on,
        days_past_due,
        band as age_band,
        policy_row as age_band_policy_row
    from (
        select
            aged.due_date,
            aged.aged_on,
            aged.days_past_due,
            {{ bands }}.band,
            {{ bands }}.policy_row,
            row_number() over (
                partition by aged.due_date, aged.aged_on
                order by {{ bands }}.sort_order nulls last, {{ bands }}.band nulls last
            ) as band_rank
        from (
            select
                due_date,
                aged_on,
                {{ days_between('due_date', 'aged_on') }} as days_past_due
            from {{ due_dates }}
        ) as aged
        inner join {{ bands }} on {{ policy_in_force(bands, 'aged.aged_on') }}
        where
            {{ bands }}.unit is not null
            and case {{ bands }}.unit
                when 'days' then aged.days_past_due <= {{ bands }}.upper_bound
                else
                    {{ bands }}.upper_bound is null
                    or aged.aged_on
                    <= {{ add_months('aged.due_date', '12 * ' ~ bands ~ '.upper_bound') }}
            end
    ) as bands_reached
    where band_rank = 1
{%- endmacro %}

{#
    The reasons that keep a debt from an agency and from court alike: invoice_id, code and explanation.

    obstacles  CTE with the rows of int_referral_obstacles
    judged     CTE of the debts, with is_barred, limitation_days_left and limitation_days_wanted
#}
{% macro reasons_against_referral(obstacles, judged) -%}
    select
        {{ obstacles }}.invoice_id,
        {{ obstacles }}.obstacle as code,
        {{ obstacles }}.explanation
    from {{ obstacles }}
    inner join {{ judged }} on {{ obstacles }}.invoice_id = {{ judged }}.invoice_id
    union all
    select
        invoice_id,
        'limitation_short' as code,
        cast(limitation_days_left as string) || ' days of limitation left of '
        || cast(limitation_days_wanted as string) as explanation
    from {{ judged }}
    where not is_barred and coalesce(limitation_days_left < limitation_days_wanted, true)
{%- endmacro %}


{#
    Whether a check or a trace is valid: up to the same day that many months later. `position` is a CTE
    with as_of_date.
#}
{% macro is_still_valid(checked_on, valid_months) -%}
    coalesce({{ add_months(checked_on, valid_months) }} >= position.as_of_date, false)
{%- endmacro %}

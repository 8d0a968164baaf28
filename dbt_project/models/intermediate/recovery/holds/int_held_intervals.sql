with

holds as (
    select
        invoice_id,
        starts_on,
        coalesce(ends_on, date '9999-12-31') as ends_on
    from {{ ref('int_recovery_holds') }}
),

-- An interval starts if no earlier hold of the invoice lasts until the day before.
marked as (
    select
        holds.*,
        max(ends_on) over (
            partition by invoice_id
            order by starts_on nulls last, ends_on nulls last
            rows between unbounded preceding and 1 preceding
        ) as held_until
    from holds
),

numbered as (
    select
        marked.*,
        sum(case
            when held_until is null or held_until < {{ add_days("starts_on", -1) }} then 1
            else 0
        end)
            over (
                partition by invoice_id
                order by starts_on nulls last, ends_on nulls last
                rows between unbounded preceding and current row
            ) as interval_no
    from marked
),

merged as (
    select
        invoice_id,
        interval_no,
        min(starts_on) as starts_on,
        max(ends_on) as ends_on
    from numbered
    group by
        invoice_id,
        interval_no
)

select * from merged

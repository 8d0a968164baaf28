with

stage_actions as (
    select * from {{ ref('int_stage_actions') }}
),

latest as (
    select
        invoice_id,
        stage,
        max(acted_on) as done_on
    from stage_actions
    where {{ action_counts('stage_actions') }}
    group by
        invoice_id,
        stage
)

select * from latest

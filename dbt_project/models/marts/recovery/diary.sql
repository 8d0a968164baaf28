with

actions as (
    select * from {{ ref('stg_case_actions') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        actions.action_id,
        actions.debtor_id,
        actions.diary_on,
        {{ days_between('actions.diary_on', 'position.as_of_date') }} as days_overdue,
        actions.officer_id,
        actions.invoice_id,
        actions.action_code,
        actions.acted_on,
        actions.known_on,
        actions.source_file,
        actions.source_line
    from actions
    cross join position
    where actions.diary_on is not null and actions.diary_done_on is null
)

select * from final

{{ config(materialized="view") }}

with recursive

actions as (
    select * from {{ ref('stg_case_actions') }}
),

receipts as (
    select
        debtor_id,
        credited_on,
        amount
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt' and amount > 0
),

holds as (
    select
        reached_debtor_id,
        starts_on,
        ends_on
    from {{ ref('int_holds_reached') }}
    where is_protective
),

refused_rows as (
    select debtor_id from {{ ref('int_debtors_with_refused_rows') }}
),

casework_rules as (
    select * from {{ ref('stg_policy__casework_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- What was refused, or said to nobody, is no promise; nor is one without an amount and a day.
made as (
    select
        actions.action_id,
        actions.debtor_id,
        actions.invoice_id,
        actions.officer_id,
        actions.acted_on as made_on,
        actions.promised_on,
        actions.promised_amount,
        actions.known_on,
        actions.source_file,
        actions.source_line
    from actions
    where
        (actions.action_code = 'promise' or actions.outcome_code = 'promised')
        and actions.promised_on is not null
        and actions.promised_amount > 0
        and {{ action_counts('actions') }}
        and (
            actions.outcome_code is null
            or actions.outcome_code not in ('refused', 'not_reached')
        )
),

tolerances as (
    select
        made.action_id,
        {{ figure_of('casework_rules', 'promise_tolerance_days', 'bigint') }} as tolerance_days,
        {{ figure_of('casework_rules', 'promise_tolerance_amount', 'decimal(18, 2)') }}
            as tolerance_amount,
        {{ sorted_list('casework_rules.policy_row') }} as policy_rows
    from made
    inner join casework_rules
        on
            {{ policy_in_force('casework_rules', 'made.promised_on') }}
            and casework_rules.rule in ('promise_tolerance_days', 'promise_tolerance_amount')
    group by made.action_id
),

-- The promise that was made first is served first.
placed as (
    select
        made.*,
        tolerances.tolerance_days,
        tolerances.tolerance_amount,
        tolerances.policy_rows,
        {{ add_days('made.promised_on', 'tolerances.tolerance_days') }} as last_day,
        row_number() over (
            partition by made.debtor_id
            order by
                made.made_on nulls last, made.promised_on nulls last, made.action_id nulls last
        ) as place
    from made
    left join tolerances on made.action_id = tolerances.action_id
),

debtors_promising as (
    select distinct debtor_id from placed
),

received as (
    select
        receipts.debtor_id,
        receipts.credited_on,
        sum(receipts.amount) as amount
    from receipts
    inner join debtors_promising on receipts.debtor_id = debtors_promising.debtor_id
    group by
        receipts.debtor_id,
        receipts.credited_on
),

days_received as (
    select
        debtor_id,
        credited_on,
        cast(sum(amount) over (
            partition by debtor_id order by credited_on nulls last
            rows between unbounded preceding and current row
        ) as decimal(18, 2)) as received_amount
    from received
),

-- The debtor's receipts laid end to end: what had come before the promise, and by its last day.
windows as (
    select
        placed.action_id,
        placed.debtor_id,
        placed.place,
        placed.promised_amount,
        cast(coalesce(max(
            case
                when days_received.credited_on < placed.made_on
                    then days_received.received_amount
            end
        ), 0) as decimal(18, 2)) as received_before,
        cast(coalesce(max(
            case
                when
                    days_received.credited_on < placed.made_on
                    or days_received.credited_on <= placed.last_day
                    then days_received.received_amount
            end
        ), 0) as decimal(18, 2)) as received_by_last_day
    from placed
    left join days_received on placed.debtor_id = days_received.debtor_id
    group by
        placed.action_id,
        placed.debtor_id,
        placed.place,
        placed.promised_amount
),

-- Each takes what came in its days and no promise before it has taken: no pound counts twice.
served as (
    select
        windows.action_id,
        windows.debtor_id,
        windows.place,
        windows.received_before as served_from,
        cast(least(
            windows.received_by_last_day, windows.received_before + windows.promised_amount
        ) as decimal(18, 2)) as served_to
    from windows
    where windows.place = 1
    union all
    select
        windows.action_id,
        windows.debtor_id,
        windows.place,
        cast(greatest(served.served_to, windows.received_before) as decimal(18, 2))
            as served_from,
        cast(least(
            greatest(served.served_to, windows.received_by_last_day),
            greatest(served.served_to, windows.received_before) + windows.promised_amount
        ) as decimal(18, 2)) as served_to
    from served
    inner join windows
        on served.debtor_id = windows.debtor_id and served.place + 1 = windows.place
),

paid as (
    select
        placed.*,
        served.served_from,
        cast(served.served_to - served.served_from as decimal(18, 2)) as paid_amount,
        -- A promise of pennies is not kept by paying nothing.
        greatest(placed.promised_amount - placed.tolerance_amount, 0.01) as enough_amount
    from placed
    inner join served on placed.action_id = served.action_id
),

reached as (
    select
        paid.action_id,
        min(days_received.credited_on) as kept_on
    from paid
    inner join days_received
        on
            paid.debtor_id = days_received.debtor_id
            and paid.made_on <= days_received.credited_on
            and days_received.received_amount >= paid.served_from + paid.enough_amount
    where paid.paid_amount >= paid.enough_amount
    group by paid.action_id
),

protected as (
    select distinct paid.action_id
    from paid
    inner join holds
        on
            paid.debtor_id = holds.reached_debtor_id
            and paid.last_day >= holds.starts_on
    where holds.ends_on is null or holds.ends_on >= paid.made_on
),

judged as (
    select
        paid.*,
        reached.kept_on,
        position.as_of_date,
        position.known_at,
        case
            when paid.tolerance_days is null or paid.tolerance_amount is null
                then 'not_evaluated'
            when reached.kept_on is not null then 'kept'
            when position.as_of_date <= paid.last_day then 'pending'
            when protected.action_id is not null then 'protected'
            when
                paid.debtor_id in (
                    select refused_rows.debtor_id from refused_rows
                    where refused_rows.debtor_id is not null
                )
                then 'not_evaluated'
            when paid.paid_amount > 0 then 'partly_kept'
            else 'broken'
        end as status
    from paid
    cross join position
    left join reached on paid.action_id = reached.action_id
    left join protected on paid.action_id = protected.action_id
)

select * from judged

with

balances as (
    select * from {{ ref('int_arrangement_balances') }}
),

breached as (
    select * from {{ ref('int_breach_spells') }}
    where is_todays
),

delinquent as (
    select * from {{ ref('int_arrangements_delinquent') }}
),

terms as (
    select * from {{ ref('stg_arrangements') }}
),

arrangements as (
    select
        arrangement_id,
        superseded_by
    from {{ ref('int_arrangements') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        balances.arrangement_id,
        balances.debtor_id,
        balances.status,
        balances.total_amount,
        case when balances.status != 'not_evaluated' then balances.expected_balance end
            as expected_balance,
        case when balances.status != 'not_evaluated' then balances.actual_balance end
            as actual_balance,
        case
            when balances.status != 'not_evaluated'
                then cast(
                    greatest(balances.actual_balance - balances.expected_balance, 0)
                    as decimal(18, 2)
                )
        end as shortfall_amount,
        case when balances.status != 'not_evaluated' then balances.paid_to_date end
            as paid_to_date,
        case
            when balances.status != 'not_evaluated'
                then cast(balances.instalments_expected as bigint)
        end as instalments_expected,
        case when balances.status in ('live', 'breached') then balances.next_due_on end
            as next_due_on,
        cast(coalesce(delinquent.days_past_due, 0) as bigint) as days_past_due,
        cast(coalesce(delinquent.delinquent_days, 0) as bigint) as delinquent_days,
        breached.breached_on,
        balances.reason,
        terms.agreed_on,
        coalesce(terms.kind, 'informal') as arrangement_kind,
        terms.frequency,
        terms.instalment_amount,
        terms.cancelled_on,
        arrangements.superseded_by,
        cast(balances.tolerance_days as bigint) as tolerance_days,
        balances.tolerance_amount,
        terms.known_on,
        terms.source_file,
        terms.source_line
    from balances
    cross join position
    inner join terms on balances.arrangement_id = terms.arrangement_id
    inner join arrangements on balances.arrangement_id = arrangements.arrangement_id
    left join breached on balances.arrangement_id = breached.arrangement_id
    left join delinquent on balances.arrangement_id = delinquent.arrangement_id
)

select * from final

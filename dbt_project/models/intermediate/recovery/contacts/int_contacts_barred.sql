{{ config(materialized="view") }}

with

contacts as (
    select * from {{ ref('int_contacts') }}
),

holds as (
    select * from {{ ref('int_holds_reached') }}
),

arrangements as (
    select * from {{ ref('stg_arrangements') }}
),

arrangements_judged as (
    select
        arrangement_id,
        superseded_by
    from {{ ref('int_arrangements') }}
),

arrangement_balances as (
    select arrangement_id from {{ ref('int_arrangement_balances') }}
    where status != 'not_evaluated'
),

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

breach_spells as (
    select * from {{ ref('int_breach_spells') }}
),

arrangement_rules as (
    select * from {{ ref('stg_policy__arrangement_rules') }}
    where rule = 'breach_notice_days'
),

placements as (
    select * from {{ ref('stg_agency_placements') }}
),

legal_cases as (
    select * from {{ ref('stg_legal_cases') }}
),

reached as (
    {{ reached_by_holds(
        'contacts',
        'holds',
        invoice_id='invoice_id',
        dated_on='invoice_date',
        columns=[
            'contacts.action_id',
            'contacts.invoice_id',
            'contacts.acted_on',
            'holds.hold_source',
            'holds.hold_id',
            'holds.hold_type',
            'holds.is_protective',
            'holds.starts_on',
            'holds.ends_on',
        ]
    ) }}
),

-- What the debtor did on the very day may be the contact's own fruit: a dispute raised, an
-- arrangement agreed or a payment made counts from the day after.
held as (
    select
        action_id,
        invoice_id,
        case
            when is_protective then 'statutory_hold'
            when hold_type = 'dispute' then 'dispute'
            else 'hold'
        end as error_code,
        hold_source as forbidden_by,
        hold_id as forbidden_by_id
    from reached
    where
        (ends_on is null or ends_on >= acted_on)
        and (starts_on < acted_on or (starts_on = acted_on and hold_source != 'dispute'))
),

agreed as (
    select
        arrangements.arrangement_id,
        arrangement_invoices.invoice_id,
        arrangements.agreed_on,
        least(
            coalesce(arrangements.cancelled_on, date '9999-12-31'),
            coalesce(later.agreed_on, date '9999-12-31')
        ) as ended_on
    from arrangements
    inner join arrangement_balances
        on arrangements.arrangement_id = arrangement_balances.arrangement_id
    inner join arrangements_judged
        on arrangements.arrangement_id = arrangements_judged.arrangement_id
    inner join arrangement_invoices
        on arrangements.arrangement_id = arrangement_invoices.arrangement_id
    left join arrangements as later
        on arrangements_judged.superseded_by = later.arrangement_id
),

-- An arrangement in force on the day: kept, in breach but within its notice, or past that.
arranged as (
    select
        contacts.action_id,
        contacts.invoice_id,
        contacts.acted_on,
        agreed.arrangement_id,
        max(breach_spells.breached_on) as breached_on
    from contacts
    inner join agreed
        on
            contacts.invoice_id = agreed.invoice_id
            and contacts.acted_on > agreed.agreed_on
            and contacts.acted_on < agreed.ended_on
    left join breach_spells
        on
            agreed.arrangement_id = breach_spells.arrangement_id
            and contacts.acted_on >= breach_spells.breached_on
            and contacts.acted_on
            < coalesce(breach_spells.kept_again_on, date '9999-12-31')
    group by
        contacts.action_id,
        contacts.invoice_id,
        contacts.acted_on,
        agreed.arrangement_id
),

under_arrangement as (
    select
        arranged.action_id,
        arranged.invoice_id,
        'live_arrangement' as error_code,
        'arrangement' as forbidden_by,
        arranged.arrangement_id as forbidden_by_id
    from arranged
    where arranged.breached_on is null
    union all
    select
        arranged.action_id,
        arranged.invoice_id,
        'breach_notice' as error_code,
        'arrangement' as forbidden_by,
        arranged.arrangement_id as forbidden_by_id
    from arranged
    inner join arrangement_rules
        on {{ policy_in_force('arrangement_rules', 'arranged.breached_on') }}
    where arranged.acted_on < {{ add_days('arranged.breached_on', 'arrangement_rules.value') }}
),

-- The referral itself is not an error, whichever of the two is recorded first.
with_others as (
    select
        contacts.action_id,
        contacts.invoice_id,
        'agency_placement' as error_code,
        'placement' as forbidden_by,
        placements.placement_id as forbidden_by_id
    from contacts
    inner join placements
        on contacts.invoice_id = placements.invoice_id and contacts.acted_on > placements.placed_on
    where
        contacts.stage != 'agency_referral'
        and (placements.closed_on is null or placements.closed_on > contacts.acted_on)
        and (
            placements.recall_acknowledged_on is null
            or placements.recall_acknowledged_on > contacts.acted_on
        )
    union all
    select
        contacts.action_id,
        contacts.invoice_id,
        'legal_case' as error_code,
        'legal_case' as forbidden_by,
        legal_cases.case_id as forbidden_by_id
    from contacts
    inner join legal_cases
        on
            contacts.invoice_id = legal_cases.invoice_id
            and contacts.acted_on > legal_cases.referred_on
    where
        contacts.stage != 'legal_referral'
        and (legal_cases.closed_on is null or legal_cases.closed_on > contacts.acted_on)
),

-- What a row forbids. The versions of the row show whether that was known.
by_a_row as (
    select * from held
    union all
    select * from under_arrangement
    union all
    select * from with_others
)

select * from by_a_row

{{ config(materialized="view") }}

with

referrals as (
    select * from {{ ref('int_referrals') }}
    where next_stage = 'agency_referral'
),

agencies as (
    select
        agency_id,
        commission_rate,
        cast(coalesce(vat_rate, 0) as decimal(9, 6)) as vat_rate
    from {{ ref('stg_agency_rates') }}
    where is_in_use
),

placements as (
    select * from {{ ref('stg_agency_placements') }}
),

invoices as (
    select * from {{ ref('int_invoices') }}
),

agency_panel as (
    select * from {{ ref('stg_policy__agency_panel') }}
),

agency_rules as (
    select * from {{ ref('stg_policy__agency_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select
        coalesce({{ figure_of('agency_rules', 'same_agency_twice') }} = 'true', false)
            as is_same_agency_twice
    from position
    inner join agency_rules on {{ policy_in_force('agency_rules', 'position.as_of_date') }}
),

kinds as (
    select distinct
        debt_type,
        coalesce(party_type, '') as party_type
    from referrals
),

-- The most specific row of the panel decides whether an agency may collect a kind of debt.
panel_ranked as (
    select
        kinds.debt_type,
        kinds.party_type,
        agencies.agency_id,
        agency_panel.usage,
        agency_panel.preference,
        agency_panel.policy_row,
        row_number() over (
            partition by kinds.debt_type, kinds.party_type, agencies.agency_id
            order by
                agency_panel.agency_id asc nulls last,
                agency_panel.debt_type asc nulls last,
                agency_panel.party_type asc nulls last,
                agency_panel.policy_row asc nulls last
        ) as place
    from kinds
    cross join agencies
    cross join position
    inner join agency_panel
        on
            coalesce(agency_panel.agency_id, agencies.agency_id) = agencies.agency_id
            and coalesce(agency_panel.debt_type, kinds.debt_type) = kinds.debt_type
            and coalesce(agency_panel.party_type, kinds.party_type) = kinds.party_type
            and {{ policy_in_force('agency_panel', 'position.as_of_date') }}
),

panel as (
    select * from panel_ranked
    where place = 1
),

-- Agencies that returned a debt, and those that collect from the debtor now.
given_back as (
    select distinct
        invoice_id,
        agency_id
    from placements
    where closed_on is not null
),

collecting as (
    select distinct
        invoices.debtor_id,
        placements.agency_id
    from placements
    inner join invoices on placements.invoice_id = invoices.invoice_id
    where {{ placement_is_open('placements') }}
),

commissions as (
    select
        referrals.invoice_id,
        referrals.debtor_id,
        referrals.debt_type,
        coalesce(referrals.party_type, '') as party_type,
        agencies.agency_id,
        agencies.vat_rate,
        {{ share_of('referrals.outstanding_amount', 'agencies.commission_rate') }} as commission
    from referrals
    cross join agencies
),

offered as (
    select
        commissions.invoice_id,
        commissions.agency_id,
        cast(
            commissions.commission
            + {{ share_of('commissions.commission', 'commissions.vat_rate') }}
            as decimal(18, 2)
        ) as commission_expected_amount,
        panel.preference,
        panel.policy_row,
        coalesce(panel.usage, 'used') = 'used' as is_on_panel,
        given_back.agency_id is not null and not rules.is_same_agency_twice as is_tried,
        collecting.agency_id is not null as is_collecting
    from commissions
    cross join rules
    left join panel
        on
            commissions.debt_type = panel.debt_type
            and commissions.party_type = panel.party_type
            and commissions.agency_id = panel.agency_id
    left join given_back
        on
            commissions.invoice_id = given_back.invoice_id
            and commissions.agency_id = given_back.agency_id
    left join collecting
        on
            commissions.debtor_id = collecting.debtor_id
            and commissions.agency_id = collecting.agency_id
)

select * from offered

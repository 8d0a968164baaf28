with

referrals as (
    select * from {{ ref('int_referrals') }}
    where next_stage = 'agency_referral'
),

obstacles as (
    select
        invoice_id,
        obstacle,
        told
    from {{ ref('int_referral_obstacles') }}
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
    select
        invoice_id,
        debtor_id
    from {{ ref('int_invoices') }}
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
        {{ figure_of('agency_rules', 'limitation_days_left', 'bigint') }} as limitation_days_left,
        {{ figure_of('agency_rules', 'vulnerability_check_asked_of') }} as vulnerability_asked_of,
        {{ figure_of('agency_rules', 'vulnerability_check_valid_months', 'bigint') }}
            as vulnerability_valid_months,
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

-- The most specific row of the panel says whether an agency may collect a kind of debt.
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

-- Agencies that gave a debt back, and those that collect from the debtor now.
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
),

-- One debtor has one agency; else the council's preference decides, then what it costs.
agencies_ranked as (
    select
        offered.*,
        row_number() over (
            partition by invoice_id
            order by
                is_collecting desc nulls last,
                preference asc nulls last,
                commission_expected_amount asc nulls last,
                agency_id asc nulls last
        ) as place
    from offered
    where is_on_panel and not is_tried
),

chosen as (
    select * from agencies_ranked
    where place = 1
),

counted as (
    select
        invoice_id,
        count(*) as agencies_in_use,
        sum(case when is_on_panel then 1 else 0 end) as agencies_on_panel,
        sum(case when is_on_panel and is_tried then 1 else 0 end) as agencies_tried,
        min(case when not is_on_panel then policy_row end) as left_out_by
    from offered
    group by invoice_id
),

judged as (
    select
        referrals.*,
        position.as_of_date,
        position.known_at,
        rules.limitation_days_left as limitation_days_wanted,
        coalesce(counted.agencies_in_use, 0) as agencies_in_use,
        coalesce(counted.agencies_on_panel, 0) as agencies_on_panel,
        coalesce(counted.agencies_tried, 0) as agencies_tried,
        counted.left_out_by,
        coalesce(
            {{ is_listed('rules.vulnerability_asked_of', 'referrals.party_type') }},
            true
        ) as is_vulnerability_asked,
        coalesce(
            {{ add_months(
                'referrals.vulnerability_checked_on', 'rules.vulnerability_valid_months'
            ) }} >= position.as_of_date,
            false
        ) as is_vulnerability_checked
    from referrals
    cross join position
    cross join rules
    left join counted on referrals.invoice_id = counted.invoice_id
),

refusals as (
    select
        obstacles.invoice_id,
        obstacles.obstacle as code,
        obstacles.told
    from obstacles
    inner join referrals on obstacles.invoice_id = referrals.invoice_id
    union all
    select
        invoice_id,
        'limitation_short' as code,
        cast(limitation_days_left as string) || ' days of limitation left of '
        || cast(limitation_days_wanted as string) as told
    from judged
    where not is_barred and coalesce(limitation_days_left < limitation_days_wanted, true)
    union all
    select
        invoice_id,
        'no_vulnerability_check' as code,
        coalesce(
            'the vulnerability check of ' || cast(vulnerability_checked_on as string)
            || ' counts no longer',
            'no vulnerability check is recorded'
        ) as told
    from judged
    where is_vulnerability_asked and not is_vulnerability_checked
    union all
    select
        invoice_id,
        'no_agency' as code,
        'no agency is in use' as told
    from judged
    where agencies_in_use = 0
    union all
    select
        invoice_id,
        'left_out_by_policy' as code,
        left_out_by || ' keeps such debts from agencies' as told
    from judged
    where agencies_in_use > 0 and agencies_on_panel = 0
    union all
    select
        invoice_id,
        'returned_by_agency' as code,
        'every agency that may collect it gave it back' as told
    from judged
    where agencies_on_panel > 0 and agencies_on_panel = agencies_tried
),

refused as (
    select
        invoice_id,
        {{ sorted_list('code') }} as refusal_reasons,
        {{ ordered_list('told', 'code', '; ') }} as told
    from refusals
    group by invoice_id
),

final as (
    select
        judged.as_of_date,
        judged.known_at,
        judged.invoice_id,
        judged.debtor_id,
        judged.debt_type,
        judged.party_type,
        judged.outstanding_amount,
        judged.next_stage_on,
        refused.invoice_id is null as is_proposed,
        refused.refusal_reasons,
        case when refused.invoice_id is null then chosen.agency_id end as agency_id,
        case when refused.invoice_id is null then chosen.commission_expected_amount end
            as commission_expected_amount,
        judged.limitation_last_day,
        judged.limitation_days_left,
        judged.letter_of_claim_sent_on,
        judged.reply_window_ends_on,
        judged.next_stage_policy_row as policy_row,
        judged.reply_policy_row,
        case when refused.invoice_id is null then chosen.policy_row end as agency_policy_row,
        case
            when refused.invoice_id is not null then 'not proposed: ' || refused.told
            else
                'due since ' || cast(judged.next_stage_on as string) || '; '
                || chosen.agency_id || ' keeps '
                || cast(chosen.commission_expected_amount as string) || ' if it collects all'
                || case
                    when chosen.is_collecting then '; it collects from the debtor already'
                    else ''
                end
        end as reason
    from judged
    left join refused on judged.invoice_id = refused.invoice_id
    left join chosen on judged.invoice_id = chosen.invoice_id
)

select * from final

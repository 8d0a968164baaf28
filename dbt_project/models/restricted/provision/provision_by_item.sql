with

open_items as (
    select * from {{ ref('open_items') }}
    where coalesce(age_band, '') != 'unallocated_credit'
),

debts as (
    select
        item_kind,
        item_id,
        debtor_id,
        queue_invoice_id,
        debt_date
    from {{ ref('int_open_items') }}
    where not is_open_credit
),

debtors as (
    select
        debtor_id,
        party_type
    from {{ ref('stg_debtors') }}
),

invoices as (
    select
        invoice_id,
        vat_amount,
        gross_amount
    from {{ ref('stg_invoices') }}
),

holds as (
    select * from {{ ref('int_holds_reached') }}
    where hold_type in ('insolvency', 'deceased')
),

limitation_clock as (
    select invoice_id
    from {{ ref('limitation_clock') }}
    where is_barred_for_write_off and judgment_on is null
),

arrangement_compliance as (
    select arrangement_id
    from {{ ref('arrangement_compliance') }}
    where status = 'live'
),

legal_cases as (
    select
        invoice_id,
        enforcement
    from {{ ref('stg_legal_cases') }}
    where judgment_on is not null
),

legal_rules as (
    select * from {{ ref('stg_policy__legal_rules') }}
    where rule = 'securing_enforcement'
),

rates as (
    select * from {{ ref('int_provision_rates') }}
    where moment = 'today'
),

position as (
    select * from {{ ref('stg_position') }}
),

holds_today as (
    select holds.*
    from holds
    cross join position
    where holds.ends_on is null or holds.ends_on >= position.as_of_date
),

reached as (
    {{ reached_by_holds(
        'debts',
        'holds_today',
        invoice_id='queue_invoice_id',
        dated_on='debt_date',
        columns=['debts.item_kind', 'debts.item_id', 'holds_today.hold_type']
    ) }}
),

held as (
    select
        item_kind,
        item_id,
        bool_or(hold_type = 'insolvency') as is_insolvent
    from reached
    group by
        item_kind,
        item_id
),

secured as (
    select distinct legal_cases.invoice_id
    from legal_cases
    cross join position
    inner join legal_rules
        on
            {{ policy_in_force('legal_rules', 'position.as_of_date') }}
            and {{ is_listed(
                'legal_rules.value', "replace(lower(trim(legal_cases.enforcement)), ' ', '_')"
            ) }}
),

-- A status that makes payment less likely takes precedence over one that makes it more likely.
judged as (
    select
        open_items.*,
        coalesce(debtors.party_type, '') as party_type,
        secured.invoice_id is not null as is_secured,
        case
            when held.is_insolvent then 'insolvent'
            when held.item_id is not null then 'deceased'
            when limitation_clock.invoice_id is not null then 'barred'
            when secured.invoice_id is not null then 'secured'
            when arrangement_compliance.arrangement_id is not null then 'kept_arrangement'
        end as status,
        -- Interest, costs and fees have no VAT; an instalment has its share of the invoice's VAT.
        case
            when open_items.item_kind in ('invoice', 'instalment') and invoices.vat_amount > 0
                then cast(
                    open_items.outstanding_amount
                    * cast(
                        {{ divide_whole(
                            '2000000000 * '
                            ~ pence('least(invoices.vat_amount, invoices.gross_amount)')
                            ~ ' + ' ~ pence('invoices.gross_amount'),
                            '2 * ' ~ pence('invoices.gross_amount')
                        ) }} as decimal(10, 0)
                    )
                    * 0.000000001 as decimal(18, 2)
                )
            else 0
        end as recoverable_vat_amount
    from open_items
    left join debts
        on open_items.item_kind = debts.item_kind and open_items.item_id = debts.item_id
    left join debtors on open_items.debtor_id = debtors.debtor_id
    left join held
        on open_items.item_kind = held.item_kind and open_items.item_id = held.item_id
    left join invoices on debts.queue_invoice_id = invoices.invoice_id
    left join limitation_clock on debts.queue_invoice_id = limitation_clock.invoice_id
    left join secured on debts.queue_invoice_id = secured.invoice_id
    left join arrangement_compliance
        on open_items.arrangement_id = arrangement_compliance.arrangement_id
),

-- Security and a kept arrangement never give a debt a higher rate than its age does.
rated as (
    select
        judged.*,
        matrix_rates.rate as matrix_rate,
        matrix_rates.policy_row as matrix_policy_row,
        case
            when judged.is_secured and judged.status in ('insolvent', 'deceased', 'barred')
                then cast(null as decimal(9, 6))
            when
                judged.status in ('secured', 'kept_arrangement')
                and matrix_rates.rate < status_rates.rate
                then matrix_rates.rate
            else status_rates.rate
        end as specific_rate,
        status_rates.policy_row as specific_policy_row
    from judged
    left join rates as matrix_rates
        on
            coalesce(judged.debt_type, '') = matrix_rates.debt_type
            and judged.party_type = matrix_rates.party_type
            and coalesce(judged.age_band, '') = matrix_rates.age_band
            and matrix_rates.status = ''
    left join rates as status_rates
        on
            coalesce(judged.debt_type, '') = status_rates.debt_type
            and judged.party_type = status_rates.party_type
            and coalesce(judged.age_band, '') = status_rates.age_band
            and judged.status = status_rates.status
),

-- The council reclaims VAT on bad debts, so a specific provision leaves it out.
measured as (
    select
        rated.*,
        {{ share_of('rated.outstanding_amount', 'rated.matrix_rate') }} as matrix_amount,
        {{ share_of('rated.outstanding_amount', 'rated.specific_rate') }} as uncapped_amount,
        rated.outstanding_amount - rated.recoverable_vat_amount as most_amount
    from rated
),

final as (
    select
        position.as_of_date,
        position.known_at,
        measured.item_kind,
        measured.item_id,
        measured.debtor_id,
        measured.invoice_id,
        measured.debt_type,
        nullif(measured.party_type, '') as party_type,
        measured.age_band,
        measured.outstanding_amount,
        cast(measured.recoverable_vat_amount as decimal(18, 2)) as recoverable_vat_amount,
        measured.matrix_rate,
        measured.matrix_amount,
        measured.matrix_policy_row,
        measured.status,
        measured.is_secured,
        measured.specific_rate,
        cast(
            case
                when measured.uncapped_amount > measured.most_amount then measured.most_amount
                else measured.uncapped_amount
            end as decimal(18, 2)
        ) as specific_amount,
        coalesce(measured.uncapped_amount > measured.most_amount, false) as is_cut_to_net_of_vat,
        measured.specific_policy_row,
        case
            when measured.status is null or measured.specific_rate is not null then null
            when measured.is_secured and measured.status != 'secured' then 'decide_case_by_case'
            when measured.specific_policy_row is null then 'no_rate'
            else 'rate_unusable'
        end as no_specific_reason
    from measured
    cross join position
)

select * from final

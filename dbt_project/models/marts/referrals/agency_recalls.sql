with

placements as (
    select * from {{ ref('stg_agency_placements') }} as every_placement
    where {{ placement_is_open('every_placement') }}
),

invoices as (
    select
        invoice_id,
        debtor_id
    from {{ ref('int_invoices') }}
),

balances as (
    select
        invoice_id,
        outstanding_amount,
        is_barred_for_claims
    from {{ ref('limitation_clock') }}
),

blocks as (
    select
        invoice_id,
        blocked_by
    from {{ ref('int_recovery_blocks') }}
),

items as (
    select
        item_no,
        queue_invoice_id as invoice_id
    from {{ ref('int_debit_items') }}
),

int_allocations as (
    select
        credit_no,
        item_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

credits as (
    select
        credit_no,
        credit_type,
        type_order,
        credit_id,
        credited_on
    from {{ ref('int_credits_identified') }}
),

receipts as (
    select
        receipt_id,
        method
    from {{ ref('stg_receipts') }}
),

agencies as (
    select distinct agency_id
    from {{ ref('stg_agency_rates') }}
    where is_in_use
),

agency_rules as (
    select * from {{ ref('stg_policy__agency_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select {{ figure_of('agency_rules', 'direct_payment_methods') }} as direct_payment_methods
    from position
    inner join agency_rules on {{ policy_in_force('agency_rules', 'position.as_of_date') }}
),

opened as (
    select
        placements.placement_id,
        placements.invoice_id,
        placements.agency_id,
        invoices.debtor_id,
        placements.placed_on,
        placements.recalled_on,
        position.as_of_date,
        position.known_at,
        coalesce(balances.outstanding_amount, 0) as outstanding_amount,
        balances.invoice_id is not null as is_open,
        balances.is_barred_for_claims,
        blocks.blocked_by,
        agencies.agency_id is not null as is_agency_in_use,
        {{ days_between('placements.placed_on', 'position.as_of_date') }} as days_open
    from placements
    cross join position
    left join invoices on placements.invoice_id = invoices.invoice_id
    left join balances on placements.invoice_id = balances.invoice_id
    left join blocks on placements.invoice_id = blocks.invoice_id
    left join agencies on placements.agency_id = agencies.agency_id
),

settled_by as (
    select
        opened.placement_id,
        opened.placed_on,
        opened.is_open,
        credits.credit_type,
        credits.type_order,
        credits.credit_id,
        credits.credited_on,
        receipts.method
    from opened
    inner join items on opened.invoice_id = items.invoice_id
    inner join int_allocations on items.item_no = int_allocations.item_no
    inner join credits on int_allocations.credit_no = credits.credit_no
    left join receipts
        on credits.credit_type = 'receipt' and credits.credit_id = receipts.receipt_id
    where int_allocations.allocated_amount > 0
),

-- A settled debt was paid, credited or written off: whichever came last.
settled_last as (
    select
        placement_id,
        credit_type,
        row_number() over (
            partition by placement_id
            order by
                credited_on desc nulls last, type_order desc nulls last, credit_id desc nulls last
        ) as place
    from settled_by
    where not is_open
),

settled as (
    select * from settled_last
    where place = 1
),

paid_directly as (
    select distinct settled_by.placement_id
    from settled_by
    cross join rules
    where
        settled_by.credited_on >= settled_by.placed_on
        and {{ is_listed('rules.direct_payment_methods', 'settled_by.method') }}
),

blocked as (
    select
        placement_id,
        {{ each_listed('blocked_by') }} as reason
    from opened
    where blocked_by is not null
),

every_reason as (
    select
        placement_id,
        reason
    from blocked
    where
        reason in (
            'statutory_hold', 'hold', 'dispute', 'live_arrangement', 'legal_case', 'open_credit'
        )
    union all
    select
        opened.placement_id,
        case
            when opened.debtor_id is null then 'unknown_invoice'
            when settled.credit_type = 'write_off' then 'written_off'
            when settled.credit_type = 'receipt' then 'paid'
            else 'credited'
        end as reason
    from opened
    left join settled on opened.placement_id = settled.placement_id
    where not opened.is_open
    union all
    select
        placement_id,
        'direct_payment' as reason
    from paid_directly
    union all
    select
        placement_id,
        'statute_barred' as reason
    from opened
    where is_barred_for_claims
    union all
    select
        placement_id,
        'agency_not_in_use' as reason
    from opened
    where not is_agency_in_use
),

listed as (
    select
        placement_id,
        {{ sorted_list('reason') }} as recall_reasons
    from every_reason
    group by placement_id
),

-- The day of the recall decides how long the agency has to acknowledge it.
recalled as (
    select
        opened.placement_id,
        agency_rules.policy_row,
        {{ add_days('opened.recalled_on', 'agency_rules.value') }} as acknowledgment_due_on
    from opened
    inner join agency_rules
        on
            agency_rules.rule = 'recall_acknowledged_within_days'
            and {{ policy_in_force('agency_rules', 'opened.recalled_on') }}
),

final as (
    select
        opened.as_of_date,
        opened.known_at,
        opened.placement_id,
        opened.invoice_id,
        opened.agency_id,
        opened.debtor_id,
        cast(opened.outstanding_amount as decimal(18, 2)) as outstanding_amount,
        opened.placed_on,
        opened.recalled_on,
        opened.days_open,
        opened.recalled_on is null as is_recall_proposed,
        listed.recall_reasons,
        recalled.acknowledgment_due_on,
        case
            when recalled.acknowledgment_due_on < opened.as_of_date
                then {{ days_between('recalled.acknowledgment_due_on', 'opened.as_of_date') }}
            else cast(0 as bigint)
        end as days_overdue,
        coalesce(recalled.acknowledgment_due_on < opened.as_of_date, false) as is_overdue,
        recalled.policy_row
    from opened
    left join listed on opened.placement_id = listed.placement_id
    left join recalled on opened.placement_id = recalled.placement_id
    where opened.recalled_on is not null or listed.recall_reasons is not null
)

select * from final

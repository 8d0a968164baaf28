with

charged as (
    select * from {{ ref('int_remittances_charged') }}
),

matched as (
    select * from {{ ref('int_agency_receipts_matched') }}
),

placed as (
    select * from {{ ref('int_debts_placed') }}
),

credits as (
    select
        credit_no,
        credit_id as receipt_id,
        credited_on as received_on,
        debtor_id
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt'
),

receipts as (
    select
        receipt_id,
        method
    from {{ ref('stg_receipts') }}
),

items as (
    select
        item_no,
        queue_invoice_id as invoice_id
    from {{ ref('int_debit_items') }}
    where queue_invoice_id is not null
),

int_allocations as (
    select
        credit_no,
        item_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

agency_rules as (
    select * from {{ ref('stg_policy__agency_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

settled as (
    select
        int_allocations.credit_no,
        items.invoice_id,
        cast(sum(int_allocations.allocated_amount) as decimal(18, 2)) as allocated_amount
    from int_allocations
    inner join items on int_allocations.item_no = items.item_no
    group by
        int_allocations.credit_no,
        items.invoice_id
),

-- A receipt of no line belongs to the last placement of its invoice that was made by then.
receipts_unmatched as (
    select
        matched.receipt_id,
        matched.received_on,
        matched.debtor_id,
        matched.amount,
        matched.invoice_id,
        placed.placement_id,
        placed.agency_id,
        row_number() over (
            partition by matched.receipt_id
            order by placed.placed_on desc nulls last, placed.placement_id desc nulls last
        ) as place
    from matched
    left join placed
        on matched.invoice_id = placed.invoice_id and matched.received_on >= placed.placed_on
    where matched.remittance_line_id is null
),

rules as (
    select {{ figure_of('agency_rules', 'direct_payment_methods') }} as direct_payment_methods
    from position
    inner join agency_rules on {{ policy_in_force('agency_rules', 'position.as_of_date') }}
),

paid_directly as (
    select
        credits.receipt_id,
        credits.received_on,
        credits.debtor_id,
        settled.allocated_amount,
        placed.placement_id,
        placed.agency_id,
        placed.invoice_id
    from placed
    cross join rules
    inner join settled on placed.invoice_id = settled.invoice_id
    inner join credits on settled.credit_no = credits.credit_no
    inner join receipts on credits.receipt_id = receipts.receipt_id
    where
        credits.received_on >= placed.placed_on
        and credits.received_on < placed.ended_on
        and settled.allocated_amount > 0
        and {{ is_listed('rules.direct_payment_methods', 'receipts.method') }}
),

every_row as (
    select
        'remittance' as row_kind,
        charged.remittance_line_id as row_id,
        charged.placement_id,
        charged.agency_id,
        charged.invoice_id,
        charged.debtor_id,
        charged.remittance_line_id,
        matched.receipt_id,
        charged.collected_on,
        charged.remitted_on,
        matched.received_on,
        charged.gross_amount,
        charged.commission_amount,
        charged.net_amount,
        charged.commission_rate,
        charged.vat_rate,
        cast(
            charged.commission + {{ share_of('charged.commission', 'charged.vat_charged_rate') }}
            as decimal(18, 2)
        ) as commission_expected_amount,
        matched.amount as ledger_amount,
        cast(null as decimal(18, 2)) as direct_amount,
        charged.is_placement_unknown,
        charged.is_of_other_agency,
        charged.is_outside_placement
    from charged
    left join matched on charged.remittance_line_id = matched.remittance_line_id
    union all
    select
        'receipt' as row_kind,
        receipt_id as row_id,
        placement_id,
        agency_id,
        invoice_id,
        debtor_id,
        cast(null as string) as remittance_line_id,
        receipt_id,
        cast(null as date) as collected_on,
        cast(null as date) as remitted_on,
        received_on,
        cast(null as decimal(18, 2)) as gross_amount,
        cast(null as decimal(18, 2)) as commission_amount,
        cast(null as decimal(18, 2)) as net_amount,
        cast(null as decimal(9, 6)) as commission_rate,
        cast(null as decimal(9, 6)) as vat_rate,
        cast(null as decimal(18, 2)) as commission_expected_amount,
        amount as ledger_amount,
        cast(null as decimal(18, 2)) as direct_amount,
        false as is_placement_unknown,
        false as is_of_other_agency,
        false as is_outside_placement
    from receipts_unmatched
    where place = 1
    union all
    select
        'direct_payment' as row_kind,
        receipt_id as row_id,
        placement_id,
        agency_id,
        invoice_id,
        debtor_id,
        cast(null as string) as remittance_line_id,
        receipt_id,
        cast(null as date) as collected_on,
        cast(null as date) as remitted_on,
        received_on,
        cast(null as decimal(18, 2)) as gross_amount,
        cast(null as decimal(18, 2)) as commission_amount,
        cast(null as decimal(18, 2)) as net_amount,
        cast(null as decimal(9, 6)) as commission_rate,
        cast(null as decimal(9, 6)) as vat_rate,
        cast(null as decimal(18, 2)) as commission_expected_amount,
        cast(null as decimal(18, 2)) as ledger_amount,
        allocated_amount as direct_amount,
        false as is_placement_unknown,
        false as is_of_other_agency,
        false as is_outside_placement
    from paid_directly
),

measured as (
    select
        every_row.*,
        cast(commission_amount - commission_expected_amount as decimal(18, 2))
            as commission_difference_amount,
        cast(gross_amount - commission_amount - net_amount as decimal(18, 2))
            as net_difference_amount,
        cast(gross_amount - ledger_amount as decimal(18, 2)) as ledger_difference_amount
    from every_row
)

select * from measured

with

lines as (
    select * from {{ ref('stg_agency_remittances') }}
),

placements as (
    select * from {{ ref('stg_agency_placements') }}
),

rates as (
    select * from {{ ref('stg_agency_rates') }}
),

invoices as (
    select
        invoice_id,
        debtor_id
    from {{ ref('int_invoices') }}
),

credits as (
    select
        credit_no,
        credit_id as receipt_id,
        credited_on as received_on,
        debtor_id,
        movement_invoice_id,
        amount
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt'
),

receipts as (
    select
        receipt_id,
        method,
        reference
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

placed as (
    select
        placements.placement_id,
        placements.invoice_id,
        placements.agency_id,
        placements.placed_on,
        coalesce(
            least(
                coalesce(placements.closed_on, placements.recall_acknowledged_on),
                coalesce(placements.recall_acknowledged_on, placements.closed_on)
            ),
            date '9999-12-31'
        ) as ended_on,
        invoices.debtor_id
    from placements
    left join invoices on placements.invoice_id = invoices.invoice_id
),

-- The rate of the day on which the agency collected; commission and VAT each half up to the penny.
charged as (
    select
        lines.*,
        rates.commission_rate,
        rates.vat_rate,
        cast(coalesce(rates.vat_rate, 0) as decimal(9, 6)) as vat_charged_rate,
        placed.invoice_id,
        placed.debtor_id,
        placed.placement_id is null as is_placement_unknown,
        coalesce(placed.agency_id != lines.agency_id, false) as is_of_other_agency,
        coalesce(
            lines.collected_on < placed.placed_on or lines.collected_on >= placed.ended_on, false
        ) as is_outside_placement,
        {{ share_of('lines.gross_amount', 'rates.commission_rate') }} as commission
    from lines
    left join placed on lines.placement_id = placed.placement_id
    left join rates
        on
            lines.agency_id = rates.agency_id
            and lines.collected_on >= rates.from_on
            and lines.collected_on < rates.until_on
),

-- Where the receipt names no invoice, the first that it settles speaks for it.
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

settled_first as (
    select
        credit_no,
        min(invoice_id) as invoice_id
    from settled
    group by credit_no
),

banked as (
    select
        credits.receipt_id,
        credits.received_on,
        credits.debtor_id,
        credits.amount,
        receipts.reference,
        coalesce(credits.movement_invoice_id, settled_first.invoice_id) as invoice_id
    from credits
    inner join receipts on credits.receipt_id = receipts.receipt_id
    left join settled_first on credits.credit_no = settled_first.credit_no
    where receipts.method = 'agency'
),

-- Lines meet receipts in four rounds, each of what the ones before left over: the receipt quotes
-- the line; the same invoice, amount and day; the same invoice and amount; the same invoice.
-- Within a round the nth line meets the nth receipt.
quoting as (
    select
        charged.remittance_line_id,
        banked.receipt_id,
        row_number() over (
            partition by charged.remittance_line_id
            order by banked.received_on nulls last, banked.receipt_id nulls last
        ) as place
    from charged
    inner join banked on charged.remittance_line_id = banked.reference
    where banked.amount != 0
),

met_by_quote as (
    select
        remittance_line_id,
        receipt_id
    from quoting
    where place = 1
),

lines_to_meet as (
    select
        remittance_line_id,
        invoice_id,
        gross_amount as amount,
        remitted_on as day_on
    from charged
),

receipts_to_meet as (
    select
        receipt_id,
        invoice_id,
        amount,
        received_on as day_on
    from banked
    where amount != 0
),

met_by_day as (
    {{ met_in_order('met_by_quote', 'lines_to_meet', 'receipts_to_meet', ['amount', 'day_on']) }}
),

met_by_amount as (
    {{ met_in_order('met_by_day', 'lines_to_meet', 'receipts_to_meet', ['amount']) }}
),

met as (
    {{ met_in_order('met_by_amount', 'lines_to_meet', 'receipts_to_meet', []) }}
),

-- A receipt of no line is of the last placement of its invoice that was made by then.
receipts_unmatched as (
    select
        banked.*,
        placed.placement_id,
        placed.agency_id,
        row_number() over (
            partition by banked.receipt_id
            order by placed.placed_on desc nulls last, placed.placement_id desc nulls last
        ) as place
    from banked
    left join placed
        on banked.invoice_id = placed.invoice_id and banked.received_on >= placed.placed_on
    where banked.receipt_id not in (select met.receipt_id from met)
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
        banked.receipt_id,
        charged.collected_on,
        charged.remitted_on,
        banked.received_on,
        charged.gross_amount,
        charged.commission_amount,
        charged.net_amount,
        charged.commission_rate,
        charged.vat_rate,
        cast(
            charged.commission + {{ share_of('charged.commission', 'charged.vat_charged_rate') }}
            as decimal(18, 2)
        ) as commission_expected_amount,
        banked.amount as ledger_amount,
        cast(null as decimal(18, 2)) as direct_amount,
        charged.is_placement_unknown,
        charged.is_of_other_agency,
        charged.is_outside_placement
    from charged
    left join met on charged.remittance_line_id = met.remittance_line_id
    left join banked on met.receipt_id = banked.receipt_id
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
),

findings as (
    select
        row_kind,
        row_id,
        placement_id,
        'not_in_ledger' as finding,
        'no agency receipt of the ledger meets it' as told
    from measured
    where row_kind = 'remittance' and receipt_id is null
    union all
    select
        row_kind,
        row_id,
        placement_id,
        case when ledger_amount = 0 then 'reversed' else 'not_remitted' end as finding,
        case
            when ledger_amount = 0 then 'the receipt is reversed'
            else 'no remittance line meets it'
        end as told
    from measured
    where row_kind = 'receipt'
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'direct_payment' as finding,
        'the debtor paid the council while it was placed: tell the agency' as told
    from measured
    where row_kind = 'direct_payment'
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'commission' as finding,
        'commission ' || cast(commission_amount as string) || ' instead of '
        || cast(commission_expected_amount as string) as told
    from measured
    where commission_difference_amount != 0
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'no_rate' as finding,
        'no rate of the agency is known' as told
    from measured
    where row_kind = 'remittance' and commission_rate is null
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'net' as finding,
        'gross less commission is not net, by ' || cast(net_difference_amount as string) as told
    from measured
    where net_difference_amount != 0
    union all
    select
        row_kind,
        row_id,
        placement_id,
        case when ledger_amount = net_amount then 'booked_net' else 'ledger_amount' end
            as finding,
        case
            when ledger_amount = net_amount then 'the ledger has the net amount only'
            else 'the ledger has ' || cast(ledger_amount as string)
        end as told
    from measured
    where ledger_difference_amount != 0
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'unknown_placement' as finding,
        'the placement is not known' as told
    from measured
    where is_placement_unknown
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'other_agency' as finding,
        'it was placed with another agency' as told
    from measured
    where is_of_other_agency
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'outside_placement' as finding,
        'collected while it was not placed' as told
    from measured
    where is_outside_placement
),

listed as (
    select
        row_kind,
        row_id,
        coalesce(placement_id, '') as placement_id,
        {{ sorted_list('finding') }} as findings,
        {{ ordered_list('told', 'finding', '; ') }} as told
    from findings
    group by
        row_kind,
        row_id,
        coalesce(placement_id, '')
),

final as (
    select
        position.as_of_date,
        position.known_at,
        measured.row_kind,
        measured.row_id,
        measured.placement_id,
        measured.agency_id,
        measured.invoice_id,
        measured.debtor_id,
        measured.remittance_line_id,
        measured.receipt_id,
        measured.collected_on,
        measured.remitted_on,
        measured.received_on,
        measured.gross_amount,
        measured.commission_amount,
        measured.net_amount,
        measured.commission_rate,
        measured.vat_rate,
        measured.commission_expected_amount,
        measured.commission_difference_amount,
        measured.net_difference_amount,
        measured.ledger_amount,
        measured.ledger_difference_amount,
        measured.direct_amount,
        case
            when listed.findings is null then 'agreed'
            when measured.row_kind = 'direct_payment' then 'direct_payment'
            when measured.row_kind = 'receipt' then listed.findings
            when measured.receipt_id is null then 'not_in_ledger'
            else 'difference'
        end as status,
        listed.findings,
        coalesce(listed.told, 'remittance, ledger and rate agree') as explanation
    from measured
    cross join position
    left join listed
        on
            measured.row_kind = listed.row_kind
            and measured.row_id = listed.row_id
            and coalesce(measured.placement_id, '') = listed.placement_id
)

select * from final

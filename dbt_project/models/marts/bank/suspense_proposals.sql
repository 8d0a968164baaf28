with

position as (
    select * from {{ ref('stg_position') }}
),

suspense as (
    select * from {{ ref('suspense') }}
),

receipts as (
    select
        receipt_id,
        lower(trim(reference)) as reference
    from {{ ref('stg_receipts') }}
),

quotes as (
    select * from {{ ref('int_quotes_in_suspense') }}
),

open_items as (
    select
        invoice_id,
        debtor_id,
        outstanding_amount
    from {{ ref('open_items') }}
    where outstanding_amount > 0 and invoice_id is not null and item_kind != 'refund'
),

rules as (
    select * from {{ ref('stg_policy__bank_matching_rules') }}
),

invoices as (
    select
        invoice_id,
        debtor_id,
        lower(invoice_id) as invoice_name,
        lower(debtor_id) as debtor_name,
        sum(outstanding_amount) as outstanding_amount
    from open_items
    group by
        invoice_id,
        debtor_id
),

items as (
    select
        suspense.receipt_id,
        max(suspense.received_on) as received_on,
        max(suspense.amount) as amount,
        max(suspense.days_in_suspense) as days_in_suspense,
        {{ figure_of('rules', 'points_reference', 'bigint') }} as points_reference,
        {{ figure_of('rules', 'points_word', 'bigint') }} as points_word,
        {{ figure_of('rules', 'points_amount', 'bigint') }} as points_amount,
        {{ figure_of('rules', 'points_payer', 'bigint') }} as points_payer,
        {{ figure_of('rules', 'least_score_suspense', 'bigint') }} as least_score,
        {{ figure_of('rules', 'most_proposals', 'bigint') }} as most_proposals,
        max(case when rules.rule = 'least_score_suspense' then rules.policy_row end)
            as policy_row
    from suspense
    inner join rules on {{ policy_in_force('rules', 'suspense.received_on') }}
    group by suspense.receipt_id
),

-- An amount open on more invoices than would be proposed identifies none.
amounts as (
    select
        outstanding_amount,
        count(*) as invoice_count
    from invoices
    group by outstanding_amount
),

met as (
    select
        quotes.receipt_id,
        invoices.invoice_id,
        invoices.debtor_id,
        'invoice' as met_by
    from quotes
    inner join invoices on quotes.quoted = invoices.invoice_name
    union all
    select
        quotes.receipt_id,
        invoices.invoice_id,
        invoices.debtor_id,
        'debtor' as met_by
    from quotes
    inner join invoices on quotes.quoted = invoices.debtor_name
    union all
    select
        items.receipt_id,
        invoices.invoice_id,
        invoices.debtor_id,
        'amount' as met_by
    from items
    inner join amounts on items.amount = amounts.outstanding_amount
    inner join invoices on items.amount = invoices.outstanding_amount
    where amounts.invoice_count <= items.most_proposals
),

candidates as (
    select
        receipt_id,
        invoice_id,
        debtor_id,
        bool_or(met_by = 'invoice') as is_invoice,
        bool_or(met_by = 'debtor') as is_debtor
    from met
    group by
        receipt_id,
        invoice_id,
        debtor_id
),

compared as (
    select
        items.*,
        candidates.invoice_id,
        candidates.debtor_id,
        candidates.is_invoice,
        candidates.is_debtor,
        invoices.outstanding_amount,
        coalesce(receipts.reference = invoices.invoice_name, false) as is_reference,
        items.amount = invoices.outstanding_amount as is_amount
    from candidates
    inner join items on candidates.receipt_id = items.receipt_id
    inner join receipts on candidates.receipt_id = receipts.receipt_id
    inner join invoices
        on
            candidates.invoice_id = invoices.invoice_id
            and candidates.debtor_id = invoices.debtor_id
),

scored as (
    select
        compared.*,
        case
            when is_reference then points_reference
            when is_invoice or is_debtor then points_word
            else 0
        end
        + case when is_invoice and is_debtor then points_payer else 0 end
        + case when is_amount then points_amount else 0 end as score
    from compared
),

ranked as (
    select
        scored.*,
        row_number() over (
            partition by receipt_id
            order by score desc nulls last, invoice_id asc nulls last, debtor_id asc nulls last
        ) as place
    from scored
    where score >= least_score
),

final as (
    select
        position.as_of_date,
        position.known_at,
        ranked.receipt_id,
        ranked.invoice_id,
        ranked.debtor_id,
        ranked.received_on,
        ranked.amount,
        ranked.days_in_suspense,
        cast(ranked.outstanding_amount as decimal(18, 2)) as outstanding_amount,
        cast(ranked.score as bigint) as score,
        case
            when ranked.is_reference then 'the reference is the invoice, but for capitals'
            when ranked.is_invoice
                then 'the reference has the number of the invoice among its words'
            when ranked.is_debtor
                then 'the reference has the number of the debtor among its words'
            else 'nothing in the reference'
        end
        || case when ranked.is_invoice and ranked.is_debtor then ', and the debtor''s' else '' end
        || case
            when ranked.is_amount then '; exactly what is open on the invoice'
            when ranked.amount < ranked.outstanding_amount then '; less than is open on the invoice'
            else '; more than is open on the invoice'
        end as reason,
        ranked.policy_row
    from ranked
    cross join position
    where ranked.place <= ranked.most_proposals
)

select * from final

with

feed_rows as (
    select * from {{ ref('stg_allocations') }}
),

credits as (
    select
        credit_type,
        credit_id,
        debtor_id,
        amount
    from {{ ref('int_credits') }}
),

items as (
    select
        item_no,
        queue_place,
        debtor_id,
        queue_invoice_id,
        instalment_no,
        amount
    from {{ ref('int_debit_items') }}
    where queue_invoice_id is not null and {{ is_in_hand('item_no') }}
),

invoices as (
    select distinct
        queue_invoice_id as invoice_id,
        debtor_id
    from items
),

matched as (
    select
        row_number() over (
            order by
                case when feed_rows.instalment_no is null then 1 else 0 end asc nulls last,
                feed_rows.allocated_on asc nulls last, feed_rows.allocation_id asc nulls last
        ) as row_no,
        feed_rows.amount,
        feed_rows.invoice_id,
        feed_rows.instalment_no,
        credits.credit_type,
        credits.credit_id,
        greatest(credits.amount, 0) as credit_amount,
        credits.debtor_id as credit_debtor_id,
        invoices.debtor_id,
        instalment_items.item_no as instalment_item_no,
        instalment_items.amount as instalment_amount
    from feed_rows
    inner join credits
        on feed_rows.source_type = credits.credit_type and feed_rows.source_id = credits.credit_id
    inner join invoices on feed_rows.invoice_id = invoices.invoice_id
    left join items as instalment_items
        on
            feed_rows.invoice_id = instalment_items.queue_invoice_id
            and feed_rows.instalment_no = instalment_items.instalment_no
    where
        (credits.debtor_id is null or credits.debtor_id = invoices.debtor_id)
        and (feed_rows.instalment_no is null or instalment_items.item_no is not null)
),

-- A receipt without a debtor belongs to the debtor of its first row; rows for other debtors have no
-- effect.
of_one_debtor as (
    select * from (
        select
            matched.*,
            min_by(debtor_id, row_no) over (partition by credit_type, credit_id) as owner_debtor_id
        from matched
    ) as with_owner
    where debtor_id = owner_debtor_id
),

-- First limit: what the credit has left for this step.
offered as (
    select
        of_one_debtor.*,
        greatest(0, least(
            amount,
            credit_amount - coalesce(sum(amount) over (
                partition by credit_type, credit_id order by row_no nulls last
                rows between unbounded preceding and 1 preceding
            ), 0)
        )) as offered_amount
    from of_one_debtor
),

-- Second limit, for rows that name an instalment: what that instalment still has open.
taken_by_instalment as (
    select
        row_no,
        instalment_item_no as item_no,
        greatest(0, least(
            offered_amount,
            instalment_amount - coalesce(sum(offered_amount) over (
                partition by instalment_item_no order by row_no nulls last
                rows between unbounded preceding and 1 preceding
            ), 0)
        )) as allocated_amount
    from offered
    where instalment_no is not null
),

instalments_settled as (
    select
        item_no,
        sum(allocated_amount) as allocated_amount
    from taken_by_instalment
    group by item_no
),

debits as (
    select
        items.queue_invoice_id as pool,
        items.item_no,
        items.queue_place,
        items.amount - coalesce(instalments_settled.allocated_amount, 0) as amount
    from items
    left join instalments_settled on items.item_no = instalments_settled.item_no
),

-- Second limit, for all other rows: the first rows take what their invoice has open, earliest due
-- date first.
credits_offered as (
    select
        invoice_id as pool,
        row_no as credit_no,
        offered_amount as amount
    from offered
    where instalment_no is null
),

taken_by_invoice as (
    {{ settled_in_order('credits_offered', 'debits', credit_order='credit_no') }}
),

taken as (
    select
        row_no,
        item_no,
        allocated_amount
    from taken_by_instalment
    union all
    select
        credit_no as row_no,
        item_no,
        allocated_amount
    from taken_by_invoice
),

summed as (
    select
        offered.credit_type,
        offered.credit_id,
        taken.item_no,
        cast(sum(taken.allocated_amount) as decimal(18, 2)) as allocated_amount
    from taken
    inner join offered on taken.row_no = offered.row_no
    where taken.allocated_amount > 0
    group by
        offered.credit_type,
        offered.credit_id,
        taken.item_no
)

select * from summed

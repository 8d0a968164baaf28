{{ config(materialized="kept", pre_hook="{{ forget_credits_in_hand() }}") }}

with

credits as (
    select int_credits.*
    from {{ ref('int_credits') }} as int_credits
    {{ of_credits_in_hand('int_credits') }}
),

feed_rows_settled as (
    select * from {{ ref('int_feed_rows_settled') }}
),

items as (
    select
        item_no,
        debtor_id
    from {{ ref('int_debit_items') }}
),

invoices as (
    select
        invoice_id,
        debtor_id
    from {{ ref('int_invoices') }}
),

arrangements as (
    select
        arrangement_id,
        debtor_id
    from {{ ref('stg_arrangements') }}
),

debtors as (
    select debtor_id from {{ ref('stg_debtors') }}
),

allocated_by_feed as (
    select
        feed_rows_settled.credit_type,
        feed_rows_settled.credit_id,
        min(items.debtor_id) as debtor_id,
        sum(feed_rows_settled.allocated_amount) as allocated_amount
    from feed_rows_settled
    inner join items on feed_rows_settled.item_no = items.item_no
    group by
        feed_rows_settled.credit_type,
        feed_rows_settled.credit_id
),

-- A reference counts only if the credit names no invoice.
referring as (
    select
        credits.*,
        coalesce(invoice_id, reference) as sought_invoice_id,
        case when invoice_id is null then reference end as reference_in_force
    from credits
),

looked_up as (
    select
        referring.*,
        coalesce(allocated_by_feed.allocated_amount, 0) as feed_amount,
        coalesce(referring.debtor_id, allocated_by_feed.debtor_id) as known_debtor_id,
        sought_invoices.debtor_id as invoice_debtor_id,
        referenced_arrangements.debtor_id as arrangement_debtor_id,
        referenced_debtors.debtor_id as referenced_debtor_id
    from referring
    left join allocated_by_feed
        on
            referring.credit_type = allocated_by_feed.credit_type
            and referring.credit_id = allocated_by_feed.credit_id
    left join invoices as sought_invoices
        on referring.sought_invoice_id = sought_invoices.invoice_id
    left join arrangements as referenced_arrangements
        on referring.reference_in_force = referenced_arrangements.arrangement_id
    left join debtors as referenced_debtors
        on referring.reference_in_force = referenced_debtors.debtor_id
),

-- A credit never matches what belongs to another debtor.
judged as (
    select
        looked_up.*,
        coalesce(invoice_debtor_id = coalesce(known_debtor_id, invoice_debtor_id), false)
            as finds_invoice,
        -- A receipt without a debtor belongs to the debtor whose invoice its reference found.
        coalesce(
            arrangement_debtor_id
            = coalesce(known_debtor_id, invoice_debtor_id, arrangement_debtor_id),
            false
        ) as finds_arrangement
    from looked_up
),

identified as (
    select
        {{ ledger_number() }} as credit_no,
        credit_type,
        type_order,
        credit_id,
        credited_on,
        full_amount,
        amount,
        case
            when invoice_id is not null then invoice_id
            when finds_invoice then reference
        end as movement_invoice_id,
        case
            when known_debtor_id is not null then known_debtor_id
            when invoice_debtor_id is not null then invoice_debtor_id
            when arrangement_debtor_id is not null then arrangement_debtor_id
            else referenced_debtor_id
        end as debtor_id,
        case
            when invoice_id is not null and finds_invoice then 'named'
            when invoice_id is not null then 'none'
            when finds_invoice then 'reference_invoice'
            when finds_arrangement then 'reference_arrangement'
            when credit_type != 'receipt' or feed_amount > 0 then 'none'
            when known_debtor_id is null and referenced_debtor_id is null then 'none'
            else 'debtor'
        end as identified_by,
        case when finds_arrangement then reference end as target_arrangement_id,
        cast(amount - feed_amount as decimal(18, 2)) as amount_after_feed,
        known_on,
        source_file,
        source_line
    from judged
)

select * from identified

with

not_healed as (
    select * from {{ ref('int_refused_rows_not_healed') }}
    where {{ is_feed_of('feed', feeds_that_protect()) }}
),

invoices as (
    select
        invoice_id,
        debtor_id
    from {{ ref('stg_invoices') }}
),

receipts as (
    select
        credit_id as receipt_id,
        debtor_id
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt'
),

refused_receipts as (
    select
        not_healed.receipt_id,
        min(coalesce(not_healed.debtor_id, invoices.debtor_id)) as debtor_id
    from not_healed
    left join invoices on not_healed.invoice_id = invoices.invoice_id
    where not_healed.feed = 'receipts'
    group by not_healed.receipt_id
),

-- A receipt without a debtor belongs to its invoice's debtor, a reversal to its receipt's.
read as (
    select
        not_healed.feed,
        not_healed.source_file,
        not_healed.source_line,
        not_healed.file_day,
        not_healed.reason_code,
        case
            when not_healed.feed = 'receipts'
                then coalesce(not_healed.debtor_id, invoices.debtor_id)
            when not_healed.feed = 'receipt_reversals'
                then coalesce(receipts.debtor_id, refused_receipts.debtor_id)
            else not_healed.debtor_id
        end as debtor_id
    from not_healed
    left join invoices on not_healed.invoice_id = invoices.invoice_id
    left join receipts on not_healed.receipt_id = receipts.receipt_id
    left join refused_receipts on not_healed.receipt_id = refused_receipts.receipt_id
),

ranked as (
    select
        debtor_id,
        feed,
        source_file,
        source_line,
        reason_code,
        row_number() over (
            partition by debtor_id, feed
            order by
                file_day nulls last, source_file nulls last, source_line nulls last,
                reason_code nulls last
        ) as place
    from read
),

final as (
    select
        debtor_id,
        feed,
        source_file,
        source_line,
        reason_code
    from ranked
    where debtor_id is null or place = 1
)

select * from final

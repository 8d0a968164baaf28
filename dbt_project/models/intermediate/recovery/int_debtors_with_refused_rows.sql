with

refused as (
    select * from {{ ref('stg_refused_ids') }}
),

good_again as (
    select * from {{ ref('stg_rows_good_again') }}
),

good_files as (
    select
        source_file,
        max(first_run_id) as last_run_id
    from {{ ref('stg_files') }}
    where refused_code is null
    group by source_file
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

-- The last good row of the key, in the order in which rows stand. A row of which no key can be read
-- is mended with its file.
compared as (
    select
        refused.*,
        case
            when refused.key_text is null
                then coalesce(good_files.last_run_id > refused.run_id, false)
            when good_again.key_text is null then false
            when good_again.file_day != refused.file_day
                then good_again.file_day > refused.file_day
            when good_again.source_file != refused.source_file
                then good_again.source_file > refused.source_file
            when good_again.source_line != refused.source_line
                then good_again.source_line > refused.source_line
            when good_again.known_on != refused.known_on
                then good_again.known_on > refused.known_on
            else good_again.run_id > refused.run_id
        end as is_healed
    from refused
    left join good_again
        on refused.feed = good_again.feed and refused.key_text = good_again.key_text
    left join good_files on refused.source_file = good_files.source_file
),

not_healed as (
    select * from compared
    where not is_healed
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

-- A receipt without a debtor is its invoice's debtor's, a reversal its receipt's.
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

with

requests as (
    select
        request_id,
        invoice_id,
        amount
    from {{ ref('int_write_off_requests') }}
),

rules as (
    select
        request_id,
        vat_relief_after_months,
        vat_relief_within_months
    from {{ ref('int_write_off_rules') }}
),

invoices as (
    select
        invoice_id,
        vat_amount,
        gross_amount,
        due_date,
        supply_from,
        supply_to
    from {{ ref('stg_invoices') }}
),

-- An amount that was written back is no longer written off.
written_back as (
    select
        write_off_id,
        sum(amount) as amount
    from {{ ref('stg_write_backs') }}
    group by write_off_id
),

write_offs as (
    select
        write_offs.request_id,
        write_offs.amount,
        write_offs.vat_amount,
        least(coalesce(written_back.amount, 0), write_offs.amount) as written_back_amount
    from {{ ref('stg_write_offs') }} as write_offs
    left join written_back on write_offs.write_off_id = written_back.write_off_id
    where write_offs.request_id is not null
),

-- A request may be posted in parts. They are judged together, because each part's VAT is rounded.
posted as (
    select
        request_id,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(sum(vat_amount) as decimal(18, 2)) as vat_amount,
        cast(sum(written_back_amount) as decimal(18, 2)) as written_back_amount,
        bool_or(vat_amount is null) as lacks_vat
    from write_offs
    group by request_id
),

-- The VAT of a write-off is its share of the invoice's VAT, rounded half up to the penny.
shared as (
    select
        requests.request_id,
        invoices.invoice_id is not null as is_invoice_known,
        rules.vat_relief_after_months,
        rules.vat_relief_within_months,
        coalesce(posted.amount, requests.amount) as amount,
        posted.request_id is not null as is_posted,
        posted.vat_amount as posted_vat_amount,
        coalesce(posted.written_back_amount, 0) as written_back_amount,
        coalesce(posted.lacks_vat, false) and invoices.vat_amount > 0 as lacks_vat,
        {%- for name, amount in [
            ('vat_amount', 'coalesce(posted.amount, requests.amount)'),
            (
                'relief_amount',
                'coalesce(posted.amount - posted.written_back_amount, requests.amount)'
            ),
        ] %}
            {{ pounds(ratio_half_up(
                'least(invoices.vat_amount, invoices.gross_amount)',
                'invoices.gross_amount',
                pence(amount)
            )) }} as {{ name }},
        {%- endfor %}
        greatest(
            invoices.due_date,
            coalesce(invoices.supply_to, invoices.supply_from, invoices.due_date)
        ) as counted_from
    from requests
    inner join rules on requests.request_id = rules.request_id
    left join invoices on requests.invoice_id = invoices.invoice_id
    left join posted on requests.request_id = posted.request_id
),

final as (
    select
        request_id,
        amount,
        vat_amount,
        posted_vat_amount,
        cast(written_back_amount as decimal(18, 2)) as written_back_amount,
        relief_amount,
        lacks_vat,
        counted_from,
        {{ add_months('counted_from', 'vat_relief_after_months') }} as relief_from,
        {{ add_months('counted_from', 'vat_relief_within_months') }} as claim_by,
        not is_invoice_known
        or lacks_vat
        or (is_posted and coalesce(posted_vat_amount, 0) != vat_amount) as is_split_wrong
    from shared
)

select * from final

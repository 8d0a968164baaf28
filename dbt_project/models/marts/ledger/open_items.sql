with

int_open_items as (
    select * from {{ ref('int_open_items') }}
),

due_dates_banded as (
    select * from {{ ref('int_due_dates_banded') }}
),

open_items_held as (
    select * from {{ ref('int_open_items_held') }}
),

invoices_arranged as (
    select * from {{ ref('int_invoices_arranged') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        int_open_items.item_id,
        int_open_items.item_kind,
        int_open_items.debtor_id,
        int_open_items.invoice_id,
        int_open_items.instalment_no,
        int_open_items.debt_type,
        int_open_items.service_code,
        int_open_items.document_date,
        int_open_items.due_date,
        int_open_items.original_amount,
        int_open_items.outstanding_amount,
        due_dates_banded.days_past_due,
        case
            when int_open_items.is_open_credit then 'unallocated_credit'
            else due_dates_banded.age_band
        end as age_band,
        due_dates_banded.age_band_policy_row,
        coalesce(open_items_held.is_disputed, false) as is_disputed,
        coalesce(open_items_held.is_held, false) as is_held,
        invoices_arranged.arrangement_id
    from int_open_items
    cross join position
    left join due_dates_banded on int_open_items.due_date = due_dates_banded.due_date
    left join open_items_held
        on
            int_open_items.item_kind = open_items_held.item_kind
            and int_open_items.item_id = open_items_held.item_id
    left join invoices_arranged
        on int_open_items.invoice_id = invoices_arranged.invoice_id
)

select * from final

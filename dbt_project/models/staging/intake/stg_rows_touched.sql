with

-- Each feed of the ledger with its key and the days on which a row of it begins or ends to count.
every_touch as (
    {{ rows_touched('services', key=['service_code']) }}
    union all
    {{ rows_touched('debtors', key=['debtor_id'], days=['date_of_death']) }}
    union all
    {{ rows_touched('invoices', key=['invoice_id'], days=['invoice_date']) }}
    union all
    {{ rows_touched('invoice_instalments', key=['invoice_id', 'instalment_no']) }}
    union all
    {{ rows_touched('credit_notes', key=['credit_note_id'], days=['credit_date']) }}
    union all
    {{ rows_touched('receipts', key=['receipt_id'], days=['received_on']) }}
    union all
    {{ rows_touched('receipt_reversals', key=['reversal_id'], days=['reversed_on']) }}
    union all
    {{ rows_touched('refunds', key=['refund_id'], days=['refunded_on']) }}
    union all
    {{ rows_touched('allocations', key=['allocation_id'], days=['allocated_on']) }}
    union all
    {{ rows_touched('adjustments', key=['adjustment_id'], days=['adjusted_on']) }}
    union all
    {{ rows_touched('write_offs', key=['write_off_id'], days=['written_off_on']) }}
    union all
    {{ rows_touched('write_backs', key=['write_back_id'], days=['written_back_on']) }}
    union all
    {{ rows_touched('arrangements', key=['arrangement_id'], days=['agreed_on', 'cancelled_on']) }}
    union all
    {{ rows_touched('arrangement_invoices', key=['arrangement_id', 'invoice_id']) }}
)

select * from every_touch

with

-- Each feed of the ledger with its key and the days on which its rows start or stop counting.
every_touch as (
    {{ rows_touched('services') }}
    union all
    {{ rows_touched('debtors', days=['date_of_death']) }}
    union all
    {{ rows_touched('invoices') }}
    union all
    {{ rows_touched('invoice_instalments') }}
    union all
    {{ rows_touched('credit_notes') }}
    union all
    {{ rows_touched('receipts') }}
    union all
    {{ rows_touched('receipt_reversals') }}
    union all
    {{ rows_touched('refunds') }}
    union all
    {{ rows_touched('allocations') }}
    union all
    {{ rows_touched('adjustments') }}
    union all
    {{ rows_touched('write_offs') }}
    union all
    {{ rows_touched('write_backs') }}
    union all
    {{ rows_touched('arrangements', days=['cancelled_on']) }}
    union all
    {{ rows_touched('arrangement_invoices') }}
)

select * from every_touch

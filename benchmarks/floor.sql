-- The floor: balances and bands of a plain ledger, written by hand against the raw tables.
-- It knows what the plain ledger leaves out (versions, instalments, reversals, refunds, write-offs,
-- arrangements, holds) and keeps no trace of what settled what.
with

position as (
    select as_of_date from raw.position
),

named as (
    select
        coalesce(receipts.invoice_id, receipts.reference) as invoice_id,
        sum(receipts.amount) as amount
    from raw.receipts
    cross join position
    where
        receipts.received_on <= position.as_of_date
        and coalesce(receipts.invoice_id, receipts.reference) <> 'MISC'
    group by all
),

unnamed as (
    select
        receipts.debtor_id,
        sum(receipts.amount) as amount
    from raw.receipts
    cross join position
    where
        receipts.received_on <= position.as_of_date
        and receipts.invoice_id is null
        and receipts.reference is null
    group by all
),

unpaid as (
    select
        invoices.*,
        invoices.gross_amount - coalesce(named.amount, 0) as balance
    from raw.invoices
    cross join position
    left join named on invoices.invoice_id = named.invoice_id
    where invoices.invoice_date <= position.as_of_date
),

queued as (
    select
        *,
        coalesce(
            sum(greatest(balance, 0)) over (
                partition by debtor_id
                order by due_date, invoice_date, invoice_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as queued_before
    from unpaid
),

settled as (
    select
        queued.debtor_id,
        queued.service_code,
        queued.due_date,
        greatest(queued.balance, 0) - least(
            greatest(queued.balance, 0),
            greatest(coalesce(unnamed.amount, 0) - queued.queued_before, 0)
        ) as outstanding_amount
    from queued
    left join unnamed on queued.debtor_id = unnamed.debtor_id
),

open_debits as (
    select
        settled.debtor_id,
        settled.service_code,
        case
            when position.as_of_date <= settled.due_date then 'not_due'
            when position.as_of_date - settled.due_date <= 30 then 'd001_030'
            when position.as_of_date - settled.due_date <= 60 then 'd031_060'
            when position.as_of_date - settled.due_date <= 90 then 'd061_090'
            when position.as_of_date - settled.due_date <= 120 then 'd091_120'
            when position.as_of_date - settled.due_date <= 180 then 'd121_180'
            when position.as_of_date <= settled.due_date + interval 1 year then 'd181_365'
            when position.as_of_date <= settled.due_date + interval 2 year then 'y1_2'
            when position.as_of_date <= settled.due_date + interval 3 year then 'y2_3'
            when position.as_of_date <= settled.due_date + interval 6 year then 'y3_6'
            else 'y6_plus'
        end as age_band,
        settled.outstanding_amount
    from settled
    cross join position
    where settled.outstanding_amount > 0
),

open_credits as (
    select
        debtor_id,
        least(balance, 0) as outstanding_amount
    from unpaid
    where balance < 0
    union all
    select
        unnamed.debtor_id,
        least(sum(greatest(unpaid.balance, 0)) - any_value(unnamed.amount), 0) as outstanding_amount
    from unnamed
    inner join unpaid on unnamed.debtor_id = unpaid.debtor_id
    group by unnamed.debtor_id
),

aged as (
    select
        open_debits.debtor_id,
        services.debt_type,
        open_debits.service_code,
        open_debits.age_band,
        open_debits.outstanding_amount
    from open_debits
    inner join raw.services on open_debits.service_code = services.service_code
    union all
    select
        debtor_id,
        null as debt_type,
        null as service_code,
        'unallocated_credit' as age_band,
        outstanding_amount
    from open_credits
    where outstanding_amount < 0
)

select
    debtor_id,
    debt_type,
    service_code,
    age_band,
    cast(sum(outstanding_amount) as decimal(18, 2)) as outstanding_amount
from aged
group by all

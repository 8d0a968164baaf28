"""The ledger by the inbound rows alone, in whole pence, with which the gates compare the marts.

Makes temporary tables from the current rows (`expectations.current_rows`):

* `inbound_receipts`: each receipt with its debtor and the invoice it names;
* `inbound_ledger`: each movement that counts, signed, with its debtor (blank in suspense);
* `inbound_suspense`: each receipt without a debtor and what is left of it;
* `inbound_debits`: each item that can be settled;
* `inbound_credits`: each credit and the amount of it that was undone.
"""

import duckdb

_RECEIPTS = """
    create or replace temp table inbound_receipts as
    with given_by_feed as (
        -- Its allocation rows may name several debtors: the models choose among them.
        select distinct a.source_id as receipt_id, i.debtor_id
        from current_allocations a
        join current_invoices i using (invoice_id)
        join marts.ledger_movements m
            on m.movement_id = a.source_id and m.debtor_id = i.debtor_id
        where a.source_type = 'receipt' and m.movement_type = 'receipt'
    ),
    quoting as (
        select *, case when invoice_id is null then reference end as quoted_id
        from current_receipts
    ),
    traced as (
        select
            r.receipt_id,
            r.received_on,
            r.amount,
            coalesce(
                r.debtor_id,
                given.debtor_id,
                case
                    when r.invoice_id is not null then named.debtor_id
                    else coalesce(quoted.debtor_id, agreed.debtor_id, known.debtor_id)
                end
            ) as debtor_id,
            coalesce(r.invoice_id, quoted.invoice_id) as invoice_id
        from quoting r
        left join given_by_feed given on given.receipt_id = r.receipt_id
        left join current_invoices named on named.invoice_id = r.invoice_id
        left join current_invoices quoted on quoted.invoice_id = r.quoted_id
        left join current_arrangements agreed on agreed.arrangement_id = r.quoted_id
        left join current_debtors known on known.debtor_id = r.quoted_id
    )
    from traced
"""

_LEDGER = """
    create or replace temp table inbound_ledger as
    with every_movement as (
        select 'invoice' as kind, invoice_id as id, invoice_date as day, gross_amount as amount,
            debtor_id, invoice_id
        from current_invoices
        union all
        select 'credit_note', credit_note_id, credit_date, -gross_amount, debtor_id, invoice_id
        from current_credit_notes
        union all
        select 'adjustment', adjustment_id, adjusted_on, amount, debtor_id, invoice_id
        from current_adjustments
        union all
        select 'write_off', write_off_id, written_off_on, -amount, debtor_id, invoice_id
        from current_write_offs
        union all
        select 'write_back', b.write_back_id, b.written_back_on, b.amount, w.debtor_id, w.invoice_id
        from current_write_backs b join current_write_offs w using (write_off_id)
        union all
        select 'receipt', receipt_id, received_on, -amount, debtor_id, invoice_id
        from inbound_receipts
        union all
        select 'receipt_reversal', v.reversal_id, v.reversed_on, v.amount, r.debtor_id, r.invoice_id
        from current_receipt_reversals v join inbound_receipts r using (receipt_id)
        union all
        select 'refund', f.refund_id, f.refunded_on, f.amount,
            case when f.receipt_id is null then f.debtor_id else r.debtor_id end, r.invoice_id
        from current_refunds f left join inbound_receipts r using (receipt_id)
        where f.receipt_id is null or r.receipt_id is not null
    )
    select kind, id, day, cast(amount * 100 as bigint) as pence, debtor_id, invoice_id
    from every_movement
"""

# A refund of more than is left of a receipt reduces it to nil, not below.
_SUSPENSE = """
    create or replace temp table inbound_suspense as
    with reversed as (
        select receipt_id, sum(amount) as amount from current_receipt_reversals group by 1
    ),
    refunded as (
        select receipt_id, sum(amount) as amount from current_refunds group by 1
    ),
    waiting as (
        select r.receipt_id, r.received_on, r.amount - coalesce(v.amount, 0) as rest,
            coalesce(f.amount, 0) as refunded
        from inbound_receipts r
        left join reversed v using (receipt_id)
        left join refunded f using (receipt_id)
        where r.debtor_id is null
    )
    select receipt_id, received_on,
        cast((rest - least(refunded, greatest(rest, 0))) * 100 as bigint) as pence
    from waiting
"""

_CREDITS = """
    create or replace temp table inbound_credits as
    with undone as (
        select 'receipt' as kind, receipt_id as id, sum(amount) as amount
        from current_receipt_reversals group by receipt_id
        union all
        select 'write_off', write_off_id, sum(amount)
        from current_write_backs group by write_off_id
    )
    select
        l.kind, l.id, l.day, l.debtor_id, l.invoice_id,
        -l.pence as pence,
        coalesce(cast(u.amount * 100 as bigint), 0) as undone_pence
    from inbound_ledger l
    left join undone u using (kind, id)
    where l.kind in ('receipt', 'credit_note', 'write_off')
        or (l.kind = 'adjustment' and l.pence < 0)
"""

_DEBITS = """
    create or replace temp table inbound_debits as
    with scheduled as (
        select invoice_id
        from current_invoices i join current_invoice_instalments s using (invoice_id)
        group by invoice_id, i.gross_amount
        having sum(s.amount) = i.gross_amount
    ),
    every_item as (
        select 'invoice' as kind, invoice_id as id, invoice_date as day, gross_amount as amount,
            debtor_id, invoice_id, service_code
        from current_invoices anti join scheduled using (invoice_id)
        union all
        select 'instalment', i.invoice_id || '/' || s.instalment_no, i.invoice_date, s.amount,
            i.debtor_id, i.invoice_id, i.service_code
        from current_invoices i
        join current_invoice_instalments s using (invoice_id)
        semi join scheduled using (invoice_id)
        union all
        select 'adjustment', a.adjustment_id, a.adjusted_on, a.amount, a.debtor_id, i.invoice_id,
            i.service_code
        from current_adjustments a
        left join current_invoices i
            on i.invoice_id = a.invoice_id and i.debtor_id = a.debtor_id
        where a.amount > 0
    )
    select kind, id, day, cast(amount * 100 as bigint) as pence, debtor_id, invoice_id, service_code
    from every_item
"""


def write_inbound_receipts(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `inbound_receipts` from the tables of current rows."""
    con.execute(_RECEIPTS)


def write_inbound_movements(con: duckdb.DuckDBPyConnection) -> None:
    """Make `inbound_ledger` and `inbound_suspense` from `inbound_receipts`."""
    for statement in (_LEDGER, _SUSPENSE):
        con.execute(statement)


def write_inbound_sides(con: duckdb.DuckDBPyConnection) -> None:
    """Make `inbound_credits` and `inbound_debits` from `inbound_ledger`."""
    for statement in (_CREDITS, _DEBITS):
        con.execute(statement)

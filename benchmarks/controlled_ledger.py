"""A large ledger for reconciliation: the plain one with bank lines and write-off requests.

Two receipts in five name the bank account. Of a million lines, nine in ten quote their receipt,
most others are totals of paying-in batches of ten, and one in two hundred belongs to nobody.
Twenty thousand open invoices have a request with evidence; one in seven of these has a wrong
amount, approver or stage, or no evidence.
"""

import duckdb

from benchmarks.plain_ledger import FEEDS, LedgerSize, make_more_tables, make_tables

CONTROL = (
    "officers",
    "bank_transactions",
    "write_off_requests",
    "write_off_evidence",
    "case_actions",
)
CONTROLLED_FEEDS = (*FEEDS, *CONTROL)

_TABLES = {
    "receipts": """
        select
            *,
            case when hash(receipt_id) % 5 < 2 then 'B1' end as bank_account,
            case
                when hash(receipt_id) % 50 < 2
                    then format('PB{}{:04d}', received_on, hash(receipt_id) % 10000 // 10)
            end as paying_in_batch_id
        from receipts
    """,
    "officers": """
        select * from (values
            ('clerk', 'Clerk', 'officer'), ('leader', 'Leader', 'team_leader'),
            ('manager', 'Manager', 'income_manager')
        ) as t (officer_id, name, role)
    """,
    "bank_transactions": """
        select
            format('L{}', receipt_id) as bank_transaction_id,
            'B1' as bank_account,
            cast(least(received_on + 1, date '{as_of}') as date) as booked_on,
            amount,
            case when hash(receipt_id) % 200 = 6 then 'UNKNOWN PAYER' else receipt_id end
                as reference
        from receipts
        where bank_account = 'B1' and paying_in_batch_id is null
        union all
        select
            format('L{}', paying_in_batch_id) as bank_transaction_id,
            'B1' as bank_account,
            cast(least(max(received_on) + 2, date '{as_of}') as date) as booked_on,
            cast(sum(amount) as decimal(18, 2)) as amount,
            paying_in_batch_id as reference
        from receipts
        where paying_in_batch_id is not null
        group by paying_in_batch_id
    """,
    "write_off_requests": """
        with paid as (
            select
                invoice_id,
                sum(amount) as amount
            from receipts
            group by invoice_id
        ),

        still_open as (
            select
                invoices.invoice_id,
                invoices.debtor_id,
                cast(
                    invoices.gross_amount - coalesce(paid.amount, 0) as decimal(18, 2)
                ) as balance
            from invoices
            left join paid on invoices.invoice_id = paid.invoice_id
            where
                invoices.gross_amount > coalesce(paid.amount, 0)
                and invoices.due_date < date '{as_of}' - 100
            order by hash(invoices.invoice_id)
            limit 20000
        )

        select
            format('W{}', invoice_id) as request_id,
            invoice_id,
            debtor_id,
            case when hash(invoice_id) % 28 = 0 then balance + 0.01 else balance end as amount,
            'U2' as reason_code,
            'clerk' as requested_by,
            cast(date '{as_of}' - 20 as date) as requested_on,
            'leader' as checked_by,
            case when hash(invoice_id) % 28 = 1 then 'leader' else 'manager' end as approved_by,
            'income_manager' as approver_role,
            cast(date '{as_of}' - 10 as date) as approved_on,
            format('B{}', hash(invoice_id) % 400) as batch_id
        from still_open
    """,
    "write_off_evidence": """
        select
            request_id,
            'cost_estimate' as evidence_key,
            'on file' as evidence_value,
            cast(date '{as_of}' - 30 as date) as dated_on
        from write_off_requests
        where hash(invoice_id) % 28 != 2
    """,
    "case_actions": """
        select
            format('A{}', invoice_id) as action_id,
            debtor_id,
            invoice_id,
            case when hash(invoice_id) % 28 = 3 then 'reminder' else 'final_notice' end
                as action_code,
            cast(date '{as_of}' - 60 as date) as acted_on,
            'done' as outcome_code
        from write_off_requests
    """,
}


def make_controlled_tables(connection: duckdb.DuckDBPyConnection, size: LedgerSize) -> None:
    """Makes one temporary table per feed of `CONTROLLED_FEEDS`."""
    make_tables(connection, size)
    make_more_tables(connection, _TABLES)

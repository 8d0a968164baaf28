"""A council of two debtors in one warehouse, made by hand: its inbound rows and its marts.

As of 30 June 2026. ``D1`` owes invoice ``A`` of 300.00, for which request ``Q`` to write off was
approved. ``D2`` paid 40.00 of invoice ``B`` of 100.00 and has 5.00 unallocated. 7.00 is in
suspense. The general ledger shows 355.00. Both debtors are to be reminded. Everything ties; a test
changes one thing and asks who notices.
"""

import atexit
import csv
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb

from ingestion.intake.warehouse import open_warehouse
from tests.house.repository import ROOT

DAY = date(2026, 6, 30)
Row = Mapping[str, object]

CAME_IN: Mapping[str, Sequence[Row]] = {
    "debtors": [{"debtor_id": "D1", "party_type": "individual"}, {"debtor_id": "D2"}],
    "services": [{"service_code": "SUN", "debt_type": "sundry", "control_account_code": "1200"}],
    "officers": [
        {"officer_id": "clerk", "role": "officer"},
        {"officer_id": "leader", "role": "team_leader"},
        {"officer_id": "manager", "role": "income_manager"},
    ],
    "invoices": [
        {"invoice_id": "A", "debtor_id": "D1", "service_code": "SUN",
         "invoice_date": "2026-05-04", "due_date": "2026-05-10", "vat_amount": "0.00",
         "gross_amount": "300.00"},
        {"invoice_id": "B", "debtor_id": "D2", "service_code": "SUN",
         "invoice_date": "2026-05-20", "due_date": "2026-06-10", "vat_amount": "0.00",
         "gross_amount": "100.00"},
    ],
    "receipts": [
        {"receipt_id": "P1", "received_on": "2026-06-02", "amount": "60.00", "debtor_id": "D2",
         "invoice_id": "B", "method": "bank_transfer", "bank_account": "INCOME"},
        {"receipt_id": "P2", "received_on": "2026-06-05", "amount": "7.00", "reference": "MISC",
         "method": "cash"},
        {"receipt_id": "P3", "received_on": "2026-06-06", "amount": "5.00", "debtor_id": "D2",
         "invoice_id": "GONE", "method": "bank_transfer", "bank_account": "INCOME"},
    ],
    "bank_transactions": [
        {"bank_transaction_id": "T1", "bank_account": "INCOME", "booked_on": "2026-06-02",
         "amount": "60.00", "reference": "B"},
        {"bank_transaction_id": "T2", "bank_account": "INCOME", "booked_on": "2026-06-05",
         "amount": "7.00", "reference": "MISC"},
        {"bank_transaction_id": "T3", "bank_account": "INCOME", "booked_on": "2026-06-08",
         "amount": "5.00", "reference": "GONE"},
        {"bank_transaction_id": "T4", "bank_account": "INCOME", "booked_on": "2026-06-21",
         "amount": "-20.00", "reference": "V1"},
    ],
    "receipt_reversals": [
        {"reversal_id": "V1", "receipt_id": "P1", "reversed_on": "2026-06-20", "amount": "20.00"},
    ],
    "gl_balances": [
        {"account_code": "1200", "balance_date": "2026-06-30", "balance": "355.00",
         "account_type": "debtors_control"},
    ],
    "case_actions": [
        {"action_id": "N", "debtor_id": "D1", "invoice_id": "A", "action_code": "final_notice",
         "acted_on": "2026-05-25"},
    ],
    "write_off_requests": [
        {"request_id": "Q", "invoice_id": "A", "debtor_id": "D1", "amount": "300.00",
         "reason_code": "U2", "requested_by": "clerk", "requested_on": "2026-06-01",
         "checked_by": "leader", "approved_by": "manager", "approver_role": "income_manager",
         "approved_on": "2026-06-10"},
    ],
    "write_off_evidence": [
        {"request_id": "Q", "evidence_key": "cost_estimate", "evidence_value": "on file",
         "dated_on": "2026-05-15"},
    ],
}  # fmt: skip

MARTS = """
    create schema marts;
    create table marts.ledger_movements as
        select * from (values
            ('invoice', 'A', 'D1', 'A', date '2026-05-04', 300.00::decimal(18, 2)),
            ('invoice', 'B', 'D2', 'B', date '2026-05-20', 100.00),
            ('receipt', 'P1', 'D2', 'B', date '2026-06-02', -60.00),
            ('receipt', 'P2', null, null, date '2026-06-05', -7.00),
            ('receipt', 'P3', 'D2', 'GONE', date '2026-06-06', -5.00),
            ('receipt_reversal', 'V1', 'D2', 'B', date '2026-06-20', 20.00)
        ) as t (movement_type, movement_id, debtor_id, invoice_id, effective_on, amount);
    create table marts.allocations as
        select 'receipt' as source_type, 'P1' as source_id, 'invoice' as item_kind, 'B' as item_id,
            'B' as invoice_id, 'D2' as debtor_id, date '2026-06-02' as credited_on,
            40.00::decimal(18, 2) as allocated_amount;
    alter table marts.allocations add column allocation_rule varchar default 'named';
    create table marts.open_items as
        select * from (values
            ('invoice', 'A', 'D1', 'A', 'SUN', 300.00::decimal(18, 2), 'd031_060'),
            ('invoice', 'B', 'D2', 'B', 'SUN', 60.00, 'd001_030'),
            ('unallocated_receipt', 'P3', 'D2', 'GONE', null, -5.00, 'unallocated_credit')
        ) as t (item_kind, item_id, debtor_id, invoice_id, service_code, outstanding_amount,
            age_band);
    alter table marts.open_items add column due_date date;
    create table marts.aged_debt as
        select * from (values
            ('D1', 'sundry', 'SUN', 'd031_060', 300.00::decimal(18, 2), 1),
            ('D2', 'sundry', 'SUN', 'd001_030', 60.00, 1),
            ('D2', null, null, 'unallocated_credit', -5.00, 1)
        ) as t (debtor_id, debt_type, service_code, age_band, outstanding_amount, item_count);
    create table marts.suspense as
        select 'P2' as receipt_id, 7.00::decimal(18, 2) as amount;
    create table marts.suspense_roll_forward as
        select date '2026-06-01' as period_start, 0.00::decimal(18, 2) as opening_balance,
            7.00::decimal(18, 2) as received, 0.00::decimal(18, 2) as identifications,
            0.00::decimal(18, 2) as reversals, 0.00::decimal(18, 2) as refunds,
            7.00::decimal(18, 2) as closing_balance, 0.00::decimal(18, 2) as difference;
    create table marts.bank_matches as
        select * from (values
            ('T1', 'P1', 'exact'), ('T2', 'P2', 'exact'), ('T3', 'P3', 'exact'),
            ('T4', 'P1', 'returned')
        ) as t (bank_transaction_id, receipt_id, match_kind);
    create table marts.movement_proof as
        select * from (values
            (date '2026-05-01', date '2026-05-31', 'sundry', 0.00::decimal(18, 2),
                400.00::decimal(18, 2), 0.00::decimal(18, 2), 0.00::decimal(18, 2),
                400.00::decimal(18, 2), 0.00::decimal(18, 2)),
            (date '2026-06-01', date '2026-06-30', 'sundry',
                400.00, 0.00, -40.00, 0.00, 360.00, 0.00),
            (date '2026-06-01', date '2026-06-30', null, 0.00, 0.00, -25.00, 20.00, -5.00, 0.00)
        ) as t (period_start, period_end, debt_type, opening_balance, invoices, receipts, reversals,
            closing_balance, difference);
    alter table marts.movement_proof add column credit_notes decimal(18, 2) default 0;
    alter table marts.movement_proof add column refunds decimal(18, 2) default 0;
    alter table marts.movement_proof add column adjustments decimal(18, 2) default 0;
    alter table marts.movement_proof add column write_offs decimal(18, 2) default 0;
    alter table marts.movement_proof add column write_backs decimal(18, 2) default 0;
    create table marts.control_reconciliation as
        select 'R04' as control_code, '1200' as account_code,
            355.00::decimal(18, 2) as expected_amount, 355.00::decimal(18, 2) as actual_amount,
            'agreed' as status
        union all
        select 'R06', 'INCOME', 72.00, 72.00, 'agreed';
    create table marts.reconciliation_exceptions (
        control_code varchar, account_code varchar, item_type varchar, item_id varchar,
        amount decimal(18, 2)
    );
    create table marts.arrangement_compliance (
        arrangement_id varchar, status varchar, breached_on date
    );
    create table marts.recovery_stages as
        select * from (values
            ('A', 'D1', 'reminder', true, null::varchar), ('B', 'D2', 'reminder', true, null)
        ) as t (invoice_id, debtor_id, next_stage, is_due, blocked_by);
    create table marts.recovery_worklist as
        select * from (values
            ('D1', 'reminder', 'A', 300.00::decimal(18, 2)), ('D2', 'reminder', 'B', 60.00)
        ) as t (debtor_id, action_code, invoice_ids, amount);
    create schema restricted;
    create view restricted.contact_list as
        select debtor_id, action_code from marts.recovery_worklist;
    create table restricted.letter_lines (
        debtor_id varchar, invoice_id varchar, action_code varchar
    );
    create table marts.agency_placements_proposed (
        debtor_id varchar, invoice_id varchar, is_proposed boolean
    );
    create table marts.legal_handover (debtor_id varchar, invoice_id varchar, is_ready boolean);
    create table marts.arrangement_offers (debtor_id varchar);
    create table marts.arrangement_warnings (debtor_id varchar, warnings varchar);
    create table marts.early_contact (debtor_id varchar);
    insert into raw.files (run_id, source_file, sha256, feed, file_day, known_on)
        select 'run', feed || '.csv', feed, feed, date '2026-06-30', date '2026-06-30'
        from (values ('debtors'), ('holds'), ('disputes'), ('receipts'), ('receipt_reversals'),
            ('arrangements'), ('case_actions')) as t (feed);
    create table marts.write_off_schedule as
        select 'Q' as request_id, 'A' as invoice_id, 'D1' as debtor_id,
            300.00::decimal(18, 2) as amount, 'U2' as reason_code, 'manager' as approved_by,
            date '2026-06-10' as approved_on;
"""

CLOSED_MAY = """
    update raw.invoices set _run_id = '1', _known_on = date '2026-05-31';
    insert into raw.published_runs values ('2026-05-31', '2026-05-31', '1');
    insert into raw.published_open_items (as_of_date, known_at, item_id, outstanding_amount)
        values ('2026-05-31', '2026-05-31', 'A', 300.00), ('2026-05-31', '2026-05-31', 'B', 100.00);
"""
"""Run 1 published 31 May, when both invoices were known and nothing else."""


def council(path: Path, *changes: str, **came_in: Sequence[Row]) -> Path:
    """The small council in a new warehouse.

    Args:
        path: An empty folder.
        changes: SQL that is run on it at the end.
        came_in: Rows of a feed in place of its own; the key is the feed.
    """
    warehouse = path / "income.duckdb"
    shutil.copyfile(_as_it_is(), warehouse)
    with closing(duckdb.connect(str(warehouse))) as con:
        for feed, rows in came_in.items():
            con.execute(f"delete from raw.{feed}")
            add_rows(con, feed, rows)
        for change in changes:
            con.execute(change)
    return warehouse


@cache
def _as_it_is() -> Path:
    """The council before any change; it is made once and then copied."""
    folder = Path(tempfile.mkdtemp(prefix="small-council-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    warehouse = folder / "income.duckdb"
    with closing(open_warehouse(warehouse)) as con:
        for feed, rows in CAME_IN.items():
            add_rows(con, feed, rows)
        _load_policy(con)
        con.execute(MARTS)
    return warehouse


def add_rows(con: duckdb.DuckDBPyConnection, feed: str, rows: Sequence[Row]) -> None:
    """Append rows to a raw table, known on the day itself unless they say otherwise."""
    for line, row in enumerate(rows, start=2):
        full = {
            "_run_id": "run",
            "_source_file": f"{feed}.csv",
            "_source_line": line,
            "_file_day": DAY,
            "_known_on": DAY,
        } | dict(row)
        names = ", ".join(full)
        marks = ", ".join("?" for _ in full)
        con.execute(f"insert into raw.{feed} ({names}) values ({marks})", list(full.values()))


def _load_policy(con: duckdb.DuckDBPyConnection) -> None:
    """The shipped policy, cells as text and blanks as null, as dbt seeds it."""
    con.execute("create schema policy")
    for seed in sorted((ROOT / "dbt_project" / "seeds" / "policy").glob("*.csv")):
        with seed.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        con.execute(
            f"create table policy.{seed.stem} ({', '.join(f'{name} varchar' for name in header)})"
        )
        for row in rows:
            marks = ", ".join("?" for _ in row)
            cells = [cell or None for cell in row]
            con.execute(f"insert into policy.{seed.stem} values ({marks})", cells)


def own_policy(table: str, **cells: str) -> str:
    """SQL that adds a row of the council's own policy."""
    full = {"policy_row": f"{table}/own", "effective_from": "2026-01-01", **cells}
    names = ", ".join((*full, "_known_on", "_file_day"))
    values = ", ".join(f"'{cell}'" for cell in (*full.values(), DAY, DAY))
    return f"insert into raw.policy_{table} ({names}) values ({values})"


def pounds(text: str) -> Decimal:
    """An amount as in the JSON of outcomes."""
    return Decimal(text)

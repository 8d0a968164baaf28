"""A small published ledger: rows of the marts that an explanation reads."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from reports.explanation.explain import explain
from reports.explanation.explanation import Earlier, Explanation, Part, Position, Subject
from reports.explanation.run_marts import RunMarts
from reports.site.published import PublishedMarts
from reports.site.run import read_run

AS_OF = date(2026, 6, 30)

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_MONEY = "decimal(18,2)"
_COLUMNS = {
    "invoices": "invoice_id varchar, debtor_id varchar, invoice_date date, own_due_date date, "
    f"due_date date, gross_amount {_MONEY}, adjusted_amount {_MONEY}, paid_amount {_MONEY}, "
    f"credited_amount {_MONEY}, written_off_amount {_MONEY}, outstanding_amount {_MONEY}, "
    "has_instalments boolean, replaces_invoice_id varchar, arrangement_id varchar",
    "debtors": "debtor_id varchar, party_type varchar",
    "ledger_movements": "movement_id varchar, movement_type varchar, debtor_id varchar, "
    f"invoice_id varchar, undone_id varchar, effective_on date, known_on date, amount {_MONEY}, "
    "source_file varchar, source_line bigint",
    "allocations": "source_type varchar, source_id varchar, item_id varchar, item_kind varchar, "
    f"invoice_id varchar, debtor_id varchar, credited_on date, allocated_amount {_MONEY}, "
    "allocation_rule varchar",
    "open_items": "item_id varchar, item_kind varchar, debtor_id varchar, invoice_id varchar, "
    f"due_date date, original_amount {_MONEY}, outstanding_amount {_MONEY}, days_past_due bigint, "
    "age_band varchar, age_band_policy_row varchar, is_disputed boolean, is_held boolean, "
    "arrangement_id varchar, debt_type varchar, service_code varchar",
    "arrangement_compliance": "as_of_date date, arrangement_id varchar, debtor_id varchar, "
    f"status varchar, total_amount {_MONEY}, expected_balance {_MONEY}, actual_balance {_MONEY}, "
    f"shortfall_amount {_MONEY}, paid_to_date {_MONEY}, instalments_expected bigint, "
    "next_due_on date, days_past_due bigint, delinquent_days bigint, breached_on date, "
    "reason varchar, agreed_on date, arrangement_kind varchar, frequency varchar, "
    f"instalment_amount {_MONEY}, cancelled_on date, superseded_by varchar, "
    f"tolerance_days bigint, tolerance_amount {_MONEY}, known_on date, source_file varchar, "
    "source_line bigint",
    "arrangement_instalments": "arrangement_id varchar, instalment_no bigint, due_on date, "
    f"amount {_MONEY}, cumulative_amount {_MONEY}",
    "arrangement_invoices": f"arrangement_id varchar, invoice_id varchar, counted_amount {_MONEY}, "
    f"settled_amount {_MONEY}, outstanding_amount {_MONEY}",
    "suspense": f"receipt_id varchar, received_on date, amount {_MONEY}, days_in_suspense bigint, "
    "owner varchar, noted_on date",
    "write_off_decisions": "request_id varchar, invoice_id varchar, debtor_id varchar, "
    f"amount {_MONEY}, reason_code varchar, decision varchar, failed_checks varchar, "
    f"aggregate_12m {_MONEY}, authority_band varchar, requested_on date, approved_by varchar, "
    "approved_on date, authority_policy_row varchar, reason_policy_row varchar",
    "write_off_schedule": f"request_id varchar, amount {_MONEY}, approved_by varchar",
    "aged_debt": "debtor_id varchar, debt_type varchar, service_code varchar, age_band varchar, "
    f"outstanding_amount {_MONEY}, item_count bigint",
    "data_quality_results": "check_code varchar, description varchar, severity varchar, "
    f"population bigint, exceptions bigint, exceptions_value {_MONEY}, status varchar, "
    "owner varchar, missing_feed varchar, gate varchar",
    "recovery_stages": "invoice_id varchar, debtor_id varchar, last_stage varchar, "
    "last_stage_on date, next_stage varchar, next_stage_on date, is_due boolean, "
    f"blocked_by varchar, explanation varchar, balance {_MONEY}, next_stage_policy_row varchar",
    "recovery_worklist": "debtor_id varchar, action_code varchar, channel varchar, "
    f"invoice_ids varchar, amount {_MONEY}, priority bigint, reason varchar, "
    "days_waiting bigint, stage_order bigint, is_contact_limit_reached boolean",
    "limitation_clock": "invoice_id varchar, debtor_id varchar, claim_last_day date, "
    "is_barred_for_claims boolean",
    "contacts_in_error": "action_id varchar, debtor_id varchar, acted_on date, "
    f"error_code varchar, was_known_that_day boolean, amount {_MONEY}, "
    "explanation varchar, remedy varchar",
    "policy_rows": "policy_row varchar, meaning varchar, effective_from date, effective_to date",
}


def pounds(amount: str) -> Decimal:
    """An amount as the marts hold it."""
    return Decimal(amount).quantize(Decimal("0.01"))


def movement(kind: str, id_: str, on: str, amount: str, **more: Any) -> Row:
    """One movement of debtor D, known on its own day from the file of its feed, line 2."""
    return {
        "movement_type": kind,
        "movement_id": id_,
        "debtor_id": "D",
        "effective_on": date.fromisoformat(on),
        "known_on": date.fromisoformat(on),
        "amount": pounds(amount),
        "source_file": f"{kind}s_{on.replace('-', '')}.csv",
        "source_line": 2,
    } | more


def invoice(id_: str, on: str, due: str, gross: str, **more: Any) -> Row:
    """One invoice of debtor D with nothing settled."""
    nil = pounds("0")
    return {
        "invoice_id": id_,
        "debtor_id": "D",
        "invoice_date": date.fromisoformat(on),
        "own_due_date": date.fromisoformat(due),
        "due_date": date.fromisoformat(due),
        "gross_amount": pounds(gross),
        "adjusted_amount": nil,
        "paid_amount": nil,
        "credited_amount": nil,
        "written_off_amount": nil,
        "outstanding_amount": pounds(gross),
        "has_instalments": False,
    } | more


def settles(source: tuple[str, str], invoice_id: str, amount: str, rule: str, **more: Any) -> Row:
    """One credit allocated to an invoice."""
    return {
        "source_type": source[0],
        "source_id": source[1],
        "item_kind": "invoice",
        "item_id": invoice_id,
        "invoice_id": invoice_id,
        "debtor_id": "D",
        "credited_on": AS_OF,
        "allocated_amount": pounds(amount),
        "allocation_rule": rule,
    } | more


def open_item(id_: str, due: str, amount: str, band: str, as_of: date = AS_OF, **more: Any) -> Row:
    """One open invoice of debtor D."""
    due_date = date.fromisoformat(due)
    return {
        "item_id": id_,
        "item_kind": "invoice",
        "debtor_id": "D",
        "invoice_id": id_,
        "due_date": due_date,
        "original_amount": pounds(amount),
        "outstanding_amount": pounds(amount),
        "days_past_due": (as_of - due_date).days,
        "age_band": band,
        "age_band_policy_row": f"age_bands/{band}",
        "is_disputed": False,
        "is_held": False,
    } | more


def open_credit(id_: str, amount: str) -> Row:
    """One receipt of debtor D that is not allocated."""
    return {
        "item_id": id_,
        "item_kind": "unallocated_receipt",
        "debtor_id": "D",
        "original_amount": pounds(amount),
        "outstanding_amount": pounds(amount),
        "age_band": "unallocated_credit",
        "is_disputed": False,
        "is_held": False,
    }


def arrangement(status: str, actual: str | None, expected: str | None, **more: Any) -> Row:
    """Arrangement A of debtor D: 120.00 in monthly instalments of 40.00 from 1 May 2026."""
    known = actual is not None and expected is not None
    open_, plan = pounds(actual or "0"), pounds(expected or "0")
    return {
        "as_of_date": AS_OF,
        "arrangement_id": "A",
        "debtor_id": "D",
        "status": status,
        "total_amount": pounds("120"),
        "expected_balance": plan if known else None,
        "actual_balance": open_ if known else None,
        "shortfall_amount": max(open_ - plan, pounds("0")) if known else None,
        "paid_to_date": pounds("120") - open_ if known else None,
        "instalments_expected": 2 if known else None,
        "days_past_due": 0,
        "delinquent_days": 0,
        "agreed_on": date(2026, 4, 20),
        "arrangement_kind": "informal",
        "frequency": "monthly",
        "instalment_amount": pounds("40"),
        "tolerance_days": 5,
        "tolerance_amount": pounds("1"),
        "known_on": date(2026, 4, 21),
        "source_file": "arrangements_20260421.csv",
        "source_line": 7,
    } | more


def instalments() -> list[Row]:
    """The schedule of arrangement A."""
    return [
        {
            "arrangement_id": "A",
            "instalment_no": number,
            "due_on": date(2026, 4 + number, 1),
            "amount": pounds("40"),
            "cumulative_amount": pounds("40") * number,
        }
        for number in (1, 2, 3)
    ]


def an_invoice_partly_paid() -> Tables:
    """Invoice 1001 of debtor D: 120.00, of which receipt R1 settled 80.00."""
    paid = {"paid_amount": pounds("80"), "outstanding_amount": pounds("40")}
    return {
        "debtors": [{"debtor_id": "D", "party_type": "business"}],
        "invoices": [invoice("1001", "2026-05-01", "2026-05-29", "120", **paid)],
        "ledger_movements": [
            movement("invoice", "1001", "2026-05-01", "120", invoice_id="1001"),
            movement("receipt", "R1", "2026-06-05", "-80", invoice_id="1001", source_line=7),
        ],
        "allocations": [
            settles(("receipt", "R1"), "1001", "80", "named", credited_on=date(2026, 6, 5))
        ],
        "open_items": [
            open_item("1001", "2026-05-29", "40", "d031_060", original_amount=pounds("120"))
        ],
        "policy_rows": [
            {
                "policy_row": "age_bands/d031_060",
                "meaning": "up to 60 days past due",
                "effective_from": date(1900, 1, 1),
            }
        ],
    }


def manifest(as_of: date = AS_OF, **more: Any) -> dict[str, Any]:
    """The manifest of a run on which every gate passed."""
    return {
        "run_id": f"run_of_{as_of}",
        "as_of_date": as_of.isoformat(),
        "known_at": as_of.isoformat(),
        "status": "published",
        "gates": [{"name": "reconciliation", "status": "passed", "withheld": []}],
        "inputs": [],
        "policy_marks": [{"policy_row": "age_bands/d031_060", "mark": "PROPOSED"}],
        "files": [],
        "previous_manifest_sha256": None,
    } | more


def create(
    connection: duckdb.DuckDBPyConnection, tables: Tables, withheld: Sequence[str] = ()
) -> None:
    """Create every mart that is not withheld, with the given rows."""
    kept = {mart: columns for mart, columns in _COLUMNS.items() if mart not in withheld}
    connection.execute(";".join(f'create table "{each}" ({kept[each]})' for each in kept))
    for mart in kept:
        for row in tables.get(mart, []):
            names = ", ".join(row)
            marks = ", ".join("?" for _ in row)
            connection.execute(f'insert into "{mart}" ({names}) values ({marks})', [*row.values()])


def write_marts(folder: Path, tables: Tables) -> Path:
    """Write one Parquet file per mart into a new folder."""
    marts = folder / "marts"
    marts.mkdir(parents=True)
    with duckdb.connect(":memory:") as connection:
        create(connection, tables)
        for mart in _COLUMNS:
            connection.execute(f"copy \"{mart}\" to '{marts / mart}.parquet' (format parquet)")
    return marts


@contextmanager
def opened(tables: Tables, run: Mapping[str, Any], withheld: Sequence[str]) -> Iterator[RunMarts]:
    """The marts of a run, in memory."""
    with duckdb.connect(":memory:") as connection:
        create(connection, tables, withheld)
        names = frozenset(_COLUMNS) - set(withheld)
        yield RunMarts(PublishedMarts(connection, names), read_run(run))


def explained(
    subject: str,
    id_: str,
    tables: Tables,
    before: Tables | None = None,
    *,
    withheld: Sequence[str] = (),
    run: Mapping[str, Any] | None = None,
) -> Explanation:
    """The explanation of an id, compared with the previous day if its tables are given."""
    yesterday = AS_OF - timedelta(days=1)
    with ExitStack() as stack:
        marts = stack.enter_context(opened(tables, run or manifest(), withheld))
        earlier = None
        if before is not None:
            marts_before = stack.enter_context(opened(before, manifest(yesterday), ()))
            earlier = Earlier(Position(yesterday, yesterday, "run_before"), marts_before)
        explanation = explain(Subject(subject), id_, marts, earlier)
    assert explanation is not None
    return explanation


def part(explanation: Explanation, key: str) -> Part:
    """One section of an explanation."""
    return next(each for each in explanation.parts if each.key == key)


def words(explanation: Explanation, key: str) -> str:
    """The sentences and notes of one section."""
    section = part(explanation, key)
    return " ".join(each.written() for each in (*section.sentences, *section.notes))


def rows(explanation: Explanation, key: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of the table of one section."""
    table = part(explanation, key).table
    if table is None:
        return []
    places = [[each.key for each in table.columns].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in table.rows]

"""A small published day: a few rows per mart, with the columns that readers rely on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

AS_OF = date(2026, 6, 30)

_COLUMNS = {
    "open_items": "item_id varchar, item_kind varchar, debtor_id varchar, invoice_id varchar, "
    "instalment_no bigint, debt_type varchar, service_code varchar, document_date date, "
    "due_date date, original_amount decimal(18,2), outstanding_amount decimal(18,2), "
    "days_past_due bigint, age_band varchar, is_disputed boolean, is_held boolean, "
    "arrangement_id varchar",
    "aged_debt": "debtor_id varchar, debt_type varchar, service_code varchar, age_band varchar, "
    "outstanding_amount decimal(18,2), item_count bigint",
    "aged_debt_history": "debt_type varchar, service_code varchar, age_band varchar, "
    "outstanding_amount decimal(18,2), item_count bigint",
    "arrangement_compliance": "arrangement_id varchar, debtor_id varchar, status varchar, "
    "total_amount decimal(18,2), expected_balance decimal(18,2), actual_balance decimal(18,2), "
    "shortfall_amount decimal(18,2), paid_to_date decimal(18,2), instalments_expected bigint, "
    "next_due_on date, days_past_due bigint, delinquent_days bigint, breached_on date, "
    "reason varchar",
    "recovery_stages": "invoice_id varchar, debtor_id varchar, balance decimal(18,2), "
    "blocked_by varchar",
    "recovery_worklist": "debtor_id varchar, action_code varchar, stage_order bigint, "
    "invoice_ids varchar, amount decimal(18,2), days_waiting bigint, "
    "is_contact_limit_reached boolean",
    "diary": "action_id varchar, debtor_id varchar, days_overdue bigint",
    "contacts_in_error": "error_code varchar, was_known_that_day boolean, amount decimal(18,2)",
    "promises": "status varchar, promised_amount decimal(18,2)",
    "agency_placements_proposed": "is_proposed boolean, refusal_reasons varchar, "
    "outstanding_amount decimal(18,2)",
    "kpis": "kpi_code varchar, period_kind varchar, period_start date, period_end date, "
    "value decimal(18,2), unit varchar, target decimal(18,2), met boolean, "
    "numerator decimal(18,2), denominator decimal(18,2), previous_value decimal(18,2), "
    "trend varchar, direction varchar, definition varchar",
    "suspense": "receipt_id varchar, received_on date, amount decimal(18,2), "
    "days_in_suspense bigint, owner varchar, noted_on date",
    "suspense_roll_forward": "period_start date, opening_balance decimal(18,2), "
    "received decimal(18,2), identifications decimal(18,2), reversals decimal(18,2), "
    "refunds decimal(18,2), closing_balance decimal(18,2)",
    "write_off_decisions": "request_id varchar, invoice_id varchar, debtor_id varchar, "
    "amount decimal(18,2), reason_code varchar, decision varchar, failed_checks varchar, "
    "aggregate_12m decimal(18,2), authority_band varchar",
    "write_off_schedule": "request_id varchar, invoice_id varchar, debtor_id varchar, "
    "amount decimal(18,2), reason_code varchar, approved_by varchar, approved_on date",
    "credits_review": "period_start date, credit_kind varchar, raised_by varchar, "
    "reason_code varchar, credit_count bigint, credit_amount decimal(18,2), "
    "largest_amount decimal(18,2), above_limit_count bigint, just_below_limit_count bigint, "
    "without_approver_count bigint, self_approved_count bigint, bad_debt_reason_count bigint, "
    "without_invoice_count bigint, near_year_end_count bigint, after_recovery_count bigint",
    "movement_proof": "period_start date, period_end date, debt_type varchar, "
    "opening_balance decimal(18,2), invoices decimal(18,2), credit_notes decimal(18,2), "
    "receipts decimal(18,2), reversals decimal(18,2), refunds decimal(18,2), "
    "adjustments decimal(18,2), write_offs decimal(18,2), write_backs decimal(18,2), "
    "closing_balance decimal(18,2), difference decimal(18,2)",
    "control_reconciliation": "control_code varchar, account_code varchar, "
    "expected_amount decimal(18,2), actual_amount decimal(18,2), difference_amount decimal(18,2), "
    "status varchar, explanation varchar",
    "reconciliation_exceptions": "control_code varchar, account_code varchar, item_type varchar, "
    "item_id varchar, amount decimal(18,2), explanation varchar",
    "aged_debt_as_signed": "item_id varchar, debt_type varchar, service_code varchar, "
    "age_band varchar, outstanding_amount decimal(18,2)",
    "write_offs_by_reason": "year_end date, reason_code varchar, reason_name varchar, "
    "authority_band varchar, approver_role varchar, write_off_count bigint, "
    "written_off_amount decimal(18,2), vat_amount decimal(18,2), largest_amount decimal(18,2), "
    "write_back_count bigint, written_back_amount decimal(18,2), net_amount decimal(18,2)",
    "reconciliation_certificates": "control_code varchar, control varchar, period_end date, "
    "prepared_by varchar, reviewed_by varchar, signed_on date, status varchar, "
    "is_certified boolean",
    "audit_samples": "year_end date, population varchar, sample_kind varchar, draw_no bigint, "
    "item_kind varchar, item_id varchar, debtor_id varchar, dated_on date, "
    "amount decimal(18,2), reasons varchar, source_file varchar, source_line bigint, "
    "population_count bigint, population_amount decimal(18,2), seed varchar",
    "bad_debt_provision": "debt_type varchar, party_type varchar, age_band varchar, "
    "outstanding_amount decimal(18,2), rate decimal(9,6), provision_amount decimal(18,2)",
    "provision_bridge": "opening_on date, debt_type varchar, "
    "opening_provision_amount decimal(18,2), new_debt_amount decimal(18,2), "
    "collected_amount decimal(18,2), written_off_amount decimal(18,2), "
    "credited_amount decimal(18,2), aged_amount decimal(18,2), "
    "policy_changed_amount decimal(18,2), rounding_amount decimal(18,2), "
    "closing_provision_amount decimal(18,2), charge_amount decimal(18,2), "
    "difference decimal(18,2)",
    "provision_back_test": "cohort_on date, debt_type varchar, opening_amount decimal(18,2), "
    "provided_then_amount decimal(18,2), collected_amount decimal(18,2), "
    "credited_amount decimal(18,2), written_off_amount decimal(18,2), "
    "still_open_amount decimal(18,2), loss_amount decimal(18,2), "
    "over_provided_amount decimal(18,2)",
    "data_quality_results": "check_code varchar, description varchar, severity varchar, "
    "population bigint, exceptions bigint, exceptions_value decimal(18,2), status varchar, "
    "owner varchar, missing_feed varchar, gate varchar",
    "data_quality_history": "check_code varchar, exceptions bigint, "
    "exceptions_value decimal(18,2), owner varchar",
}
_POSITION = "as_of_date date, known_at date"
_HISTORIES = ("aged_debt_history", "aged_debt_as_signed")

Rows = list[tuple[Any, ...]]


def item(
    number: int,
    amount: str,
    *,
    due: date | None,
    band: str,
    debt_type: str | None = "sundry",
    debtor: str = "D1",
    flags: str = "",
    arrangement: str | None = None,
) -> tuple[Any, ...]:
    """One open item; without a due date it is an unallocated credit; flags: disputed, held."""
    kind = "unallocated_receipt" if due is None else "invoice"
    days = None if due is None else (AS_OF - due).days
    service = None if due is None else "S1"
    money = Decimal(amount)
    return (
        f"I{number}", kind, debtor, f"I{number}", None, debt_type, service, due, due, abs(money),
        money, days, band, "disputed" in flags, "held" in flags, arrangement,
    )  # fmt: skip


def aged(items: Sequence[tuple[Any, ...]]) -> Rows:
    """The aged debt of those items, one row each; the report adds them up."""
    return [(row[2], row[5], row[6], row[12], row[10], 1) for row in items]


ITEMS = [
    item(1, "100.10", due=date(2026, 7, 10), band="not_due"),
    item(2, "200.20", due=date(2026, 6, 1), band="d001_030", flags="disputed held"),
    item(3, "300.30", due=date(2026, 3, 31), band="d091_120", debtor="D2", flags="held"),
    item(
        4, "1000.40", due=date(2025, 6, 30), band="d181_365", debt_type="adult_social_care",
        debtor="D2", arrangement="A1",
    ),
    item(5, "2000.50", due=date(2025, 6, 29), band="y1_2", debt_type="adult_social_care"),
    item(6, "-50.05", due=None, band="unallocated_credit", debt_type=None),
]  # fmt: skip


def proof(
    start: date, end: date, debt_type: str | None, opening: str, invoices: str, receipts: str,
    closing: str, difference: str = "0",
) -> tuple[Any, ...]:  # fmt: skip
    """One month of one debt type with invoices and receipts only."""
    nil = Decimal(0)
    return (
        start, end, debt_type, Decimal(opening), Decimal(invoices), nil, Decimal(receipts), nil,
        nil, nil, nil, nil, Decimal(closing), Decimal(difference),
    )  # fmt: skip


def arrangement(number: int, status: str, figures: Sequence[str] | None) -> tuple[Any, ...]:
    """One arrangement; figures are expected, actual, shortfall, paid."""
    expected, actual, short, paid = [Decimal(f) for f in figures] if figures else [None] * 4
    late = 45 if status == "breached" else 0
    return (
        f"A{number}", f"D{number}", status, Decimal("600.00"), expected, actual, short, paid, 1,
        None, late, late, None, None,
    )  # fmt: skip


def kpi(code: str, kind: str, start: date, value: str | None, **more: Any) -> tuple[Any, ...]:
    """One key figure of a period, by default a percentage without target or trend."""
    other = {
        "unit": "%", "target": None, "met": None, "numerator": "0", "denominator": "0",
        "before": None, "trend": None, "direction": "at_least",
    } | more  # fmt: skip
    money = {
        name: None if other[name] is None else Decimal(other[name])
        for name in ("target", "numerator", "denominator", "before")
    }
    return (
        code, kind, start, AS_OF, None if value is None else Decimal(value), other["unit"],
        money["target"], other["met"], money["numerator"], money["denominator"], money["before"],
        other["trend"], other["direction"], f"What {code} divides.",
    )  # fmt: skip


def decision(number: int, amount: str, outcome: str, failed: str = "") -> tuple[Any, ...]:
    """One write-off request."""
    money = Decimal(amount)
    return (
        f"Q{number}", f"I{number}", f"D{number}", money, "L1", outcome, failed, money, "B",
    )  # fmt: skip


def tables() -> dict[str, Rows]:
    """The rows of an ordinary day."""
    return {
        "open_items": list(ITEMS),
        "aged_debt": aged(ITEMS),
        "aged_debt_history": [],
        "arrangement_compliance": [
            arrangement(1, "live", ["400.00", "350.00", "0.00", "250.00"]),
            arrangement(2, "breached", ["300.00", "500.25", "200.25", "99.75"]),
            arrangement(3, "not_evaluated", None),
        ],
        "recovery_stages": [
            ("I2", "D1", Decimal("200.20"), "dispute,hold"),
            ("I3", "D2", Decimal("300.30"), "hold"),
            ("I4", "D2", Decimal("1000.40"), None),
        ],
        "recovery_worklist": [
            ("D2", "reminder", 1, "I4,I7", Decimal("1100.40"), 12, False),
            ("D3", "reminder", 1, "I8", Decimal("20.00"), 30, True),
            ("D4", "final_notice", 2, "I9", Decimal("50.00"), 0, False),
        ],
        "contacts_in_error": [
            ("statutory_hold", False, Decimal("80.00")),
            ("statutory_hold", True, Decimal("20.00")),
            ("stage_skipped", True, Decimal("5.50")),
        ],
        "promises": [],
        "agency_placements_proposed": [
            (True, None, Decimal("60.00")),
            (False, "hold,statute_barred", Decimal("70.00")),
            (False, "hold", Decimal("30.00")),
        ],
        "diary": [("N1", "D1", 9), ("N2", "D1", 0), ("N3", "D2", -4)],
        "kpis": [
            kpi("sundry_collection_rate", "trailing_12_months", date(2025, 7, 1), "89.99",
                target="90.00", met=False, before="88.50", trend="better"),
            kpi("suspense_over_30_days", "as_of", AS_OF, "0.00", unit="pounds", target="0.00",
                met=True, direction="at_most"),
            kpi("arrangements_kept", "month", date(2026, 5, 1), "80.00", target="75.00", met=True),
            kpi("arrangements_kept", "month", date(2026, 6, 1), None, target="75.00",
                before="80.00"),
            kpi("average_days_to_collect", "trailing_12_months", date(2025, 7, 1), "32.70",
                unit="days", before="32.70", trend="unchanged", direction="at_most"),
            kpi("average_days_to_collect", "month", date(2026, 6, 1), "12.00", unit="days"),
            kpi("cohort_collection_rate", "invoice_month", date(2026, 5, 1), "75.00",
                numerator="75.00", denominator="100.00"),
            kpi("cohort_collection_rate", "invoice_month", date(2026, 6, 1), None),
        ],
        "suspense": [
            ("R1", date(2026, 6, 20), Decimal("12.34"), 10, None, None),
            ("R2", date(2025, 1, 1), Decimal("1000.00"), 545, "O3", date(2026, 5, 4)),
        ],
        "suspense_roll_forward": [
            (date(2026, 5, 1), *map(Decimal, ("0", "1050", "0", "0", "0", "1050"))),
            (date(2026, 6, 1), *map(Decimal, ("1050", "12.34", "-30", "-15", "-5", "1012.34"))),
        ],
        "write_off_decisions": [
            decision(1, "75.00", "approved", "W13"),
            decision(2, "120.00", "approved"),
            decision(3, "9000.00", "refused", "W02,W04"),
            decision(4, "10.00", "refused", "W04"),
            decision(5, "40.00", "pending"),
        ],
        "write_off_schedule": [
            ("Q1", "I1", "D1", Decimal("75.00"), "L1", "O1", AS_OF),
            ("Q2", "I2", "D2", Decimal("120.00"), "L1", "O1", AS_OF),
        ],
        "credits_review": [
            credits("O1", "50.00", 2, 0),
            credits("O2", "2600.00", 3, 1, kind="recharged_to_service", reason="none"),
            credits("nobody", "20.00", 1, 0),
        ],
        "movement_proof": [
            proof(date(2026, 3, 1), date(2026, 3, 31), "sundry", "0", "500", "0", "500"),
            proof(date(2026, 4, 1), date(2026, 4, 30), "sundry", "500", "200.60", "-50", "650.60"),
            proof(date(2026, 5, 1), date(2026, 5, 31), "sundry", "650.60", "0", "-50", "600.60"),
            proof(date(2026, 5, 1), date(2026, 5, 31), None, "0", "0", "-50.05", "-50.05"),
        ],
        "control_reconciliation": [
            ("R04", "1000", Decimal("3601.50"), Decimal("3601.50"), Decimal(0), "agreed", ""),
        ],
        "reconciliation_exceptions": [],
        "data_quality_results": [
            ("R01", "Movement proof per debt type and month", "B", 4, 0, Decimal(0), "passed",
             "income_manager", None, "reconciliation"),
            ("W02", "The approver's authority reaches the amount", "B", 5, 1, Decimal("9000.00"),
             "warned", "head_of_finance", None, "write_off"),
            ("I12", "Debtor, service and officer exist", "W", 120, 2, Decimal("310.00"), "warned",
             "systems team", None, None),
        ],
    }  # fmt: skip


def credits(
    raised_by: str,
    amount: str,
    number: int,
    above: int,
    kind: str = "credit_note",
    reason: str = "PRICE",
) -> tuple[Any, ...]:
    """A row of `credits_review`: its largest credit is half of all, and none has an approver."""
    half = Decimal(amount) / 2
    counts = (above, 0, number, 0, 0, 0, 1, 0)
    return (date(2025, 7, 1), kind, raised_by, reason, number, Decimal(amount), half, *counts)


def check(code: str, status: str, **more: object) -> dict[str, object]:
    """One check of a gate as the manifest holds it."""
    return {
        "check_code": code,
        "description": f"What {code} checks",
        "severity": "B",
        "population": 10,
        "exceptions": 0,
        "exceptions_value": "0.00",
        "status": status,
        "owner": "income_manager",
    } | more


def manifest() -> dict[str, Any]:
    """The manifest of an ordinary day."""
    return {
        "run_id": "20260701T053000Z-ab12",
        "as_of_date": "2026-06-30",
        "known_at": "2026-07-01",
        "status": "published",
        "code_version": "0.1.0+5156b7b",
        "lock_sha256": "aa" * 32,
        "policy_sha256": "bb" * 32,
        "target": "duckdb",
        "started_at": "2026-07-01T05:30:00+00:00",
        "previous_manifest_sha256": "cc" * 32,
        "unreconciled": False,
        "gates": [
            {
                "name": "reconciliation",
                "status": "passed",
                "checks": 2,
                "failed_checks": [],
                "withheld": [],
                "checks_detail": [check("R01", "passed"), check("R05", "passed")],
            },
            {
                "name": "write_off",
                "status": "passed",
                "checks": 1,
                "failed_checks": [],
                "withheld": [],
                "checks_detail": [check("W21", "passed")],
            },
        ],
        "inputs": [
            file("invoices_20260629.csv", "invoices", 1000, 998, 2),
            file("invoices_20260630.csv", "invoices", 500, 500, 0),
            file(
                "export.csv", "invoices+receipts", 40, 30, 0, 10, notes=["USD treated as pounds"]
            ),
        ],
        "policy_marks": [
            {"policy_row": "age_bands/d001_030", "table": "age_bands", "key": "d001_030",
             "value": "30", "unit": "days", "basis": "proposed", "mark": "PROPOSED"},
            {"table": "age_bands", "key": "y1_2", "value": "2", "unit": "years",
             "basis": "council_policy", "mark": "SOURCED S:157"},
            {"table": "hold_types", "key": "deceased", "value": "the person", "unit": "",
             "basis": "statute", "mark": "GENERAL KNOWLEDGE"},
        ],
    }  # fmt: skip


def file(
    name: str, feed: str, read: int, accepted: int, refused: int, aside: int = 0, **more: object
) -> dict[str, object]:
    """One file as the manifest's inputs hold it."""
    return {
        "file": name,
        "sha256": "d" * 64,
        "feed": feed,
        "source": "canonical",
        "file_day": "2026-06-29",
        "rows_read": read,
        "rows_accepted": accepted,
        "rows_quarantined": refused,
        "rows_set_aside": aside,
        "control_total": "123.45",
    } | more


@dataclass
class PublishedDay:
    """A day that a test changes before it is written and reported."""

    folder: Path
    tables: dict[str, Rows] = field(default_factory=tables)
    manifest: dict[str, Any] = field(default_factory=manifest)
    earlier: dict[tuple[date, date], Rows] = field(default_factory=dict)
    signed: dict[tuple[date, date], Rows] = field(default_factory=dict)

    def gate(self, name: str) -> dict[str, Any]:
        """The gate of that name in the manifest, to be changed."""
        found: dict[str, Any] = next(g for g in self.manifest["gates"] if g["name"] == name)
        return found

    def withhold(self, gate: str, *marts: str, failed: Sequence[str]) -> None:
        """Let a gate fail: its marts have no file and the manifest says why."""
        self.gate(gate).update(status="failed", failed_checks=list(failed), withheld=list(marts))
        for mart in marts:
            del self.tables[mart]

    def write_marts(self) -> Path:
        """Write one Parquet file per mart."""
        marts = self.folder / "marts"
        marts.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(":memory:") as connection:
            for mart, rows in self.tables.items():
                positioned = [(*row, AS_OF, AS_OF) for row in rows]
                if mart in _HISTORIES:
                    of_days = self.earlier if mart == "aged_debt_history" else self.signed
                    positioned = [(*r, *pair) for pair, rs in of_days.items() for r in rs]
                if mart == "data_quality_history":
                    positioned = list(rows)
                _write_parquet(connection, mart, positioned, marts / f"{mart}.parquet")
        return marts


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, mart: str, rows: Sequence[Sequence[Any]], path: Path
) -> None:
    columns = f"{_COLUMNS[mart]}, {_POSITION}"
    connection.execute(f"create or replace table mart ({columns})")
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into mart values ({marks})", rows)
    connection.execute(f"copy mart to '{path}' (format parquet)")


def facts(source: Mapping[str, object], **changes: object) -> dict[str, object]:
    """A copy of a mapping with some keys changed."""
    return dict(source) | changes

"""Worked examples T1 to T7: the day looked at is 30 June, what is known is that of 10 July."""

from tests.laws.case_definition import Case, Expected, Files
from tests.laws.case_expectations import ages, case, nothing, rows, still_open
from tests.laws.case_rows import SERVICES, debtor, hold, invoice, receipt, reversal


def _known_on_10_july(number: str, title: str, files: Files, *expect: Expected) -> Case:
    standing: Files = {
        "debtors.csv": [],
        "services.csv": [],
        "debtors_20260601.csv": [debtor()],
        "services_20260601.csv": SERVICES,
    }
    return case(
        number, title, {**standing, **files}, *expect, as_of="2026-06-30", known_at="2026-07-10"
    )


CLOCK_CASES = (
    _known_on_10_july(
        "T01",
        "known late counts on its own day",
        {
            "invoices_20260601.csv": [invoice("A", "100.00", "2026-06-20")],
            "receipts_20260705.csv": [receipt("R", "60.00", "2026-06-25")],
        },
        still_open("invoice A 40.00"),
        rows(
            "ledger_movements",
            "movement_id effective_on known_on source_file",
            "A 2026-05-23 2026-06-01 invoices_20260601.csv",
            "R 2026-06-25 2026-07-05 receipts_20260705.csv",
        ),
    ),
    _known_on_10_july(
        "T02",
        "effective after the day looked at does not count",
        {
            "invoices_20260601.csv": [invoice("A", "100.00", "2026-06-20")],
            "receipts_20260703.csv": [receipt("R", "60.00", "2026-07-02")],
        },
        still_open("invoice A 100.00"),
        rows("ledger_movements", "movement_id", "A"),
    ),
    _known_on_10_july(
        "T03",
        "the version known on the day is current",
        {
            "invoices_20260620.csv": [invoice("A", "100.00", "2026-06-20")],
            "invoices_20260712.csv": [invoice("A", "120.00", "2026-06-20")],
        },
        still_open("invoice A 100.00"),
    ),
    _known_on_10_july(
        "T04",
        "the same content again is the same movement",
        {
            "invoices_20260602.csv": [invoice("A", "100.00", "2026-06-20")],
            "invoices_20260701.csv": [invoice("A", "100.00", "2026-06-20")],
        },
        rows(
            "ledger_movements",
            "movement_id known_on source_file",
            "A 2026-06-02 invoices_20260602.csv",
        ),
    ),
    _known_on_10_july(
        "T05",
        "a reversal counts from its own day",
        {
            "invoices_20260601.csv": [invoice("A", "100.00", "2026-06-20")],
            "receipts_20260615.csv": [receipt("R", "60.00", "2026-06-10")],
            "receipt_reversals_20260703.csv": [reversal("V", "R", "60.00", "2026-07-02")],
        },
        still_open("invoice A 40.00"),
        rows("ledger_movements", "movement_id amount", "A 100.00", "R -60.00"),
    ),
    _known_on_10_july(
        "T06",
        "backdated and known in time holds",
        {
            "invoices_20260520.csv": [invoice("A", "300.00", "2026-05-01")],
            "holds_20260709.csv": [hold("H", "breathing_space", "2026-06-03")],
        },
        rows("open_items", "item_id is_held", "A true"),
        nothing("recovery_worklist"),
    ),
    _known_on_10_july(
        "T07",
        "the corrected version decides",
        {
            "invoices_20260502.csv": [
                invoice("A", "100.00", "2026-05-31", invoice_date="2026-05-01")
            ],
            "invoices_20260701.csv": [
                invoice("A", "100.00", "2026-06-30", invoice_date="2026-05-01")
            ],
        },
        ages("A 100.00 not_due 0"),
    ),
)

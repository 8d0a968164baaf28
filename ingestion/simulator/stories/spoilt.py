"""The story of bad input: a dozen rows that must be refused, each for its own reason.

None has money that counts, and in each row about a person the debtor can be read.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor
from ingestion.simulator.cashier import Quote
from ingestion.simulator.diary import Process, later
from ingestion.simulator.layouts import COLUMNS
from ingestion.simulator.stories.cast import Part, Scene, Story


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A row to be refused: feed, key and the wrong column (blank: wrong number of cells)."""

    feed: str
    key: str
    column: str


SPOILT: Final = (
    Spoilt("invoices", "79999991", "invoice_date"),
    Spoilt("invoices", "79999992", "gross_amount"),
    Spoilt("invoices", "79999993", "due_date"),
    Spoilt("invoice_lines", "79999994", ""),
    Spoilt("receipts", "R9999991", "amount"),
    Spoilt("receipts", "R9999992", "method"),
    Spoilt("receipt_reversals", "RV999991", "reason_code"),
    Spoilt("credit_notes", "CN999991", "gross_amount"),
    Spoilt("holds", "H999991", "ends_on"),
    Spoilt("case_actions", "CA9999991", "action_code"),
    Spoilt("disputes", "DP999991", "kind"),
    Spoilt("agencies", "AG3", "commission_rate"),
    Spoilt("bank_transactions", "BT999991", "amount"),
)
EXTRA_COLUMN: Final = "till_number"
"""A column of one receipts file that no contract knows."""


def _write(scene: Scene, feed: str, cells: dict[str, str]) -> None:
    books = scene.office.books
    books.writer.cells(feed, books.today, [cells.get(column, "") for column in COLUMNS[feed]])


def _invoices(scene: Scene, debtor: Debtor) -> None:
    today = scene.office.today
    good = {
        "debtor_id": debtor.debtor_id,
        "service_code": "HALL",
        "invoice_date": f"{today}",
        "due_date": f"{later(today, 28)}",
        "net_amount": "99.99",
        "vat_amount": "20.00",
        "gross_amount": "119.99",
    }
    bad = (
        {"invoice_date": f"{today.year}-02-30"},
        {"gross_amount": "120.00"},
        {"due_date": ""},
    )
    for number, fault in enumerate(bad, start=1):
        _write(scene, "invoices", good | {"invoice_id": f"7999999{number}"} | fault)
    line = ["79999994", "1", "HALL", "L2010", "Hall", " evening", "60.00", "E", "0", "0.00", ""]
    scene.office.books.writer.cells("invoice_lines", today, line)


def _money(scene: Scene, debtor: Debtor, receipt_id: str) -> None:
    today = f"{scene.office.today}"
    receipt = {
        "received_on": today,
        "debtor_id": debtor.debtor_id,
        "method": "card",
        "amount": "45.00",
    }
    _write(scene, "receipts", receipt | {"receipt_id": "R9999991", "amount": "45.005"})
    _write(scene, "receipts", receipt | {"receipt_id": "R9999992", "method": "barter"})
    _write(
        scene,
        "receipt_reversals",
        {
            "reversal_id": "RV999991",
            "receipt_id": receipt_id,
            "reversed_on": today,
            "amount": "5.00",
            "reason_code": "mistake",
        },
    )
    _write(
        scene,
        "credit_notes",
        {
            "credit_note_id": "CN999991",
            "debtor_id": debtor.debtor_id,
            "credit_date": today,
            "net_amount": "-10.00",
            "vat_amount": "0.00",
            "gross_amount": "-10.00",
        },
    )
    _write(
        scene,
        "bank_transactions",
        {
            "bank_transaction_id": "BT999991",
            "bank_account": "INCOME",
            "booked_on": today,
            "amount": "1,250.00",
            "reference": "typed by hand",
        },
    )


def _cases(scene: Scene, debtor: Debtor, healed: Debtor) -> None:
    today = f"{scene.office.today}"
    _write(
        scene,
        "holds",
        {
            "hold_id": "H999991",
            "debtor_id": healed.debtor_id,
            "hold_type": "query",
            "starts_on": today,
            "ends_on": f"{scene.until:%d/%m/%Y}",
        },
    )
    _write(
        scene,
        "case_actions",
        {
            "action_id": "CA9999991",
            "debtor_id": debtor.debtor_id,
            "action_code": "shouted",
            "acted_on": today,
        },
    )
    _write(
        scene,
        "disputes",
        {
            "dispute_id": "DP999991",
            "debtor_id": debtor.debtor_id,
            "kind": "grumble",
            "raised_on": today,
            "category": "tone of letter",
        },
    )
    _write(
        scene,
        "agencies",
        {
            "agency_id": "AG3",
            "agency_name": "Specimen Enforcement Ltd",
            "commission_rate": "9 per cent",
        },
    )


def _spoilt(scene: Scene, debtor: Debtor, healed: Debtor) -> Process:
    """The second debtor's refused hold comes again, corrected."""
    scene.office.books.writer.extra_column("receipts", scene.ago(7), EXTRA_COLUMN)
    yield scene.ago(70)
    invoice = scene.bill(debtor, "160.00", due_ago=44)
    scene.bill(healed, "170.00", due_ago=44)
    yield scene.ago(21)
    _invoices(scene, debtor)
    yield scene.ago(14)
    _cases(scene, debtor, healed)
    yield scene.ago(10)
    _write(
        scene,
        "holds",
        {
            "hold_id": "H999991",
            "debtor_id": healed.debtor_id,
            "hold_type": "query",
            "starts_on": f"{scene.ago(14)}",
            "ends_on": f"{scene.until}",
        },
    )
    yield scene.ago(7)
    receipt = scene.office.cashier.take(
        debtor, Decimal("20.00"), "card", Quote.NAMED, invoice=invoice
    )
    _money(scene, debtor, receipt.receipt_id)


BAD_INPUT: Final = (Story(_spoilt, (Part(), Part())),)

"""The rows that count today as records with names, so that the rules read like sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from tests.laws.second_opinion.rows import Row, todays_rows


@dataclass(frozen=True)
class Lineage:
    """Where a row came from and since when it is known."""

    known_on: date
    source_file: str
    source_line: int


@dataclass(frozen=True)
class Debtor:
    debtor_id: str
    party_id: str | None
    party_type: str
    date_of_death: date | None
    preferred_channel: str | None


@dataclass(frozen=True)
class Service:
    service_code: str
    debt_type: str


@dataclass(frozen=True)
class Invoice:
    invoice_id: str
    debtor_id: str
    service_code: str
    invoice_date: date
    due_date: date
    gross_amount: Decimal
    replaces_invoice_id: str | None
    lineage: Lineage


@dataclass(frozen=True)
class InvoiceInstalment:
    invoice_id: str
    instalment_no: int
    due_date: date
    amount: Decimal


@dataclass(frozen=True)
class CreditNote:
    credit_note_id: str
    debtor_id: str
    invoice_id: str | None
    credit_date: date
    gross_amount: Decimal
    lineage: Lineage


@dataclass(frozen=True)
class Receipt:
    receipt_id: str
    received_on: date
    amount: Decimal
    debtor_id: str | None
    invoice_id: str | None
    reference: str | None
    lineage: Lineage


@dataclass(frozen=True)
class Reversal:
    reversal_id: str
    receipt_id: str
    reversed_on: date
    amount: Decimal
    lineage: Lineage


@dataclass(frozen=True)
class Refund:
    refund_id: str
    debtor_id: str | None
    receipt_id: str | None
    refunded_on: date
    amount: Decimal
    lineage: Lineage


@dataclass(frozen=True)
class AllocationRow:
    allocation_id: str
    source_type: str
    source_id: str
    invoice_id: str
    instalment_no: int | None
    allocated_on: date
    amount: Decimal


@dataclass(frozen=True)
class Adjustment:
    adjustment_id: str
    debtor_id: str
    invoice_id: str | None
    adjusted_on: date
    amount: Decimal
    lineage: Lineage


@dataclass(frozen=True)
class WriteOff:
    write_off_id: str
    invoice_id: str
    debtor_id: str
    written_off_on: date
    amount: Decimal
    lineage: Lineage


@dataclass(frozen=True)
class WriteBack:
    write_back_id: str
    write_off_id: str
    written_back_on: date
    amount: Decimal
    lineage: Lineage


@dataclass(frozen=True)
class Arrangement:
    arrangement_id: str
    debtor_id: str
    agreed_on: date
    first_due_on: date
    frequency: str
    instalment_amount: Decimal
    total_amount: Decimal
    initial_amount: Decimal | None
    initial_due_on: date | None
    kind: str | None
    cancelled_on: date | None

    @property
    def age(self) -> tuple[date, str]:
        """Later arrangements are greater: by the day of the agreement, then by id."""
        return self.agreed_on, self.arrangement_id


@dataclass(frozen=True)
class ArrangementInvoice:
    arrangement_id: str
    invoice_id: str


@dataclass(frozen=True)
class Hold:
    hold_id: str
    debtor_id: str
    invoice_id: str | None
    arrangement_id: str | None
    hold_type: str
    starts_on: date
    ends_on: date | None
    order_date: date | None


@dataclass(frozen=True)
class Dispute:
    dispute_id: str
    debtor_id: str
    invoice_id: str | None
    kind: str
    raised_on: date
    resolved_on: date | None


@dataclass(frozen=True)
class CaseAction:
    action_id: str
    debtor_id: str
    invoice_id: str | None
    action_code: str
    acted_on: date
    officer_id: str | None
    outcome_code: str | None
    diary_on: date | None
    diary_done_on: date | None


@dataclass(frozen=True)
class CaseActionInvoice:
    action_id: str
    invoice_id: str


@dataclass(frozen=True)
class AgencyPlacement:
    placement_id: str
    invoice_id: str
    placed_on: date
    recall_acknowledged_on: date | None
    closed_on: date | None


@dataclass(frozen=True)
class LegalCase:
    case_id: str
    invoice_id: str
    referred_on: date
    closed_on: date | None


@dataclass(frozen=True)
class Books:
    """Everything that counts on a day, and the day.

    Attributes:
        actions_that_list: ids of the actions that ever listed an invoice, withdrawn or not.
    """

    as_of: date
    debtors: Mapping[str, Debtor]
    services: Mapping[str, Service]
    invoices: Mapping[str, Invoice]
    invoice_instalments: tuple[InvoiceInstalment, ...]
    credit_notes: Mapping[str, CreditNote]
    receipts: Mapping[str, Receipt]
    reversals: tuple[Reversal, ...]
    refunds: tuple[Refund, ...]
    allocations: tuple[AllocationRow, ...]
    adjustments: tuple[Adjustment, ...]
    write_offs: Mapping[str, WriteOff]
    write_backs: tuple[WriteBack, ...]
    arrangements: Mapping[str, Arrangement]
    arrangement_invoices: tuple[ArrangementInvoice, ...]
    holds: tuple[Hold, ...]
    disputes: tuple[Dispute, ...]
    case_actions: tuple[CaseAction, ...]
    case_action_invoices: tuple[CaseActionInvoice, ...]
    actions_that_list: frozenset[str]
    agency_placements: tuple[AgencyPlacement, ...]
    legal_cases: tuple[LegalCase, ...]

    def has_come(self, day: date | None) -> bool:
        """Whether it happened by the day looked at; what lies after it counts as blank."""
        return day is not None and day <= self.as_of


R = TypeVar("R")


def open_the_books(rows: Iterable[Row], as_of: date, known_at: date) -> Books:
    """The books of a day.

    A reversal, write-back or refund counts only while the receipt or write-off that it names is in
    the set too; an allocation row likewise, which the allocation sees to.
    """
    rows = list(rows)
    todays = todays_rows(rows, as_of, known_at)
    receipts = {each.receipt_id: each for each in _records(Receipt, todays["receipts"])}
    write_offs = {each.write_off_id: each for each in _records(WriteOff, todays["write_offs"])}
    reversals = _records(Reversal, todays["receipt_reversals"])
    refunds = _records(Refund, todays["refunds"])
    write_backs = _records(WriteBack, todays["write_backs"])
    return Books(
        as_of=as_of,
        debtors={each.debtor_id: each for each in _records(Debtor, todays["debtors"])},
        services={each.service_code: each for each in _records(Service, todays["services"])},
        invoices={each.invoice_id: each for each in _records(Invoice, todays["invoices"])},
        invoice_instalments=_records(InvoiceInstalment, todays["invoice_instalments"]),
        credit_notes={
            each.credit_note_id: each for each in _records(CreditNote, todays["credit_notes"])
        },
        receipts=receipts,
        reversals=tuple(each for each in reversals if each.receipt_id in receipts),
        refunds=tuple(
            each for each in refunds if each.receipt_id is None or each.receipt_id in receipts
        ),
        allocations=_records(AllocationRow, todays["allocations"]),
        adjustments=_records(Adjustment, todays["adjustments"]),
        write_offs=write_offs,
        write_backs=tuple(each for each in write_backs if each.write_off_id in write_offs),
        arrangements={
            each.arrangement_id: each for each in _records(Arrangement, todays["arrangements"])
        },
        arrangement_invoices=_records(ArrangementInvoice, todays["arrangement_invoices"]),
        holds=_records(Hold, todays["holds"]),
        disputes=_records(Dispute, todays["disputes"]),
        case_actions=_records(CaseAction, todays["case_actions"]),
        case_action_invoices=_records(CaseActionInvoice, todays["case_action_invoices"]),
        actions_that_list=frozenset(
            str(row.cells["action_id"])
            for row in rows
            if row.feed == "case_action_invoices" and row.known_on <= known_at
        ),
        agency_placements=_records(AgencyPlacement, todays["agency_placements"]),
        legal_cases=_records(LegalCase, todays["legal_cases"]),
    )


def _records(kind: type[R], rows: Iterable[Row]) -> tuple[R, ...]:
    return tuple(_record(kind, row) for row in rows)


def _record(kind: type[R], row: Row) -> R:
    lineage = Lineage(row.known_on, row.source_file, row.source_line)
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    cells: dict[str, Any] = {name: row.cells.get(name) for name in names}
    if "lineage" in names:
        cells["lineage"] = lineage
    return kind(**cells)

"""The explanation of a payment arrangement."""

from collections.abc import Iterator, Sequence

from reports.explanation import allocations, arrangement_status, movements
from reports.explanation.explanation import Account, Figure, Part
from reports.explanation.open_items import policy_words
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, joined, say
from reports.explanation.table import Column, Table

_FREQUENCIES = {
    "weekly": "weekly",
    "fortnightly": "fortnightly",
    "four_weekly": "four-weekly",
    "monthly": "monthly",
}
_TOLERANCES = ("arrangement_rules/tolerance_days", "arrangement_rules/tolerance_amount")


def account(marts: RunMarts, arrangement_id: str) -> Account | None:
    """The account of an arrangement; None if the run has no arrangement with this id."""
    row = marts.only("arrangement_compliance", arrangement_id=arrangement_id)
    if row is None:
        return None
    instalments = marts.matching("arrangement_instalments", arrangement_id=arrangement_id)
    owned = marts.matching("arrangement_invoices", arrangement_id=arrangement_id)
    invoices = marts.among("invoices", invoice_id=[each["invoice_id"] for each in owned])
    made = _its_allocations(marts, row, owned)
    owners = {each["invoice_id"]: each["debtor_id"] for each in invoices}
    moved = movements.of_invoices(marts, owners, made, row.get("agreed_on"))
    return Account(
        summary=_summary(row),
        facts=row,
        balance=movements.balance_of(moved),
        movements=tuple(moved),
        allocations=tuple(made),
        figures=tuple(_figures(row, owned)),
        parts=(
            _status_part(marts, row, instalments),
            _instalment_part(row, instalments),
            _invoice_part(owned),
            _movement_part(moved),
            _allocation_part(made),
        ),
    )


def _its_allocations(
    marts: RunMarts, row: Row, owned: Sequence[Row]
) -> list[allocations.Allocation]:
    """The allocations to its invoices, without adjustments made after the agreement."""
    invoice_ids = [each["invoice_id"] for each in owned]
    made = allocations.read(marts.among("allocations", invoice_id=invoice_ids))
    if row.get("agreed_on") is None:
        return made
    later = {
        each["movement_id"]
        for each in marts.among("ledger_movements", invoice_id=invoice_ids)
        if each["movement_type"] == "adjustment" and each["effective_on"] > row["agreed_on"]
    }
    return [each for each in made if each.item_kind != "adjustment" or each.item_id not in later]


def _summary(row: Row) -> Sentence:
    return joined(
        [
            say(
                "Arrangement {id} with debtor {debtor}: {total}" + _plan(row) + "; ",
                id=row["arrangement_id"],
                debtor=row["debtor_id"],
                total=row["total_amount"],
                instalment=row.get("instalment_amount"),
                frequency=_FREQUENCIES.get(row.get("frequency") or "", ""),
                agreed=row.get("agreed_on"),
            ),
            arrangement_status.in_short(row),
            say("; {paid} paid to date", paid=row["paid_to_date"])
            if row.get("paid_to_date") is not None
            else None,
            say(", next due {next}", next=row["next_due_on"]) if row.get("next_due_on") else None,
            say("."),
        ],
        "",
    )


def _plan(row: Row) -> str:
    if row.get("agreed_on") is None:
        return " agreed"
    if row.get("frequency") == "one_off":
        return " in one payment, agreed on {agreed}"
    return " in {frequency} instalments of {instalment}, agreed on {agreed}"


def _figures(row: Row, owned: Sequence[Row]) -> Iterator[Figure]:
    for column, label in (
        ("status", "Status"),
        ("total_amount", "Amount agreed"),
        ("instalment_amount", "Instalment"),
        ("expected_balance", "Expected balance"),
        ("actual_balance", "Actual balance"),
        ("instalments_expected", "Instalments expected by now"),
        ("breached_on", "In breach since"),
        ("cancelled_on", "Cancelled on"),
        ("superseded_by", "Superseded by"),
        ("reason", "Why it is not evaluated"),
    ):
        yield Figure(column, say(label), row.get(column))
    yield Figure(
        "source",
        say("Source of its terms"),
        movements.source_of(row.get("source_file"), row.get("source_line")).written(),
    )
    yield Figure(
        "invoices",
        say("Invoices"),
        ", ".join(sorted(each["invoice_id"] for each in owned)),
    )


def _status_part(marts: RunMarts, row: Row, instalments: Sequence[Row]) -> Part:
    return Part(
        "status",
        "Why this status",
        (
            *arrangement_status.why(row, instalments),
            arrangement_status.terms(row),
            *(
                policy_words(marts, each)
                for each in _TOLERANCES
                if row["status"] in ("live", "breached") and marts.policy(each)
            ),
        ),
    )


_INSTALMENTS = (
    Column("instalment_no", "Number", is_figure=True),
    Column("due_on", "Due"),
    Column("amount", "Amount", is_figure=True),
    Column("cumulative_amount", "Total due", is_figure=True),
    Column("is_met", "Paid"),
)


def _instalment_part(row: Row, instalments: Sequence[Row]) -> Part:
    paid = row.get("paid_to_date")
    rows = tuple(
        (
            each["instalment_no"],
            each["due_on"],
            each["amount"],
            each["cumulative_amount"],
            None if paid is None else each["cumulative_amount"] <= paid,
        )
        for each in sorted(instalments, key=lambda each: each["instalment_no"])
    )
    return Part(
        "instalments",
        "Instalments",
        () if rows else (say("Its instalments cannot be calculated."),),
        Table(_INSTALMENTS, rows) if rows else None,
        (say("Number 0 is the initial payment."),) if rows and rows[0][0] == 0 else (),
    )


_INVOICES = (
    Column("invoice_id", "Invoice"),
    Column("counted_amount", "Included", is_figure=True),
    Column("settled_amount", "Settled", is_figure=True),
    Column("outstanding_amount", "Outstanding", is_figure=True),
)


def _invoice_part(owned: Sequence[Row]) -> Part:
    ordered = sorted(owned, key=lambda each: each["invoice_id"])
    rows = tuple(tuple(each[column.key] for column in _INVOICES) for each in ordered)
    unknown = [each for each in owned if each["counted_amount"] is None]
    return Part(
        "invoices",
        "Invoices",
        tuple(say("Invoice {id} is not in the data.", id=each["invoice_id"]) for each in unknown)
        if rows
        else (say("No invoice of this arrangement is in the data."),),
        Table(_INVOICES, rows) if rows else None,
    )


def _movement_part(moved: Sequence[movements.Movement]) -> Part:
    return Part(
        "movements",
        "Movements on its invoices",
        () if moved else (say("There are no movements on its invoices."),),
        movements.table_of(moved) if moved else None,
        tuple(_notes(moved)),
    )


def _notes(moved: Sequence[movements.Movement]) -> Iterator[Sentence]:
    if any(each.counted != each.amount for each in moved):
        yield say(
            '"Counts here" is the part of a movement that belongs to these invoices. Adjustments '
            "made after the agreement do not count."
        )
    if moved:
        yield say("The last balance is the amount outstanding.")


def _allocation_part(made: Sequence[allocations.Allocation]) -> Part:
    return Part(
        "allocations",
        "Payments and credits matched to its invoices",
        () if made else (say("No payment or credit is matched to its invoices yet."),),
        allocations.table_of(made) if made else None,
        allocations.rules_of(made),
    )

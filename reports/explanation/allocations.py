"""Allocations: which credit settles which debit, and the rule that matched them, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.explanation.run_marts import Row
from reports.explanation.sentence import Sentence, say
from reports.explanation.table import Column, Table
from reports.site import wording

_RULES = {
    "feed": "the source system allocated it",
    "named": "the credit names this invoice",
    "reference": "the receipt quotes this invoice, or an arrangement that covers it",
    "arrangement": "the receipt quotes nothing; the debtor's current arrangement covers it",
    "oldest_first": "the receipt quotes nothing; it settles the debtor's oldest due date first",
}
_CREDITS = {
    "receipt": "receipt",
    "credit_note": "credit note",
    "write_off": "write-off",
    "adjustment": "negative adjustment",
}


@dataclass(frozen=True)
class Allocation:
    """The part of one debit, in pounds, that one credit settles by one rule."""

    source_type: str
    source_id: str
    item_kind: str
    item_id: str
    invoice_id: str | None
    credited_on: date | None
    amount: Decimal
    rule: str

    @property
    def source(self) -> tuple[str, str]:
        """Type and id of the credit."""
        return (self.source_type, self.source_id)

    @property
    def key(self) -> tuple[str, ...]:
        """The key that identifies the allocation in every run."""
        return (*self.source, self.item_kind, self.item_id, self.rule)

    @property
    def short(self) -> Sentence:
        """Such as: receipt R-1 settles invoice 1001."""
        return say(
            "{credit} {id} settles {kind} {item}",
            credit=_CREDITS.get(self.source_type, self.source_type),
            id=self.source_id,
            kind=self.item_kind,
            item=self.item_id,
        )


def why(rule: str) -> str:
    """What a rule means."""
    return _RULES.get(rule, "no description of this rule")


def read(rows: Iterable[Row]) -> list[Allocation]:
    """Rows of `allocations`, sorted by the date of the credit."""
    allocations = [
        Allocation(
            source_type=row["source_type"],
            source_id=row["source_id"],
            item_kind=row.get("item_kind") or "invoice",
            item_id=row.get("item_id") or row["invoice_id"],
            invoice_id=row.get("invoice_id"),
            credited_on=row.get("credited_on"),
            amount=row["allocated_amount"],
            rule=row["allocation_rule"],
        )
        for row in rows
    ]
    return sorted(allocations, key=lambda each: (each.credited_on or date.min, each.key))


def rules_of(allocations: Iterable[Allocation]) -> tuple[Sentence, ...]:
    """What each rule used by the allocations means."""
    used = {each.rule for each in allocations}
    return tuple(
        say("{rule}: {why}.", rule=wording.name(rule), why=why(rule))
        for rule in (*_RULES, *sorted(used - set(_RULES)))
        if rule in used
    )


_COLUMNS = (
    Column("credited_on", "Date"),
    Column("source_type", "Credit"),
    Column("source_id", "Id"),
    Column("item_kind", "Settles"),
    Column("item_id", "Item"),
    Column("allocated_amount", "Amount", is_figure=True),
    Column("allocation_rule", "Rule"),
    Column("why", "Reason", is_shown=False),
)


def table_of(allocations: Sequence[Allocation]) -> Table:
    """One row for each allocation."""
    return Table(
        _COLUMNS,
        tuple(
            (
                each.credited_on,
                each.source_type,
                each.source_id,
                each.item_kind,
                each.item_id,
                each.amount,
                each.rule,
                why(each.rule),
            )
            for each in allocations
        ),
    )

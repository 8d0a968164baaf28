"""Owns what credits settle what debits, each with the rule that made it, told in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.explanation.run_marts import Row
from reports.explanation.sentence import Sentence, say
from reports.explanation.table import Column, Table

_RULES = {
    "feed": "the source system's own allocation row says so",
    "named": "the credit names this invoice",
    "reference": "the receipt's reference is this invoice, or an arrangement that owns it",
    "arrangement": "the receipt names nothing; the debtor's arrangement in force owns this invoice",
    "oldest_first": "the receipt names nothing; the debtor's debts are settled by due date",
}
_CREDITS = {
    "receipt": "receipt",
    "credit_note": "credit note",
    "write_off": "write-off",
    "adjustment": "negative adjustment",
}


@dataclass(frozen=True)
class Allocation:
    """What one credit settles of one debit by one rule, in pounds."""

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
        """The movement that is the credit."""
        return (self.source_type, self.source_id)

    @property
    def key(self) -> tuple[str, ...]:
        """What identifies it in every run."""
        return (*self.source, self.item_kind, self.item_id, self.rule)

    @property
    def short(self) -> Sentence:
        """What settles what."""
        return say(
            "{credit} {id} settles {kind} {item}",
            credit=_CREDITS.get(self.source_type, self.source_type),
            id=self.source_id,
            kind=self.item_kind,
            item=self.item_id,
        )


def why(rule: str) -> str:
    """A rule in words."""
    return _RULES.get(rule, "a rule without words")


def read(rows: Iterable[Row]) -> list[Allocation]:
    """Rows of `allocations`, in order of the credits' dates."""
    found = [
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
    return sorted(found, key=lambda each: (each.credited_on or date.min, each.key))


def rules_of(allocations: Iterable[Allocation]) -> tuple[Sentence, ...]:
    """What each rule among the allocations means."""
    met = {each.rule for each in allocations}
    return tuple(
        say("Rule {rule}: {why}.", rule=rule, why=why(rule))
        for rule in (*_RULES, *sorted(met - set(_RULES)))
        if rule in met
    )


_COLUMNS = (
    Column("credited_on", "Date"),
    Column("source_type", "Credit"),
    Column("source_id", "Id"),
    Column("item_kind", "Settles"),
    Column("item_id", "Item"),
    Column("allocated_amount", "Amount", is_figure=True),
    Column("allocation_rule", "Rule"),
    Column("why", "Because", is_told=False),
)


def table_of(allocations: Sequence[Allocation]) -> Table:
    """The allocations, one line each."""
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

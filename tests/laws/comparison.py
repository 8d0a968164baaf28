"""Where two answers about a shared ledger of many councils differ, council by council."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tests.laws.case_definition import as_text, is_id_column

FIXED_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "ledger_movements": (
        "movement_id",
        "movement_type",
        "debtor_id",
        "invoice_id",
        "effective_on",
        "known_on",
        "amount",
        "source_file",
        "source_line",
    ),
    "allocations": (
        "source_type",
        "source_id",
        "invoice_id",
        "instalment_no",
        "debtor_id",
        "allocated_amount",
        "allocation_rule",
    ),
    "open_items": (
        "item_id",
        "item_kind",
        "debtor_id",
        "invoice_id",
        "instalment_no",
        "debt_type",
        "service_code",
        "document_date",
        "due_date",
        "original_amount",
        "outstanding_amount",
        "days_past_due",
        "age_band",
        "is_disputed",
        "is_held",
        "arrangement_id",
    ),
    "aged_debt": (
        "debtor_id",
        "debt_type",
        "service_code",
        "age_band",
        "outstanding_amount",
        "item_count",
    ),
    "suspense": ("receipt_id", "received_on", "amount", "days_in_suspense"),
    "arrangement_instalments": (
        "arrangement_id",
        "instalment_no",
        "due_on",
        "amount",
        "cumulative_amount",
    ),
    "arrangement_compliance": (
        "arrangement_id",
        "debtor_id",
        "status",
        "total_amount",
        "expected_balance",
        "actual_balance",
        "shortfall_amount",
        "paid_to_date",
        "instalments_expected",
        "next_due_on",
        "days_past_due",
        "delinquent_days",
        "breached_on",
    ),
    "recovery_stages": (
        "invoice_id",
        "debtor_id",
        "last_stage",
        "last_stage_on",
        "next_stage",
        "next_stage_on",
        "is_due",
        "blocked_by",
    ),
    "recovery_worklist": ("debtor_id", "action_code", "channel", "invoice_ids", "amount"),
    "diary": ("action_id", "debtor_id", "diary_on", "days_overdue", "officer_id"),
}
"""The columns that readers rely on; a reason is compared only as given or not.

What the text leaves to taste is not compared: explanations, priorities, and why something is on the
worklist.
"""

PROOF_COLUMNS = (
    "opening_balance",
    "invoices",
    "credit_notes",
    "receipts",
    "reversals",
    "refunds",
    "adjustments",
    "write_offs",
    "write_backs",
    "closing_balance",
    "difference",
)

PROVISION_COLUMNS = (
    "debt_type",
    "party_type",
    "age_band",
    "outstanding_amount",
    "rate",
    "provision_amount",
)

WITHOUT_IDS = ("movement_proof", "bad_debt_provision")
"""Marts whose rows are of all councils together."""

Mart = Iterable[Mapping[str, object]]
Line = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Rows of one mart that only one of the two answers has, for one council."""

    council: str
    mart: str
    only_first: tuple[Line, ...]
    only_second: tuple[Line, ...]

    def __str__(self) -> str:
        """The columns, then what each side has and the other does not."""
        lines = [f"council {self.council}, {self.mart}: {', '.join(columns_of(self.mart))}"]
        lines += [f"  only first:  {' | '.join(line)}" for line in self.only_first]
        lines += [f"  only second: {' | '.join(line)}" for line in self.only_second]
        return "\n".join(lines)


def columns_of(mart: str) -> tuple[str, ...]:
    """The columns in which the rows of a mart are compared."""
    with_reason = ("has_reason",) if mart == "arrangement_compliance" else ()
    return FIXED_COLUMNS[mart] + with_reason


def differences(
    first: Mapping[str, Mart],
    second: Mapping[str, Mart],
    without: frozenset[str] = frozenset(),
) -> list[Difference]:
    """Every mart with ids, row by row within each council; the lowest council first.

    Args:
        first: one answer, by mart.
        second: the other one.
        without: columns in which the answers may differ; they are shown as blank.
    """
    found = []
    for mart in FIXED_COLUMNS:
        ours = _by_council(mart, first[mart], without)
        theirs = _by_council(mart, second[mart], without)
        for council in ours.keys() | theirs.keys():
            more, less = ours[council] - theirs[council], theirs[council] - ours[council]
            if more or less:
                found.append(Difference(council, mart, _sorted(more), _sorted(less)))
    return sorted(found, key=lambda each: (each.council, each.mart))


def council_of(row: Mapping[str, object]) -> str:
    """The prefix that the ids of a row share, without its dot."""
    ids = (cell for column, cell in row.items() if is_id_column(column) and isinstance(cell, str))
    return next(ids).split(".", 1)[0]


def proof_totals(rows: Mart) -> dict[Line, tuple[Decimal, ...]]:
    """The movement proof of all councils together, by debt type and period."""
    totals: dict[Line, list[Decimal]] = defaultdict(lambda: [Decimal("0.00")] * len(PROOF_COLUMNS))
    for row in rows:
        key = tuple(as_text(row[each]) for each in ("debt_type", "period_start", "period_end"))
        amounts = [Decimal(as_text(row[column])) for column in PROOF_COLUMNS]
        totals[key] = [one + other for one, other in zip(totals[key], amounts, strict=True)]
    return {key: tuple(amounts) for key, amounts in totals.items()}


def provision_lines(rows: Mart) -> Counter[Line]:
    """The provision of all councils together, row by row."""
    return Counter(tuple(as_text(row[column]) for column in PROVISION_COLUMNS) for row in rows)


def _by_council(mart: str, rows: Mart, without: frozenset[str]) -> dict[str, Counter[Line]]:
    by_council: dict[str, Counter[Line]] = defaultdict(Counter)
    for row in rows:
        by_council[council_of(row)][_line(mart, row, without)] += 1
    return by_council


def _line(mart: str, row: Mapping[str, object], without: frozenset[str]) -> Line:
    line = tuple(
        "" if column in without else as_text(row[column]) for column in FIXED_COLUMNS[mart]
    )
    if mart == "arrangement_compliance":
        return (*line, as_text(bool(row["reason"])))
    return line


def _sorted(lines: Counter[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines.elements()))

"""What a recovery timetable may not be: without an end or an order, or with figures missing.

Pure. A timetable is resolved as in the models: for a debt type that has stages of its own in use,
of each stage the most specific row. Days and intervals that do not rise are no fault, since the
stages follow each other by their order.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ingestion.policy.policy_rules import (
    Fault,
    FaultKind,
    InForce,
    PolicyRow,
    days_of_change,
    fault,
)

SMALLEST_BALANCE = Decimal("0.01")
_NEEDED = ("sort", "not_before_days", "minimum_balance")


def faults_of_timetables(rows: Sequence[InForce], party_types: Iterable[str]) -> list[Fault]:
    """The faults of every timetable on any day, each listed once.

    Args:
        rows: Rows of `recovery_timetable` in force, figures judged before.
        party_types: Every party type; debtors of an unknown one go by the general rows.
    """
    listed: dict[tuple[FaultKind, str, int], Fault] = {}
    without_end: dict[str, str] = {}
    for day in days_of_change(rows):
        decide = [each.row for each in rows if each.on(day) and _standing(each.row) != "example"]
        ended = [each.row for each in rows if each.ends == day == each.row.stated_end]
        for debt_type in sorted({row.cells["debt_type"] for row in decide} - {""}):
            for found in _faults_on(decide, ended, debt_type, ["", *party_types], day):
                # The same balances stay for ever on the days after; another row is not to blame.
                lasting = found.kind is FaultKind.NO_END
                if lasting and without_end.setdefault(debt_type, day) != day:
                    continue
                listed.setdefault((found.kind, found.policy_row, found.line or 0), found)
    return list(listed.values())


def _standing(row: PolicyRow) -> str:
    return row.cells.get("usage") or "used"


def _faults_on(
    decide: Sequence[PolicyRow],
    ended: Sequence[PolicyRow],
    debt_type: str,
    party_types: Sequence[str],
    day: str,
) -> Iterator[Fault]:
    own = [row for row in decide if row.cells["debt_type"] == debt_type]
    if all(_standing(row) == "left_out" for row in own):
        yield _only_left_out(own, debt_type, day)
        return
    if all(_standing(row) == "left_out" for row in own if not row.cells["party_type"]):
        # Only some kinds of debtor have a timetable of this debt type.
        party_types = sorted({row.cells["party_type"] for row in own} - {""})
    for party_type in party_types:
        resolved = _resolved(decide, debt_type, party_type)
        stages = [row for row in resolved if _standing(row) == "used"]
        whom = f"{debt_type} of {party_type}" if party_type else debt_type
        if not stages:
            yield _only_left_out(resolved, whom, day)
            continue
        yield from (_missing(row, whom, day) for row in stages if _lacks(row))
        yield from _out_of_order([row for row in stages if row.cells["sort"]], whom, day)
        if all(row.cells["minimum_balance"] for row in stages):
            yield from _without_end(stages, _of(debt_type, ended), whom, day)


def _resolved(decide: Sequence[PolicyRow], debt_type: str, party_type: str) -> list[PolicyRow]:
    """Of each stage the row that decides: debt type before party type before the general one."""
    stages: dict[str, PolicyRow] = {}
    fitting = [
        row
        for row in decide
        if row.cells["debt_type"] in ("", debt_type) and row.cells["party_type"] in ("", party_type)
    ]
    for row in sorted(fitting, key=_specificity):
        stages.setdefault(row.cells["stage"], row)
    return list(stages.values())


def _of(debt_type: str, rows: Iterable[PolicyRow]) -> list[PolicyRow]:
    return [row for row in rows if row.cells["debt_type"] in ("", debt_type)]


def _specificity(row: PolicyRow) -> tuple[bool, bool, str]:
    return not row.cells["debt_type"], not row.cells["party_type"], row.name


def _lacks(row: PolicyRow) -> list[str]:
    return [column for column in _NEEDED if not row.cells.get(column)]


def _only_left_out(rows: Sequence[PolicyRow], whom: str, day: str) -> Fault:
    first, *others = sorted(rows, key=lambda row: row.name)
    as_well = "".join(f", as is {row.called}" for row in others)
    return fault(
        FaultKind.LEFT_OUT,
        first,
        f"it is left out{as_well}, so that {whom} has no stage in use from {day} on",
        "put the stages that are to be used beside it with usage used",
    )


def _missing(row: PolicyRow, whom: str, day: str) -> Fault:
    columns = ", ".join(_lacks(row))
    return fault(
        FaultKind.MISSING,
        row,
        f"{columns} is missing, so that no stage of {whom} can be reached from {day} on",
        "fill it in, or set usage to left_out",
    )


def _out_of_order(stages: Iterable[PolicyRow], whom: str, day: str) -> Iterator[Fault]:
    by_sort: dict[Decimal, list[PolicyRow]] = defaultdict(list)
    for row in stages:
        by_sort[Decimal(row.cells["sort"])].append(row)
    for sort, rows in sorted(by_sort.items()):
        first, *others = sorted(rows, key=lambda row: row.precedence)
        for row in others:
            yield fault(
                FaultKind.ORDER,
                row,
                f"sort {sort} is also that of {first.called}, so from {day} it is not clear "
                f"which of the two stages of {whom} comes first",
                "give each stage a different sort number",
            )


def _without_end(
    stages: Sequence[PolicyRow], ended: Sequence[PolicyRow], whom: str, day: str
) -> Iterator[Fault]:
    """To blame is a stage that has just ended, else the last, which should take every balance."""
    minimum = min(Decimal(row.cells["minimum_balance"]) for row in stages)
    if minimum <= SMALLEST_BALANCE:
        return
    took_all = [
        row
        for row in ended
        if row.cells["minimum_balance"]
        and Decimal(row.cells["minimum_balance"]) <= SMALLEST_BALANCE
    ]
    (to_blame,) = (took_all or sorted(stages, key=_place))[-1:]
    own = to_blame.cells["minimum_balance"]
    how = f"it ends on {day}" if took_all else f"it asks for a balance of {own}"
    yield fault(
        FaultKind.NO_END,
        to_blame,
        f"{how}, so that from {day} on a balance below {minimum}, the lowest minimum of {whom}, "
        "would stay for ever without any stage",
        "give one stage, such as write_off_review, a minimum balance of 0.01",
    )


def _place(row: PolicyRow) -> tuple[Decimal, str]:
    return Decimal(row.cells["sort"] or 0), row.name

"""The recovery timetable in force for a debt type and a party type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial

from expectations.policy import Cells, PolicyTable


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a timetable.

    Attributes:
        code: Its code.
        place: Its place in the sequence.
        not_before_days: Days after the due date.
        after_previous_days: Days after the stage done last; None where it requires none.
        minimum_pence: The lowest balance for which it is taken.
    """

    code: str
    place: int
    not_before_days: int
    after_previous_days: int | None
    minimum_pence: int


Timetable = tuple[Stage, ...]


def is_used(row: Cells) -> bool:
    """Whether the row of a stage is in use: neither switched off nor only an example."""
    return row["usage"] in ("", "used")


def timetable_for(policy: PolicyTable, on: date, debt_type: str, party_type: str) -> Timetable:
    """The stages in order, the most specific row of each; none where the debt type has no rows.

    A row with a blank debt type or party type applies to every one. If a figure is missing there
    is no timetable: it is never guessed.
    """
    rows = [row for row in policy.in_force(on) if is_used(row) or row["usage"] == "left_out"]
    if not any(row["debt_type"] == debt_type and is_used(row) for row in rows):
        return ()
    chosen: dict[str, Cells] = {}
    for row in sorted(rows, key=lambda row: (bool(row["debt_type"]), bool(row["party_type"]))):
        if row["debt_type"] in ("", debt_type) and row["party_type"] in ("", party_type):
            chosen[row["stage"]] = row
    used = [row for row in chosen.values() if is_used(row)]
    if not all(row["sort"] and row["not_before_days"] and row["minimum_balance"] for row in used):
        return ()
    return tuple(sorted((_stage(row) for row in used), key=lambda stage: stage.place))


def timetables_on(policy: PolicyTable, on: date) -> Callable[[str, str], Timetable]:
    """The timetables in force on a day, by debt type and party type; each is calculated once."""
    return cache(partial(timetable_for, policy, on))


def next_stage(timetable: Timetable, done: Mapping[str, date], pence: int) -> Stage | None:
    """The first stage that is not done yet and whose minimum the balance reaches."""
    missing = (each for each in timetable if each.code not in done)
    return next((each for each in missing if each.minimum_pence <= pence), None)


def last_done_on(timetable: Timetable, done: Mapping[str, date], before: Stage) -> date | None:
    """The day on which the stage before this one was last done."""
    days = [
        done[each.code] for each in timetable if each.code in done and each.place < before.place
    ]
    return days[-1] if days else None


def _stage(row: Cells) -> Stage:
    return Stage(
        row["stage"],
        int(row["sort"]),
        int(row["not_before_days"]),
        int(row["after_previous_days"]) if row["after_previous_days"] else None,
        int(Decimal(row["minimum_balance"]) * 100),
    )

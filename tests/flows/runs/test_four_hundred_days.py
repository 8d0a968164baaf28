"""A simulated council does for four hundred days what its worklist says, and is watched.

The inbound rows themselves decide what the list may hold. The ordinary test looks at every
sixteenth day, the long one at each of them. The gate, which may withhold a list, is not part of it:
these are the lists before any gate.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.conftest import FOR_SUMMARY
from tests.flows.raw_council import Cells
from tests.flows.working_council import (
    NEVER_PAID,
    STAGES,
    WorkingCouncil,
    never_paid_id,
    working_council,
)
from tests.flows.worklist_faults import FAULTS, TIMETABLES, Day, faults, is_plain
from tests.laws.comparison import columns_of
from tests.laws.model_marts import judge

pytestmark = pytest.mark.slow

UNTIL = date(2026, 6, 30)
DAYS = 400
EVERY = 16
LONGEST_CHAIN = 118
"""Days from the reminder to the review, where every interval of the timetable is waited for."""

LONGEST_WAIT = 2 * len(STAGES)
"""Looks: two other invoices of the debtor may each walk through their stages before it."""


@dataclass
class Watched:
    """What was seen while the council worked.

    Attributes:
        faults: everything that was wrong on any day.
        last: the last day looked at.
        busiest: the day looked at with the most different actions.
        looks: how many days were looked at.
        actions: how many actions of each stage were listed.
        first_seen: the day on which an invoice was first seen open.
        stopped: invoices that something blocked on any day looked at.
        kept_waiting: how many looks in a row an invoice was due and not listed, at most.
        plain: how many invoices and days were judged by counting days alone.
    """

    council: WorkingCouncil
    every: int
    last: Day
    busiest: Day
    faults: list[str] = field(default_factory=list)
    looks: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    first_seen: dict[str, date] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    kept_waiting: int = 0
    plain: int = 0

    def summary(self) -> str:
        """How much there was to be wrong about."""
        return (
            f"{DAYS} days of a working council: {self.looks} looked at, "
            f"{self.actions.total()} actions on {len(self.council.acted)} of "
            f"{len(self.first_seen)} invoices, {self.plain} judged by counting days alone"
        )


def watch(council: WorkingCouncil, every: int) -> Watched:
    """Lets the council work, and looks at every so manieth day."""
    watched: Watched | None = None
    waiting: Counter[str] = Counter()
    for day in council.days(every):
        if watched is None:
            watched = Watched(council, every, day, day)
        watched.last = day
        watched.busiest = max(watched.busiest, day, key=_variety)
        watched.looks += 1
        watched.faults += faults(day)
        watched.actions.update(str(row["action_code"]) for row in day.worklist)
        listed = {each for row in day.worklist for each in str(row["invoice_ids"]).split(",")}
        for row in day.stages:
            invoice_id = str(row["invoice_id"])
            watched.first_seen.setdefault(invoice_id, day.on)
            if row["blocked_by"]:
                watched.stopped.add(invoice_id)
            watched.plain += is_plain(day, str(row["debtor_id"]), invoice_id)
            is_left = row["is_due"] and invoice_id not in listed
            waiting[invoice_id] = waiting[invoice_id] + 1 if is_left else 0
        watched.kept_waiting = max(watched.kept_waiting, *waiting.values())
    assert watched is not None
    return watched


def _variety(day: Day) -> tuple[int, int]:
    return len({row["action_code"] for row in day.worklist}), len(day.worklist)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Every sixteenth day of the council; read it, do not change it."""
    folder = tmp_path_factory.mktemp("working_council")
    return watch(working_council(folder, debtors=200, days=DAYS, until=UNTIL), EVERY)


def test_every_day_looked_at_keeps_every_rule(
    watched: Watched, record_property: Callable[[str, object], None]
) -> None:
    record_property(FOR_SUMMARY, watched.summary())
    assert watched.faults == []
    assert watched.looks == 25
    assert watched.plain > 1000


def test_every_stage_of_the_timetable_is_walked_through(watched: Watched) -> None:
    assert set(watched.actions) == set(STAGES)


@pytest.mark.parametrize("amount", NEVER_PAID)
def test_a_debt_that_is_never_paid_reaches_its_end_whatever_its_balance(
    watched: Watched, amount: str
) -> None:
    done = [
        code
        for _, code, outcome in watched.council.acted[never_paid_id(amount)]
        if outcome == "done"
    ]
    assert done == [rule.code for rule in TIMETABLES["sundry"] if rule.minimum <= Decimal(amount)]
    assert done[-1] == "write_off_review"


def test_an_invoice_that_nothing_blocks_is_paid_or_reviewed(watched: Watched) -> None:
    assert not_at_an_end(watched) == []


def not_at_an_end(watched: Watched) -> list[str]:
    """Open invoices that had all the time there is, were never stopped, and are at no end.

    Each stage may wait for a look, and some come back and are done again.
    """
    rows, every = watched.last.stages_by_invoice, watched.every
    in_time = [
        invoice_id
        for invoice_id in sorted(rows.keys() - watched.stopped)
        if max(
            watched.first_seen[invoice_id] + timedelta(days=LONGEST_CHAIN + 12 * every),
            _due(watched.last, invoice_id, 366),
        )
        + timedelta(days=3 * every)
        <= watched.last.on
    ]
    assert in_time, "nobody had the time"
    return [
        f"{invoice_id}: {rows[invoice_id]['explanation']}"
        for invoice_id in in_time
        if rows[invoice_id]["next_stage"] is not None
    ]


def _due(day: Day, invoice_id: str, later: int) -> date:
    return date.fromisoformat(day.invoices[invoice_id]["due_date"]) + timedelta(days=later)


def test_what_is_open_on_the_last_day_waits_for_a_day_or_a_reason_or_is_at_its_end(
    watched: Watched,
) -> None:
    assert stuck(watched) == []


def stuck(watched: Watched) -> list[str]:
    """Invoices that nothing stops, whose day has come, and that nobody will do anything about."""
    return [
        str(row["invoice_id"])
        for row in watched.last.stages
        if not (
            row["blocked_by"]
            or row["is_due"]
            or row["next_stage"] is None
            or (row["next_stage_on"] is not None and row["next_stage_on"] > watched.last.on)  # type: ignore[operator]
        )
    ]


def test_nothing_is_due_look_after_look_without_being_done(watched: Watched) -> None:
    """One action for a debtor and day: what is due at an earlier stage has its turn after it."""
    assert watched.kept_waiting < LONGEST_WAIT


# Each rule, broken on purpose: a rule that nothing can break proves nothing.


def _more(day: Day, feed: str, *rows: Cells) -> Day:
    return replace(day, rows={**day.rows, feed: [*day.rows[feed], *rows]})


def _first(day: Day, code: str = "") -> tuple[str, str]:
    """A debtor and an invoice of the worklist, at a stage where one is named."""
    row = next(row for row in day.worklist if code in ("", row["action_code"]))
    return str(row["debtor_id"]), str(row["invoice_ids"]).split(",")[0]


def _held(day: Day, hold_type: str, debtor_id: str, **cells: str) -> Day:
    hold = {"hold_id": "H", "debtor_id": debtor_id, "hold_type": hold_type, **cells}
    return _more(day, "holds", {"starts_on": day.today, "ends_on": day.today, **hold})


def _same_person_held(day: Day) -> Day:
    debtor_id, _ = _first(day)
    others = [row for row in day.rows["debtors"] if row["debtor_id"] != debtor_id]
    own = {**_row(day, "debtors", "debtor_id", debtor_id), "party_id": "P"}
    both = [*others, own, {"debtor_id": "ELSE", "party_id": "P"}]
    return _held(replace(day, rows={**day.rows, "debtors": both}), "deceased", "ELSE")


def _row(day: Day, feed: str, column: str, cell: str) -> Cells:
    return next(row for row in day.rows[feed] if row[column] == cell)


def _changed(day: Day, feed: str, column: str, cell: str, **cells: str) -> Day:
    rows = [{**row, **cells} if row[column] == cell else row for row in day.rows[feed]]
    return replace(day, rows={**day.rows, feed: rows})


def _died(day: Day) -> Day:
    return _changed(day, "debtors", "debtor_id", _first(day)[0], date_of_death=day.today)


def _disputed(day: Day) -> Day:
    debtor_id, invoice_id = _first(day)
    dispute = {"dispute_id": "Q", "debtor_id": debtor_id, "invoice_id": invoice_id}
    return _more(day, "disputes", {**dispute, "kind": "dispute", "raised_on": day.today})


def _arranged(day: Day, status: str, breached_on: date | None) -> Day:
    listed = {"arrangement_id": "P", "invoice_id": _first(day)[1]}
    return replace(
        _more(day, "arrangement_invoices", listed),
        standings={**day.standings, "P": (status, breached_on)},
    )


def _referred(day: Day, feed: str, column: str) -> Day:
    return _more(day, feed, {column: "X", "invoice_id": _first(day)[1]})


def _without_actions(day: Day, code: str) -> Day:
    kept = [row for row in day.rows["case_actions"] if row["action_code"] != code]
    return replace(day, rows={**day.rows, "case_actions": kept})


def _due_today(day: Day) -> Day:
    return _changed(day, "invoices", "invoice_id", _first(day)[1], due_date=day.today)


def _done_today(day: Day) -> Day:
    debtor_id, invoice_id = _first(day, "final_notice")
    action = {"action_id": "A", "debtor_id": debtor_id, "invoice_id": invoice_id}
    return _more(
        day,
        "case_actions",
        {**action, "action_code": "reminder", "acted_on": day.today, "outcome_code": "done"},
    )


def _listed_otherwise(day: Day, **cells: object) -> Day:
    first, *others = day.worklist
    return replace(day, worklist=[{**first, **cells}, *others])


def _penny_more(day: Day) -> Day:
    return _listed_otherwise(day, amount=Decimal(str(day.worklist[0]["amount"])) + Decimal("0.01"))


def _paid(day: Day) -> Day:
    return replace(day, balances={**day.balances, _first(day)[1]: Decimal(0)})


def _told_otherwise(day: Day, invoice_id: str, **cells: object) -> Day:
    stages = [{**row, **cells} if row["invoice_id"] == invoice_id else row for row in day.stages]
    return replace(day, stages=stages)


def _block_not_shown(day: Day) -> Day:
    row = next(row for row in day.stages if row["next_stage"] and not row["is_due"])
    return _told_otherwise(day, str(row["invoice_id"]), blocked_by="hold")


def _without_a_plain_one(day: Day) -> Day:
    plain = next(
        row
        for row in day.worklist
        if is_plain(day, str(row["debtor_id"]), str(row["invoice_ids"]).split(",")[0])
    )
    return replace(day, worklist=[row for row in day.worklist if row != plain])


def _a_day_later(day: Day) -> Day:
    row = next(
        row
        for row in day.stages
        if row["next_stage_on"] and is_plain(day, str(row["debtor_id"]), str(row["invoice_id"]))
    )
    return _told_otherwise(day, str(row["invoice_id"]), next_stage_on=UNTIL + timedelta(days=1))


PROTECTED, STOPPED, SKIPPED, EARLY, TWICE, EXPLAINED, AMOUNTS, FORGOTTEN = FAULTS
PLANTED: Mapping[str, Iterable[Callable[[Day], Day]]] = {
    PROTECTED: (
        lambda day: _held(day, "breathing_space", _first(day)[0]),
        lambda day: _held(day, "insolvency", _first(day)[0], order_date=day.today),
        _same_person_held,
        _died,
    ),
    STOPPED: (
        lambda day: _held(day, "internal", _first(day)[0]),
        lambda day: _held(day, "query", "ELSE", invoice_id=_first(day)[1]),
        _disputed,
        lambda day: _arranged(day, "live", None),
        lambda day: _arranged(day, "breached", day.on - timedelta(days=13)),
        lambda day: _referred(day, "agency_placements", "placement_id"),
        lambda day: _referred(day, "legal_cases", "case_id"),
        lambda day: replace(day, refused=frozenset({_first(day)[0]})),
    ),
    SKIPPED: (
        lambda day: _without_actions(day, "reminder"),
        lambda day: _listed_otherwise(day, action_code="no_stage"),
    ),
    EARLY: (_due_today, _done_today),
    TWICE: (lambda day: replace(day, worklist=[*day.worklist, day.worklist[0]]),),
    EXPLAINED: (
        lambda day: _listed_otherwise(day, reason="because"),
        lambda day: _told_otherwise(day, _first(day)[1], explanation="reminder is due"),
        lambda day: _told_otherwise(day, _first(day)[1], next_stage_policy_row=None),
        _block_not_shown,
    ),
    AMOUNTS: (
        _penny_more,
        _paid,
    ),
    FORGOTTEN: (_without_a_plain_one, _a_day_later),
}


@pytest.mark.parametrize(
    ("rule", "plant"),
    [(rule, plant) for rule, plants in PLANTED.items() for plant in plants],
    ids=[f"{rule} {no}" for rule, plants in PLANTED.items() for no, _ in enumerate(plants, 1)],
)
def test_a_planted_fault_is_found(watched: Watched, rule: str, plant: Callable[[Day], Day]) -> None:
    assert FAULTS[rule](watched.busiest) == []
    assert FAULTS[rule](plant(watched.busiest)) != []


def test_an_invoice_that_is_never_taken_further_is_found(watched: Watched) -> None:
    own = never_paid_id("250.00")
    last = _told_otherwise(watched.last, own, next_stage="agency_referral")
    assert not_at_an_end(replace(watched, last=last)) != []
    rests = _told_otherwise(last, own, next_stage_on=last.on, is_due=False, blocked_by=None)
    assert stuck(replace(watched, last=rests)) == [own]


@pytest.mark.long
def test_each_of_the_four_hundred_days_keeps_every_rule(
    tmp_path_factory: pytest.TempPathFactory, record_property: Callable[[str, object], None]
) -> None:
    """Also that the models, run again without dbt, give what dbt gives."""
    folder = tmp_path_factory.mktemp("working_council")
    watched = watch(working_council(folder, debtors=300, days=DAYS, until=UNTIL), every=1)
    record_property(FOR_SUMMARY, watched.summary())
    assert watched.faults == []
    assert watched.looks == DAYS - 1
    assert not_at_an_end(watched) == stuck(watched) == []
    assert watched.kept_waiting < LONGEST_WAIT
    last = watched.last
    words = {"recovery_stages": "explanation", "recovery_worklist": "reason"}
    # What was done on the last day itself is known on the day after.
    (by_dbt,) = judge(watched.council.warehouse, [(last.on, last.on)], list(words))
    for mart, rows in (("recovery_stages", last.stages), ("recovery_worklist", last.worklist)):
        columns = (*columns_of(mart), words[mart])
        assert _lines(rows, columns) == _lines(by_dbt[mart], columns)


def _lines(rows: Iterable[Mapping[str, object]], columns: Iterable[str]) -> list[str]:
    return sorted(str([row[column] for column in columns]) for row in rows)

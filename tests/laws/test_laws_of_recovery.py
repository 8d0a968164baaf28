"""What must hold of recovery for any council, tried on the second opinion."""

import csv
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.dbt_workbench import PROJECT
from tests.laws.council_author import HOLD_TYPES, JUNE, LEAP_DAY, STAGES, Council
from tests.laws.laws import (
    balances_of_invoices,
    due_though_blocked,
    stages_skipped,
    worklists_that_do_not_fit,
)
from tests.laws.opinions import any_council, in_any_order, opinion, rows_of_council, tried
from tests.laws.second_opinion import Marts, Policy, Row
from tests.laws.second_opinion.holds import PROTECTIVE
from tests.laws.second_opinion.policy import Stage
from tests.laws.second_opinion.rows import Cell, todays_rows
from tests.laws.strategies import some_councils

NOT_DONE = ("failed", "returned", "withdrawn")


def one_more(council: Council, feed: str, **cells: Cell) -> Row:
    """A row in a file of the day looked at."""
    day = council.clock.as_of
    return Row(feed, cells, "more.csv", 2, day, day)


def cells_of_today(council: Council, feed: str) -> list[dict[str, Cell]]:
    today = todays_rows(rows_of_council(council), council.clock.as_of, council.clock.known_at)
    return [dict(row.cells) for row in today[feed]]


def protected_debtors(council: Council) -> set[Cell]:
    """Whom a protective hold reaches today with all their debts, and who is of their party."""
    as_of = council.clock.as_of
    debtors = cells_of_today(council, "debtors")
    protected = {
        row["debtor_id"]
        for row in cells_of_today(council, "holds")
        if row["hold_type"] in PROTECTIVE
        and not (row["hold_type"] == "insolvency" and "order_date" in row)
        and str(row.get("ends_on", as_of)) >= str(as_of)
    }
    protected |= {
        row["debtor_id"] for row in debtors if str(row.get("date_of_death", "9999")) <= str(as_of)
    }
    parties = {
        row["party_id"] for row in debtors if row["debtor_id"] in protected and "party_id" in row
    }
    return protected | {row["debtor_id"] for row in debtors if row.get("party_id") in parties}


def day_of_each_invoice(marts: Marts) -> dict[object, object]:
    return {row["invoice_id"]: row["next_stage_on"] for row in marts["recovery_stages"]}


@tried
@given(any_council)
def test_nobody_under_a_protective_hold_is_on_the_worklist(council: Council) -> None:
    on_it = {row["debtor_id"] for row in opinion(council)["recovery_worklist"]}
    assert on_it & protected_debtors(council) == set()


@tried
@given(any_council)
def test_each_debtor_has_one_action_the_furthest_due(council: Council) -> None:
    assert worklists_that_do_not_fit(opinion(council)) == []


@tried
@given(any_council)
def test_nothing_is_due_that_is_blocked_or_whose_day_has_not_come(council: Council) -> None:
    marts = opinion(council)
    assert due_though_blocked(marts) == []
    for row in marts["recovery_stages"]:
        if row["is_due"]:
            assert row["next_stage_on"] <= council.clock.as_of  # type: ignore[operator]


@tried
@given(any_council)
def test_no_stage_is_skipped_but_for_its_minimum(council: Council) -> None:
    marts = opinion(council)
    assert stages_skipped(marts) == []
    acted = {
        row["action_code"]
        for row in cells_of_today(council, "case_actions")
        if row.get("outcome_code") not in NOT_DONE
    }
    balances = balances_of_invoices(marts)
    for row in marts["recovery_stages"]:
        if row["last_stage"]:
            reached = balances[row["debtor_id"], row["invoice_id"]]
            until = STAGES.index(str(row["last_stage"])) + 1
            for stage in Policy().timetables["sundry"][:until]:
                assert stage.code in acted or stage.minimum_balance > reached


@tried
@given(any_council)
def test_every_invoice_with_a_debit_open_has_one_row(council: Council) -> None:
    marts = opinion(council)
    debtors = {row["invoice_id"]: row["debtor_id"] for row in cells_of_today(council, "invoices")}
    with_debits = [
        invoice_id
        for debtor_id, invoice_id in balances_of_invoices(marts)
        if invoice_id in debtors
        and debtors[str(invoice_id)] == debtor_id
        and balances_of_invoices(marts)[debtor_id, invoice_id] > 0
    ]
    assert Counter(row["invoice_id"] for row in marts["recovery_stages"]) == Counter(with_debits)


@tried
@given(
    any_council, st.sampled_from(HOLD_TYPES), st.integers(0, 500), st.integers(0, 100), st.data()
)
def test_more_held_days_never_make_a_stage_earlier(
    council: Council, hold_type: str, ago: int, length: int, data: st.DataObject
) -> None:
    starts = council.clock.as_of - timedelta(days=ago)
    ids = sorted({str(row["debtor_id"]) for row in cells_of_today(council, "invoices")} | {"D"})
    hold = one_more(
        council,
        "holds",
        hold_id="MORE",
        debtor_id=data.draw(st.sampled_from(ids)),
        hold_type=hold_type,
        starts_on=starts,
        ends_on=starts + timedelta(days=length),
    )
    before = opinion(council)
    after = opinion(council, [*rows_of_council(council), hold])
    days = day_of_each_invoice(after)
    assert days.keys() == day_of_each_invoice(before).keys()
    for invoice_id, day in day_of_each_invoice(before).items():
        assert isinstance(day, date) or days[invoice_id] is None
        if isinstance(day, date):
            assert days[invoice_id] >= day  # type: ignore[operator]


@tried
@given(any_council, st.sampled_from((*NOT_DONE, None)), st.booleans())
def test_an_action_that_failed_or_was_withdrawn_changes_nothing(
    council: Council, outcome: str | None, lists: bool
) -> None:
    as_of = council.clock.as_of
    more = []
    for number, row in enumerate(cells_of_today(council, "invoices")):
        for stage in STAGES:
            action_id = f"MORE/{stage}/{number}"
            undone: dict[str, Cell] = {"outcome_code": outcome}
            if outcome is None:
                undone = {"withdrawn_on": as_of}
            own = {"debtor_id": row["debtor_id"], "action_code": stage, "acted_on": as_of}
            more.append(one_more(council, "case_actions", action_id=action_id, **own, **undone))
            if lists:
                listed = {"action_id": action_id, "invoice_id": row["invoice_id"]}
                more.append(one_more(council, "case_action_invoices", **listed))
    with_them = opinion(council, [*rows_of_council(council), *more])
    assert in_any_order(with_them) == in_any_order(opinion(council))


@tried
@given(any_council)
def test_nothing_is_done_about_a_debtor_of_whom_a_row_was_refused(council: Council) -> None:
    plain = opinion(council)
    debtors = sorted({str(row["debtor_id"]) for row in plain["recovery_stages"]})
    blocked = opinion(council, incomplete=debtors[:1])
    for before, row in zip(plain["recovery_stages"], blocked["recovery_stages"], strict=True):
        is_blocked = row["debtor_id"] in debtors[:1]
        assert ("incomplete_data" in str(row["blocked_by"]).split(",")) == is_blocked
        assert row["is_due"] == (before["is_due"] and not is_blocked)
        assert row["next_stage_on"] == before["next_stage_on"]


def test_the_councils_tried_meet_every_branch_of_recovery() -> None:
    met: Counter[object] = Counter()
    for clock in (JUNE, LEAP_DAY):
        for council in some_councils(300, clock):
            marts = opinion(council)
            for row in marts["recovery_stages"]:
                met.update(str(row["blocked_by"]).split(","))
                met[f"after {row['last_stage']}"] += 1
                met["reached today"] += row["next_stage_on"] == clock.as_of
                met["all done"] += row["next_stage"] is None and row["last_stage"] is not None
                met["no end"] += row["next_stage"] is not None and row["next_stage_on"] is None
            met.update(row["action_code"] for row in marts["recovery_worklist"])
            met["several"] += any(
                "," in str(row["invoice_ids"]) for row in marts["recovery_worklist"]
            )
            met["ahead"] += any(int(str(row["days_overdue"])) < 0 for row in marts["diary"])
    blocks = "statutory_hold dispute hold live_arrangement breach_notice agency_placement"
    others = "legal_case open_credit no_timetable"
    wanted = {*blocks.split(), *others.split(), *STAGES, *(f"after {each}" for each in STAGES)}
    wanted |= {"reached today", "all done", "no end", "several", "ahead"}
    assert {each for each in wanted if not met[each]} == set()


def test_the_timetable_is_the_shipped_one_without_its_examples() -> None:
    shipped: dict[str, list[tuple[int, Stage]]] = {}
    with (PROJECT / "seeds" / "policy" / "recovery_timetable.csv").open(encoding="utf-8") as seed:
        for row in csv.DictReader(seed):
            if row["usage"] == "example":
                continue
            interval = row["after_previous_days"]
            stage = Stage(
                row["stage"],
                int(row["not_before_days"]),
                int(interval) if interval else None,
                Decimal(row["minimum_balance"]),
            )
            shipped.setdefault(row["debt_type"], []).append((int(row["sort"]), stage))
    assert Policy().timetables == {
        debt_type: tuple(stage for _, stage in sorted(stages, key=lambda each: each[0]))
        for debt_type, stages in shipped.items()
    }

"""Which working days a run catches up, for which pair of days each, and when it asks first."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.calendar import why_no_working_day
from flows.day.missed_days import (
    Missed,
    choice_between,
    plan_catch_up,
    working_days_missed,
)
from flows.day.position import Position
from flows.errors import UsageError

MONDAY = date(2026, 6, 1)
LAST = Position(MONDAY, MONDAY)


def _at(day: date) -> Position:
    return Position(day, day)


def _days(last: Position, as_of: date, part: str = "ENG") -> list[date]:
    plan = plan_catch_up(last, _at(as_of), part, Missed.CATCH_UP)
    return [position.as_of for position in plan]


def test_the_working_days_strictly_between_are_caught_up_in_order() -> None:
    friday = date(2026, 6, 5)
    assert _days(LAST, friday) == [date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 4)]


@pytest.mark.parametrize(
    ("last", "as_of"),
    [
        (MONDAY, MONDAY),
        (MONDAY, date(2026, 6, 2)),
        (date(2026, 6, 5), date(2026, 6, 8)),
        (date(2026, 6, 5), date(2026, 6, 7)),
        (date(2026, 4, 2), date(2026, 4, 7)),
    ],
    ids=["same day again", "next day", "over a weekend", "on a Sunday", "over Easter"],
)
def test_where_no_working_day_lies_between_nothing_was_missed(last: date, as_of: date) -> None:
    for missed in Missed:
        assert plan_catch_up(_at(last), _at(as_of), "ENG", missed) == ()


def test_bank_holidays_are_those_of_the_councils_part_of_the_kingdom() -> None:
    maundy_thursday, wednesday = _at(date(2026, 4, 2)), date(2026, 4, 8)
    easter_monday, tuesday = date(2026, 4, 6), date(2026, 4, 7)
    assert _days(maundy_thursday, wednesday) == [tuesday]
    assert _days(maundy_thursday, wednesday, "SCT") == [easter_monday, tuesday]


@pytest.mark.parametrize("missed", list(Missed))
def test_with_nothing_published_there_is_nothing_to_catch_up(missed: Missed) -> None:
    assert plan_catch_up(None, LAST, "ENG", missed) == ()


def test_ten_missed_days_are_caught_up_without_an_option() -> None:
    plan = plan_catch_up(LAST, _at(date(2026, 6, 16)), "ENG", Missed.AUTOMATIC)
    assert len(plan) == 10


def test_eleven_missed_days_need_a_choice_which_the_refusal_names() -> None:
    wednesday = _at(date(2026, 6, 17))
    with pytest.raises(UsageError, match=r"11 working days .* --catch-up .* --skip") as refusal:
        plan_catch_up(LAST, wednesday, "ENG", Missed.AUTOMATIC)
    assert "\n" not in str(refusal.value)
    assert len(plan_catch_up(LAST, wednesday, "ENG", Missed.CATCH_UP)) == 11
    assert plan_catch_up(LAST, wednesday, "ENG", Missed.SKIP) == ()


@pytest.mark.parametrize(
    ("last_known_at", "asked_known_at", "expected"),
    [
        (date(2026, 6, 1), date(2026, 6, 4), [date(2026, 6, 2), date(2026, 6, 3)]),
        (date(2026, 6, 3), date(2026, 6, 4), [date(2026, 6, 3), date(2026, 6, 3)]),
        (date(2026, 6, 9), date(2026, 6, 9), [date(2026, 6, 9), date(2026, 6, 9)]),
        (date(2026, 6, 1), date(2026, 6, 30), [date(2026, 6, 2), date(2026, 6, 3)]),
        (date(2026, 6, 1), date(2026, 6, 2), [date(2026, 6, 2), date(2026, 6, 2)]),
    ],
    ids=["as on each day", "the last run knew more", "by far", "more is asked", "less is asked"],
)
def test_a_missed_day_knows_what_was_known_at_its_end_or_published_and_no_more_than_requested(
    last_known_at: date, asked_known_at: date, expected: list[date]
) -> None:
    last = Position(MONDAY, last_known_at)
    asked = Position(date(2026, 6, 4), asked_known_at)
    plan = plan_catch_up(last, asked, "ENG", Missed.AUTOMATIC)
    assert [position.known_at for position in plan] == expected


DAYS = st.integers(0, 60)


@settings(deadline=None)
@given(DAYS, DAYS, DAYS, DAYS)
def test_no_run_of_a_catch_up_is_for_an_earlier_day_than_the_one_before_it(
    as_of: int, known_at: int, later: int, known_later: int
) -> None:
    def day(number: int) -> date:
        return MONDAY + timedelta(days=number)

    last = Position(day(as_of), day(known_at))
    asked = Position(day(as_of + later), day(known_at + known_later))
    plan = [last, *plan_catch_up(last, asked, "ENG", Missed.CATCH_UP), asked]
    for before, after in pairwise(plan):
        assert before.as_of <= after.as_of
        assert before.known_at <= after.known_at
    between = (day(as_of + number) for number in range(1, later))
    working = [one for one in between if why_no_working_day(one, "ENG") is None]
    assert [position.as_of for position in plan[1:-1]] == working
    assert working_days_missed(last.as_of, asked.as_of, "ENG") == tuple(working)


def test_one_option_is_a_choice_and_both_are_a_mistake() -> None:
    assert choice_between(catch_up=False, skip=False) is Missed.AUTOMATIC
    assert choice_between(catch_up=True, skip=False) is Missed.CATCH_UP
    assert choice_between(catch_up=False, skip=True) is Missed.SKIP
    with pytest.raises(UsageError, match="--catch-up and --skip"):
        choice_between(catch_up=True, skip=True)

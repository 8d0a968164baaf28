"""Council working days: Monday to Friday without the bank holidays of their part of the kingdom."""

from datetime import UTC, date, datetime

import pytest

from flows.calendar import new_run_id, why_no_working_day, working_days_between


@pytest.mark.parametrize(
    ("day", "part", "reason"),
    [
        (date(2026, 6, 30), "ENG", None),
        (date(2026, 6, 27), "ENG", "a Saturday"),
        (date(2026, 6, 28), "ENG", "a Sunday"),
        (date(2026, 4, 6), "ENG", "a bank holiday (Easter Monday)"),
        (date(2026, 4, 6), "SCT", None),
        (date(2026, 8, 31), "ENG", "a bank holiday (Late Summer Bank Holiday)"),
        (date(2023, 5, 8), "ENG", "a bank holiday (Coronation of Charles III)"),
        (date(2026, 11, 30), "SCT", "a bank holiday (Saint Andrew's Day)"),
        (date(2026, 11, 30), "ENG", None),
    ],
)
def test_weekends_and_bank_holidays_are_not_working_days(
    day: date, part: str, reason: str | None
) -> None:
    assert why_no_working_day(day, part) == reason


def test_working_days_are_counted_from_the_day_after_to_the_last_day() -> None:
    days = working_days_between(date(2026, 4, 2), date(2026, 4, 8), "ENG")
    assert days == (date(2026, 4, 7), date(2026, 4, 8))
    assert working_days_between(date(2026, 4, 8), date(2026, 4, 2), "ENG") == ()


def test_run_ids_sort_by_time() -> None:
    instants = [datetime(2026, 6, 30, 5, 30, 0, micro, tzinfo=UTC) for micro in (5, 10_000)]
    ids = [new_run_id(instant) for instant in (*instants, datetime(2026, 7, 1, tzinfo=UTC))]
    assert ids == sorted(ids)
    assert "_" not in "".join(ids)

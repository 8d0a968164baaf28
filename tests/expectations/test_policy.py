"""Policy as the gates read it: by date, the council's own rows over the shipped ones."""

from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from expectations.policy import PolicyTable, load_policy
from tests.expectations.small_council import DAY, council, own_policy


def _limits(path: Path, *changes: str) -> PolicyTable:
    with closing(duckdb.connect(str(council(path, *changes)), read_only=True)) as con:
        return load_policy(con, "write_off_authority", DAY)


def _limit_of_a(path: Path, on: date, *changes: str) -> str:
    return _limits(path, *changes).row(on, "A", "", "").get("amount_to", "")


def test_the_shipped_row_counts_until_a_later_one_begins(tmp_path: Path) -> None:
    later = own_policy("write_off_authority", band="A", amount_to="50.00")
    limits = _limits(tmp_path, later)
    days = (date(2025, 12, 31), date(2026, 1, 1))
    assert [limits.row(day, "A", "", "")["amount_to"] for day in days] == ["25.00", "50.00"]


def test_nothing_counts_before_the_first_row(tmp_path: Path) -> None:
    assert _limit_of_a(tmp_path, date(2019, 12, 31)) == ""


def test_the_councils_row_wins_over_the_shipped_one_of_the_same_day(tmp_path: Path) -> None:
    own = own_policy(
        "write_off_authority", band="A", amount_to="30.00", effective_from="2020-01-01"
    )
    assert _limit_of_a(tmp_path, DAY, own) == "30.00"


def test_a_row_that_ended_leaves_nothing_behind(tmp_path: Path) -> None:
    own = own_policy("write_off_authority", band="A", amount_to="50.00", effective_to="2026-06-30")
    assert _limit_of_a(tmp_path, date(2026, 6, 29), own) == "50.00"


def test_the_end_is_the_first_day_on_which_a_row_counts_no_more(tmp_path: Path) -> None:
    own = own_policy("write_off_authority", band="A", amount_to="50.00", effective_to="2026-06-30")
    assert _limit_of_a(tmp_path, DAY, own) == ""


def test_a_row_of_the_council_not_known_yet_does_not_count(tmp_path: Path) -> None:
    own = own_policy("write_off_authority", band="A", amount_to="50.00")
    later = "update raw.policy_write_off_authority set _known_on = date '2026-07-01'"
    assert _limit_of_a(tmp_path, DAY, own, later) == "25.00"

"""How a cell must be written, judged as text."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.cells import (
    BadCell,
    judge_count,
    judge_day,
    judge_figure,
    judge_flag,
    judge_money,
    judge_of,
    judge_rate,
    shown,
)
from ingestion.contracts.contract import Column


def column(**said: object) -> Column:
    return Column.model_validate({"class": "none", "meaning": "A column of a test.", **said})


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("0", "0"),
        ("10", "10"),
        ("10.5", "10.5"),
        ("10.50", "10.50"),
        ("-3.07", "-3.07"),
        ("007.10", "7.10"),
        ("9999999999999999.99", "9999999999999999.99"),
        ("0000000000000000000012.00", "12"),
    ],
)
def test_money_is_digits_and_at_most_two_decimals(text: str, pounds: str) -> None:
    assert judge_money(text) == Decimal(pounds)


@pytest.mark.parametrize(
    "text",
    [
        "5.005", "1e3", "1,000.00", "£5", "+5", " 5", "5 ", "5.", ".5", "--5", "5-", "(5.00)",
        "NaN", "Infinity", "0x10", "\u0665", "\u096b.\u0966\u0966",
        "5,00", "10000000000000000", "5.00\n", "-", ".", "1_000",
        "5.0\u0665", "\u22125",
    ],
)  # fmt: skip
def test_anything_else_is_not_money_i08(text: str) -> None:
    assert isinstance(judged := judge_money(text), BadCell)
    assert judged.code == "I08"


@pytest.mark.parametrize("text", ["2026-06-05", "2024-02-29", "0001-01-01", "9999-12-31"])
def test_a_day_is_written_year_month_day(text: str) -> None:
    assert judge_day(text) == date.fromisoformat(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-6-5", "2026/06/05", "20260605", "05/06/2026", "2026-06-05T00:00:00", " 2026-06-05",
        "2026-06-05 ", "2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "0000-01-01",
        "2026-06-0\u0665", "\u0662026-06-05", "2026-06-05\n", "26-06-05", "2026-W23-5",
        "12026-06-05",
    ],
)  # fmt: skip
def test_anything_else_is_no_day_i10(text: str) -> None:
    assert isinstance(judged := judge_day(text), BadCell)
    assert judged.code == "I10"


@pytest.mark.parametrize(
    ("text", "count"), [("0", 0), ("007", 7), ("9223372036854775807", 2**63 - 1)]
)
def test_a_count_is_digits(text: str, count: int) -> None:
    assert judge_count(text) == count


@pytest.mark.parametrize(
    "text", ["-1", "1.0", "9223372036854775808", "one", " 1", "\u0661", "9" * 10_000]
)
def test_anything_else_is_no_count_i08(text: str) -> None:
    assert isinstance(judged := judge_count(text), BadCell)
    assert judged.code == "I08"


@pytest.mark.parametrize(
    ("text", "rate"), [("20", "20"), ("7.5", "7.5"), ("999.999999", "999.999999")]
)
def test_a_rate_is_digits_and_decimals_in_per_cent(text: str, rate: str) -> None:
    assert judge_rate(text) == Decimal(rate)


@pytest.mark.parametrize("text", ["-1", "20%", "1000", "1.0000001", "1e1", "."])
def test_anything_else_is_no_rate_i08(text: str) -> None:
    assert isinstance(judged := judge_rate(text), BadCell)
    assert judged.code == "I08"


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False)])
def test_a_flag_is_true_or_false(text: str, value: bool) -> None:
    assert judge_flag(text) is value


@pytest.mark.parametrize("text", ["TRUE", "True", "1", "0", "yes", "t", "false "])
def test_anything_else_is_no_flag_i19(text: str) -> None:
    assert isinstance(judged := judge_flag(text), BadCell)
    assert judged.code == "I19"


def test_a_code_is_one_of_its_list_to_the_letter_i19() -> None:
    judge = judge_of(column(type="code", codes=["cash", "card"]))
    assert judge("cash") == "cash"
    for text in ("barter", "Cash", "cash ", "cash,card"):
        judged = judge(text)
        assert isinstance(judged, BadCell)
        assert judged.code == "I19"


@pytest.mark.parametrize(
    ("sign", "text", "is_good"),
    [
        ("positive", "0.01", True),
        ("positive", "0.00", False),
        ("positive", "-0.01", False),
        ("not_zero", "-0.01", True),
        ("not_zero", "0.00", False),
        ("not_zero", "-0", False),
        (None, "-0.01", True),
        (None, "0", True),
    ],
)
def test_money_has_the_sign_that_its_column_asks_for_i09(
    sign: str | None, text: str, is_good: bool
) -> None:
    judged = judge_of(column(type="money", sign=sign))(text)
    assert isinstance(judged, Decimal) is is_good
    if isinstance(judged, BadCell):
        assert judged.code == "I09"


def test_what_is_no_money_is_not_asked_for_its_sign() -> None:
    judged = judge_of(column(type="money", sign="positive"))("five")
    assert isinstance(judged, BadCell)
    assert judged.code == "I08"


@given(st.decimals(min_value=-(10**16) + 1, max_value=10**16 - 1, places=2))
def test_every_amount_that_fits_is_money_to_the_penny(amount: Decimal) -> None:
    assert judge_money(f"{amount:f}") == amount


@given(st.dates())
def test_every_day_is_a_day(day: date) -> None:
    assert judge_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "judge", [judge_money, judge_day, judge_count, judge_rate, judge_flag, judge_figure]
)
@given(text=st.text(min_size=1))
def test_no_text_breaks_a_judge(judge: Callable[[str], object], text: str) -> None:
    judge(text)


def test_a_message_quotes_a_cell_short_and_on_one_line() -> None:
    assert shown("barter") == "'barter'"
    assert shown("a\nb") == r"'a\nb'"
    assert len(shown("x" * 10_000_000)) < 60

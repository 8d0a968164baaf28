"""The section on the bad-debt provision: matrix, bridge, back-test."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.reports.accessibility import faults
from tests.reports.page import read_page
from tests.reports.published_day import PublishedDay


def band(
    debt_type: str, party: str | None, age: str, amount: str, rate: str | None
) -> tuple[Any, ...]:
    money = Decimal(amount)
    percent = None if rate is None else Decimal(rate)
    provided = None if percent is None else (money * percent / 100).quantize(Decimal("0.01"))
    return (debt_type, party, age, money, percent, provided)


@pytest.fixture
def provided(day: PublishedDay) -> PublishedDay:
    nil = Decimal(0)
    day.tables |= {
        "bad_debt_provision": [
            band("sundry", "individual", "d091_120", "100.00", "25"),
            band("adult_social_care", "individual", "d091_120", "200.00", "25"),
            band("sundry", "individual", "y1_2", "100.00", "75.5"),
            band("sundry", "business", "y1_2", "50.00", "65"),
            band("adult_social_care", "business", "y1_2", "50.00", "60"),
        ],
        "provision_bridge": [
            (date(2026, 3, 31), "sundry", Decimal("90.00"), Decimal("20.00"), Decimal("-8.00"),
             nil, nil, Decimal("11.00"), nil, nil, Decimal("113.00"), Decimal("23.00"), nil),
            (date(2026, 3, 31), "adult_social_care", nil, Decimal("100.00"), nil, nil, nil, nil,
             nil, nil, Decimal("100.00"), Decimal("100.00"), nil),
        ],
        "provision_back_test": [
            (date(2025, 6, 30), "sundry", Decimal("400.00"), Decimal("40.00"), Decimal("300.00"),
             nil, Decimal("20.00"), Decimal("80.00"), Decimal("60.00"), Decimal("-20.00")),
            (date(2025, 6, 30), "sundry", Decimal("7.00"), None, nil, nil, nil, Decimal("7.00"),
             None, None),
        ],
    }  # fmt: skip
    return day


def test_open_debt_rate_and_provision_by_type_of_debtor_and_age(provided: PublishedDay) -> None:
    page = read_page(provided)
    table = page.table("provision", "Provision by type")
    assert table["91 to 120 days"] == ["£300.00", "25%", "£75.00"]
    assert table["Individual, all"] == ["£400.00", "37.6%", "£150.50"]
    assert table["Business, all"] == ["£100.00", "62.5%", "£62.50"]
    assert table["All debts"] == ["£500.00", "42.6%", "£213.00"]
    assert "60 to 65%" in page.words("provision")
    assert faults(page.html, beside=("debtors/D1.html", "debtors/D2.html")) == []


def test_the_bridge_adds_up_to_the_provision(provided: PublishedDay) -> None:
    page = read_page(provided)
    table = page.table("provision", "Provision from 31 March 2026")
    assert table["Opening provision"] == ["£0.00", "£90.00", "£90.00"]
    assert table["Ageing of existing debt"] == ["£0.00", "£11.00", "£11.00"]
    assert table["Closing provision"] == ["£100.00", "£113.00", "£213.00"]
    assert "£123.00. This is the change in the provision" in page.words("provision")
    assert "which equals the provision in the table above" in page.words("provision")


def test_a_bridge_that_ends_elsewhere_is_an_alarm(provided: PublishedDay) -> None:
    del provided.tables["bad_debt_provision"][0]
    assert "The closing provision is £213.00, but the provision in the table above is" in read_page(
        provided
    ).words("provision")


def test_what_has_no_rate_is_an_alarm(provided: PublishedDay) -> None:
    provided.tables["bad_debt_provision"].append(band("sundry", None, "y2_3", "9.00", None))
    page = read_page(provided)
    assert "£9.00 is in ageing bands where policy has no rate" in page.words("provision")
    assert page.table("provision", "Provision by type")["2 to 3 years"] == [
        "£9.00", "no rate", "£0.00",
    ]  # fmt: skip


def test_last_years_provision_is_compared_with_the_outcome(provided: PublishedDay) -> None:
    page = read_page(provided)
    table = page.table("provision", "Provision of a year ago")
    assert table["All debt types"] == [
        "£407.00", "£300.00", "£0.00", "£20.00", "£87.00", "£40.00", "£60.00",
        "\N{MINUS SIGN}£20.00",
    ]  # fmt: skip
    assert "The provision a year ago was £20.00 too low" in page.words("provision")
    assert "£7.00 had no rate" in page.words("provision")


def test_nothing_open_a_year_ago_is_a_sentence(provided: PublishedDay) -> None:
    provided.tables["provision_back_test"] = []
    assert "No debt is known to have been open a year ago" in read_page(provided).words("provision")

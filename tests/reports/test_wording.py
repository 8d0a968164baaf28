"""How figures, days and codes are written for people."""

from datetime import date
from decimal import Decimal

import pytest

from reports.site import wording


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "£0.00"),
        ("1234567.5", "£1,234,567.50"),
        ("-3", "\N{MINUS SIGN}£3.00"),
        ("99999999999999.99", "£99,999,999,999,999.99"),
    ],
)
def test_money_has_pounds_thousands_and_pence(amount: str, written: str) -> None:
    assert wording.money(Decimal(amount)) == written


def test_money_that_does_not_exist_is_not_nil() -> None:
    assert wording.money(None) == "n/a"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0.50", "£1"),
        ("999.49", "£999"),
        ("1250", "£1.3k"),
        ("99949", "£99.9k"),
        ("99950", "£100k"),
        ("999499", "£999k"),
        ("999500", "£1.0m"),
        ("-1250000", "\N{MINUS SIGN}£1.3m"),
        ("1234567890", "£1,234.6m"),
    ],
)
def test_short_money_rounds_half_up(amount: str, written: str) -> None:
    assert wording.short_money(Decimal(amount)) == written


def test_share_of_nothing_is_blank() -> None:
    assert wording.share(Decimal(1), Decimal(0)) == ""
    assert wording.share(Decimal(1), Decimal(8)) == "12.5%"


def test_days_are_written_out() -> None:
    assert wording.day(date(2026, 6, 30)) == "30 June 2026"
    assert wording.day(date(2026, 4, 1)) == "1 April 2026"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("on 2026-06-30, not 2026-13-01", "on 30 June 2026, not 2026-13-01"),
        ("comes after final_notice.", "comes after final notice."),
        ("no gl_balances, write_off only", "no general ledger balances, write-off only"),
        ("band d031_060, then y6_plus", "band 31 to 60 days, then over 6 years"),
        ("row age_bands/d031_060 of age_bands.csv", "row age_bands/d031_060 of age_bands.csv"),
        ("PA_00001, pay_7 and holds-in_force", "PA_00001, pay_7 and holds-in_force"),
    ],
)
def test_dates_and_codes_inside_a_text_are_written_in_words(text: str, written: str) -> None:
    assert wording.plain_text(text) == written


def test_instants_are_written_in_london_time() -> None:
    assert wording.moment("2026-01-15T06:30:00+00:00") == "15 January 2026 at 06:30"
    assert wording.moment("2026-06-30T23:30:00Z") == "1 July 2026 at 00:30"
    assert wording.moment("later") == "later"


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("not_due", "Not yet due"),
        ("d001_030", "1 to 30 days"),
        ("d181_365", "181 days to 1 year"),
        ("y1_2", "1 to 2 years"),
        ("y6_plus", "Over 6 years"),
        ("d091_plus", "91 days and over"),
        ("old_debt", "Old debt"),
    ],
)
def test_bands_are_written_in_words(code: str, written: str) -> None:
    assert wording.band(code) == written


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("write_off_evidence", "Write-off evidence"),
        ("gl_balances", "General ledger balances"),
        ("invoices+receipts", "Invoices, receipts"),
        ("", "Unknown feed"),
    ],
)
def test_feeds_are_written_in_words(code: str, written: str) -> None:
    assert wording.feed(code) == written


def test_keys_of_policy_rows_are_written_in_words() -> None:
    assert wording.policy_key("sundry/final_notice") == "Sundry debt, final notice"
    assert wording.policy_key("d181_365") == "181 days to 1 year"
    assert wording.policy_key("A1/last_contact_on") == "A1, last contact on"


def test_bands_sort_by_age() -> None:
    bands = ["y6_plus", "other", "d091_120", "y1_2", "not_due", "d001_030", "y3_6"]
    assert sorted(bands, key=wording.band_order) == [
        "not_due", "d001_030", "d091_120", "y1_2", "y3_6", "y6_plus", "other"
    ]  # fmt: skip

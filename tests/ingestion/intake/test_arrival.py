"""What a file's name says."""

from datetime import date

import pytest

from ingestion.contracts.contract import load_contracts
from ingestion.intake.arrival import day_in_name, is_left_alone, known_on, longest_fitting


@pytest.mark.parametrize(
    ("name", "feed"),
    [
        ("invoices.csv", "invoices"),
        ("invoices_20260630.csv", "invoices"),
        ("invoices_from_the_old_system_20260630.csv", "invoices"),
        ("invoice_lines_20260630.csv", "invoice_lines"),
        ("receipts_direct_debit.csv", "receipts"),
        ("receipt_reversals.csv", "receipt_reversals"),
        ("case_action_invoices_1.csv", "case_action_invoices"),
        ("INVOICES.csv", None),
        ("invoices.CSV", "invoices"),
        ("invoices.txt", None),
        ("invoices", None),
        ("invoicesold.csv", None),
        ("old_invoices.csv", None),
        ("invoices-1.csv", None),
        ("colours.csv", None),
    ],
)
def test_a_file_is_of_the_longest_feed_that_its_name_fits(name: str, feed: str | None) -> None:
    assert longest_fitting(name, load_contracts()) == feed


def test_of_two_names_that_fit_the_longer_one_is_meant() -> None:
    assert longest_fitting("holds_old_1.csv", ["holds", "holds_old"]) == "holds_old"


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("receipts_20260705.csv", date(2026, 7, 5)),
        ("receipts_20260705_resent.csv", date(2026, 7, 5)),
        ("receipts_20260704_20260705.csv", date(2026, 7, 5)),
        ("receipts_20260705_20261301.csv", date(2026, 7, 5)),
        ("receipts_20240229.csv", date(2024, 2, 29)),
        ("receipts_20250229.csv", None),
        ("receipts_20261301.csv", None),
        ("receipts_00000000.csv", None),
        ("receipts_202607051.csv", None),
        ("receipts_2026070.csv", None),
        ("receipts20260705.csv", None),
        ("receipts-20260705.csv", None),
        ("receipts_2026-07-05.csv", None),
        ("receipts_\u0662026070\u0665.csv", None),
        ("receipts.csv", None),
    ],
)
def test_the_last_day_in_a_name_is_the_files_day(name: str, day: date | None) -> None:
    assert day_in_name(name) == day


@pytest.mark.parametrize(
    ("file_day", "known_at", "last_published", "seen_from"),
    [
        (date(2026, 7, 5), date(2026, 7, 10), None, date(2026, 7, 5)),
        (date(2026, 7, 5), date(2026, 7, 10), date(2026, 7, 4), date(2026, 7, 5)),
        (date(2026, 7, 5), date(2026, 7, 10), date(2026, 7, 5), date(2026, 7, 10)),
        (date(2026, 7, 5), date(2026, 7, 10), date(2026, 7, 9), date(2026, 7, 10)),
        (date(2026, 7, 12), date(2026, 7, 10), date(2026, 7, 9), date(2026, 7, 12)),
    ],
)
def test_a_late_file_is_seen_from_the_run_that_takes_it_and_any_other_from_its_day(
    file_day: date, known_at: date, last_published: date | None, seen_from: date
) -> None:
    assert known_on(file_day, known_at, last_published) == seen_from


@pytest.mark.parametrize("name", ["x.part", "invoices.csv.tmp", ".invoices.csv", "X.PART"])
def test_unfinished_and_hidden_files_are_left_alone(name: str) -> None:
    assert is_left_alone(name)


@pytest.mark.parametrize("name", ["invoices.csv", "part.csv", "tmp"])
def test_no_other_file_is_left_alone_for_its_name(name: str) -> None:
    assert not is_left_alone(name)

"""The final accounts pack: the signed figures, what became known since, and the samples."""

import csv
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reports.site.final_accounts import last_year_end
from tests.reports.accessibility import faults
from tests.reports.page import Page, read_page
from tests.reports.published_day import PublishedDay, proof

YEAR_END = date(2026, 3, 31)
PAGE = "final_accounts.html"


def sample(
    population: str, kind: str, number: int, item: str, amount: str, reasons: str | None = None
) -> tuple[Any, ...]:
    """One item drawn from a population of three items of 900.00."""
    return (
        YEAR_END, population, kind, number, "invoice", item, "D1", date(2026, 3, 30),
        Decimal(amount), reasons, "=invoices.csv", 7, 3, Decimal("900.00"), "S-2026",
    )  # fmt: skip


@pytest.fixture
def closed(day: PublishedDay) -> PublishedDay:
    """The ordinary day, with a year before it that was closed with 500.00."""
    day.tables |= {
        "aged_debt_as_signed": [],
        "audit_samples": [
            sample("invoices", "risk", 1, "I1", "800.00", "highest_value,posted_at_year_end"),
            sample("invoices", "random", 1, "I2", "40.00"),
        ],
        "write_offs_by_reason": [
            (YEAR_END, "U2", "uneconomic to pursue", "B", "income_manager", 2, Decimal("120.00"),
             Decimal("20.00"), Decimal("100.00"), 1, Decimal("30.00"), Decimal("90.00")),
            (date(2027, 3, 31), "U2", "uneconomic to pursue", "A", "team_leader", 1,
             Decimal("5.00"), Decimal(0), Decimal("5.00"), 0, Decimal(0), Decimal("5.00")),
        ],
        "reconciliation_certificates": [
            ("R01", "Movement proof", YEAR_END, "O1", "O2", date(2026, 4, 20), "certified", True),
            ("R03", "Open items", YEAR_END, None, None, None, "not_signed", False),
            ("R03", "Open items", date(2026, 6, 30), None, None, None, "not_signed", False),
        ],
    }  # fmt: skip
    day.signed = {
        (YEAR_END, YEAR_END): [("I1", "sundry", "S1", "d001_030", Decimal("490.00"))],
        (YEAR_END, date(2026, 4, 20)): [
            ("I1", "sundry", "S1", "d001_030", Decimal("510.00")),
            ("C1", None, None, "unallocated_credit", Decimal("-10.00")),
        ],
    }
    return day


def read_pack(day: PublishedDay) -> Page:
    return read_page(day, PAGE)


@pytest.mark.parametrize(
    ("as_of", "year_end"),
    [
        (date(2026, 3, 30), date(2025, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 3, 31)),
    ],
)
def test_the_year_that_ended_last_ends_on_its_own_last_day(as_of: date, year_end: date) -> None:
    assert last_year_end(as_of) == year_end


def test_without_anything_in_the_year_there_is_no_pack(closed: PublishedDay) -> None:
    closed.tables["audit_samples"] = []
    page = read_page(closed)
    assert PAGE not in page.html
    assert not (closed.folder / "reports" / PAGE).exists()


def test_the_report_links_to_the_pack(closed: PublishedDay) -> None:
    assert "Final accounts for the year ended 31 March 2026" in read_page(closed).root.text()


def test_what_was_signed_is_what_was_published_last_for_the_day(closed: PublishedDay) -> None:
    page = read_pack(closed)
    table = page.table("signed", "Open debt by age")
    assert table["Total debt"] == ["£510.00", "£510.00", "1"]
    assert "as known on 20 April 2026" in page.words("signed")
    assert (
        "1 unallocated credit is not included in any ageing band: \N{MINUS SIGN}£10.00"
        in page.words("signed")
    )


def test_the_year_closes_on_what_was_signed(closed: PublishedDay) -> None:
    words = read_pack(closed).words("movement-proof")
    assert "The closing balance of the year is £500.00, which equals the aged debt above" in words
    assert "1 April 2025" in words
    assert "£600.60" not in words


def test_what_became_known_since_is_a_difference_with_the_command_that_names_it(
    closed: PublishedDay,
) -> None:
    closed.tables["movement_proof"] = [
        proof(date(2026, 3, 1), YEAR_END, "sundry", "0", "512.34", "0", "512.34")
    ]
    words = read_pack(closed).words("movement-proof")
    assert "The difference of £12.34 became known after 20 April 2026" in words
    assert "income replay --as-of 2026-03-31 --compare-known-at 2026-04-20 2026-07-01" in words


def test_a_day_after_the_year_end_names_the_command_for_the_missing_figures(
    closed: PublishedDay,
) -> None:
    page = read_pack(closed)
    command = "income replay --as-of 2026-03-31 --known-at 2026-07-01"
    assert command in page.words("provision")
    closed.signed = {}
    assert "nothing was signed" in read_pack(closed).words("signed")


def test_on_the_year_end_itself_the_bridge_of_the_year_is_there(closed: PublishedDay) -> None:
    closed.manifest["as_of_date"] = "2026-03-31"
    nil = Decimal(0)
    closed.tables["provision_bridge"] = [
        (date(2025, 3, 31), "sundry", Decimal("10.00"), Decimal("5.00"), Decimal("-2.00"), nil,
         nil, nil, nil, nil, Decimal("13.00"), Decimal("3.00"), nil)
    ]  # fmt: skip
    page = read_pack(closed)
    table = page.table("provision", "Provision from 31 March 2025")
    assert table["Closing provision"] == ["£13.00", "£13.00"]
    assert (closed.folder / "reports" / "final_accounts" / "provision_bridge.csv").exists()


def test_write_offs_of_the_year_are_shown_and_no_others(closed: PublishedDay) -> None:
    table = read_pack(closed).table("write-offs", "Written off")
    assert table["All"] == ["2", "£120.00", "£20.00", "", "1", "£30.00", "£90.00"]
    assert len(table) == 3


def test_controls_that_are_certified_and_those_that_are_not(closed: PublishedDay) -> None:
    page = read_pack(closed)
    assert "1 control still needs" in page.words("certificates")
    table = page.table("certificates", "Who prepared")
    assert table["R01"][-1].endswith("Certified")
    assert table["R03"][-1].endswith("Not signed")


def test_samples_show_seed_reasons_file_and_line(closed: PublishedDay) -> None:
    page = read_pack(closed)
    assert "S-2026" in page.words("samples")
    assert "3 items, £900.00 in total" in page.words("samples")
    row = page.table("samples", "By risk")["I1"]
    assert row[-3:] == ["highest value, posted at year end", "=invoices.csv", "7"]
    assert page.table("samples", "At random")["I2"][-2:] == ["=invoices.csv", "7"]


def test_without_a_seed_nothing_is_random_and_the_page_says_so(closed: PublishedDay) -> None:
    rows = [(*row[:-1], None) for row in closed.tables["audit_samples"] if row[2] == "risk"]
    closed.tables["audit_samples"] = rows
    assert "has no seed" in read_pack(closed).words("samples")


def test_where_the_gate_failed_the_first_lines_say_so_and_the_proof_is_absent(
    closed: PublishedDay,
) -> None:
    closed.withhold("reconciliation", "movement_proof", failed=["R01"])
    page = read_pack(closed)
    paragraphs = [each.text() for each in page.root.all("main")[0].all("p")]
    assert "UNRECONCILED, because the reconciliation gate failed (check R01)" in paragraphs[0]
    assert "Movement proof: withheld" in paragraphs[1]
    assert "withheld" in page.words("movement-proof")
    tables = closed.folder / "reports" / "final_accounts"
    assert not (tables / "movement_proof.csv").exists()


def test_tables_are_written_for_a_spreadsheet_which_takes_no_text_for_a_formula(
    closed: PublishedDay,
) -> None:
    read_pack(closed)
    folder = closed.folder / "reports" / "final_accounts"
    with (folder / "audit_samples.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["source_file"] for row in rows] == ["'=invoices.csv", "'=invoices.csv"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "aged_debt_as_signed.csv",
        "audit_samples.csv",
        "movement_proof.csv",
        "reconciliation_certificates.csv",
        "write_offs_by_reason.csv",
    ]


def test_the_pack_can_be_read_by_everyone(closed: PublishedDay) -> None:
    page = read_pack(closed)
    written = [each.relative_to(closed.folder / "reports").as_posix()
               for each in (closed.folder / "reports").rglob("*.*")]  # fmt: skip
    assert faults(page.html, beside=written) == []


def test_the_same_pack_gives_the_same_bytes(closed: PublishedDay) -> None:
    assert read_pack(closed).html == read_pack(closed).html

"""The debtor pages of the report: the explanation as a page, for the debtors that it names."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.site.build import write_site
from reports.site.debtors import MOST_ROWS, EarlierRun
from reports.site.overdue_debtors import PAGES, file_name
from tests.reports.accessibility import faults
from tests.reports.page import Page, parse
from tests.reports.small_ledger import (
    AS_OF,
    Tables,
    an_invoice_partly_paid,
    arrangement,
    explained,
    manifest,
    movement,
    open_credit,
    open_item,
    write_marts,
)

pytestmark = pytest.mark.usefixtures("_drawn_once")

YESTERDAY = AS_OF - timedelta(days=1)


def _pages(
    folder: Path, tables: Tables, before: Tables | None = None, **more: Any
) -> dict[str, Page]:
    """The written report by file."""
    earlier = None
    if before is not None:
        earlier = EarlierRun(write_marts(folder / "before", before), manifest(YESTERDAY))
    marts = write_marts(folder / "now", tables)
    output = folder / "reports"
    write_site(marts, manifest(**more), output, earlier)
    return {
        path.relative_to(output).as_posix(): parse(path.read_text(encoding="utf-8"))
        for path in sorted(output.rglob("*.html"))
    }


def _everything() -> Tables:
    tables = an_invoice_partly_paid()
    tables["open_items"] += [
        open_item("1002", "2026-05-10", "5.05", "d031_060", is_held=True, arrangement_id="A"),
        open_credit("R2", "-15"),
    ]
    late = arrangement("breached", "120", "80", breached_on=date(2026, 6, 6))
    tables["arrangement_compliance"] = [late]
    return tables


def test_page_shows_the_same_as_the_command(tmp_path: Path) -> None:
    page = _pages(tmp_path, _everything())["debtors/D.html"]
    found = explained("debtor", "D", _everything())
    written = page.root.all("main")[0].text()
    assert found.account.summary.written() in written
    for part in found.parts:
        assert part.title in [heading.text() for heading in page.root.all("h2")]
        for sentence in part.sentences:
            assert sentence.written() in written


def test_movements_are_on_the_page_with_balance_file_and_line(tmp_path: Path) -> None:
    page = _pages(tmp_path, an_invoice_partly_paid())["debtors/D.html"]
    assert page.table("movements", "Movements") == {
        "Date": [
            "Movement", "Id", "Invoice", "Amount", "Balance", "Known on", "Source file", "Line",
        ],
        "1 May 2026": [
            "Invoice", "1001", "1001", "£120.00", "£120.00", "1 May 2026",
            "invoices_20260501.csv", "2",
        ],
        "5 June 2026": [
            "Receipt", "R1", "1001", "\N{MINUS SIGN}£80.00", "£40.00", "5 June 2026",
            "receipts_20260605.csv", "7",
        ],
    }  # fmt: skip


def test_page_shows_what_changed_since_the_previous_day(tmp_path: Path) -> None:
    before = an_invoice_partly_paid()
    before["ledger_movements"].pop()
    page = _pages(tmp_path, an_invoice_partly_paid(), before)["debtors/D.html"]
    words = page.words("changes")
    assert "Compared with 29 June 2026" in words
    assert "receipt R1" in words
    assert "receipts_20260605.csv" in words


def test_movement_that_moved_to_a_debtor_without_a_page_is_still_explained(
    tmp_path: Path,
) -> None:
    now = an_invoice_partly_paid()
    now["ledger_movements"][1]["debtor_id"] = "E"
    page = _pages(tmp_path, now, an_invoice_partly_paid())["debtors/D.html"]
    assert "now belongs to debtor E" in page.words("changes")


def test_previous_day_whose_marts_are_no_longer_kept_is_reported(tmp_path: Path) -> None:
    thinned = EarlierRun(tmp_path / "gone" / "marts", manifest(YESTERDAY))
    marts = write_marts(tmp_path, an_invoice_partly_paid())
    write_site(marts, manifest(), tmp_path / "out", thinned)
    page = parse((tmp_path / "out" / "debtors" / "D.html").read_text(encoding="utf-8"))
    assert "Only the manifest of that run is kept" in page.words("changes")


def test_first_page_links_to_each_debtor_and_back(tmp_path: Path) -> None:
    pages = _pages(tmp_path, an_invoice_partly_paid())
    there = [each.attributes["href"] for each in pages["index.html"].root.all("a")]
    back = [each.attributes["href"] for each in pages["debtors/D.html"].root.all("a")]
    assert "debtors/D.html" in there
    assert {"../index.html", "../index.html#aged-debt"} <= set(back)


def test_debtor_pages_have_no_fault(tmp_path: Path) -> None:
    before = an_invoice_partly_paid()
    before["open_items"] = []
    pages = _pages(tmp_path, _everything(), before, gates=[])
    page = pages["debtors/D.html"]
    assert "UNRECONCILED" in page.root.all("main")[0].text()
    assert faults(page.html, ["../index.html"]) == []


def test_ids_cannot_become_markup_or_paths(tmp_path: Path) -> None:
    tables = an_invoice_partly_paid()
    for mart in tables.values():
        for row in mart:
            row.update({"debtor_id": "../<b>x</b>"} if "debtor_id" in row else {})
    pages = _pages(tmp_path, tables)
    [name] = [each for each in pages if each.startswith("debtors/")]
    assert re.fullmatch(r"debtors/b-x-b\.[0-9a-f]{16}\.html", name)
    assert not pages[name].root.all("b")
    assert "../<b>x</b>" in pages[name].root.all("h1")[0].text()
    assert faults(pages[name].html, ["../index.html"]) == []


@pytest.mark.parametrize("id_", ["D-7", "00012345", "A_B"])
def test_plain_id_names_its_file(id_: str) -> None:
    assert file_name(id_) == f"{id_}.html"


def test_different_ids_never_share_a_file_even_where_case_does_not_count() -> None:
    ids = ["d-7", "D-7", "D 7", "d/7", "D:7", "NUL", "nul", "ü", "..", "x" * 80, "x" * 81, "D-7 "]
    names = [file_name(each).lower() for each in ids]
    assert len(set(names)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9_.-]{1,80}", name) for name in names)
    assert not {"nul.html", "...html"} & set(names)


def test_number_of_pages_does_not_grow_with_the_council(tmp_path: Path) -> None:
    tables: Tables = {
        "open_items": [
            open_item(f"I{number}", "2026-05-29", str(number), "d031_060", debtor_id=f"D{number}")
            for number in range(1, PAGES + 6)
        ]
    }
    pages = _pages(tmp_path, tables)
    named = {each for each in pages if each.startswith("debtors/")}
    assert named == {f"debtors/D{number}.html" for number in range(6, PAGES + 6)}
    assert named <= {each.attributes["href"] for each in pages["index.html"].root.all("a")}


def test_long_list_shows_the_latest_rows_with_their_balance(tmp_path: Path) -> None:
    tables = an_invoice_partly_paid()
    tables["ledger_movements"] += [
        movement("adjustment", f"X{number:03}", "2026-06-20", "1") for number in range(MOST_ROWS)
    ]
    page = _pages(tmp_path, tables)["debtors/D.html"]
    body = page.section("movements").all("tbody")[0].all("tr")
    assert len(body) == MOST_ROWS
    assert body[-1].all("th", "td")[4].text() == "£140.00"
    assert "The latest 100 of 102 rows." in page.words("movements")

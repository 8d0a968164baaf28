"""The page can be read by everyone: rules of WCAG 2.2 AA that a machine can judge."""

import re
from pathlib import Path

import pytest

import reports.site
from reports.site import charts
from tests.reports.accessibility import contrast, faults
from tests.reports.page import Page, read_page
from tests.reports.published_day import PublishedDay

GOOD = """<!DOCTYPE html><html lang="en-GB"><head><title>T</title>
<meta name="viewport" content="width=device-width"></head><body>
<a href="#main">Skip</a><main id="main"><h1>One</h1><h2 id="two">Two</h2>
<svg role="img" aria-labelledby="st"><title id="st">Bars</title></svg>
<div class="scroll" role="region" aria-labelledby="two" tabindex="0">
<table><caption>C</caption><tr><th scope="col">A</th><th scope="col">B</th></tr>
<tr><th scope="row">1</th><td>2</td></tr></table></div>
<ul><li>x</li></ul><details><summary>More</summary>x</details></main></body></html>"""

SPOILT = [
    (' lang="en-GB"', "", "British English"),
    ("<title>T</title>", "<title></title>", "no title"),
    ('<a href="#main">Skip</a>', "", "skip to the main content"),
    ("width=device-width", "width=device-width, user-scalable=no", "forbids zooming"),
    ("<h1>One</h1>", "<h1>One</h1><h1>Two</h1>", "exactly one h1"),
    ('<h2 id="two">Two</h2>', '<h3 id="two">Two</h3>', "skips a level"),
    ("<caption>C</caption>", "", "no caption"),
    ('<th scope="row">', "<th>", "without scope"),
    ("<td>2</td>", "<td>2</td><td>3</td>", "unequal width"),
    (' role="img"', "", "drawing has no alternative"),
    ("<ul>", '<img><ul class="x">', "image has no alternative"),
    ("<ul>", '<a href="#gone">x</a><ul>', "leads nowhere"),
    ("<ul>", '<p id="two"></p><ul>', "used twice"),
    ('aria-labelledby="two"', 'aria-labelledby="three"', "not there"),
    ("<ul>", '<p style="background:url(x.png)"></p><ul>', "reaches outside"),
    ("<ul>", "<p>https://example.org</p><ul>", "reaches outside"),
    ("<ul>", "<script></script><ul>", "loads or runs"),
    (' tabindex="0"', "", "cannot be reached"),
    ("<li>x</li>", "", "list is empty"),
    ("<summary>More</summary>", "", "no summary"),
]


def test_lint_finds_nothing_in_a_good_page() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(("good", "bad", "fault"), SPOILT, ids=[s[2] for s in SPOILT])
def test_lint_finds_each_fault(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    assert any(fault in found for found in faults(GOOD.replace(good, bad)))


DEBTOR_PAGES = ("debtors/D1.html", "debtors/D2.html")


def test_page_of_an_ordinary_day_has_no_fault(ordinary_page: Page) -> None:
    assert faults(ordinary_page.html, DEBTOR_PAGES) == []


def test_page_of_a_day_with_failed_gates_has_no_fault(day: PublishedDay) -> None:
    day.withhold(
        "reconciliation", "movement_proof", "control_reconciliation", failed=["R01", "R04"]
    )
    day.withhold("write_off", "write_off_schedule", failed=["W21"])
    day.manifest["unreconciled"] = True
    day.tables["reconciliation_exceptions"] = [("R04", "1000", "invoice", "I1", 5, "not posted")]
    assert faults(read_page(day).html, DEBTOR_PAGES) == []


def test_page_without_any_mart_row_has_no_fault(day: PublishedDay) -> None:
    day.tables = {mart: [] for mart in day.tables}
    day.manifest.update(inputs=[], gates=[], policy_marks=[])
    assert faults(read_page(day).html) == []


def test_page_without_any_mart_has_no_fault(day: PublishedDay) -> None:
    day.tables = {}
    assert faults(read_page(day).html) == []


def _colours() -> dict[str, str]:
    css = (Path(reports.site.__file__).parent / "templates" / "page.css").read_text()
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))


TEXT_ON_GROUND = [
    ("ink", "paper"),
    ("ink", "shade"),
    ("ink", "focus"),
    ("ink", "good-paper"),
    ("ink", "bad-paper"),
    ("ink", "warn-paper"),
    ("quiet-ink", "paper"),
    ("link", "paper"),
    ("paper", "banner"),
    ("good", "good-paper"),
    ("bad", "bad-paper"),
    ("warn", "warn-paper"),
]


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_has_enough_contrast_with_its_background(text: str, ground: str) -> None:
    colours = _colours()
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_every_colour_of_the_page_is_a_named_one() -> None:
    css = (Path(reports.site.__file__).parent / "templates" / "page.css").read_text()
    rules = css.split("}", 1)[1]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(", rules) == []


def test_bars_have_enough_contrast_with_the_paper() -> None:
    assert contrast(charts.BAR, "#ffffff") >= 3
    assert contrast(charts.INK, "#ffffff") >= 4.5


def test_contrast_is_the_one_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_results_are_words_and_never_a_colour_alone(ordinary_page: Page) -> None:
    tags = [e for e in ordinary_page.root.all("span") if "tag" in e.attributes.get("class", "")]
    assert tags
    assert {re.sub(r"^\W+", "", tag.text()) for tag in tags} <= {
        "Passed", "Failed", "Warned", "No data", "Agreed", "Difference"
    }  # fmt: skip


def test_bars_of_the_chart_are_labelled_with_their_amounts(ordinary_page: Page) -> None:
    for drawing in ordinary_page.root.all("svg"):
        words = drawing.text()
        assert "£2.0k" in words
        assert "1 to 2 years" in words
        assert "Adult social care" in words


def test_page_says_how_to_read_it_and_its_known_limits(ordinary_page: Page) -> None:
    statement = ordinary_page.words("accessibility")
    assert "level AA of the Web Content Accessibility Guidelines 2.2" in statement
    assert "Known limits" in statement


def test_page_has_rules_for_paper_and_for_small_screens(ordinary_page: Page) -> None:
    assert "@media print" in ordinary_page.html
    assert "@media (max-width: 45rem)" in ordinary_page.html
    assert "Open a list before you print" in ordinary_page.words("accessibility")

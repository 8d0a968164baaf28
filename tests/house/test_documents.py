"""The documentation keeps in step with the product, and its links lead somewhere."""

import re
from pathlib import Path

import duckdb
import pytest

from flows.generated.marts_page import marts
from ingestion.sources.source import parse_source
from tests.dbt_workbench import manifest
from tests.house.repository import ROOT, repository_files

README = (ROOT / "README.md").read_text("utf-8")
MOST_LINES_OF_README = 150
WRITTEN = [ROOT / path for path in repository_files() if path.suffix == ".md"]
GUIDES = ROOT / "docs" / "guides"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def _blocks(guide: str, language: str) -> list[str]:
    """The pieces of code of a language in a guide."""
    text = (GUIDES / guide).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_the_readme_can_be_read_in_five_minutes() -> None:
    assert len(README.splitlines()) <= MOST_LINES_OF_README


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    inside = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in inside if not _leads_somewhere(page, link)] == []


def _leads_somewhere(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_mapping_in_the_guide_can_be_carried_out() -> None:
    (mapping,) = _blocks("source-mappings.md", "yaml")
    assert parse_source("the guide", mapping).feeds == ("receipts", "receipt_reversals")


@pytest.mark.parametrize("query", _blocks("analyst.md", "sql"), ids=lambda sql: sql.split("\n")[0])
def test_a_query_in_the_guide_asks_for_columns_that_exist(query: str) -> None:
    with duckdb.connect() as connection:
        for name, mart in marts(manifest()).items():
            columns = [f"{c['name']} {c['data_type']}" for c in mart["columns"].values()]
            connection.execute(f"create table {name} ({', '.join(columns)})")
        assert connection.execute(query).fetchall() == []


def test_every_decision_says_what_was_chosen_what_instead_and_why() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert pages
    wanted = ("## Choice", "## Instead of", "## Why")
    incomplete = [
        page.name
        for page in pages
        if any(heading not in page.read_text("utf-8") for heading in wanted)
    ]
    assert incomplete == []


def test_every_decision_is_in_the_list_of_decisions() -> None:
    listed = set(LINK.findall((ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")))
    assert {page.name for page in (ROOT / "docs" / "decisions").glob("[0-9]*.md")} == listed

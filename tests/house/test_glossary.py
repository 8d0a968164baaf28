"""The glossary has each term once, in order, and leads to marts and folders that exist."""

import re

import pytest

from tests.house.repository import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROWS = tuple(
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in GLOSSARY.splitlines()
    if line.startswith("| ") and not line.startswith(("| Term", "| ---"))
)
TERMS = tuple(row[0] for row in ROWS)
# Folders of the workspace, and files that a run writes: not in the repository.
OF_A_WORKSPACE = frozenset(
    {"published/runs/", "quarantine/", "warehouse/", "reports/final_accounts.html"}
)


def _in_order(term: str) -> str:
    return re.sub(r"[-_]", " ", term.casefold())


def _tables() -> set[str]:
    models = ROOT / "dbt_project" / "models"
    marts = {path.stem for path in (models / "marts").rglob("*.sql")}
    return marts | {f"restricted/{path.stem}" for path in (models / "restricted").rglob("*.sql")}


def test_each_term_is_there_once_and_in_order() -> None:
    assert TERMS
    assert [_in_order(term) for term in TERMS] == sorted({_in_order(term) for term in TERMS})


@pytest.mark.parametrize("row", ROWS, ids=TERMS)
def test_a_term_has_a_meaning_and_a_place_that_exists(row: tuple[str, ...]) -> None:
    _, meaning, where = row
    assert meaning.endswith((".", "*."))
    places = re.findall(r"`([^`]+)`", where)
    unknown = [
        place
        for place in places
        if place not in _tables()
        and place not in OF_A_WORKSPACE
        and not place.startswith("income ")
        and not (ROOT / place).exists()
    ]
    assert unknown == []
    assert places or where == "every mart"


@pytest.mark.parametrize("row", ROWS, ids=TERMS)
def test_a_reference_leads_to_another_term(row: tuple[str, ...]) -> None:
    referred = re.findall(r"(?:See|see) \*([^*]+)\*", row[1])
    assert [term for term in referred if term not in TERMS] == []

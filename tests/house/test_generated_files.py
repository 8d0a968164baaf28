"""Every generated file is current, and no key is written by hand beside the contracts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.generated.files import FILES, MARTS_PAGE
from flows.generated.marts_page import marts_page
from ingestion.contract import load_contracts
from tests.dbt_workbench import manifest
from tests.house.repository import ROOT, repository_files

STALE = "out of date: run `make generated`"
# A key is a list of names; a call that gives one beside the name of a feed or policy table repeats it.
CALLS_WITH_A_KEY = re.compile(
    r"(todays_set|rows_touched|forget_touched_rows|versions_listed)\([^)]*key"
)


@pytest.mark.parametrize("file", FILES.items(), ids=lambda file: file[0].name)
def test_a_generated_file_holds_what_the_contracts_say(
    file: tuple[Path, Callable[[], str]],
) -> None:
    path, content = file
    assert path.read_text("utf-8") == content(), STALE


def test_the_page_of_the_marts_holds_what_dbt_knows() -> None:
    assert MARTS_PAGE.read_text("utf-8") == marts_page(manifest()), STALE


def test_every_feed_is_in_the_documentation() -> None:
    page = (ROOT / "docs" / "feeds.md").read_text("utf-8")
    assert [feed for feed in load_contracts() if f"\n## {feed}\n" not in page] == []


def test_no_model_and_no_macro_gives_a_key_by_hand() -> None:
    by_hand = [
        str(path)
        for path in repository_files()
        if path.parts[0] == "dbt_project"
        and path.suffix == ".sql"
        and "generated" not in path.parts
        if CALLS_WITH_A_KEY.search((ROOT / path).read_text("utf-8"))
    ]
    assert by_hand == []


def test_free_text_is_declared_wherever_a_meaning_speaks_of_it() -> None:
    undeclared = [
        f"{feed}.{column.name}"
        for feed, contract in load_contracts().items()
        for column in contract.columns
        if "free text" in column.meaning and not column.free_text
    ]
    assert undeclared == []

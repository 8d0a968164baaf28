"""Every generated file is current, and no key is written by hand beside the contracts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.gates import SUITES
from flows.generated.files import MARTS_PAGE, generated_files
from flows.generated.marts_page import marts_page
from ingestion.contracts.contract import load_contracts
from ingestion.policy.policy_contract import load_policy_contracts
from tests.dbt_workbench import manifest
from tests.house.repository import ROOT, repository_files

STALE = "out of date: run `make generated`"
# A macro looks the key of a feed up in the registry; a call that gives one repeats the contract.
KEY_GIVEN = re.compile(r"\b(key|id)=\[?'")


@pytest.mark.parametrize("file", generated_files().items(), ids=lambda file: file[0].name)
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


def test_every_check_of_a_gate_is_in_the_documentation() -> None:
    page = (ROOT / "docs" / "gates.md").read_text("utf-8")
    checks = [check.check_code for suite in SUITES for check in suite.CHECKS]
    assert [code for code in checks if f"\n### {code}\n" not in page] == []


def test_no_model_and_no_macro_gives_a_key_by_hand() -> None:
    sql = [p for p in repository_files() if p.parts[0] == "dbt_project" and p.suffix == ".sql"]
    by_hand = [
        str(path)
        for path in sql
        if "generated" not in path.parts and KEY_GIVEN.search((ROOT / path).read_text("utf-8"))
    ]
    assert by_hand == []


def test_no_gate_gives_the_key_of_a_policy_table_by_hand() -> None:
    by_hand = [
        f"{path}: {call}"
        for path in repository_files()
        if path.parts[0] == "expectations" and path.suffix == ".py"
        for call in re.findall(r"load_policy\(con, .*", (ROOT / path).read_text("utf-8"))
        if "[" in call or "key" in call
    ]
    assert by_hand == []


def test_every_key_of_several_columns_is_written_in_its_contract_alone() -> None:
    """A key of one column is a name like any other; several in a row are a copy of the key."""
    keys = {
        contract.key
        for contract in (*load_contracts().values(), *load_policy_contracts().values())
        if len(contract.key) > 1
    }
    lists = {f"[{', '.join(repr(name) for name in key)}]" for key in keys}
    lists |= {f"({', '.join(chr(34) + name + chr(34) for name in key)})" for key in keys}
    generated = {path.relative_to(ROOT) for path in generated_files()}
    copies = [
        f"{path}: {written}"
        for path in repository_files()
        if path.parts[0] in {"dbt_project", "expectations"} and path.suffix in {".sql", ".py"}
        if path not in generated
        for written in lists
        if written in (ROOT / path).read_text("utf-8")
    ]
    assert copies == []


def test_free_text_is_declared_wherever_a_meaning_speaks_of_it() -> None:
    undeclared = [
        f"{feed}.{column.name}"
        for feed, contract in load_contracts().items()
        for column in contract.columns
        if "free text" in column.meaning and not column.free_text
    ]
    assert undeclared == []

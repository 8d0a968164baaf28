"""Models are private where only their own subject reads them, and selectors name what they say."""

from collections import defaultdict
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest
import yaml

from expectations.suites import reconciliation, recovery, write_off
from tests.dbt_workbench import manifest
from tests.house.repository import ROOT

SELECTORS: list[Mapping[str, Any]] = yaml.safe_load(
    (ROOT / "dbt_project" / "selectors.yml").read_text("utf-8")
)["selectors"]
MOST_MODELS_IN_A_FOLDER = 20
MOST_LINES_OF_A_MODEL = 250


def _models() -> dict[str, Mapping[str, Any]]:
    nodes = manifest()["nodes"].items()
    return {name: node for name, node in nodes if node["resource_type"] == "model"}


def _readers() -> Mapping[str, set[str]]:
    """The groups that read each model, by its id; a reader without a group counts by its own id."""
    readers: dict[str, set[str]] = defaultdict(set)
    kinds = ("nodes", "exposures")
    for name, node in ((n, each) for kind in kinds for n, each in manifest()[kind].items()):
        if node["resource_type"] == "test" and node.get("attached_node"):
            continue
        for read in node["depends_on"].get("nodes", ()):
            readers[read].add(node.get("group") or name)
    return readers


def test_an_intermediate_model_is_private_unless_another_subject_reads_it() -> None:
    readers = _readers()
    wrong = [
        node["name"]
        for name, node in _models().items()
        if node["path"].startswith("intermediate/")
        and (node["access"] == "private") != (readers[name] <= {node["group"]})
    ]
    assert wrong == []


def test_a_model_belongs_to_the_group_of_its_folder() -> None:
    wrong = [
        node["name"]
        for node in _models().values()
        if node["group"] not in {node["path"].split("/")[1], "intake"}
        or (node["group"] == "intake") != node["path"].startswith("staging/")
    ]
    assert wrong == []


def test_a_folder_of_a_subject_holds_about_twenty_models() -> None:
    folders: dict[str, int] = defaultdict(int)
    for node in _models().values():
        folders[node["path"].rpartition("/")[0]] += 1
    crowded = {folder for folder, count in folders.items() if count > MOST_MODELS_IN_A_FOLDER}
    assert crowded - {"staging/feeds", "staging/policy"} == set()


def test_no_model_is_too_long_to_read() -> None:
    long = [
        node["name"]
        for node in _models().values()
        if len(node["raw_code"].splitlines()) > MOST_LINES_OF_A_MODEL
    ]
    assert long == []


@pytest.mark.parametrize("suite", [write_off, reconciliation, recovery], ids=lambda s: s.NAME)
def test_the_selector_of_a_gate_names_the_tables_that_it_withholds(suite: ModuleType) -> None:
    selector = next(each for each in SELECTORS if each["name"] == f"gate_{suite.NAME}")
    assert {part["value"] for part in selector["definition"]["union"]} == set(suite.WITHHELD)


def test_every_subject_has_a_selector() -> None:
    chosen = {each["definition"].get("value") for each in SELECTORS}
    groups = {group["name"] for group in manifest()["groups"].values()}
    assert groups - chosen == {"intake"}

"""Every check of policy is failed by some test, or waits for what is not there yet and says so."""

import csv
import re
from collections.abc import Iterator

import pytest
import yaml

from tests.house.repository import ROOT

SEED = ROOT / "dbt_project" / "seeds" / "policy" / "check_codes.csv"
CODE = re.compile(r"\b[A-Z]\d\d\b")
NOTHING_TO_FAIL = {"I01", "I02", "I23", "R08", "R09", "W10"}
"""I01 counts copies and never fails; the others wait for a feed or a format."""


def _checks() -> list[dict[str, str]]:
    with SEED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _expected_by_unit_tests() -> Iterator[str]:
    """Codes of which a unit test of the models expects exceptions."""
    for path in sorted((ROOT / "dbt_project" / "models").rglob("*.yml")):
        for test in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader).get("unit_tests", []):
            for row in test["expect"].get("rows", []):
                if row.get("exceptions") or row.get("is_failed"):
                    yield str(row.get("check_code"))
                yield from CODE.findall(str(row.get("failed_checks") or ""))


def _expected_by_tests() -> Iterator[str]:
    """Codes that the tests of gates, requests and files name."""
    for folder in ("expectations", "ingestion"):
        for path in sorted((ROOT / "tests" / folder).rglob("*.py")):
            yield from re.findall(
                r"""(?:"|refused |approved |posted |\+)([A-Z]\d\d)\b""", path.read_text()
            )


@pytest.fixture(scope="module")
def failed_somewhere() -> set[str]:
    return {*_expected_by_unit_tests(), *_expected_by_tests()}


@pytest.mark.parametrize("check", _checks(), ids=lambda check: check["check_code"])
def test_each_check_is_failed_by_a_test_unless_nothing_can_fail_it_yet(
    check: dict[str, str], failed_somewhere: set[str]
) -> None:
    assert check["check_code"] in failed_somewhere | NOTHING_TO_FAIL


def test_what_nothing_can_fail_yet_says_what_it_waits_for() -> None:
    feeds = {path.stem for path in (ROOT / "ingestion" / "contracts").glob("*.yml")}
    waiting = {
        check["check_code"]
        for check in _checks()
        if check["missing_feed"] or set(check["feeds_needed"].split()) - feeds
    }
    assert waiting >= NOTHING_TO_FAIL

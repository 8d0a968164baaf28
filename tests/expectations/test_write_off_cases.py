"""The worked examples of write-off, answered by the models and judged again by the gate."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.expectations.write_off_cases import WRITE_OFF_CASES
from tests.laws.case_definition import Case, own_marts, packs, shortcomings
from tests.laws.model_marts import Rows, marts_of_the_models

MARTS = ("write_off_decisions", "write_off_schedule")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every example in one ledger, built by the models."""
    return tmp_path_factory.mktemp("write_off_cases")


@pytest.fixture(scope="module")
def marts(warehouse: Path) -> Mapping[str, Rows]:
    (pack,) = packs(WRITE_OFF_CASES)
    return marts_of_the_models(
        pack.files, as_of=pack.as_of, known_at=pack.known_at, folder=warehouse, marts=MARTS
    )


@pytest.mark.parametrize("case", WRITE_OFF_CASES, ids=lambda case: case.test_id)
def test_write_off_case(case: Case, marts: Mapping[str, Rows]) -> None:
    assert shortcomings(case, own_marts(case, marts)) == []

"""Every planted fault is caught, and by exactly the checks that should."""

from pathlib import Path

import pytest

from tests.expectations.mutants import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.fault)
def test_no_mutant_survives(mutant: Mutant, tmp_path: Path) -> None:
    assert mutant.caught(tmp_path) == mutant.caught_by


def test_each_gate_has_its_mutants() -> None:
    assert {mutant.gate for mutant in MUTANTS} == {"write_off", "reconciliation", "recovery"}

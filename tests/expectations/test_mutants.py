"""Every planted fault is caught, and by exactly the checks that should."""

from pathlib import Path

import pytest

from tests.expectations.mutants import MUTANTS, Mutant, main
from tests.flows.altered_chains import ALTERATIONS, Alteration


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.fault)
def test_no_mutant_survives(mutant: Mutant, tmp_path: Path) -> None:
    assert mutant.caught(tmp_path) == mutant.caught_by


def test_each_gate_has_its_mutants() -> None:
    assert {mutant.gate for mutant in MUTANTS} == {"write_off", "reconciliation", "recovery"}


def test_a_survivor_is_printed_and_ends_the_audit_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = Mutant("nothing at all", "reconciliation", ())
    harmless = Alteration("a file looked at", lambda runs: runs.exists(), "altered")
    kept = tmp_path / "mutants.json"
    assert main([MUTANTS[0], nothing], [ALTERATIONS[0], harmless], kept) == 1
    said = capsys.readouterr().out
    assert "write_off: the schedule emptied: W00" in said
    assert "reconciliation: nothing at all: SURVIVED" in said
    assert "verify: a byte of a published mart flipped: 2026-06-02_run2/marts/" in said
    assert "verify: a file looked at: SURVIVED" in said
    assert "4 faults planted, 2 survived" in said
    assert main([MUTANTS[0]], [ALTERATIONS[0]], kept) == 0

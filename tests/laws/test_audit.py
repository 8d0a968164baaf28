"""The audit counts what it compared, and says what is wrong so that a person can read it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.laws.audit import Numbered, main, packs
from tests.laws.awkward_councils import awkward_councils
from tests.laws.comparison import FIXED_COLUMNS, WITHOUT_IDS
from tests.laws.council_author import JUNE, LEAP_DAY, Council
from tests.laws.judged_ledger import JudgedLedger, second_opinions, shared_deliveries
from tests.laws.laws import LAWS
from tests.laws.model_marts import JUDGED_MARTS
from tests.laws.reversed_twins import reversed_twin


def _judge_by_the_second_opinion(councils: Sequence[Numbered], _folder: Path) -> JudgedLedger:
    """As if the models gave the answers of the second opinion."""
    clock = councils[0][1].clock
    named = {f"c{number:06}": council for number, council in councils}
    twins = {f"c{number:06}": f"r{number:06}" for number, _ in councils}
    everyone: dict[str, Council] = named | {
        twins[name]: reversed_twin(council, Random(0))  # noqa: S311 - any will do
        for name, council in named.items()
    }
    opinion = second_opinions(shared_deliveries(everyone), clock.as_of, clock.known_at)
    marts = {mart: [dict(row) for row in rows] for mart, rows in opinion.items()}
    return JudgedLedger(clock, everyone, twins, marts, marts, marts, marts, marts, opinion, opinion)


def _audit(tmp_path: Path, judge: object, *words: str) -> tuple[int, dict[str, object]]:
    kept = tmp_path / "evidence" / "second_opinion.json"
    status = main(list(words), judge, kept)  # type: ignore[arg-type]
    return status, json.loads(kept.read_text("utf-8"))


def test_an_audit_without_disagreement_says_what_it_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, kept = _audit(
        tmp_path, _judge_by_the_second_opinion, "--councils", "5", "--seed", "3", "--pack", "2"
    )
    assert (status, kept["disagreements"]) == (0, 0)
    assert kept["ledgers"] == 5 + len(awkward_councils(JUNE)) + len(awkward_councils(LEAP_DAY))
    assert kept["laws"] == dict.fromkeys(LAWS, 0)
    assert kept["seeds"] == {"seed": 3, "first": 3_000_000, "last": 3_000_004}
    assert kept["rows_compared"]["open_items"] > 0  # type: ignore[index]
    assert "No disagreement" in capsys.readouterr().out


def test_an_audit_asks_of_recovery_as_of_everything_that_the_second_opinion_answers() -> None:
    assert {"recovery_stages", "recovery_worklist", "diary"} <= FIXED_COLUMNS.keys()
    assert set(JUDGED_MARTS) == {*FIXED_COLUMNS, *WITHOUT_IDS}


def test_the_first_disagreement_is_shown_with_the_rows_of_its_council(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def judge_wrongly(councils: Sequence[Numbered], folder: Path) -> JudgedLedger:
        ledger = _judge_by_the_second_opinion(councils, folder)
        lost = {**ledger.today, "open_items": ledger.today["open_items"][1:]}
        return replace(ledger, today=lost)

    status, kept = _audit(tmp_path, judge_wrongly, "--councils", "2")
    assert status == 1
    assert kept["laws"]["marts equal the second opinion row by row"] == 1  # type: ignore[index]
    said = capsys.readouterr().out
    assert "open_items: item_id, item_kind" in said
    assert "invoices_" in said
    assert "gross_amount=" in said


def test_councils_are_judged_in_packs_under_one_clock_and_the_other() -> None:
    first, second, third = packs(5, 0, 2)
    assert [number for number, _ in first[:2]] == [0, 1]
    assert [number for number, _ in third] == [4]
    assert [pack[0][1].clock for pack in (first, second, third)] == [JUNE, LEAP_DAY, JUNE]


@pytest.mark.parametrize("words", [["--councils", "0"], ["--seed", "-1"], ["--pack", "0"]])
def test_a_size_out_of_range_is_wrong_usage(words: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words, _judge_by_the_second_opinion, tmp_path / "kept.json")
    assert ended.value.code == 2

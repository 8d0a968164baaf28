"""Gates mask the same free text as the models do: both pass the same examples."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from expectations.masking import masked
from tests.dbt_workbench import PROJECT

DAY = "2026-06-30"
EXAMPLES = PROJECT / "models" / "restricted" / "disputes" / "dispute_improvements.yml"


def _of(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["dispute_id"]: row["improvement"] for row in rows}


def _examples() -> Iterator[tuple[str, list[str], str]]:
    """Text, policy words in force and masked text of every unit test of the model."""
    for test in yaml.safe_load(EXAMPLES.read_text("utf-8"))["unit_tests"]:
        given = {one["input"]: one["rows"] for one in test["given"]}
        words = [
            row["word"]
            for row in given["ref('stg_policy__masked_words')"]
            if str(row["effective_from"]) <= DAY
        ]
        shown = _of(test["expect"]["rows"])
        for dispute_id, text in _of(given["ref('stg_dispute_improvements')"]).items():
            yield text, words, shown[dispute_id]


@pytest.mark.parametrize(("text", "words", "shown"), [*_examples()])
def test_what_the_models_mask_a_gate_masks(text: str, words: list[str], shown: str) -> None:
    assert masked(text, words) == shown


def test_without_words_of_policy_figures_are_still_masked() -> None:
    assert masked("Hospital; card 4111111111111111", []) == "Hospital; card [masked]"

"""The models and the second opinion, which share no line, give the same rows for any council.

Councils share one ledger, each behind a prefix of its own, so that one run of the models answers
for all of them. Everything goes through the product's own intake. `make audit` tries the same laws
on thousands of councils.
"""

from pathlib import Path

import pytest

from tests.laws.awkward_councils import awkward_councils
from tests.laws.council_author import JUNE, LEAP_DAY
from tests.laws.judged_ledger import (
    JudgedLedger,
    judged_ledger,
    second_opinions,
    shared_deliveries,
)
from tests.laws.laws import LAWS, answers_that_differ
from tests.laws.model_days import marts_of_the_models
from tests.laws.strategies import some_councils

pytestmark = pytest.mark.slow
HOW_MANY = 50


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> JudgedLedger:
    """Random and awkward councils, judged on two days and again when more is known."""
    councils = [*some_councils(HOW_MANY, JUNE), *awkward_councils(JUNE)]
    return judged_ledger(list(enumerate(councils)), tmp_path_factory.mktemp("laws"))


@pytest.mark.parametrize("law", LAWS)
def test_the_models_keep_the_law(law: str, ledger: JudgedLedger) -> None:
    broken = LAWS[law](ledger)
    assert not broken, f"{len(broken)} times, first:\n{broken[0]}"


def test_the_models_agree_with_the_second_opinion_on_a_leap_day(tmp_path: Path) -> None:
    councils = [*some_councils(HOW_MANY, LEAP_DAY), *awkward_councils(LEAP_DAY)]
    deliveries = shared_deliveries({f"c{number}": each for number, each in enumerate(councils)})
    day = {"as_of": LEAP_DAY.as_of, "known_at": LEAP_DAY.known_at}
    models = marts_of_the_models(deliveries, **day, folder=tmp_path)
    broken = answers_that_differ(second_opinions(deliveries, **day), models)
    assert not broken, f"{len(broken)} times, first:\n{broken[0]}"

"""The models and the second opinion, which share no line, give the same rows for any council.

Hundreds of councils share one ledger, each behind a prefix of its own, so that one run of the
models answers for all of them. Everything goes through the product's own intake. How many councils
and which of them may be set in the environment (``INCOME_LAWS_COUNCILS``, ``INCOME_LAWS_FIRST``).
"""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.laws.awkward_councils import awkward_councils
from tests.laws.canonical_files import Delivery, delivered_rows
from tests.laws.comparison import council_of, differences, proof_totals, smallest
from tests.laws.council_author import JUNE, LEAP_DAY, Clock
from tests.laws.model_marts import marts_of_the_models
from tests.laws.second_opinion import Marts, Row, second_opinion
from tests.laws.strategies import shared_ledger, some_councils

HOW_MANY = int(os.environ.get("INCOME_LAWS_COUNCILS", "250"))
FIRST = int(os.environ.get("INCOME_LAWS_FIRST", "0"))


def second_opinions(deliveries: Iterable[Delivery], clock: Clock) -> Marts:
    """The second opinion on each council of a shared ledger, one after the other."""
    by_council: dict[str, list[Row]] = defaultdict(list)
    for row in delivered_rows(deliveries):
        by_council[council_of(dict(row.cells))].append(row)
    together: Marts = defaultdict(list)
    for rows in by_council.values():
        marts = second_opinion(rows, as_of=clock.as_of, known_at=clock.known_at)
        for mart, found in marts.items():
            together[mart] += found
    return together


def proofs_that_differ(
    first: Iterable[dict[str, object]], second: Iterable[dict[str, object]]
) -> list[str]:
    """The months of a debt type in which the movement proofs of all councils together differ."""
    ours, theirs = proof_totals(first), proof_totals(second)
    return [
        f"{period}: {ours.get(period)} {theirs.get(period)}"
        for period in sorted(ours.keys() | theirs.keys())
        if ours.get(period) != theirs.get(period)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("clock", [JUNE, LEAP_DAY], ids=lambda clock: str(clock.as_of))
def test_the_models_agree_with_the_second_opinion_on_any_council(
    clock: Clock, tmp_path: Path
) -> None:
    councils = [*some_councils(HOW_MANY, clock, FIRST), *awkward_councils(clock)]
    deliveries = clock.deliveries(shared_ledger(enumerate(councils, FIRST)))
    opinion = second_opinions(deliveries, clock)
    models = marts_of_the_models(
        deliveries, as_of=clock.as_of, known_at=clock.known_at, folder=tmp_path
    )
    found = differences(opinion, models)
    assert not found, f"first the second opinion, second the models:\n{smallest(found)}"
    assert proofs_that_differ(opinion["movement_proof"], models["movement_proof"]) == []

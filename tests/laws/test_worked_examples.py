"""Every worked example, asked of the product's own intake and models.

Examples that look at the same day share one ledger, each behind a prefix of its own. The test of an
example carries its id: allocation A, ageing G, arrangements R, recovery S, two clocks T, movement
proof P.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.laws.canonical_files import Delivery
from tests.laws.cases import CASES, Case, Marts, Pack, own_marts, packs, shortcomings
from tests.laws.model_marts import marts_of_the_models

PACK_OF = {case.id: pack for pack in packs(CASES) for case in pack.cases}


@cache
def _marts_by_clock(case_ids: tuple[str, ...]) -> Marts:
    pack = PACK_OF[case_ids[0]]
    wanted = sorted({expected.mart for case in pack.cases for expected in case.expect})
    with TemporaryDirectory(prefix="council-income-examples-") as folder:
        return marts_of_the_models(
            [Delivery(pack.files, pack.known_at)],
            as_of=pack.as_of,
            known_at=pack.known_at,
            folder=Path(folder),
            marts=wanted,
        )


def marts_of(pack: Pack) -> Marts:
    """The marts that the examples of a pack look at, built once for all of them."""
    return _marts_by_clock(tuple(case.id for case in pack.cases))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_worked_example(case: Case) -> None:
    assert shortcomings(case, own_marts(case, marts_of(PACK_OF[case.id]))) == []

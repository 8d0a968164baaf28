"""Every worked example, asked of the product's own intake and models.

All examples share one ledger, each behind a prefix of its own, and are asked of it day by day; only
one that looks at a mart without ids has a ledger to itself. The test of an example carries its id:
allocation A, ageing G, arrangements R, recovery S, two clocks T, movement proof and provision P.
"""

from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ingestion.intake.warehouse import open_warehouse
from tests.laws.canonical_files import Delivery
from tests.laws.cases import CASES, Case, Marts, Pack, own_marts, packs, shortcomings
from tests.laws.model_days import ModelDays, marts_of_the_models
from tests.laws.model_marts import take_in_all

ALONE = tuple(pack for pack in packs(CASES) if pack.cases[0].alone)
TOGETHER = tuple(pack for pack in packs(CASES) if not pack.cases[0].alone)


def _marts_looked_at(in_packs: Iterable[Pack]) -> list[str]:
    return sorted({each.mart for pack in in_packs for case in pack.cases for each in case.expect})


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[date, date], Marts]:
    """The marts of the ledger of all examples that share one, at each of their positions."""
    warehouse = tmp_path_factory.mktemp("examples") / "income.duckdb"
    in_order = sorted(TOGETHER, key=lambda pack: pack.known_at)
    take_in_all(warehouse, [Delivery(pack.files, pack.known_at) for pack in in_order])
    with closing(open_warehouse(warehouse)) as connection:
        models = ModelDays(connection, _marts_looked_at(TOGETHER))
        return {
            (pack.as_of, pack.known_at): models.on(pack.as_of, pack.known_at) for pack in TOGETHER
        }


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [case for pack in TOGETHER for case in pack.cases], ids=lambda case: case.id
)
def test_worked_example(case: Case, shared: Mapping[tuple[date, date], Marts]) -> None:
    marts = own_marts(case, shared[case.as_of, case.known_at])
    assert shortcomings(case, marts) == []


@pytest.mark.slow
@pytest.mark.parametrize("pack", ALONE, ids=lambda pack: pack.cases[0].id)
def test_worked_example_of_a_ledger_of_its_own(pack: Pack, tmp_path: Path) -> None:
    marts = marts_of_the_models(
        [Delivery(pack.files, pack.known_at)],
        as_of=pack.as_of,
        known_at=pack.known_at,
        folder=tmp_path,
        marts=_marts_looked_at([pack]),
    )
    (case,) = pack.cases
    assert shortcomings(case, own_marts(case, marts)) == []

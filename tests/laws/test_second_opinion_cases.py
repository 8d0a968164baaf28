"""The second opinion answers every worked example as the text does.

The name of each test carries the number of its example, as in
``test_the_worked_example_holds[A05_reference_is_an_invoice_id]``.
"""

import pytest

from tests.laws.canonical_files import typed_rows
from tests.laws.cases import CASES, Case, Marts, Pack, own_marts, packs, shortcomings
from tests.laws.second_opinion import second_opinion


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.test_id)
def test_the_worked_example_holds(case: Case) -> None:
    marts = second_opinion(
        typed_rows(case.files, case.known_at), as_of=case.as_of, known_at=case.known_at
    )
    assert shortcomings(case, marts) == []


@pytest.mark.parametrize(
    "pack", list(packs(CASES)), ids=lambda pack: f"{pack.as_of}-{len(pack.cases)}"
)
def test_worked_examples_hold_beside_each_other_in_one_ledger(pack: Pack) -> None:
    marts: Marts = second_opinion(
        typed_rows(pack.files, pack.known_at), as_of=pack.as_of, known_at=pack.known_at
    )
    missed = [line for case in pack.cases for line in shortcomings(case, own_marts(case, marts))]
    assert missed == []


def test_a_case_that_expects_otherwise_is_found_out() -> None:
    wrong = next(case for case in CASES if case.id == "A02")
    marts = second_opinion(
        typed_rows(wrong.files, wrong.known_at), as_of=wrong.as_of, known_at=wrong.known_at
    )
    marts["open_items"] = marts["open_items"][:1]
    assert any("does not have" in line for line in shortcomings(wrong, marts))


def test_every_number_of_the_worked_examples_is_there() -> None:
    numbers = {case.id[:3] for case in CASES}
    series = {"A": 23, "G": 15, "R": 19, "S": 20, "T": 7, "P": 2}
    assert numbers == {
        f"{letter}{number:02}" for letter, last in series.items() for number in range(1, last + 1)
    }

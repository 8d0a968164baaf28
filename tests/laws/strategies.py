"""Councils for Hypothesis, and many councils in one ledger."""

from collections.abc import Iterable
from random import Random

from hypothesis import strategies as st

from tests.laws.case_definition import merged_files
from tests.laws.council_author import JUNE, Author, Cells, Clock, Council


def councils(clock: Clock = JUNE) -> st.SearchStrategy[Council]:
    """Councils of which Hypothesis makes every choice, and which it can make smaller."""
    chance = st.randoms(use_true_random=False)
    return chance.map(lambda each: Author(each, clock).council())


def some_councils(how_many: int, clock: Clock = JUNE, first: int = 0) -> list[Council]:
    """So many councils, the same ones for the same numbers, quicker than Hypothesis draws them."""
    return [Author(Random(number), clock).council() for number in range(first, first + how_many)]  # noqa: S311


def council_prefix(number: int) -> str:
    """What the ids of a council start with in a shared ledger."""
    return f"c{number:06}."


def shared_ledger(councils_by_number: Iterable[tuple[int, Council]]) -> dict[str, list[Cells]]:
    """The files of many councils as those of one, in which a prefix keeps the councils apart."""
    return merged_files((council_prefix(number), each.files) for number, each in councils_by_number)

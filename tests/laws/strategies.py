"""Councils for Hypothesis, and the same ones for the same numbers."""

from random import Random

from hypothesis import strategies as st

from tests.laws.casework_author import CaseworkAuthor
from tests.laws.council_author import JUNE, Author, Clock, Council


def councils(clock: Clock = JUNE) -> st.SearchStrategy[Council]:
    """Councils of which Hypothesis makes every choice, and which it can make smaller."""
    chance = st.randoms(use_true_random=False)
    return chance.map(lambda each: one_council(each, clock))


def one_council(chance: Random, clock: Clock) -> Council:
    """A council of either author: one in which anything befalls debts, or they are pursued."""
    author = CaseworkAuthor if chance.randint(1, 3) == 1 else Author
    return author(chance, clock).council()


def some_councils(how_many: int, clock: Clock = JUNE, first: int = 0) -> list[Council]:
    """So many councils, the same ones for the same numbers, quicker than Hypothesis draws them."""
    return [one_council(Random(number), clock) for number in range(first, first + how_many)]  # noqa: S311

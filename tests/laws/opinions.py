"""The second opinion on any council that Hypothesis thinks of."""

from collections.abc import Collection, Iterable

from hypothesis import settings
from hypothesis import strategies as st

from tests.laws.canonical_files import delivered_rows
from tests.laws.council_author import JUNE, LEAP_DAY, Council
from tests.laws.second_opinion import Marts, Row, second_opinion
from tests.laws.strategies import councils

any_council = st.one_of(councils(JUNE), councils(LEAP_DAY))
tried = settings(max_examples=60, deadline=None)


def rows_of_council(council: Council) -> list[Row]:
    """Its rows as they are known."""
    return list(delivered_rows(council.clock.deliveries(council.files)))


def opinion(
    council: Council, rows: Iterable[Row] | None = None, incomplete: Collection[str] = ()
) -> Marts:
    """The marts of the council, or those of other rows under its clock."""
    return second_opinion(
        rows_of_council(council) if rows is None else rows,
        as_of=council.clock.as_of,
        known_at=council.clock.known_at,
        incomplete=incomplete,
    )


def in_any_order(marts: Marts) -> dict[str, list[str]]:
    """The marts as text, to compare them whatever the order of their rows."""
    return {mart: sorted(map(str, rows)) for mart, rows in marts.items()}

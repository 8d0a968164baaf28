"""Great Expectations validates every row of a small population, and never too many rows."""

from contextlib import closing

import duckdb
import pyarrow as pa
import pytest

from expectations.check_results import Answer, result_of
from expectations.expected import Check, equal
from expectations.populations import population
from expectations.populations.population import Breaches, Population, population_from
from expectations.validation import Asked
from tests.expectations.judging import in_sql

CHECK = Check("R", "Both agree.", (), "", expects={"pairs": (equal("one", "other"),)})


def _pairs(rows: int, differing: int) -> Population:
    facts = f"""
        select 'item ' || i as item_id, 7::bigint as value_pence, 1::bigint as one,
            case when i < {differing} then 2 else 1 end::bigint as other
        from range({rows}) as t (i)
    """
    with closing(duckdb.connect()) as con:
        return population_from(con, "pairs", facts, f"select {rows}", [CHECK])


def _result(of: Population) -> tuple[int, bool, int, int]:
    asked = Asked("g.pairs", of.facts, CHECK.expects["pairs"], ({},), ("critical",))
    (validated,) = in_sql([asked])
    answer = Answer(of, asked.expected, (frozenset({"R"}),), validated)
    result = result_of(CHECK, [answer])
    return result.population, result.holds, result.exceptions, result.pence


def test_a_small_population_is_shown_whole() -> None:
    whole = _pairs(population.SHOWN_WHOLE, 3)
    assert (whole.facts.num_rows, whole.rows_not_shown) == (population.SHOWN_WHOLE, 0)


def test_of_a_large_population_what_differs_is_shown_and_a_sample() -> None:
    large = _pairs(300_000, 3)
    assert large.facts.num_rows == 3 + population.SAMPLE
    assert large.rows_stated == 300_000
    assert _result(large) == (300_000, False, 3, 21)
    assert _result(_pairs(300_000, 0)) == (300_000, True, 0, 0)


def test_the_same_population_gives_the_same_sample() -> None:
    assert _pairs(60_000, 3).facts == _pairs(60_000, 3).facts


def test_no_frame_is_above_the_limit_and_every_exception_counts_all_the_same() -> None:
    differing = _pairs(300_000, 250_000)
    assert differing.facts.num_rows == population.MOST_ROWS_SHOWN == 200_000
    assert differing.breaches == {"R": Breaches(250_000, 1_750_000)}
    assert _result(differing) == (300_000, False, 250_000, 1_750_000)


def test_a_repeated_or_blank_id_of_a_large_population_is_shown() -> None:
    facts = """
        select case when i < 2 then 'twice' when i > 2 then 'item ' || i end as item_id,
            0::bigint as value_pence, 1::bigint as one, 1::bigint as other
        from range(60000) as t (i)
    """
    with closing(duckdb.connect()) as con:
        shown = population_from(con, "pairs", facts, "select 60000", [CHECK]).facts
    assert shown.num_rows == 3 + population.SAMPLE
    assert shown["item_id"].to_pylist().count("twice") == 2


def test_a_float_is_no_fact() -> None:
    with pytest.raises(TypeError, match="pairs: one is double"):
        Population("pairs", pa.table({"item_id": ["A"], "one": [0.1]}), 1)

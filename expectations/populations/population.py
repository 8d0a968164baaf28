"""The items that checks apply to, with the facts that the checks compare.

A population holds facts and no verdict: expected and actual, requested and allowed. It has a row
for each item: `item_id` (ids only), `value_pence` (the amount at stake, in whole pence) and the
facts. Great Expectations validates every row of a small population. Of a large one it validates the
rows that break an expectation in SQL, up to a limit, and a sample of the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import get_args, get_type_hints

import duckdb
import pyarrow as pa

from expectations.expected import FRAME, IDS_ARE_SOUND, Check, Expected

SHOWN_WHOLE = 50_000
SAMPLE = 1_000
MOST_ROWS_SHOWN = 200_000
MOST_DIFFERING = MOST_ROWS_SHOWN - SAMPLE

_TYPES: Mapping[object, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    bool: pa.bool_(),
    date: pa.date32(),
}


@dataclass(frozen=True, slots=True)
class Breaches:
    """The number of rows that break a check, and the pence at stake in them."""

    rows: int
    pence: int


@dataclass(frozen=True, slots=True)
class Population:
    """Items and their facts.

    Attributes:
        name: Its name in the suites.
        facts: The rows to validate: `item_id`, `value_pence` and the facts. A fact is text, a whole
            number, a Boolean or a day.
        rows_expected: How many rows there must be, counted another way. A population with missing
            rows passes no check.
        rows_not_shown: How many rows of a large population are not validated.
        breaches: By check, the rows that break it as SQL counts them, where there are too many to
            validate.
    """

    name: str
    facts: pa.Table
    rows_expected: int
    rows_not_shown: int = 0
    breaches: Mapping[str, Breaches] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises TypeError where a column is of another type, such as a float."""
        for column in self.facts.schema:
            if column.type not in _TYPES.values():
                raise TypeError(f"{self.name}: {column.name} is {column.type}")

    @property
    def rows_stated(self) -> int:
        """The number of rows."""
        return int(self.facts.num_rows) + self.rows_not_shown


def population_of(
    name: str,
    kind: type,
    rows: Iterable[object],
    rows_expected: int,
    checks: Sequence[Check] = (),
) -> Population:
    """A population from rows of a dataclass whose fields are its columns.

    Args:
        name: Its name.
        kind: The dataclass.
        rows: The rows.
        rows_expected: How many rows there must be, counted another way.
        checks: The checks that it is for.
    """
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    schema = pa.schema([(column, _type_of(hints[column])) for column in names])
    listed = [tuple(getattr(row, column) for column in names) for row in rows]
    columns = zip(*listed, strict=True) if listed else ([] for _ in names)
    cells = {column: list(cells) for column, cells in zip(names, columns, strict=True)}
    facts = pa.table(cells, schema)
    if facts.num_rows <= SHOWN_WHOLE:
        return Population(name, facts, rows_expected)
    with duckdb.connect() as con:
        con.register("facts", facts)
        return population_from(con, name, "from facts", f"select {rows_expected}", checks)


def population_from(
    con: duckdb.DuckDBPyConnection,
    name: str,
    facts: str,
    rows_expected: str,
    checks: Sequence[Check],
    **values: object,
) -> Population:
    """A population from a query for its rows and a query that counts them another way.

    Args:
        con: The warehouse.
        name: Its name.
        facts: Query for its rows.
        rows_expected: Query for how many rows there must be.
        checks: The checks that it is for.
        values: The parameters of both queries.
    """
    _run(con, f"create or replace temp table {FRAME} as {facts}", values)
    rows = _number(_run(con, f"select count(*) from {FRAME}", {}))
    counted = _number(_run(con, rows_expected, values))
    if rows <= SHOWN_WHOLE:
        return Population(name, con.execute(f"from {FRAME}").to_arrow_table(), counted)
    expected = {check.check_code: check.expects.get(name, ()) for check in checks}
    differs = breach_of([*IDS_ARE_SOUND, *(each for group in expected.values() for each in group)])
    shown = _differing_and_a_sample(con, differs)
    is_cut = _number(con.execute(f"select count(*) from {FRAME} where {differs}")) > MOST_DIFFERING
    breaches = {code: _breaches(con, each) for code, each in expected.items() if is_cut and each}
    return Population(name, shown, counted, rows - shown.num_rows, breaches)


def _differing_and_a_sample(con: duckdb.DuckDBPyConnection, differs: str) -> pa.Table:
    """The rows that break an expectation, by id up to a limit, and a sample of the others.

    The sample takes the lowest hashes of ids, so the same facts always give the same sample.
    """
    return con.execute(
        f"""
        (from {FRAME} where {differs} order by item_id limit {MOST_DIFFERING})
        union all
        (from {FRAME} where not ({differs}) order by md5(item_id) limit {SAMPLE})
        """
    ).to_arrow_table()


def _breaches(con: duckdb.DuckDBPyConnection, expected: Sequence[Expected]) -> Breaches:
    failing = [each for each in expected if not each.is_warning]
    query = f"select count(*), coalesce(sum(abs(value_pence)), 0)::bigint from {FRAME} where "
    row = con.execute(query + breach_of(failing)).fetchone()
    return Breaches(*map(int, row or (0, 0)))


def breach_of(expected: Iterable[Expected]) -> str:
    """SQL condition of a row that breaks one of several expectations."""
    return " or ".join(f"coalesce({each.breach}, false)" for each in expected if each.breach)


def _run(
    con: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object]
) -> duckdb.DuckDBPyConnection:
    return con.execute(query, {name: each for name, each in values.items() if f"${name}" in query})


def _number(result: duckdb.DuckDBPyConnection) -> int:
    row = result.fetchone()
    return int(row[0]) if row else 0


def _type_of(hint: object) -> pa.DataType:
    kinds = [each for each in get_args(hint) or (hint,) if each is not type(None)]
    return _TYPES[kinds[0]]

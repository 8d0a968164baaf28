"""What dbt hands to an engine is SQL to that engine; sqlglot judges, at its strictest."""

from collections.abc import Iterator, Mapping

import pytest
from sqlglot import ErrorLevel, exp, parse
from sqlglot.errors import ParseError

from tests.dbt_workbench import Engine, compiled_sql

Said = list[exp.Expr | None] | str
"""What a query says, or the fault for which it says nothing."""


@pytest.fixture(scope="module")
def queries() -> Mapping[Engine, Mapping[str, Said]]:
    """Every query of the project by its node's name, as each engine would read it."""
    return {"duckdb": _read("duckdb"), "spark": _read("spark")}


def _read(engine: Engine) -> Mapping[str, Said]:
    read: dict[str, Said] = {}
    for name, sql in compiled_sql(engine).items():
        try:
            read[name] = parse(sql, read=engine, error_level=ErrorLevel.RAISE)
        except ParseError as error:
            read[name] = str(error).splitlines()[0]
    return read


def _fault(statements: Said) -> str | None:
    if isinstance(statements, str):
        return statements
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return "not one query"
    return None


def _casts(queries: Mapping[str, Said]) -> Iterator[tuple[str, exp.Cast]]:
    for name, statements in queries.items():
        assert not isinstance(statements, str), f"{name}: {statements}"
        for statement in statements:
            if statement:
                for cast in statement.find_all(exp.Cast):
                    yield name, cast


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_every_compiled_query_parses(
    engine: Engine, queries: Mapping[Engine, Mapping[str, Said]]
) -> None:
    faults = {name: _fault(statements) for name, statements in queries[engine].items()}
    assert len(faults) > 30
    assert {name: fault for name, fault in faults.items() if fault} == {}


def test_every_cast_is_to_a_type_that_both_engines_know(
    queries: Mapping[Engine, Mapping[str, Said]],
) -> None:
    known = {"STRING", "TEXT", "INT", "BIGINT", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL"}
    strange = {
        f"{name}: {cast.sql()}"
        for name, cast in _casts(queries["spark"])
        if cast.to.this.name not in known
    }
    assert strange == set()


def test_every_decimal_says_its_precision_and_scale(
    queries: Mapping[Engine, Mapping[str, Said]],
) -> None:
    bare = {
        f"{name}: {cast.sql()}"
        for name, cast in _casts(queries["spark"])
        if cast.to.this.name == "DECIMAL" and len(cast.to.expressions) != 2
    }
    assert bare == set()

"""What dbt hands to an engine is SQL to that engine; sqlglot judges, at its strictest."""

import pytest
from sqlglot import ErrorLevel, exp, parse
from sqlglot.errors import ParseError

from tests.dbt_workbench import Engine, compiled_sql


def _fault(sql: str, engine: Engine) -> str | None:
    try:
        statements = parse(sql, read=engine, error_level=ErrorLevel.RAISE)
    except ParseError as error:
        return str(error).splitlines()[0]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return "not one query"
    return None


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_every_compiled_query_parses(engine: Engine) -> None:
    faults = {name: _fault(sql, engine) for name, sql in compiled_sql(engine).items()}
    assert len(faults) > 30
    assert {name: fault for name, fault in faults.items() if fault} == {}


def test_every_cast_is_to_a_type_that_both_engines_know() -> None:
    known = {"STRING", "TEXT", "INT", "BIGINT", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL"}
    strange = {
        f"{name}: {cast.sql()}"
        for name, sql in compiled_sql("spark").items()
        for statement in parse(sql, read="spark")
        if statement
        for cast in statement.find_all(exp.Cast)
        if cast.to.this.name not in known
    }
    assert strange == set()


def test_every_decimal_says_its_precision_and_scale() -> None:
    bare = {
        f"{name}: {cast.sql()}"
        for name, sql in compiled_sql("spark").items()
        for statement in parse(sql, read="spark")
        if statement
        for cast in statement.find_all(exp.Cast)
        if cast.to.this.name == "DECIMAL" and len(cast.to.expressions) != 2
    }
    assert bare == set()

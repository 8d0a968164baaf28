"""The quicker run of the unit tests gives DuckDB the SQL that dbt gives it."""

import dbt.compilation
import pytest
import sqlparse
from dbt.compilation import inject_ctes_into_sql
from dbt.contracts.graph.nodes import InjectedCTE

from tests.sql_units import FirstWordOnly

FIXTURES = [
    InjectedCTE(id="a", sql=" __dbt__cte__a as (\nselect 1 as n\n)"),
    InjectedCTE(id="b", sql=" __dbt__cte__b as (\nselect ';' as text\n)"),
]
QUERIES = {
    "begins with with": "with a as (select 1) select * from a",
    "begins with space and comments": (
        "\n\n-- with b\n/* with\n c */\nWITH\n    a as (select 1)\nselect * from a\n"
    ),
    "is recursive": "with recursive a as (select 1) select * from a",
    "has no with": "select * from a where word = 'with'",
    "has a with inside": "\nselect * from (with a as (select 1) select * from a)",
    "has a semicolon": "with a as (select ';' as text) select * from a",
    "begins with a longer word": "without_a as (select 1)",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_rows_of_inputs_stand_where_dbt_puts_them(
    query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dbt.compilation.sqlparse is sqlparse
    by_dbt = inject_ctes_into_sql(query, FIXTURES)
    monkeypatch.setattr(dbt.compilation, "sqlparse", FirstWordOnly)
    assert inject_ctes_into_sql(query, FIXTURES) == by_dbt

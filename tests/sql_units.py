"""Empty tables of the project and its unit tests, in one process: `python -m tests.sql_units`.

dbt renders and compares as always (`tests/house/test_sql_units.py`). It does three things less
often while unit tests run:

- ask the warehouse for the columns of the same relation, for each input of each test;
- render the same rows of the same input, most often no rows, for each test;
- parse a whole model to find the `with` that it begins with.

Relations do not change while unit tests run. Temporary ones do, but their names never occur twice.
"""

import gc
import re
import sys
from typing import Any

import dbt.compilation
import sqlparse
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.cli.main import dbtRunner
from dbt.compilation import Compiler
from dbt_common.events.event_manager_client import ctx_set_event_manager
from sqlparse.sql import Statement, Token
from sqlparse.tokens import CTE, Comment, Other, Whitespace

from flows.processes.dbt_program import EventsThatAreRead

EMPTY_TABLES = ["build", "--empty", "--resource-type", "seed", "--resource-type", "model"]
UNIT_TESTS = ["test", "--select", "test_type:unit"]
FIXTURE = "{{ get_fixture_sql("
"""The start of the code that dbt writes for an input given as rows."""
BEGINS_WITH = re.compile(
    r"(?P<before>(?:\s+|--[^\n]*\n|/\*.*?\*/)*)(?P<word>with)(?P<space>\s+)(?!recursive\b)(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)


def _ask_for_columns_once() -> None:
    ask = DuckDBAdapter.get_columns_in_relation
    known: dict[str, Any] = {}

    def get_columns_in_relation(self: Any, relation: Any) -> Any:
        name = str(relation)
        if name not in known:
            known[name] = ask(self, relation)
        return known[name]

    DuckDBAdapter.get_columns_in_relation = get_columns_in_relation


def _render_each_input_once() -> None:
    render = Compiler._compile_code
    rendered: dict[tuple[Any, ...], str] = {}

    def _compile_code(self: Any, node: Any, manifest: Any, extra_context: Any = None) -> Any:
        if not node.raw_code.startswith(FIXTURE):
            return render(self, node, manifest, extra_context)
        key = (node.unique_id, node.database, node.schema, node.alias, node.raw_code)
        if key in rendered:
            node.compiled_code, node.compiled = rendered[key], True
            return node
        node = render(self, node, manifest, extra_context)
        rendered[key] = node.compiled_code
        return node

    Compiler._compile_code = _compile_code


class FirstWordOnly:
    """Replaces sqlparse in dbt's compiler, which only looks for the first `with`."""

    sql = sqlparse.sql
    tokens = sqlparse.tokens

    @staticmethod
    def parse(query: str) -> tuple[Statement, ...]:
        found = None if ";" in query else BEGINS_WITH.fullmatch(query)
        if found is None:
            statements: tuple[Statement, ...] = sqlparse.parse(query)
            return statements
        kinds = {"before": Comment, "word": CTE, "space": Whitespace, "rest": Other}
        return (Statement([Token(kind, found[part]) for part, kind in kinds.items()]),)


def _repeat_less() -> None:
    _ask_for_columns_once()
    _render_each_input_once()
    dbt.compilation.sqlparse = FirstWordOnly


def main() -> int:
    """Builds the empty tables and runs the unit tests over them; the exit status."""
    # All objects go when the process ends; collecting them earlier frees next to nothing.
    gc.disable()
    ctx_set_event_manager(EventsThatAreRead())
    if not dbtRunner().invoke(EMPTY_TABLES).success:
        return 1
    _repeat_less()
    return 0 if dbtRunner().invoke(UNIT_TESTS).success else 1


if __name__ == "__main__":
    sys.exit(main())

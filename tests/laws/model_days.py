"""The models for one day after another in a warehouse, where a run of dbt for each is too slow.

dbt builds the models once; after that the SQL that it ran is run again for any position, whole each
time, which takes a second where dbt takes twelve. What dbt adds beside the SQL (contracts, tests,
the kept ledger) is left out, so that a test which goes this way compares a day with dbt's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from ingestion.intake.warehouse import open_warehouse, set_position
from tests.dbt_workbench import run_dbt, shared_target
from tests.laws.model_marts import Rows


class ModelDays:
    """Marts and their parents, for any day.

    Attributes:
        first: the marts of the first position, as dbt built them.
    """

    def __init__(
        self, warehouse: Path, marts: Iterable[str], as_of: date, known_at: date | None = None
    ) -> None:
        """Lets dbt build the marts named for a first position, and keeps the SQL that it ran.

        Args:
            warehouse: where the rows are.
            marts: which marts to build, with their parents.
            as_of: the first day.
            known_at: what is known by then; by the day itself where it is left out.
        """
        self._marts = tuple(marts)
        with closing(open_warehouse(warehouse)) as connection:
            set_position(connection, as_of, known_at or as_of)
        words = ["build", "--resource-type", "seed", "--resource-type", "model", "--full-refresh"]
        words += ["--select", *(f"+{mart}" for mart in self._marts)]
        run_dbt(words, target=shared_target(), warehouse=warehouse)
        self._steps = _steps(shared_target())
        with closing(open_warehouse(warehouse)) as connection:
            self.first: Mapping[str, Rows] = {mart: _rows(connection, mart) for mart in self._marts}

    def on(
        self, connection: duckdb.DuckDBPyConnection, as_of: date, known_at: date | None = None
    ) -> Mapping[str, Rows]:
        """The marts of a day.

        Args:
            connection: the warehouse, open for writing.
            as_of: the day.
            known_at: what is known by then; by the day itself where it is left out.
        """
        set_position(connection, as_of, known_at or as_of)
        # For little tables one thread is faster than two, and one commit than seventy.
        connection.execute("set threads = 1")
        connection.begin()
        for relation, sql in self._steps:
            connection.execute(f"create or replace table {relation} as {sql}")
        connection.commit()
        return {mart: _rows(connection, mart) for mart in self._marts}


def _steps(target: Path) -> Sequence[tuple[str, str]]:
    """Table and SQL of each model of the last build, in the order in which they were made."""
    nodes = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    return [
        (result["relation_name"], result["compiled_code"])
        for result in results
        if result["relation_name"]
        and nodes[result["unique_id"]]["config"]["materialized"] in ("table", "kept")
    ]


def _rows(connection: duckdb.DuckDBPyConnection, mart: str) -> Rows:
    found = connection.execute(f"select * from marts.{mart}")
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

"""The models for one day after another in a warehouse, where a run of dbt for each is too slow.

dbt compiles the models once for all tests; here the SQL that it compiled is run for any position,
whole each time, which takes a second where dbt takes twelve. What dbt adds beside the SQL
(contracts, data tests, the kept ledger) is left out. `test_case_histories` and
`test_four_hundred_days` compare a day with dbt's.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from ingestion.intake.warehouse import open_warehouse, set_position
from tests.dbt_workbench import models_up_to, shipped_policy
from tests.laws.canonical_files import Delivery
from tests.laws.model_marts import JUDGED_MARTS, Rows, rows_of_mart, take_in_all


class ModelDays:
    """Marts and their parents, for any day."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, marts: Iterable[str]) -> None:
        """Loads the shipped policy and finds the models that the marts need.

        Args:
            connection: the warehouse with the rows, open for writing.
            marts: which marts to build.
        """
        self._connection = connection
        self._marts = tuple(marts)
        self._models = models_up_to(self._marts)
        _load_policy(connection)
        connection.execute("create sequence if not exists surrogate_numbers")
        for schema in {model.schema for model in self._models}:
            connection.execute(f"create schema if not exists {schema}")
        # For little tables one thread is faster than two.
        connection.execute("set threads = 1")

    def on(self, as_of: date, known_at: date | None = None) -> Mapping[str, Rows]:
        """The marts of a day.

        Args:
            as_of: the day.
            known_at: what is known by then; by the day itself where it is left out.
        """
        set_position(self._connection, as_of, known_at or as_of)
        # One commit is faster than hundreds.
        self._connection.begin()
        for model in self._models:
            self._connection.execute(
                f"create or replace {model.kind} {model.relation} as {model.sql}"
            )
        self._connection.commit()
        return {mart: rows_of_mart(self._connection, mart) for mart in self._marts}


def marts_of_the_models(
    deliveries: Sequence[Delivery],
    *,
    as_of: date,
    known_at: date,
    folder: Path,
    marts: Iterable[str] = JUDGED_MARTS,
) -> Mapping[str, Rows]:
    """Takes the deliveries in, one run each, and builds the marts named and their parents.

    Args:
        deliveries: canonical CSV content in the order of the runs, every row fit to be accepted.
        as_of: the day looked at.
        known_at: what is known by then.
        folder: an empty folder to work in.
        marts: which marts to build.

    Raises:
        RowsRefusedError: The intake refused something; the message says what.
    """
    warehouse = folder / "income.duckdb"
    take_in_all(warehouse, deliveries)
    with closing(open_warehouse(warehouse)) as connection:
        return ModelDays(connection, marts).on(as_of, known_at)


def _load_policy(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"attach '{shipped_policy()}' as shipped (read_only)")
    tables = connection.execute(
        "select table_name from duckdb_tables() "
        "where database_name = 'shipped' and schema_name = 'policy'"
    ).fetchall()
    connection.execute("create schema if not exists policy")
    for (table,) in tables:
        connection.execute(f"create or replace table policy.{table} as from shipped.policy.{table}")
    connection.execute("detach shipped")

"""The published marts: a folder of Parquet files, read through an in-memory DuckDB.

Money is ``Decimal``: DuckDB sums decimals exactly, and nothing here makes a float.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from reports.errors import ReportError

Row = dict[str, Any]
"""One row of a query by column name: money as Decimal, days as date, counts as int."""

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class PublishedMarts:
    """The marts of one run, read only. A withheld mart has no file, so it is not included."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, names: frozenset[str]) -> None:
        self._connection = connection
        self._names = names

    def __contains__(self, mart: object) -> bool:
        """Say whether the run published this mart."""
        return mart in self._names

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one query over the marts.

        Raises:
            ReportError: if a mart cannot be read or does not have a column that the report needs.
        """
        try:
            cursor = self._connection.execute(sql, list(parameters))
            columns = [column[0] for column in cursor.description or ()]
            return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]
        except duckdb.Error as error:
            first_line = str(error).splitlines()[0]
            raise ReportError(
                f"the report cannot read the published marts: {first_line}; "
                "run `income run --full-refresh` to build them again"
            ) from error

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Row:
        """Run a query that yields exactly one row, such as a total."""
        (row,) = self.rows(sql, parameters)
        return row


@contextmanager
def open_marts(folder: Path, of_debtors: Collection[str] | None = None) -> Iterator[PublishedMarts]:
    """Open every ``<mart>.parquet`` of a folder as a relation named after the mart.

    Args:
        folder: the marts of one run.
        of_debtors: if given, marts with a debtor column keep only the rows of these debtors, read
            once into memory: for many queries about a few debtors.

    Raises:
        ReportError: if the folder is missing or one of its files is not Parquet.
    """
    if not folder.is_dir():
        raise ReportError(f"{folder}: no such folder of marts; publish the marts first")
    files = sorted(folder.glob("*.parquet"))
    with duckdb.connect(":memory:", config=_OFFLINE) as connection:
        for file in files:
            _add_mart(connection, file, of_debtors)
        yield PublishedMarts(connection, frozenset(file.stem for file in files))


def _add_mart(
    connection: duckdb.DuckDBPyConnection, file: Path, of_debtors: Collection[str] | None
) -> None:
    """Make one Parquet file readable under its mart's name."""
    name = file.stem.replace('"', '""')
    rows = "select * from read_parquet('" + str(file).replace("'", "''") + "')"
    try:
        if of_debtors is None or not _names_debtors(connection, rows):
            connection.execute(f'create view "{name}" as {rows}')
        else:
            connection.execute(
                f'create table "{name}" as {rows} where list_contains(?, debtor_id)',
                [sorted(of_debtors)],
            )
    except duckdb.Error as error:
        raise ReportError(f"{file}: not a readable Parquet file; run the day again") from error


def _names_debtors(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    described = connection.execute(f"describe {rows}").fetchall()
    return any(column[0] == "debtor_id" for column in described)

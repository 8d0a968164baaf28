"""Read-only SQL over the published marts, and how its answer is written.

The connection can read only the published file: no other file, no network, no setting.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from flows.errors import UsageError
from flows.runs.chain import PublishedRun, read_run, run_folders
from flows.runs.workspace import Workspace
from flows.words import Format


@dataclass(frozen=True)
class Answer:
    """Column names and rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def run_to_read(workspace: Workspace, as_of: date | None) -> PublishedRun:
    """The run that readers see now, or the newest one of a past day.

    Raises:
        UsageError: Nothing is published, or nothing for the day.
    """
    current = workspace.current_run()
    if current is None:
        raise UsageError(f"Nothing is published in {workspace.home} yet: use `income run` first.")
    if as_of is None:
        return read_run(current)
    # The name ends with the time of the start. Only `verify` reads the whole chain.
    of_that_day = [
        path for path in run_folders(workspace.runs) if path.name.startswith(f"{as_of}_")
    ]
    if not of_that_day:
        raise UsageError(f"No run as of {as_of} is published: use `income replay --as-of {as_of}`.")
    return read_run(of_that_day[-1])


@contextmanager
def open_marts(run_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the marts of a published run."""
    connection = duckdb.connect(str(run_folder / "marts.duckdb"), read_only=True)
    try:
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()


def ask(run_folder: Path, sql: str) -> Answer:
    """Runs one query on the marts of a published run.

    Raises:
        UsageError: The SQL cannot be run.
    """
    with open_marts(run_folder) as connection:
        try:
            result = connection.execute(sql)
            columns = tuple(str(column[0]) for column in result.description or ())
            return Answer(columns, tuple(result.fetchall()) if columns else ())
        except duckdb.Error as refused:
            lines = [line.strip() for line in str(refused).splitlines()]
            reason = " ".join(
                line for line in lines if line and not line.startswith(("LINE ", "^"))
            )
            raise UsageError(f"The query failed: {reason}") from refused


def written(answer: Answer, form: Format) -> str:
    """The answer as text, with a line break at its end."""
    if form is Format.JSON:
        return _as_json(answer)
    if form is Format.CSV:
        return _as_csv(answer)
    return _as_table(answer)


def _as_json(answer: Answer) -> str:
    """A list of objects; decimals are written as exact digits, never through a float."""
    names = [json.dumps(column, ensure_ascii=False) for column in answer.columns]
    rows = [
        "{" + ", ".join(f"{n}: {_literal(cell)}" for n, cell in zip(names, row, strict=True)) + "}"
        for row in answer.rows
    ]
    return "[" + ",\n ".join(rows) + "]\n"


def _literal(cell: object) -> str:
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return json.dumps(cell, ensure_ascii=False, default=str)


def _as_csv(answer: Answer) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_plain(cell) for cell in row] for row in answer.rows)
    return text.getvalue()


def _as_table(answer: Answer) -> str:
    rows = [[_plain(cell) for cell in row] for row in answer.rows]
    widths = [
        max(len(name), *(len(row[place]) for row in rows)) if rows else len(name)
        for place, name in enumerate(answer.columns)
    ]
    numeric = [
        bool(answer.rows) and all(_is_number(row[place]) for row in answer.rows)
        for place in range(len(answer.columns))
    ]
    lines = [
        _line(answer.columns, widths, numeric),
        _line(["-" * width for width in widths], widths, numeric),
        *(_line(row, widths, numeric) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    placed = (
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, numeric, strict=True)
    )
    return "  ".join(placed).rstrip()


def _is_number(cell: object) -> bool:
    return cell is None or (isinstance(cell, int | float | Decimal) and not isinstance(cell, bool))


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)

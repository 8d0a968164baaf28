"""Two sets of published marts, row by row and column by column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import yaml

RENAMES = Path(__file__).with_name("renames.yml")
MOST_ROWS_SHOWN = 3


@dataclass(frozen=True)
class Renames:
    """What has another name in the newer version.

    Attributes:
        names: The newer name of a mart, by its older one.
        columns: The newer names of columns, by mart (newer name) and older name.
        reworded: Columns of text that are not compared, by mart (newer name).
    """

    names: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reworded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_renames(path: Path = RENAMES) -> Renames:
    """The renames that are on record."""
    read = yaml.safe_load(path.read_text("utf-8"))
    reworded = {mart: tuple(columns) for mart, columns in read["reworded"].items()}
    return Renames(read["names"], read["columns"], reworded)


@dataclass(frozen=True)
class Comparison:
    """How much was compared, and what differs."""

    marts: int
    rows: int
    differences: tuple[str, ...]


def compare_runs(older: Path, newer: Path, renames: Renames) -> Comparison:
    """Compares the marts and the restricted tables of one published run with another's.

    Args:
        older: Folder of the run that the older version published.
        newer: Folder of the run that the newer version published.
        renames: What has another name in the newer version.
    """
    before, after = _tables(older), _tables(newer)
    named = {renames.names.get(name, name): path for name, path in before.items()}
    differences = [f"{name}: missing in the newer version" for name in sorted(named.keys() - after)]
    differences += [f"{name}: new in the newer version" for name in sorted(after.keys() - named)]
    rows = 0
    with duckdb.connect() as connection:
        for name in sorted(named.keys() & after.keys()):
            found = _differences(connection, name, named[name], after[name], renames)
            differences += found
            counted = connection.execute(f"select count(*) from '{named[name]}'").fetchone()
            rows += int(counted[0]) if counted else 0
    return Comparison(len(named.keys() & after.keys()), rows, tuple(differences))


def _tables(run: Path) -> dict[str, Path]:
    return {
        path.stem: path
        for part in ("marts", "restricted")
        for path in run.glob(f"{part}/*.parquet")
    }


def _differences(
    connection: duckdb.DuckDBPyConnection, name: str, older: Path, newer: Path, renames: Renames
) -> Iterator[str]:
    renamed = renames.columns.get(name, {})
    before = {
        renamed.get(column, column): (column, kind) for column, kind in _columns(connection, older)
    }
    after = dict(_columns(connection, newer))
    for column in sorted(before.keys() ^ after.keys()):
        yield f"{name}.{column}: {'missing' if column in before else 'new'} in the newer version"
    for column in sorted(before.keys() & after.keys()):
        if before[column][1] != after[column]:
            yield f"{name}.{column}: {before[column][1]} became {after[column]}"
    shared = [
        column
        for column in after
        if column in before and column not in renames.reworded.get(name, ())
    ]
    left = ", ".join(f'"{before[column][0]}" as "{column}"' for column in shared)
    right = ", ".join(f'"{column}"' for column in shared)
    sides = (f"select {left} from '{older}'", f"select {right} from '{newer}'")
    for words, one, other in (("only before", *sides), ("only after", *sides[::-1])):
        rows = connection.execute(f"({one}) except all ({other}) order by all").fetchall()
        if rows:
            shown = "; ".join(str(row) for row in rows[:MOST_ROWS_SHOWN])
            yield f"{name}: {len(rows)} rows {words}: {shown}"


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    described = connection.execute(f"describe select * from '{path}'").fetchall()
    return [(str(row[0]), str(row[1])) for row in described]

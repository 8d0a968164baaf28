"""A replay compared with the run that was published for its position.

With the same code and libraries every Parquet file must be the same, byte for byte, and every gate
must have the same status; any difference is a defect. With other code or libraries the values are
compared row by row, by the mart's key, and changes are counted. No cell of a row is shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from flows.answers.query import Answer, written
from flows.runs.chain import PublishedRun, sha256_of
from flows.words import Format

EQUAL = "equal"
SAME_VALUES = "same values"
CHANGED = "changed"
ONLY_PUBLISHED = "only published"
ONLY_REPLAYED = "only replayed"
NOT_KEPT = "not kept"
ALTERED = "altered since"

_ALIKE = frozenset({EQUAL, SAME_VALUES})
_TABLES = ("marts", "restricted")


@dataclass(frozen=True)
class MartComparison:
    """One mart of the replay compared with the published one.

    Attributes:
        name: The mart.
        outcome: `equal` (bytes), `same values`, `changed`, `only published`, `only replayed`,
            `not kept` (another file than the manifest names, and the published one was thinned
            away), `altered since` (the published file is not the one that its manifest names).
        rows_gone: Rows that only the published mart has.
        rows_added: Rows that only the replay has.
        rows_changed: Rows of both, by key, with another value.
        columns: Columns that changed, with the number of rows in which they did; those that only
            one of the two has come with all its rows.
    """

    name: str
    outcome: str
    rows_gone: int = 0
    rows_added: int = 0
    rows_changed: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class GateComparison:
    """The status of one gate in the published run and in the replay; None where it is missing."""

    name: str
    published: str | None
    replayed: str | None


@dataclass(frozen=True)
class Comparison:
    """A replay beside the last run that was published for its pair, None where there is none."""

    published_run: str | None = None
    same_code: bool = False
    marts: tuple[MartComparison, ...] = ()
    gates: tuple[GateComparison, ...] = ()

    @property
    def differing(self) -> tuple[str, ...]:
        """The marts that are not the same, then the gates, by name."""
        marts = [mart.name for mart in self.marts if mart.outcome not in _ALIKE]
        gates = [f"gate {gate.name}" for gate in self.gates if gate.published != gate.replayed]
        return (*marts, *gates)

    @property
    def defect(self) -> str | None:
        """What is wrong, in one sentence; None where nothing is."""
        altered = [mart.name for mart in self.marts if mart.outcome == ALTERED]
        if altered:
            return (
                f"In the published run {self.published_run} these marts were altered: "
                f"{', '.join(altered)}"
            )
        if self.same_code and self.differing:
            return (
                f"The replay differs from the published run {self.published_run}, with the same "
                f"code and libraries: {', '.join(self.differing)}"
            )
        return None

    def in_words(self) -> str:
        """For people: one line, and a table of the marts that changed where any did."""
        if self.published_run is None:
            return "No run is published for these two days: there is nothing to compare with."
        if self.same_code and not self.differing:
            return (
                f"Equal to the published run {self.published_run}: {len(self.marts)} marts are "
                "identical byte for byte, and every gate has the same result."
            )
        since = f"Code or libraries have changed since the published run {self.published_run}: "
        if not self.differing:
            return f"{since}{len(self.marts)} marts have the same values, every gate is alike."
        return f"{since}{', '.join(self.differing)} differ.\n{self._table()}".rstrip()

    def _table(self) -> str:
        titles = ("mart", "outcome", "rows gone", "rows added", "rows changed", "columns")
        rows = tuple(
            (
                mart.name,
                mart.outcome,
                mart.rows_gone,
                mart.rows_added,
                mart.rows_changed,
                ", ".join(f"{name} {rows}" for name, rows in mart.columns.items()),
            )
            for mart in self.marts
            if mart.outcome not in _ALIKE
        )
        return written(Answer(titles, rows), Format.TABLE) if rows else ""

    def as_json(self) -> dict[str, Any]:
        """The evidence."""
        return {"summary": self.defect or self.in_words().splitlines()[0], **asdict(self)}


def compare_with_published(
    published: PublishedRun,
    manifest: Mapping[str, Any],
    folder: Path,
    keys: Mapping[str, Sequence[str]],
) -> Comparison:
    """Compares a replay with the run published for its pair.

    Args:
        published: That run.
        manifest: The replay's own manifest, before it is sealed.
        folder: The replay's folder with its marts.
        keys: The key of each mart.
    """
    same_code = all(
        published.manifest[name] == manifest[name]
        for name in ("code_version", "lock_sha256", "target")
    )
    return Comparison(
        published.folder.name,
        same_code,
        tuple(_compare_marts(published, folder, keys)),
        tuple(_compare_gates(published.manifest["gates"], manifest["gates"])),
    )


def _compare_gates(
    published: Sequence[Mapping[str, Any]], replayed: Sequence[Mapping[str, Any]]
) -> Iterator[GateComparison]:
    before = {str(gate["name"]): str(gate["status"]) for gate in published}
    now = {str(gate["name"]): str(gate["status"]) for gate in replayed}
    for name in sorted(before.keys() | now.keys()):
        yield GateComparison(name, before.get(name), now.get(name))


def _compare_marts(
    published: PublishedRun, folder: Path, keys: Mapping[str, Sequence[str]]
) -> Iterator[MartComparison]:
    before = {
        str(file["path"]): str(file["sha256"])
        for file in published.manifest["files"]
        if _is_mart(Path(file["path"]))
    }
    now = {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in folder.rglob("*.parquet")
        if _is_mart(path.relative_to(folder))
    }
    for name in sorted(before.keys() | now.keys(), key=lambda path: Path(path).stem):
        kept = published.folder / name
        yield _compare_mart(kept, before.get(name), folder / name, now.get(name), keys)


def _is_mart(path: Path) -> bool:
    return path.parts[0] in _TABLES and path.suffix == ".parquet"


def _compare_mart(
    kept: Path,
    expected: str | None,
    replayed: Path,
    now: str | None,
    keys: Mapping[str, Sequence[str]],
) -> MartComparison:
    name = replayed.stem
    if expected is not None and kept.exists() and sha256_of(kept) != expected:
        return MartComparison(name, ALTERED)
    if expected is None or now is None:
        return MartComparison(name, ONLY_REPLAYED if expected is None else ONLY_PUBLISHED)
    if expected == now:
        return MartComparison(name, EQUAL)
    if not kept.exists():
        return MartComparison(name, NOT_KEPT)
    return _compare_values(name, kept, replayed, keys.get(name, ()))


def _compare_values(
    name: str, published: Path, replayed: Path, key: Sequence[str]
) -> MartComparison:
    with duckdb.connect() as connection:
        for side, path in (("published", published), ("replayed", replayed)):
            connection.read_parquet(str(path)).create_view(side)
        before, now = (_columns(connection, side) for side in ("published", "replayed"))
        rows = {side: _count(connection, side) for side in ("published", "replayed")}
        one_sided = {column: rows["published"] for column in before if column not in now} | {
            column: rows["replayed"] for column in now if column not in before
        }
        if not key or not set(key) <= set(before) & set(now):
            return MartComparison(name, CHANGED, rows["published"], rows["replayed"], 0, one_sided)
        both = [column for column in now if column in before and column not in key]
        gone, added, changed, *of_columns = _differences(connection, key, both)
    columns = {c: n for c, n in zip(both, of_columns, strict=True) if n} | one_sided
    outcome = CHANGED if gone or added or changed or columns else SAME_VALUES
    return MartComparison(name, outcome, gone, added, changed, columns)


def _columns(connection: duckdb.DuckDBPyConnection, side: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(f"describe {side}").fetchall()]


def _count(connection: duckdb.DuckDBPyConnection, side: str) -> int:
    (rows,) = connection.execute(f"select count(*) from {side}").fetchall()[0]
    return int(rows)


def _differences(
    connection: duckdb.DuckDBPyConnection, key: Sequence[str], columns: Sequence[str]
) -> tuple[int, ...]:
    """Rows only published, only replayed, changed; then for each column the rows it changed in."""
    same_key = " and ".join(
        f'published."{column}" is not distinct from replayed."{column}"' for column in key
    )
    both = "published.is_there and replayed.is_there"
    differ = [
        f'published."{column}"::varchar is distinct from replayed."{column}"::varchar'
        for column in columns
    ]
    counted = [
        "replayed.is_there is null",
        "published.is_there is null",
        f"{both} and ({' or '.join(differ) or 'false'})",
        *(f"{both} and {difference}" for difference in differ),
    ]
    figures = connection.execute(
        f"select {', '.join(f'count(*) filter ({condition})' for condition in counted)} "
        "from (select *, true as is_there from published) as published "
        f"full join (select *, true as is_there from replayed) as replayed on {same_key}"
    ).fetchall()[0]
    return tuple(int(figure) for figure in figures)

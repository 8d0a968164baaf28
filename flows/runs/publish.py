"""Marts out as Parquet and a read-only DuckDB file, and the manifest that seals a run's folder.

Everything is written into a folder under `published/.building`; `Workspace.commit` renames it.
The same rows give the same Parquet bytes: sorted by the mart's key, written by one thread.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.errors import TransformError
from flows.runs.chain import MANIFEST, sha256_of
from flows.runs.workspace import OWNER_ONLY, READ_ONLY_FILE

MARTS_SCHEMA = "marts"
RESTRICTED_SCHEMA = "restricted"
_OWNER_READS = 0o600


@dataclass(frozen=True)
class MartModel:
    """A relation to publish, as dbt describes it."""

    name: str
    schema: str
    key: tuple[str, ...]
    description: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class MartFile:
    """A published Parquet file."""

    name: str
    rows: int
    sha256: str


def mart_models(dbt_manifest: Path) -> tuple[MartModel, ...]:
    """The relations that are published, by name, from dbt's `manifest.json`.

    Raises:
        TransformError: A model to publish has no `meta.key`.
    """
    nodes = json.loads(dbt_manifest.read_text(encoding="utf-8"))["nodes"].values()
    models = [
        mart_model(node)
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] in (MARTS_SCHEMA, RESTRICTED_SCHEMA)
    ]
    return tuple(sorted(models, key=lambda model: model.name))


def mart_model(node: Mapping[str, Any]) -> MartModel:
    """A relation to publish from its node in dbt's manifest.

    Raises:
        TransformError: It has no `meta.key`.
    """
    key = node["config"].get("meta", {}).get("key")
    if not key:
        raise TransformError(
            f"{node['original_file_path']}: the model has no `meta.key` to sort it by: add one."
        )
    columns = {name: column["description"] for name, column in node["columns"].items()}
    return MartModel(node["alias"], node["schema"], tuple(key), node["description"], columns)


def export_marts(
    warehouse: Path, models: Iterable[MartModel], withheld: Collection[str], folder: Path
) -> tuple[MartFile, ...]:
    """Writes each mart that is not withheld, as `marts/<name>.parquet` or into `restricted/`.

    Returns:
        The files of `marts/`, by name.
    """
    (folder / "marts").mkdir(parents=True)
    (folder / "restricted").mkdir(mode=OWNER_ONLY)
    written: list[MartFile] = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set threads = 1")
        for model in models:
            if model.name in withheld:
                continue
            path = folder / model.schema / f"{model.name}.parquet"
            rows = _copy_sorted(connection, model, path)
            if model.schema == MARTS_SCHEMA:
                written.append(MartFile(model.name, rows, sha256_of(path)))
    return tuple(written)


def _copy_sorted(connection: duckdb.DuckDBPyConnection, model: MartModel, path: Path) -> int:
    relation = f'"{model.schema}"."{model.name}"'
    columns = [str(row[0]) for row in connection.execute(f"describe {relation}").fetchall()]
    rest = [column for column in columns if column not in model.key]
    order = ", ".join(f'"{column}" nulls first' for column in (*model.key, *rest))
    copied = connection.execute(
        f"copy (select * from {relation} order by {order}) to '{quoted(path)}' "
        "(format parquet, compression zstd)"
    ).fetchone()
    return int(copied[0]) if copied else 0


def write_database(folder: Path, models: Iterable[MartModel], names: Collection[str]) -> Path:
    """Writes `marts.duckdb` with the rows of the Parquet files and what each column means."""
    path = folder / "marts.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{quoted(path)}' as published")
        # One transaction: a thousand comments would otherwise each be written to disk.
        connection.begin()
        for model in models:
            if model.name in names:
                _copy_into_database(connection, model, folder / "marts" / f"{model.name}.parquet")
        connection.commit()
        connection.execute("detach published")
    return path


def _copy_into_database(
    connection: duckdb.DuckDBPyConnection, model: MartModel, parquet: Path
) -> None:
    table = f'published.main."{model.name}"'
    connection.execute(f"create table {table} as select * from read_parquet('{quoted(parquet)}')")
    connection.execute(f"comment on table {table} is '{quoted(model.description.strip())}'")
    for column, description in model.columns.items():
        meaning = quoted(description.strip())
        connection.execute(f"comment on column {table}.\"{column}\" is '{meaning}'")


def seal(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Sets the permissions of a finished folder and writes its manifest, last of all files."""
    listed = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder)
            path.chmod(_OWNER_READS if name.parts[0] == "restricted" else READ_ONLY_FILE)
            listed.append({"path": name.as_posix(), "sha256": sha256_of(path)})
    content = json.dumps({**manifest, "files": listed}, indent=2, ensure_ascii=False) + "\n"
    target = folder / MANIFEST
    target.write_text(content, encoding="utf-8")
    target.chmod(READ_ONLY_FILE)


def write_evidence(folder: Path, name: str, content: object) -> None:
    """Writes one piece of evidence as JSON, `evidence/<name>.json`."""
    path = folder / "evidence" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def keep_dbt_files(folder: Path, files: Sequence[Path]) -> None:
    """Copies dbt's own JSON files of the build into the evidence."""
    kept = folder / "evidence" / "dbt"
    kept.mkdir(parents=True, exist_ok=True)
    for path in files:
        (kept / path.name).write_bytes(path.read_bytes())


def quoted(text: object) -> str:
    """A text or path with its single quotes escaped for SQL."""
    return str(text).replace("'", "''")

"""The reference page of the published marts, from what dbt knows of the project."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from flows.processes.dbt_process import DBT
from flows.settings import PROJECT_ROOT
from ingestion.registry.markdown import GENERATED, flat, table

Manifest: TypeAlias = Mapping[str, Any]
"""dbt's `manifest.json`."""
Node: TypeAlias = Mapping[str, Any]

_HEAD = f"""{GENERATED}

# The published marts

Each is a Parquet file under `published/current/marts/` and a table of
`published/current/marts.duckdb`. Money is pounds sterling, `decimal(18,2)`. No mart holds names,
addresses, free text or hold types. Every mart says which day it describes (`as_of_date`) and what
was known by then (`known_at`).

"""
_RESTRICTED = """
# What only the owner reads

Hold types and free text are in Parquet files under `published/current/restricted/`. Only the owner
of the workspace may open these. They are not in `marts.duckdb`.
"""
_RESTATED = """
# What a restatement writes

`income replay --compare-known-at` writes these into a folder of its own, as Parquet, in its
`marts.duckdb`, and as CSV. They say which day they describe and which two days of knowledge they
compare.
"""


def parse_project() -> Manifest:
    """What dbt knows of the project.

    Raises:
        RuntimeError: The project cannot be parsed; the message is what dbt said.
    """
    project = PROJECT_ROOT / "dbt_project"
    with TemporaryDirectory(prefix="council-income-dbt-") as scratch:
        target = Path(scratch) / "target"
        done = subprocess.run(  # noqa: S603 - our own dbt, no words from outside
            [*DBT, "parse"],
            env={
                **os.environ,
                "DO_NOT_TRACK": "1",
                "INCOME_WAREHOUSE": "income.duckdb",
                "DBT_PROJECT_DIR": str(project),
                "DBT_PROFILES_DIR": str(project),
                "DBT_TARGET_PATH": str(target),
                "DBT_LOG_PATH": str(Path(scratch) / "logs"),
                "DBT_QUIET": "true",
                "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            },
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"dbt parse failed:\n{done.stdout}{done.stderr}")
        manifest: Manifest = json.loads((target / "manifest.json").read_text("utf-8"))
        return manifest


def marts(manifest: Manifest) -> dict[str, Node]:
    """Every published mart by name."""
    return _models_of(manifest, "marts")


def restricted_tables(manifest: Manifest) -> dict[str, Node]:
    """Every table that is published for its owner only, by name."""
    return _models_of(manifest, "restricted")


def _models_of(manifest: Manifest, folder: str) -> dict[str, Node]:
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith(f"{folder}/")
    ]
    return {node["name"]: node for node in sorted(nodes, key=lambda node: str(node["name"]))}


def restated_marts(manifest: Manifest) -> dict[str, Node]:
    """What a restatement writes, by name: the analyses that say their key."""
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "analysis" and node["config"]["meta"].get("key")
    ]
    return {node["name"]: node for node in sorted(nodes, key=lambda node: str(node["name"]))}


def marts_page(manifest: Manifest) -> str:
    """`docs/marts.md`: every mart, its grain and key, and each column with its type and unit."""
    every = marts(manifest)
    index = table(
        ("Mart", "One row per", "Area"),
        ([f"[`{name}`](#{name})", _grain(mart), mart["group"]] for name, mart in every.items()),
    )
    return "".join(
        (
            _HEAD,
            index,
            *(_mart(name, mart) for name, mart in every.items()),
            _RESTRICTED,
            *(_mart(name, node) for name, node in restricted_tables(manifest).items()),
            _RESTATED,
            *(_mart(name, mart) for name, mart in restated_marts(manifest).items()),
        )
    )


def _grain(mart: Node) -> str:
    sentence = flat(mart["description"]).split(". ")[0]
    return sentence.removeprefix("One row per ").rstrip(".")


def _mart(name: str, mart: Node) -> str:
    key = ", ".join(f"`{column}`" for column in mart["config"]["meta"]["key"])
    rows = (
        [column["name"], column["data_type"], column["description"]]
        for column in mart["columns"].values()
    )
    columns = table(("Column", "Type", "Meaning"), rows)
    return f"\n## {name}\n\n{flat(mart['description'])}\n\nKey: {key}.\n\n{columns}"

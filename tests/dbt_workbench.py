"""The dbt project without a workspace: compiled, linted and unit-tested over empty raw tables.

What is compiled is kept under `build/dbt/` by the hash of its sources and dbt's versions, so that
every test process of a run shares one compilation. On the command line:
`python -m tests.dbt_workbench unit-tests`, `sqlfluff lint` or `sqlfluff fix`.
"""

import argparse
import atexit
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import duckdb

from flows.processes.prepared import PARSED
from tests.forked_dbt import run_forked

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "dbt_project"
BUILD = ROOT / "build" / "dbt"
LINTED = ("dbt_project/models", "dbt_project/analyses", "dbt_project/tests/laws")
WAREHOUSE = "income.duckdb"
"""The name that every warehouse here has: for another one dbt would parse the project again."""
SHIPPED_POLICY = "shipped_policy.duckdb"
Engine = Literal["duckdb", "spark"]


@dataclass(frozen=True)
class CompiledModel:
    """A model as dbt compiled it.

    Attributes:
        kind: `table` or `view`.
        schema: its schema in the warehouse.
        relation: its name in SQL, with catalogue and schema.
        sql: its query.
    """

    kind: str
    schema: str
    relation: str
    sql: str


@cache
def manifest() -> Mapping[str, Any]:
    """What dbt knows about the project: its `manifest.json`, of the DuckDB compilation."""
    content: Mapping[str, Any] = json.loads(
        (compiled("duckdb") / "manifest.json").read_text("utf-8")
    )
    return content


def compiled_sql(engine: Engine) -> dict[str, str]:
    """The SQL of every model and data test as the engine would receive it, by the node's name."""
    nodes = json.loads((compiled(engine) / "manifest.json").read_text("utf-8"))["nodes"].values()
    return {
        node["name"]: node["compiled_code"]
        for node in nodes
        if node["resource_type"] not in ("seed", "operation")
    }


def models_up_to(marts: Iterable[str]) -> tuple[CompiledModel, ...]:
    """The models that marts need and the marts, each after those that it reads."""
    nodes = manifest()["nodes"]
    needed: dict[str, CompiledModel] = {}

    def add(name: str) -> None:
        if name in needed or not name.startswith("model."):
            return
        node = nodes[name]
        for parent in node["depends_on"]["nodes"]:
            add(parent)
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        needed[name] = CompiledModel(
            kind, node["schema"], node["relation_name"], node["compiled_code"]
        )

    for mart in marts:
        add(f"model.council_income.{mart}")
    return tuple(needed.values())


def shipped_policy() -> Path:
    """A DuckDB file with the shipped policy tables, as dbt loads them."""
    return compiled("duckdb") / SHIPPED_POLICY


def compiled(engine: Engine) -> Path:
    """The target folder of the project, compiled for an engine.

    Spark's SQL is compiled without Spark: in a copy of the project, the `spark__` variants of the
    portable macros replace the `duckdb__` ones.

    Raises:
        RuntimeError: The project does not compile; the message is what dbt said.
    """
    target = BUILD / f"{engine}-{_hash_of_sources()}"
    fault = target.with_suffix(".fault")
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / f"{engine}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists() and not fault.exists():
            _clear(engine)
            try:
                _compile(engine, target)
            except RuntimeError as error:
                fault.write_text(str(error), "utf-8")
    if fault.exists():
        raise RuntimeError(fault.read_text("utf-8"))
    return target


def _clear(engine: Engine) -> None:
    for outdated in BUILD.glob(f"{engine}-*"):
        if outdated.is_dir():
            shutil.rmtree(outdated)
        else:
            outdated.unlink()


def _compile(engine: Engine, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="council-income-dbt-") as scratch:
        project, output = PROJECT, Path(scratch) / "target"
        if engine == "spark":
            project = Path(scratch) / "project"
            shutil.copytree(PROJECT, project)
            for macro in (project / "macros" / "portable").glob("*.sql"):
                _give_spark_its_turn(macro)
        warehouse = Path(scratch) / WAREHOUSE
        run_dbt(["compile"], project=project, target=output, warehouse=warehouse)
        if engine == "duckdb":
            seeding = Path(scratch) / "seeding"
            seeding.mkdir()
            shutil.copy(output / PARSED, seeding)
            run_dbt(["seed"], target=seeding, warehouse=warehouse)
            # What dbt loaded may still be in the log beside the file.
            duckdb.connect(str(warehouse)).close()
            shutil.move(warehouse, output / SHIPPED_POLICY)
        shutil.move(output, target)


def _give_spark_its_turn(macro: Path) -> None:
    text = re.sub(r"\bmacro duckdb__", "macro unused__", macro.read_text("utf-8"))
    macro.write_text(re.sub(r"\bmacro spark__", "macro duckdb__", text), "utf-8")


@cache
def shared_target() -> Path:
    """A target folder for all dbt runs of this process; the project need not be parsed for it."""
    folder = tempfile.TemporaryDirectory(prefix="council-income-dbt-")
    atexit.register(folder.cleanup)
    return begun(Path(folder.name) / "target")


def begun(target: Path) -> Path:
    """A target folder with what dbt parsed for the compilation that all processes share."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(compiled("duckdb") / PARSED, target)
    return target


def run_dbt(words: list[str], *, project: Path = PROJECT, target: Path, warehouse: Path) -> None:
    """Runs one dbt command, quietly.

    Args:
        words: the command.
        project: the dbt project.
        target: where dbt keeps what it parsed and compiled.
        warehouse: the file to work on. dbt gets its bare name, which is best `WAREHOUSE`.

    Raises:
        RuntimeError: The command failed; the message is what dbt said.
    """
    with tempfile.NamedTemporaryFile(prefix="council-income-dbt-") as said:
        status = run_forked(
            words,
            env=_environment(project, target, warehouse.name),
            cwd=warehouse.parent,
            said=Path(said.name),
        )
        if status != 0:
            message = Path(said.name).read_text("utf-8")
            raise RuntimeError(f"dbt {' '.join(words)} failed:\n{message}")


def _environment(project: Path, target: Path, warehouse: str) -> dict[str, str]:
    return {
        **os.environ,
        "DO_NOT_TRACK": "1",
        "INCOME_WAREHOUSE": warehouse,
        "DBT_PROJECT_DIR": str(project),
        "DBT_PROFILES_DIR": str(project),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target.parent / "logs"),
        "DBT_LOG_LEVEL_FILE": "error",
        "PYTHONPATH": str(ROOT),
        "DBT_QUIET": "true",
        "DBT_USE_COLORS": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def _hash_of_sources() -> str:
    digest = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')}\n".encode())
    for path in (Path(__file__), *sorted(PROJECT.rglob("*"))):
        if path.is_file() and not {"target", "logs"} & set(path.relative_to(ROOT).parts):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def unit_tests() -> None:
    """Runs every unit test of the project in a warehouse whose tables exist and are empty.

    Raises:
        RuntimeError: A unit test failed, or a model could not be made.
    """
    from ingestion.intake.warehouse import open_warehouse, set_position  # noqa: PLC0415 - costs a second

    with tempfile.TemporaryDirectory(prefix="council-income-dbt-") as scratch:
        warehouse, target = Path(scratch) / WAREHOUSE, begun(Path(scratch) / "target")
        with closing(open_warehouse(warehouse)) as connection:
            set_position(connection, date(2026, 6, 30), date(2026, 6, 30))
        done = subprocess.run(
            [sys.executable, "-m", "tests.sql_units"],
            env=_environment(PROJECT, target, WAREHOUSE),
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"unit tests failed:\n{done.stdout}")
        results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
        print(f"{len(results)} unit tests passed")  # noqa: T201 - the command line of this module


def sqlfluff(action: str) -> int:
    """Lets sqlfluff `lint` or `fix` the models and the data tests; its exit status.

    `lint` takes one process: `make test` gives the other core to other checks.
    """
    target = begun(BUILD / "sqlfluff" / "target")
    processes = "1" if action == "lint" else "2"
    options = ("--quiet", "--processes", processes, "--config", str(ROOT / "pyproject.toml"))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.sql_lint",
            action,
            *options,
            *(str(ROOT / f) for f in LINTED),
        ],
        env=_environment(PROJECT, target, WAREHOUSE),
        # dbt makes its warehouse where it is started.
        cwd=target.parent,
        check=False,
    )
    return done.returncode


def main() -> int:
    """The command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m tests.dbt_workbench", description=__doc__)
    actions = parser.add_subparsers(dest="tool", required=True)
    actions.add_parser("unit-tests")
    actions.add_parser("sqlfluff").add_argument("action", choices=["lint", "fix"])
    asked = parser.parse_args()
    if asked.tool == "sqlfluff":
        return sqlfluff(asked.action)
    unit_tests()
    return 0


if __name__ == "__main__":
    sys.exit(main())

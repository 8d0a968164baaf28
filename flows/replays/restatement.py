"""A past day as known at two days: every balance that differs, each difference with its cause.

Both positions are calculated again from copies of the raw tables, as in a replay. The SQL under
`dbt_project/analyses/` then compares their marts and rows.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from flows import calendar
from flows.day.order import MODELS_ONLY, TRANSFORM, run_steps
from flows.day.report import TARGET
from flows.errors import UsageError
from flows.replays.replay import Recomputation, published_for, recomputation
from flows.runs.code_version import code_version, lock_sha256
from flows.runs.publish import (
    MARTS_SCHEMA,
    MartFile,
    MartModel,
    export_marts,
    mart_model,
    quoted,
    seal,
    write_database,
)
from flows.settings import PROJECT_ROOT, Settings
from reports.site.wording import counted

RESTATEMENT = "restatement"
ITEMS = "restated_items"
RESTATED = "restated"
_ANALYSES = PROJECT_ROOT / "dbt_project" / "analyses"
_COMPARED = (
    "raw.position",
    "raw.files",
    "marts.ledger_movements",
    "marts.allocations",
    "marts.open_items",
    "marts.suspense",
)
_STEPS = ("rows_told", "movements_compared", "rows_compared")


@dataclass(frozen=True)
class Totals:
    """The totals of a restatement, in pounds.

    Attributes:
        debtors: How many debtors' balances have a movement that differs; suspense not counted.
        movements: How many rows the restatement has.
        before: All balances as known earlier, suspense included.
        after: The same as known later.
    """

    debtors: int
    movements: int
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Restatement:
    """A sealed restatement."""

    folder: Path
    manifest: Mapping[str, Any]
    totals: Totals

    def in_words(self) -> str:
        """One line for people."""
        totals = self.totals
        earlier, later = self.manifest["earlier_known_at"], self.manifest["later_known_at"]
        return (
            f"As of {self.manifest['as_of_date']}, known at {later} instead of {earlier}: "
            f"{counted(totals.movements, 'changed movement')} of "
            f"{counted(totals.debtors, 'debtor')}; "
            f"all balances {totals.before} before, {totals.after} after, "
            f"difference {totals.after - totals.before}."
        )


def restate_day(
    settings: Settings,
    as_of: date,
    earlier_known_at: date,
    later_known_at: date,
    output: Path | None = None,
) -> Restatement:
    """Calculates a day again as known at two days and writes what differs, with the causes.

    Args:
        settings: The settings of the workspace.
        as_of: The day whose position is meant.
        earlier_known_at: What was known by then counts on the one side.
        later_known_at: What was known by then counts on the other.
        output: A folder that is not there yet; under `<home>/replays` by default.

    Raises:
        UsageError: The days are in the wrong order, the output already exists, or the workspace has
            no warehouse.
        NothingToWorkOnError: No invoice was known at one of the days.
    """
    if earlier_known_at > later_known_at:
        raise UsageError(
            f"--compare-known-at {earlier_known_at} {later_known_at}: name the earlier day first."
        )
    positions = [(as_of, earlier_known_at), (as_of, later_known_at)]
    name = f"{as_of}_{earlier_known_at}_{later_known_at}"
    with recomputation(settings, positions, output, name) as work:
        earlier, later = work.days
        run_steps(earlier, MODELS_ONLY)
        built = run_steps(later, MODELS_ONLY)[TRANSFORM.name]
        models = restatement_models(built.manifest)
        folder = later.folder
        result = later.workspace.home / "restatement.duckdb"
        totals = compare_sides(earlier.workspace.warehouse, later.workspace.warehouse, result)
        marts = export_marts(result, models, (), folder)
        write_database(folder, models, {mart.name for mart in marts})
        for mart in marts:
            _write_csv(folder / "marts" / f"{mart.name}.parquet", folder / f"{mart.name}.csv")
        manifest = _manifest(work, marts, totals)
        seal(folder, manifest)
        folder.rename(work.target)
    later.log("restate", f"movements={totals.movements} output={work.target.name}")
    return Restatement(work.target, manifest, totals)


def restatement_models(dbt_manifest: Path) -> tuple[MartModel, ...]:
    """What is published of a restatement, as dbt describes it."""
    nodes = json.loads(dbt_manifest.read_text(encoding="utf-8"))["nodes"].values()
    return tuple(
        replace(mart_model(node), schema=MARTS_SCHEMA)
        for node in nodes
        if node["resource_type"] == "analysis" and node["name"] in (RESTATEMENT, ITEMS)
    )


def compare_sides(earlier: Path, later: Path, result: Path) -> Totals:
    """Calculates `marts.restatement` and `marts.restated_items` in a separate database.

    Args:
        earlier: The warehouse with raw tables and marts as known earlier.
        later: The warehouse of the same day as known later; it holds every row of the other.
        result: The database to make.
    """
    for side, warehouse in (("earlier", earlier), ("later", later)):
        _take_side(side, warehouse, result)
    with closing(duckdb.connect(str(result))) as connection:
        connection.execute(f"attach '{quoted(later)}' as received (read_only)")
        connection.execute("create schema compared; create schema marts")
        for step in _STEPS:
            connection.execute(f"create table compared.{step} as {_sql(step)}")
        for mart in (RESTATEMENT, ITEMS):
            connection.execute(f"create table {MARTS_SCHEMA}.{mart} as {_sql(mart)}")
        return _totals(connection)


def _take_side(side: str, warehouse: Path, result: Path) -> None:
    """Copies what is compared out of a warehouse, whose marts may be views that name it."""
    with closing(duckdb.connect(str(warehouse))) as connection:
        connection.execute(f"attach '{quoted(result)}' as result")
        connection.execute(f"create schema result.{side}")
        for relation in _COMPARED:
            table = relation.partition(".")[2]
            connection.execute(f"create table result.{side}.{table} as select * from {relation}")


def _sql(name: str) -> str:
    return (_ANALYSES / f"{name}.sql").read_text(encoding="utf-8")


def _totals(connection: duckdb.DuckDBPyConnection) -> Totals:
    movements, debtors = connection.execute(
        f"select count(*), count(distinct debtor_id) from {MARTS_SCHEMA}.{RESTATEMENT}"
    ).fetchall()[0]
    before, after = (
        connection.execute(
            f"select coalesce(sum(amount), 0)::decimal(18, 2) from {side}.ledger_movements"
        ).fetchall()[0][0]
        for side in ("earlier", "later")
    )
    return Totals(int(debtors), int(movements), before, after)


def _write_csv(parquet: Path, target: Path) -> None:
    with duckdb.connect() as connection:
        connection.read_parquet(str(parquet)).write_csv(str(target), header=True)


def _manifest(work: Recomputation, marts: Sequence[MartFile], totals: Totals) -> dict[str, Any]:
    earlier, later = work.days
    totals_as_text = {name: str(figure) for name, figure in asdict(totals).items()}
    runs = (published_for(day.chain, day.as_of, day.known_at) for day in work.days)
    return {
        "run_id": work.run_id,
        "as_of_date": later.as_of.isoformat(),
        "earlier_known_at": earlier.known_at.isoformat(),
        "later_known_at": later.known_at.isoformat(),
        "status": RESTATED,
        "code_version": code_version(),
        "lock_sha256": lock_sha256(),
        "target": TARGET,
        "started_at": later.started_at.isoformat(),
        "finished_at": calendar.now().isoformat(),
        "published_runs": [run.folder.name if run else None for run in runs],
        "totals": totals_as_text,
        "marts": [asdict(mart) for mart in marts],
    }

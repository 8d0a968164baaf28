"""The ledger models and the floor, each in a separate process, on the same raw tables.

`python -m benchmarks` runs the steps of this module, each of which prints one line of JSON.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from benchmarks.controlled_ledger import CONTROLLED_FEEDS, make_controlled_tables
from benchmarks.plain_ledger import (
    AS_OF,
    FEEDS,
    FEEDS_OF_NEXT_DAY,
    NEXT_DAY,
    LedgerSize,
    load_raw,
    make_tables,
    make_tables_of_next_day,
)
from benchmarks.pursued_ledger import PURSUED_FEEDS, make_pursued_tables

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "dbt_project"
FLOOR = Path(__file__).with_name("floor.sql")
# The ledger marts and the models behind them; the seeds are made before.
LEDGER_MODELS = ("--select", "+path:models/marts/ledger")
# The further models for stages and worklist.
RECOVERY_MODELS = (
    *("--select", "+recovery_stages", "+recovery_worklist"),
    *("--exclude", "+path:models/marts/ledger"),
)
# The further models for bank matching and write-off decisions.
CONTROL_MODELS = (
    *("--select", "+bank_matches", "+write_off_decisions", "+write_off_schedule"),
    *("--exclude", "+path:models/marts/ledger"),
)
_FIRST_RUN, _SECOND_RUN = "run1", "run2"
_TOTALS = """
select age_band, sum(outstanding_amount) as outstanding_amount, count(distinct debtor_id) as debtors
from {relation}
group by all
"""


Make = Callable[[duckdb.DuckDBPyConnection, LedgerSize], None]


def prepare(make: Make, feeds: Sequence[str]) -> Callable[[Path, LedgerSize], None]:
    """Makes a warehouse whose raw tables hold a ledger of the given size."""

    def prepared(warehouse: Path, size: LedgerSize) -> None:
        from ingestion.intake.warehouse import open_warehouse, set_position  # noqa: PLC0415 - only here

        with closing(open_warehouse(warehouse)) as connection:
            set_position(connection, AS_OF, AS_OF)
            make(connection, size)
            load_raw(connection, _FIRST_RUN, feeds)

    return prepared


def count_controlled(warehouse: Path) -> dict[str, int]:
    """Returns the numbers of bank lines, matches, decided and scheduled requests."""
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        row = connection.execute(
            "select (select count(*) from raw.bank_transactions), "
            "(select count(distinct bank_transaction_id) from marts.bank_matches "
            "where match_kind in ('exact', 'batch', 'split')), "
            "(select count(*) from marts.write_off_decisions), "
            "(select count(*) from marts.write_off_schedule)"
        ).fetchone()
    names = ("bank lines", "bank lines met", "requests decided", "requests on the schedule")
    return dict(zip(names, row or (), strict=True))


def count_stages(warehouse: Path) -> dict[str, int]:
    """Returns the numbers of open invoices judged, invoices due and debtors listed."""
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        row = connection.execute(
            "select count(*), count(*) filter (is_due), count(*) filter (blocked_by is not null), "
            "(select count(*) from marts.recovery_worklist) from marts.recovery_stages"
        ).fetchone()
    names = ("open invoices judged", "due", "blocked", "debtors on the worklist")
    return dict(zip(names, row or (), strict=True))


def slowest_nodes(target: Path, how_many: int = 8) -> list[tuple[str, float]]:
    """Returns the slowest models of the last build, with their seconds."""
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    taken = [(each["unique_id"].split(".")[-1], float(each["execution_time"])) for each in results]
    return sorted(taken, key=lambda each: -each[1])[:how_many]


def add_next_day(warehouse: Path, size: LedgerSize) -> None:
    """Adds a day's rows to a built ledger, so that the models continue from it."""
    from ingestion.intake.warehouse import KeptLedger, open_warehouse, set_position  # noqa: PLC0415

    with closing(open_warehouse(warehouse)) as connection:
        make_tables_of_next_day(connection, size)
        load_raw(connection, _SECOND_RUN, FEEDS_OF_NEXT_DAY, NEXT_DAY)
        kept = KeptLedger(AS_OF, AS_OF, _FIRST_RUN, 1, made_by="bench")
        set_position(connection, NEXT_DAY, NEXT_DAY, kept)


def count_in_hand(warehouse: Path) -> float:
    """Returns the share of debtors whom the last build calculated again."""
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        row = connection.execute(
            "select (select count(*) from intermediate.int_debtors_in_hand) / "
            "(select count(*) from staging.stg_debtors)"
        ).fetchone()
    return float(row[0]) if row else 0.0


def run_floor(warehouse: Path) -> float:
    """Runs the floor's query into a table; returns the seconds."""
    with closing(duckdb.connect(str(warehouse))) as connection:
        started = time.perf_counter()
        connection.execute(f"create or replace table floor as {FLOOR.read_text('utf-8')}")
        return time.perf_counter() - started


def run_models(target: Path, *more: str, models: Sequence[str] = LEDGER_MODELS) -> float:
    """Builds the models; returns the sum of their seconds, without dbt's start."""
    subprocess.run(_dbt("run", *models, *more, target=target), check=True)
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    return sum(float(result["execution_time"]) for result in results)


def make_seeds(target: Path) -> None:
    """Makes the policy tables, which the ledger models read."""
    subprocess.run(_dbt("seed", target=target), check=True)


def compare(warehouse: Path) -> list[str]:
    """Returns the bands in which models and floor disagree; there must be none."""
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        models, floor = (
            connection.execute(
                f"select * from ({_TOTALS.format(relation=relation)}) order by age_band"
            ).fetchall()
            for relation in ("marts.aged_debt", "floor")
        )
    return [str(row) for row in sorted(set(models) ^ set(floor))]


def _dbt(*words: str, target: Path) -> list[str]:
    project = str(PROJECT)
    return [
        *(sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--quiet", *words),
        *("--project-dir", project, "--profiles-dir", project, "--target-path", str(target)),
        *("--log-path", str(target.parent / "logs")),
        *("--threads", "1", "--log-level-file", "info"),
    ]


def main() -> None:
    """The command line of this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=_STEPS)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--invoices", type=int, default=0)
    parser.add_argument("--receipts", type=int, default=0)
    asked = parser.parse_args()
    size = LedgerSize(asked.invoices, asked.receipts)
    print(json.dumps(_STEPS[asked.step](asked.warehouse, size)))


_STEPS: Mapping[str, Callable[[Path, LedgerSize], object]] = {
    "prepare": prepare(make_tables, FEEDS),
    "seeds": lambda warehouse, _: make_seeds(_target(warehouse)),
    "floor": lambda warehouse, _: run_floor(warehouse),
    "whole": lambda warehouse, _: run_models(_target(warehouse), "--full-refresh"),
    "next-day": add_next_day,
    "going-on": lambda warehouse, _: run_models(_target(warehouse)),
    "prepare-pursued": prepare(make_pursued_tables, PURSUED_FEEDS),
    "recovery": lambda warehouse, _: run_models(
        _target(warehouse), "--full-refresh", models=RECOVERY_MODELS
    ),
    "prepare-controlled": prepare(make_controlled_tables, CONTROLLED_FEEDS),
    "control": lambda warehouse, _: run_models(
        _target(warehouse), "--full-refresh", models=CONTROL_MODELS
    ),
    "controlled": lambda warehouse, _: count_controlled(warehouse),
    "slowest": lambda warehouse, _: slowest_nodes(_target(warehouse)),
    "stages": lambda warehouse, _: count_stages(warehouse),
    "in-hand": lambda warehouse, _: count_in_hand(warehouse),
    "compare": lambda warehouse, _: compare(warehouse),
}


def _target(warehouse: Path) -> Path:
    return warehouse.parent / "target"


if __name__ == "__main__":
    main()

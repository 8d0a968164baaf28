"""The ledger models and the floor, each in a process of its own, on the same raw tables.

`python -m benchmarks` runs the steps of this module, each of which prints one line of JSON.
"""

import argparse
import json
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import duckdb

from benchmarks.plain_ledger import AS_OF, LedgerSize, load_raw, make_tables

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "dbt_project"
FLOOR = Path(__file__).with_name("floor.sql")
# What the receivables marts are made of, and they themselves; seeds are made beforehand.
LEDGER_MODELS = ("--select", "+path:models/marts/receivables")
_TOTALS = """
select age_band, sum(outstanding_amount) as outstanding_amount, count(distinct debtor_id) as debtors
from {relation}
group by all
"""


def prepare(warehouse: Path, size: LedgerSize) -> None:
    """Makes a warehouse whose raw tables hold a plain ledger of a size."""
    from ingestion.warehouse import open_warehouse, set_position  # noqa: PLC0415 - only here

    with closing(open_warehouse(warehouse)) as connection:
        set_position(connection, AS_OF, AS_OF)
        make_tables(connection, size)
        load_raw(connection)


def run_floor(warehouse: Path) -> float:
    """Runs the floor's one query into a table; its seconds."""
    with closing(duckdb.connect(str(warehouse))) as connection:
        started = time.perf_counter()
        connection.execute(f"create or replace table floor as {FLOOR.read_text('utf-8')}")
        return time.perf_counter() - started


def run_models(target: Path) -> float:
    """Builds the ledger models; the sum of the seconds that each took, dbt's own start left out."""
    subprocess.run(_dbt("run", *LEDGER_MODELS, target=target), check=True)
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    return sum(float(result["execution_time"]) for result in results)


def make_seeds(target: Path) -> None:
    """Makes the policy tables, which the ledger models read."""
    subprocess.run(_dbt("seed", target=target), check=True)


def compare(warehouse: Path) -> list[str]:
    """Bands in which models and floor disagree: if there is one, one of the two is wrong."""
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
        *("--log-path", str(target.parent / "logs"), "--threads", "1"),
    ]


def main() -> None:
    """The command line of this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["prepare", "seeds", "floor", "models", "compare"])
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--invoices", type=int, default=0)
    parser.add_argument("--receipts", type=int, default=0)
    asked = parser.parse_args()
    target = asked.warehouse.parent / "target"
    answer: object = None
    match asked.step:
        case "prepare":
            prepare(asked.warehouse, LedgerSize(asked.invoices, asked.receipts))
        case "seeds":
            make_seeds(target)
        case "floor":
            answer = run_floor(asked.warehouse)
        case "models":
            answer = run_models(target)
        case "compare":
            answer = compare(asked.warehouse)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

"""`make bench`: time and memory of the daily run, compared with floors from the same run.

Each measurement is a separate process. The ratios matter: seconds depend on the machine, and other
work on the machine slows both sides.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measured_process import Measured, measure
from benchmarks.plain_ledger import (
    AS_OF,
    FEEDS_OF_NEXT_DAY,
    NEXT_DAY,
    LedgerSize,
    make_tables,
    make_tables_of_next_day,
    write_csv,
)

ROOT = Path(__file__).resolve().parents[1]
RECEIPTS_PER_INVOICE = 2.5
LEDGER_AIM, NEXT_DAY_AIM, RECOVERY_AIM, CONTROL_AIM, DEMO_AIM = 12.0, 0.35, 10.0, 15.0, 2.0
EMPTY_FLOW = "from prefect import flow\n@flow\ndef empty(): pass\nempty()"
GATE_LIBRARY = "import great_expectations"
INCOME = Path(sys.executable).with_name("income")
QUIET = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_LOGGING_LEVEL": "ERROR",
}


@dataclass(frozen=True)
class Bench:
    """One benchmark run: where it works, and how it prints."""

    folder: Path

    def run(self, words: Sequence[str | Path], label: str, **environment: str) -> Measured:
        """Measures one command and prints its line."""
        measured = measure(words, {**QUIET, **environment}, folder=ROOT)
        _say(label, measured.seconds, measured.peak_mib)
        return measured

    def whole_run_from_csv(self, size: LedgerSize) -> None:
        """`income run` on a plain ledger whose CSV files are in the inbox."""
        home = self.folder / "whole"
        (home / "inbox").mkdir(parents=True)
        with duckdb.connect() as connection:
            make_tables(connection, size)
            write_csv(connection, home / "inbox")
        first = self.run(_days_run(home), f"income run from CSV, {_size(size)}")
        with duckdb.connect() as connection:
            make_tables_of_next_day(connection, size)
            write_csv(connection, home / "inbox", FEEDS_OF_NEXT_DAY, NEXT_DAY)
        second = self.run(_days_run(home, NEXT_DAY), "income run on the next day, 1 % new rows")
        third = self.run(_days_run(home, NEXT_DAY), "income run again, no new rows: fixed time")
        _say_share("next day / first day", second.seconds / first.seconds)
        _say_share("no new rows / first day", third.seconds / first.seconds)

    def ledger_against_floor(self, size: LedgerSize) -> None:
        """Ledger models and hand-written query on the same raw tables; they must agree."""
        folder = self.folder / f"ledger-{size.invoices}"
        folder.mkdir()
        warehouse = folder / "income.duckdb"
        sizes = ("--invoices", str(size.invoices), "--receipts", str(size.receipts))
        self._ledger_step("prepare", warehouse, *sizes)
        self._ledger_step("seeds", warehouse)
        models, models_peak = self._ledger_step("whole", warehouse)
        floor, floor_peak = self._ledger_step("floor", warehouse)
        _say(f"ledger models alone, {_size(size)}", models, models_peak)
        _say(f"floor, one hand-written query, {_size(size)}", floor, floor_peak)
        _say_ratio("ledger models / floor", models / floor, LEDGER_AIM)
        self._refuse_differences(warehouse)
        self._ledger_step("next-day", warehouse, *sizes)
        next_day, next_day_peak = self._ledger_step("going-on", warehouse)
        reached, _ = self._ledger_step("in-hand", warehouse)
        _say("ledger models on the next day, 1 % new rows", next_day, next_day_peak)
        _say_share("debtors reached by the new rows", reached)
        _say_ratio("next day / whole build", next_day / models, NEXT_DAY_AIM)
        self._ledger_step("floor", warehouse)
        self._refuse_differences(warehouse)

    def recovery_against_floor(self, size: LedgerSize) -> None:
        """Stages and worklist of a ledger under recovery, compared with the floor.

        One invoice in twenty is paid, so it makes a few more. The floor ignores arrangements, so
        the balances are not compared here.
        """
        size = LedgerSize(size.invoices * 21 // 20, size.receipts)
        self._models_against_floor("pursued", size, "recovery", "stages", RECOVERY_AIM)

    def control_against_floor(self, size: LedgerSize) -> None:
        """Bank matching and write-off decisions, compared with the same floor."""
        self._models_against_floor("controlled", size, "control", "controlled", CONTROL_AIM)

    def _models_against_floor(
        self, ledger: str, size: LedgerSize, models_step: str, counts_step: str, aim: float
    ) -> None:
        folder = self.folder / f"{ledger}-{size.invoices}"
        folder.mkdir()
        warehouse = folder / "income.duckdb"
        sizes = ("--invoices", str(size.invoices), "--receipts", str(size.receipts))
        self._ledger_step(f"prepare-{ledger}", warehouse, *sizes)
        self._ledger_step("seeds", warehouse)
        self._ledger_step("whole", warehouse)
        models, models_peak = self._ledger_step(models_step, warehouse)
        slowest, _ = self._ledger_step("slowest", warehouse)
        floor, floor_peak = self._ledger_step("floor", warehouse)
        counts, _ = self._ledger_step(counts_step, warehouse)
        _say(f"{models_step} models alone, {_size(size)}", models, models_peak)
        for name, count in counts.items():
            print(f"    {name:<68} {count:>12,}")
        for name, seconds in slowest:
            print(f"    {name:<68} {seconds:>8.2f} s")
        _say(f"floor, one hand-written query, {_size(size)}", floor, floor_peak)
        _say_ratio(f"{models_step} models / floor", models / floor, aim)

    def _refuse_differences(self, warehouse: Path) -> None:
        differences, _ = self._ledger_step("compare", warehouse)
        if differences:
            sys.exit(f"The ledger models and the floor disagree: {differences}")
        print("    models and floor give the same balance in every band")

    def _ledger_step(self, step: str, warehouse: Path, *more: str) -> tuple[Any, float]:
        measured = measure(
            [sys.executable, "-m", "benchmarks.ledger_models", step, warehouse, *more],
            {**QUIET, "INCOME_WAREHOUSE": str(warehouse)},
            folder=ROOT,
        )
        return json.loads(measured.output.splitlines()[-1]), measured.peak_mib

    def demo_against_its_parts(self) -> None:
        """The demo's day, compared with the empty runs of its three large libraries."""
        home, parse = self.folder / "demo", self.folder / "parse"
        self.run((INCOME, "simulate", "--home", home), "income simulate, the demo's council")
        demo = self.run(_days_run(home), "income run, the demo's day")
        project = ROOT / "dbt_project"
        parse_words = (
            *(sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "parse", "--no-partial-parse"),
            *("--project-dir", project, "--profiles-dir", project),
            *("--target-path", parse / "target", "--log-path", parse / "logs"),
        )
        prefect = {"PREFECT_HOME": str(self.folder / "prefect")}
        floor = (
            self.run((sys.executable, "-c", EMPTY_FLOW), "an empty Prefect flow", **prefect),
            self.run(parse_words, "dbt parse", INCOME_WAREHOUSE=":memory:"),
            self.run((sys.executable, "-c", GATE_LIBRARY), "import of great_expectations"),
        )
        _say_ratio("demo / the three", demo.seconds / sum(m.seconds for m in floor), DEMO_AIM)


def _days_run(home: Path, day: date = AS_OF) -> tuple[str | Path, ...]:
    return (INCOME, "run", "--home", home, "--as-of", day.isoformat(), "--quiet")


def _size(size: LedgerSize) -> str:
    return f"{size.invoices:,} invoices, {size.receipts:,} receipts"


def _say(label: str, seconds: float, peak_mib: float) -> None:
    print(f"{label:<72} {seconds:>8.2f} s {peak_mib:>8.0f} MiB", flush=True)


def _say_share(label: str, share: float) -> None:
    print(f"    {label:<68} {share:>8.2f}", flush=True)


def _say_ratio(label: str, ratio: float, aim: float) -> None:
    verdict = "met" if ratio <= aim else "not met"
    print(f"    {label:<68} {ratio:>8.2f}    aim at most {aim:g}: {verdict}", flush=True)


def main() -> None:
    """The command line: `make bench BENCH="--invoices 1000 --large 0"` is a quick one."""
    parser = argparse.ArgumentParser(prog="make bench BENCH=...", description=__doc__)
    parser.add_argument("--invoices", type=int, default=100_000, help="whole run and models")
    parser.add_argument("--large", type=int, default=1_000_000, help="models only; 0 leaves it out")
    parser.add_argument("--no-demo", action="store_true", help="leave the demo's day out")
    asked = parser.parse_args()
    sizes = [
        LedgerSize(invoices, int(invoices * RECEIPTS_PER_INVOICE))
        for invoices in (asked.invoices, asked.large)
        if invoices
    ]
    print(
        f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, DuckDB {duckdb.__version__}"
    )
    with tempfile.TemporaryDirectory(prefix="council-income-bench-") as folder:
        bench = Bench(Path(folder))
        bench.whole_run_from_csv(sizes[0])
        for size in sizes:
            bench.ledger_against_floor(size)
        bench.recovery_against_floor(sizes[-1])
        bench.control_against_floor(sizes[-1])
        if not asked.no_demo:
            bench.demo_against_its_parts()


if __name__ == "__main__":
    main()

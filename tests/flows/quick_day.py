"""Replacements of the slow parts of a day (dbt, Great Expectations, the report), and a small inbox.

Everything else in these tests is real: intake, lock, publishing, chain, restart.
"""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from expectations.outcomes import CheckOutcome, GateOutcome
from flows.day import steps
from flows.processes.dbt_process import DbtFolders, TransformOutcome
from flows.runs.workspace import Workspace
from flows.settings import Settings, load_settings
from ingestion.policy.policy_contract import load_policy_contracts

FIRST_DAY = date(2026, 6, 1)
SECOND_DAY = date(2026, 6, 2)

_MARTS = {
    "open_items": (
        ("item_id",),
        "select as_of_date, known_at, invoice_id as item_id, debtor_id, "
        "gross_amount as outstanding_amount "
        "from raw.invoices cross join raw.position as position where _known_on <= known_at",
    ),
    "aged_debt": (
        ("debtor_id", "age_band"),
        "select as_of_date, known_at, debtor_id, 'all' as debt_type, 'all' as service_code, "
        "'not_due' as age_band, cast(sum(gross_amount) as decimal(18, 2)) as outstanding_amount, "
        "count(*) as item_count from raw.invoices cross join raw.position "
        "where _known_on <= known_at group by all",
    ),
    "aged_debt_history": (
        ("as_of_date", "known_at", "debt_type", "service_code", "age_band"),
        "select as_of_date, known_at, 'all' as debt_type, 'all' as service_code, "
        "'not_due' as age_band, cast(sum(gross_amount) as decimal(18, 2)) as outstanding_amount, "
        "count(*) as item_count from raw.invoices cross join raw.position "
        "where _known_on <= known_at group by all "
        "union all select * from raw.published_aged_debt",
    ),
    "write_off_schedule": (
        ("request_id",),
        "select as_of_date, known_at, 'R1' as request_id from raw.position as position",
    ),
}


def put_first_files(inbox: Path) -> None:
    """Files of the first day: a debtor, a service and two invoices."""
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "debtors_20260601.csv").write_text(
        "debtor_id,party_type,name\n0001,individual,A Person\n", encoding="utf-8"
    )
    (inbox / "services_20260601.csv").write_text(
        "service_code,service_name,debt_type\nHALL,Hall hire,sundry\n", encoding="utf-8"
    )
    (inbox / "invoices_20260601.csv").write_text(
        "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,gross_amount\n"
        "I1,0001,HALL,2026-05-01,2026-05-31,100.00,20.00,120.00\n"
        "I2,0001,HALL,2026-05-02,2026-06-01,50.00,0.00,50.00\n",
        encoding="utf-8",
    )


def put_second_files(inbox: Path) -> None:
    """Files of the second day: one more invoice, and a row that is refused."""
    (inbox / "invoices_20260602.csv").write_text(
        "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,gross_amount\n"
        "I3,0001,HALL,2026-06-02,2026-07-02,10.00,2.00,12.00\n"
        "I4,0001,HALL,2026-06-02,2026-07-02,10.00,2.00,13.00\n",
        encoding="utf-8",
    )


def continued_from(workspace: Workspace, home: Path) -> Settings:
    """A copy of a workspace, whose next day continues its last one."""
    shutil.copytree(workspace.home, home, symlinks=True)
    return load_settings(home, {}, home)


def make_policy_tables(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Makes the shipped policy tables that are not there yet, without rows."""
    warehouse.execute("create schema if not exists policy")
    for table, contract in load_policy_contracts().items():
        columns = ", ".join(f"{name} varchar" for name in contract.names)
        warehouse.execute(f"create table if not exists policy.{table} ({columns})")


def build_quickly(_settings: Settings, folders: DbtFolders, **_more: object) -> TransformOutcome:
    """Replaces dbt: a few marts straight from the raw tables."""
    nodes = {}
    with duckdb.connect(str(folders.warehouse)) as warehouse:
        warehouse.execute("create schema if not exists marts")
        make_policy_tables(warehouse)
        for name, (key, sql) in _MARTS.items():
            warehouse.execute(f"create or replace table marts.{name} as {sql}")
            nodes[name] = _node(name, key)
    manifest = folders.target / "manifest.json"
    manifest.write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    run_results = folders.target / "run_results.json"
    run_results.write_text(json.dumps({"results": [], "elapsed_time": 0}), encoding="utf-8")
    return TransformOutcome((), 0.0, manifest, run_results)


def _node(name: str, key: Sequence[str]) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "schema": "marts",
        "alias": name,
        "original_file_path": f"models/marts/{name}.sql",
        "description": f"The council's {name}.",
        "columns": {key[0]: {"description": "Part of the key."}},
        "config": {"meta": {"key": list(key)}},
    }


def gates(write_off: str = "passed") -> tuple[GateOutcome, ...]:
    """Two gates; the second has the given status."""
    status: Any = write_off
    check = CheckOutcome(
        "W01", "Nothing in it", "B", 1, 0, Decimal("0.00"), status, "Income manager", "write_off"
    )
    return (
        GateOutcome("reconciliation", "passed", (), ()),
        GateOutcome("write_off", status, (check,), ("write_off_schedule",)),
    )


def stand_in(patch: pytest.MonkeyPatch, judged: tuple[GateOutcome, ...] | None = None) -> None:
    """Puts the replacements in place; `judged` is what the gates will say."""
    outcomes = gates() if judged is None else judged
    patch.setattr(steps, "build_models", build_quickly)
    judging: Any = ModuleType("expectations.gates")
    judging.GateError = RuntimeError
    judging.judge_gates = lambda *_places, **_names: outcomes
    patch.setitem(sys.modules, "expectations.gates", judging)
    site: Any = ModuleType("reports.site.build")
    site.write_site = _write_page
    patch.setitem(sys.modules, "reports.site.build", site)


def _write_page(
    _marts: Path, manifest: Mapping[str, object], output: Path, _earlier: object = None
) -> None:
    output.mkdir(parents=True)
    (output / "index.html").write_text(f"<p>{manifest['run_id']}</p>", encoding="utf-8")

"""What `income replay --compare-known-at` leaves behind, counts, and does not touch.

The invoices alone replace dbt here. `test_restatement.py` checks with the real models what differs
and why.
"""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.cli import answer
from flows.errors import UsageError
from flows.processes.dbt_process import TransformOutcome
from flows.replays.restatement import restate_day
from flows.runs.chain import sha256_of
from flows.runs.workspace import Workspace
from flows.settings import Settings
from tests.dbt_workbench import manifest
from tests.flows import quick_day
from tests.flows.plain_day import run_day
from tests.flows.quick_day import FIRST_DAY, SECOND_DAY

_LEDGER = {
    "ledger_movements": "select position.*, invoice_id as movement_id, "
    "'invoice' as movement_type, debtor_id, invoice_id, invoice_date as effective_on, "
    "_known_on as known_on, gross_amount as amount, _source_file as source_file, "
    "_source_line as source_line from raw.invoices cross join raw.position as position "
    "where _known_on <= known_at and invoice_date <= as_of_date",
    "allocations": "select '' as source_type, '' as source_id, '' as debtor_id, "
    "'' as allocation_rule from raw.position where false",
    "suspense": "select '' as receipt_id, 0.00 as amount from raw.position where false",
    "open_items": "select movement_id as item_id, 'invoice' as item_kind, debtor_id, invoice_id, "
    "effective_on as due_date, 'not_due' as age_band, amount as outstanding_amount, as_of_date, "
    "known_at from marts.ledger_movements",
}


def _build_with_ledger(*places: Any, **names: Any) -> TransformOutcome:
    built = quick_day.build_quickly(*places, **names)
    with duckdb.connect(str(places[1].warehouse)) as warehouse:
        for name, sql in _LEDGER.items():
            warehouse.execute(f"create or replace table marts.{name} as {sql}")
    nodes = json.loads(built.manifest.read_text("utf-8"))["nodes"]
    analyses = {
        node["name"]: node
        for node in manifest()["nodes"].values()
        if node["resource_type"] == "analysis"
    }
    built.manifest.write_text(json.dumps({"nodes": nodes | analyses}), encoding="utf-8")
    return built


@pytest.fixture
def settings(
    after_second_day: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A workspace with two published days, whose replays have a ledger."""
    quick_day.stand_in(monkeypatch)
    monkeypatch.setattr("flows.day.steps.build_models", _build_with_ledger)
    return quick_day.continued_from(after_second_day, tmp_path / "home")


def _rows(folder: Path, mart: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as marts:
        return marts.execute(f"select * from {mart}").fetchall()


def _take_backdated(settings: Settings) -> None:
    (settings.home / "inbox" / "invoices_late_20260601.csv").write_text(
        "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,gross_amount,raised_by\n"
        "I9,0001,HALL,2026-05-03,2026-06-03,7.00,0.00,7.00,OFF1\n",
        encoding="utf-8",
    )
    run_day(settings, date(2026, 6, 3))


def test_a_restatement_is_parquet_a_database_and_a_spreadsheet_and_sealed(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _take_backdated(settings)
    output = tmp_path / "restated"
    words = ["replay", "--as-of", str(FIRST_DAY), "--home", str(settings.home)]
    days = ["--compare-known-at", str(FIRST_DAY), "2026-06-03"]
    assert answer([*words, *days, "--output", str(output)]) == 0
    folder, line = capsys.readouterr().out.splitlines()
    assert Path(folder) == output
    assert line == (
        "As of 2026-06-01, known at 2026-06-03 instead of 2026-06-01: 1 changed movement of 1 "
        "debtor; all balances 170.00 before, 177.00 after, difference 7.00."
    )
    with (output / "restatement.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["debtor_id"], row["difference_amount"], row["officer_id"]) == (
        "0001",
        "7.00",
        "OFF1",
    )
    assert (row["source_file"], row["source_line"]) == ("invoices_late_20260601.csv", "2")
    assert row["known_on"] == "2026-06-03"
    assert len(_rows(output, "restatement")) == len(_rows(output, "restated_items")) == 1
    sealed = json.loads((output / "manifest.json").read_text("utf-8"))
    assert sealed["status"] == "restated"
    for file in sealed["files"]:
        assert sha256_of(output / file["path"]) == file["sha256"]


def test_every_column_of_a_restatement_is_documented(settings: Settings) -> None:
    folder = restate_day(settings, FIRST_DAY, FIRST_DAY, SECOND_DAY).folder
    own = "from duckdb_columns() where not internal"
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as marts:
        silent = marts.execute(f"select column_name {own} and comment is null").fetchall()
        columns = marts.execute(f"select count(*) {own}").fetchone()
    assert silent == []
    assert columns is not None
    assert columns[0] > 30


def test_each_side_counts_the_rows_that_its_published_run_counted(settings: Settings) -> None:
    """A file taken later, but known at the second day, is no part of what was published for it."""
    (settings.home / "inbox" / "invoices_late_20260601.csv").write_text(
        "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,gross_amount\n"
        "I9,0001,HALL,2026-05-03,2026-06-03,7.00,0.00,7.00\n",
        encoding="utf-8",
    )
    run_day(settings, date(2026, 6, 3), SECOND_DAY)
    published = restate_day(settings, SECOND_DAY, FIRST_DAY, SECOND_DAY)
    assert [row[5] for row in _rows(published.folder, "restatement")] == ["I3"]
    never_published = restate_day(settings, date(2026, 6, 4), FIRST_DAY, SECOND_DAY)
    assert [row[5] for row in _rows(never_published.folder, "restatement")] == ["I3", "I9"]


def test_the_same_day_twice_restates_nothing(settings: Settings) -> None:
    restated = restate_day(settings, FIRST_DAY, SECOND_DAY, SECOND_DAY)
    assert _rows(restated.folder, "restatement") == []
    assert restated.totals.before == restated.totals.after


def test_a_restatement_leaves_the_workspace_as_it_was_and_free(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, held = Workspace(settings.home), []
    kept = [workspace.warehouse, *(path for path in workspace.published.rglob("*"))]
    before = {path: sha256_of(path) for path in kept if path.is_file()}

    def look(*places: Any, **names: Any) -> TransformOutcome:
        held.append(workspace.is_held())
        return _build_with_ledger(*places, **names)

    monkeypatch.setattr("flows.day.steps.build_models", look)
    restate_day(settings, FIRST_DAY, FIRST_DAY, SECOND_DAY)
    assert held == [False, False]
    assert {path: sha256_of(path) for path in before} == before
    assert [path.name[0] for path in (settings.home / "replays").iterdir()] == ["2"]


def test_the_later_day_may_not_be_given_first(settings: Settings) -> None:
    with pytest.raises(UsageError, match="name the earlier day first"):
        restate_day(settings, FIRST_DAY, SECOND_DAY, FIRST_DAY)

"""dbt is a process of its own; its failure is one line that names the node."""

import fcntl
import json
import os
import sys
from pathlib import Path

import pytest

from flows.errors import TransformError
from flows.processes import dbt_process
from flows.processes.dbt_process import DbtFolders, build_models
from flows.settings import Settings, load_settings

PROJECT = """
name: small
profile: council_income
flags: {send_anonymous_usage_stats: false}
"""
PROFILES = """
council_income:
  target: duckdb
  outputs: {duckdb: {type: duckdb, path: "{{ env_var('INCOME_WAREHOUSE') }}"}}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "home", None, tmp_path)


@pytest.fixture
def folders(tmp_path: Path) -> DbtFolders:
    made = DbtFolders(tmp_path / "income.duckdb", tmp_path / "target", tmp_path / "logs")
    made.target.mkdir()
    made.logs.mkdir()
    return made


def _project(root: Path, models: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    project = root / "dbt_project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (project / "profiles.yml").write_text(PROFILES, encoding="utf-8")
    for name, sql in models.items():
        (project / "models" / f"{name}.sql").write_text(sql, encoding="utf-8")
    monkeypatch.setattr(dbt_process, "PROJECT_ROOT", root)


@pytest.mark.slow
def test_the_first_failed_node_is_named_in_one_line_without_the_value_at_fault(
    settings: Settings, folders: DbtFolders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = {
        "good": "select 'Ms A Person' as name",
        "bad": "{{ config(materialized='table') }} select name::date as day from {{ ref('good') }}",
        "after": "select * from {{ ref('bad') }}",
    }
    _project(tmp_path, models, monkeypatch)
    with pytest.raises(TransformError, match=r"dbt: model\.small\.bad failed") as failure:
        build_models(settings, folders)
    assert "\n" not in str(failure.value)
    assert "Person" not in str(failure.value)
    assert "dbt.log" in str(failure.value)


@pytest.mark.slow
def test_a_project_that_cannot_be_read_is_reported_in_one_line(
    settings: Settings, folders: DbtFolders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _project(tmp_path, {"lost": "select * from {{ ref('nowhere') }}"}, monkeypatch)
    with pytest.raises(TransformError, match="nowhere") as failure:
        build_models(settings, folders)
    assert "\n" not in str(failure.value)


def _instead_of_dbt(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_process, "dbt_command", lambda *_: [sys.executable, "-c", script])


RESULTS = json.dumps({"results": [], "elapsed_time": 0})


def test_results_of_an_earlier_build_are_never_taken_for_those_of_this_one(
    settings: Settings, folders: DbtFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folders.target / "run_results.json").write_text(RESULTS, encoding="utf-8")
    _instead_of_dbt("print('no such luck')", monkeypatch)
    with pytest.raises(TransformError, match="before it built anything: no such luck"):
        build_models(settings, folders)


def test_a_bad_exit_is_a_failure_though_no_node_failed(
    settings: Settings, folders: DbtFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f"open('run_results.json', 'w').write({RESULTS!r}); raise SystemExit(2)"
    _instead_of_dbt(script, monkeypatch)
    with pytest.raises(TransformError, match="without saying which node"):
        build_models(settings, folders)


def test_dbt_holds_the_lock_too_sends_nothing_and_gets_the_warehouse_by_name(
    settings: Settings, folders: DbtFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = folders.target / "names.json"
    script = (
        "import json, os; os.fstat(int(os.environ['HELD']));"
        f"open('run_results.json', 'w').write({RESULTS!r});"
        "names = ('INCOME_WAREHOUSE', 'DO_NOT_TRACK');"
        "open('names.json', 'w').write(json.dumps({name: os.environ[name] for name in names}))"
    )
    _instead_of_dbt(script, monkeypatch)
    descriptor = os.open(folders.target / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with_lock = settings.model_copy(update={"inherited": {**os.environ, "HELD": str(descriptor)}})
    seen: list[str] = []
    build_models(with_lock, folders, held=(descriptor,), meanwhile=lambda: seen.append("meanwhile"))
    os.close(descriptor)
    assert json.loads(written.read_text(encoding="utf-8")) == {
        "INCOME_WAREHOUSE": "../income.duckdb",
        "DO_NOT_TRACK": "1",
    }
    assert seen == ["meanwhile"]

"""Words to one call, one line for each failure, and the exit codes."""

import csv
import io
import json
import os
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from flows.answers.status import as_text, status_of
from flows.cli import answer
from flows.errors import ExitCode
from flows.runs.chain import read_chain
from flows.runs.workspace import Workspace
from flows.settings import load_settings


def _one_line(capsys: pytest.CaptureFixture[str]) -> str:
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.count("\n") == 1, written.err
    return written.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["bogus"], "No such command 'bogus'"),
        (["run", "--as-of", "2026-02-30"], "'2026-02-30' is not a date in YYYY-MM-DD format"),
        (["run", "--as-of", "20260230"], "'20260230' is not a date in YYYY-MM-DD format"),
        (["run", "--target", "oracle"], "'oracle' is not one of 'duckdb', 'spark'"),
        (["run", "--target", "spark"], "--target spark is not supported yet: leave"),
        (["run", "--as-of", "2999-01-01"], "--as-of 2999-01-01 is in the future"),
        (["run", "--known-at", "2999-01-01"], "--known-at 2999-01-01 is in the future"),
        (["run", "--catch-up", "--skip"], "--catch-up and --skip cannot be used together"),
        (["replay"], "Missing option '--as-of'"),
        (["simulate", "--debtors", "0"], "--debtors"),
        (["simulate", "--debtors", "1000000"], "--debtors"),
        (["simulate", "--days", "36526"], "--days"),
        (["simulate", "--until", "0001-01-05", "--days", "30"], "--until"),
        (["demo", "--until", "1999-12-31"], "--until"),
        (["explain", "planet", "1"], "'planet'"),
        (["status", "--unknown"], "--unknown"),
        (["query", "select 1"], "Nothing is published in"),
        (["explain", "invoice", "I1"], "Nothing is published in"),
        (["replay", "--as-of", "2026-06-01"], "has no warehouse yet"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    words: list[str],
    expected: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INCOME_HOME", str(tmp_path / "home"))
    assert answer(words) == ExitCode.USAGE
    assert expected in _one_line(capsys)


def test_a_wrong_settings_file_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "income.toml").write_text("colour = 'red'\n", encoding="utf-8")
    assert answer(["status", "--home", str(tmp_path)]) == ExitCode.USAGE
    assert "income.toml: unknown key 'colour'" in _one_line(capsys)


def test_a_defect_is_one_line_and_exit_code_1_and_debug_shows_the_traceback(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_places: object) -> None:
        raise ZeroDivisionError("first\nsecond")

    monkeypatch.setattr("flows.answers.status.status_of", break_down)
    words = ["status", "--home", str(tmp_path)]
    assert answer(words) == ExitCode.DEFECT
    assert "ZeroDivisionError: first second" in _one_line(capsys)
    assert answer([*words, "--debug"]) == ExitCode.DEFECT
    assert "Traceback" in capsys.readouterr().err


def test_a_run_in_a_held_workspace_ends_at_once_with_exit_code_5(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path)
    hold = (
        "import sys, time\nfrom pathlib import Path\nfrom flows.runs.workspace import Workspace\n"
        "with Workspace(Path(sys.argv[1])).locked():\n"
        "    print('held', flush=True)\n    time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(workspace.home)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    started = time.monotonic()
    try:
        assert answer(["run", "--home", str(tmp_path), "--quiet"]) == ExitCode.BUSY
    finally:
        holder.kill()
        holder.wait()
    assert time.monotonic() - started < 10
    assert "Another run is using the workspace" in _one_line(capsys)


def test_a_run_for_an_earlier_day_is_refused_before_anything_slow_starts(
    published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", "--home", str(published.home), "--as-of", "2026-06-01", "--quiet"]
    assert answer(words) == ExitCode.USAGE
    assert "income replay --as-of 2026-06-01" in _one_line(capsys)
    assert not (published.prefect_home / "server.log").exists()


def test_a_run_after_a_long_gap_names_the_choice_before_anything_slow_starts(
    published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", "--home", str(published.home), "--as-of", "2026-06-30", "--quiet"]
    assert answer(words) == ExitCode.USAGE
    message = _one_line(capsys)
    assert "19 working days were missed after 2026-06-02" in message
    assert "--catch-up" in message
    assert "--skip" in message
    assert not (published.prefect_home / "server.log").exists()


def _query(published: Workspace, sql: str, form: str) -> list[str]:
    return ["query", sql, "--home", str(published.home), "--format", form]


SQL = "select item_id, outstanding_amount, null as nothing from open_items order by item_id"


def test_a_query_is_answered_as_a_table(
    published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(_query(published, SQL, "table")) == ExitCode.DONE
    assert capsys.readouterr().out.splitlines() == [
        "item_id  outstanding_amount  nothing",
        "-------  ------------------  -------",
        "I1                   120.00",
        "I2                    50.00",
        "I3                    12.00",
    ]


def test_a_query_is_answered_as_csv(
    published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(_query(published, SQL, "csv")) == ExitCode.DONE
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == {"item_id": "I1", "outstanding_amount": "120.00", "nothing": ""}


def test_a_query_is_answered_as_json_without_losing_a_penny(
    published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    sql = "select 'a\"b' as text, 1234567890123456.78::decimal(18,2) as pounds, true as flag"
    assert answer(_query(published, sql, "json")) == ExitCode.DONE
    rows = json.loads(capsys.readouterr().out, parse_float=Decimal)
    assert rows == [{"text": 'a"b', "pounds": Decimal("1234567890123456.78"), "flag": True}]


def test_an_answer_without_rows_is_valid_in_every_format(
    published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    for form, expected in (("json", "[]"), ("csv", "item_id"), ("table", "item_id\n-------")):
        sql = "select item_id from open_items where false"
        assert answer(_query(published, sql, form)) == ExitCode.DONE
        assert capsys.readouterr().out.strip() == expected


@pytest.mark.parametrize(
    "sql",
    [
        "select no_such_column from open_items",
        "selec 1",
        "create table mine as select 1",
        "delete from open_items",
        "select * from read_csv('/etc/hostname')",
        "copy open_items to '/tmp/open_items.csv'",
        "attach '/tmp/other.duckdb'",
        "set enable_external_access = true",
        "install httpfs",
    ],
)
def test_a_query_that_reads_or_writes_anything_else_is_refused_in_one_line(
    published: Workspace, capsys: pytest.CaptureFixture[str], sql: str
) -> None:
    assert answer(_query(published, sql, "table")) == ExitCode.USAGE
    assert "The query failed" in _one_line(capsys)


def test_status_shows_run_gates_feeds_quarantine_and_what_is_withheld(
    published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["status", "--home", str(published.home), "--json"]) == ExitCode.DONE
    shown = json.loads(capsys.readouterr().out)
    assert shown["last_run"]["as_of_date"] == "2026-06-02"
    assert shown["last_run"]["manifest_sha256"] == read_chain(published.runs)[-1].manifest_sha256
    assert shown["withheld"] == ["write_off_schedule"]
    assert shown["quarantined_rows"] == 1
    feeds = {feed["feed"]: feed for feed in shown["feeds"]}
    assert feeds["invoices"]["latest_file_day"] == "2026-06-02"
    assert feeds["debtors"]["days_old"] == 1
    assert shown["days_not_run"][0] == "2026-06-03"
    assert shown["last_attempt"] is None
    assert answer(["status", "--home", str(published.home)]) == ExitCode.DONE
    text = capsys.readouterr().out
    assert "Gate write_off: failed, failed W01, withheld write_off_schedule" in text


@pytest.mark.parametrize(
    ("today", "missed", "says"),
    [
        (date(2026, 6, 3), 0, None),
        (date(2026, 6, 6), 3, "first catches up 3 working days automatically"),
        (date(2026, 6, 17), 10, "first catches up 10 working days automatically"),
        (date(2026, 6, 18), 11, "needs a choice: --catch-up runs the 11 working days"),
    ],
    ids=str,
)
def test_status_names_missed_days_and_what_the_next_run_does_about_them(
    published: Workspace, today: date, missed: int, says: str | None
) -> None:
    status = status_of(load_settings(published.home, {}), today)
    assert status.next_run is not None
    assert len(status.next_run["missed"]) == missed
    assert status.next_run["missed"] == status.days_not_run
    assert status.next_run["needs_choice"] == (missed > 10)
    text = as_text(status)
    assert all(day in text for day in status.days_not_run[:10])
    assert says in text if says else "Next `income run`" not in text


def test_status_says_nothing_of_a_next_run_that_would_go_back(published: Workspace) -> None:
    assert status_of(load_settings(published.home, {}), date(2026, 6, 1)).next_run is None


def test_status_of_an_empty_workspace_says_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert answer(["status", "--home", str(tmp_path / "none")]) == ExitCode.DONE
    assert "Nothing is published yet" in capsys.readouterr().out
    assert not (tmp_path / "none").exists(), "looking changes nothing"


def test_verify_names_what_was_altered_and_ends_with_exit_code_1(
    published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["verify", "--home", str(published.home)]
    assert answer(words) == ExitCode.DONE
    head = read_chain(published.runs)[-1].manifest_sha256
    assert head in capsys.readouterr().out
    assert answer([*words, "--head", head]) == ExitCode.DONE
    capsys.readouterr()
    assert answer([*words, "--head", "0" * 64]) == ExitCode.DEFECT
    assert "0" * 64 in _one_line(capsys)
    page = published.current / "reports" / "index.html"
    whole = page.read_bytes()
    page.chmod(0o600)
    page.write_bytes(whole.replace(b"<p>", b"<q>"))
    try:
        assert answer(words) == ExitCode.DEFECT
    finally:
        page.write_bytes(whole)
        page.chmod(0o444)
    assert "reports/index.html was altered" in _one_line(capsys)


def test_verify_of_a_workspace_that_is_not_there_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert answer(["verify", "--home", str(tmp_path / "none")]) == ExitCode.USAGE
    assert f"--home {tmp_path / 'none'} does not exist" in _one_line(capsys)


def test_explain_explains_a_known_id_and_refuses_an_unknown_one(
    published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--home", str(published.home)]
    assert answer(["explain", "debtor", "0001", *words]) == ExitCode.DONE
    assert capsys.readouterr().out.startswith("Debtor 0001: £182.00 outstanding in 3 items")
    assert answer(["explain", "debtor", "0001", "--json", *words]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["balance"] == "182.00"
    assert answer(["explain", "debtor", "9999", *words]) == ExitCode.USAGE
    assert "No debtor has the id '9999'" in _one_line(capsys)
    assert answer(["explain", "debtor", "0001", "--as-of", "2026-05-01", *words]) == ExitCode.USAGE
    assert "income replay --as-of 2026-05-01" in _one_line(capsys)


def test_doctor_says_what_to_fix(
    published: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert answer(["doctor", "--home", str(published.home)]) == ExitCode.DONE
    assert "FIX " not in capsys.readouterr().out
    broken = Workspace(tmp_path)
    broken.create()
    (broken.runs / "2026-06-01_x").mkdir()
    assert answer(["doctor", "--home", str(tmp_path)]) == ExitCode.USAGE
    assert "FIX   published" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [["status"], ["query", "select 1 as one"], ["explain", "debtor", "0001"]],
    ids=" ".join,
)
def test_a_quick_command_uses_less_than_a_second_of_processor_time(
    published: Workspace, words: list[str]
) -> None:
    before = os.times()
    subprocess.run(
        [sys.executable, "-m", "flows.cli", *words, "--home", str(published.home)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    after = os.times()
    spent = after.children_user + after.children_system
    assert spent - before.children_user - before.children_system < 1.0

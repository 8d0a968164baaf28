"""The report lists the policy that is in force and no other, and its hash is that of the policy."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.runs.policy_in_force import known_policy, policy_marks, policy_sha256
from ingestion.intake.inbox import take_inbox
from ingestion.intake.warehouse import open_warehouse, set_position
from ingestion.policy.policy_contract import load_policy_contracts
from ingestion.policy.policy_tables import POLICY_SEEDS
from tests.dbt_workbench import run_dbt, shared_target

AS_OF, KNOWN_AT = date(2026, 6, 30), date(2026, 7, 10)
HEADER = "policy_row,key,value,effective_from,effective_to\n"
SHIPPED = "ledger_rules/unreferenced_receipts"


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with the shipped policy as dbt seeds it: text, nothing for a blank cell."""
    (tmp_path / "policy").mkdir()
    with closing(open_warehouse(tmp_path / "income.duckdb")) as connection:
        connection.execute("create schema policy")
        for seed in POLICY_SEEDS.glob("*.csv"):
            connection.execute(
                f"create table policy.{seed.stem} as "
                f"from read_csv('{seed}', all_varchar = true, header = true)"
            )
        yield connection


def _put(
    warehouse: duckdb.DuckDBPyConnection, home: Path, name: str, text: str, run: int = 1
) -> None:
    (home / "policy" / name).write_text(text, encoding="utf-8")
    take_inbox(
        warehouse,
        inbox=home / "inbox",
        policy=home / "policy",
        quarantine=home / "quarantine",
        run_id=f"run{run}",
        known_at=KNOWN_AT,
        last_published_known_at=None,
    )


def _listed(warehouse: duckdb.DuckDBPyConnection, known_at: date = KNOWN_AT) -> list[str]:
    marks = policy_marks(known_policy(warehouse, known_at), AS_OF)
    return [
        each["policy_row"]
        for each in marks
        if each["table"] == "ledger_rules" and each["key"] == "unreferenced_receipts"
    ]


def _own(name: str, value: str, effective_from: str, effective_to: str = "") -> str:
    return f"{name},unreferenced_receipts,{value},{effective_from},{effective_to}\n"


def test_a_shipped_row_is_listed_until_the_councils_own_replaces_it(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert _listed(warehouse) == [SHIPPED]
    own = HEADER + _own("own-1", "hold", "2026-06-30")
    _put(warehouse, tmp_path, "ledger_rules_20260705.csv", own)
    assert _listed(warehouse) == ["own-1"]
    assert _listed(warehouse, date(2026, 7, 4)) == [SHIPPED]


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        (_own("own-1", "hold", "2026-07-01"), [SHIPPED]),
        (_own("own-1", "hold", "2026-01-01", "2026-06-30"), []),
        (_own("own-1", "hold", "2026-01-01", "2026-07-01"), ["own-1"]),
        (_own("own-1", "a", "2026-01-01") + _own("own-2", "b", "2026-01-01"), ["own-2"]),
        (_own("own-1", "a", "2026-02-01") + _own("own-2", "b", "2026-01-01"), ["own-1"]),
    ],
    ids=["not begun", "ended", "the day before it ends", "the later line", "the later day"],
)
def test_the_row_in_force_is_listed_alone(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path, own: str, listed: list[str]
) -> None:
    _put(warehouse, tmp_path, "ledger_rules.csv", HEADER + own)
    assert _listed(warehouse) == listed


def test_names_of_checks_are_not_figures_of_policy(warehouse: duckdb.DuckDBPyConnection) -> None:
    tables = {each["table"] for each in policy_marks(known_policy(warehouse, KNOWN_AT), AS_OF)}
    assert "check_codes" not in tables
    assert {"check_thresholds", "write_off_reasons", "recovery_timetable"} <= tables


def _hash(warehouse: duckdb.DuckDBPyConnection, known_at: date) -> str:
    return policy_sha256(known_policy(warehouse, known_at))


def test_the_hash_is_that_of_the_rows_and_of_nothing_else(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    shipped = _hash(warehouse, KNOWN_AT)
    own = HEADER + _own("own-1", "hold", "2026-06-30")
    _put(warehouse, tmp_path, "ledger_rules_20260705.csv", own)
    changed = _hash(warehouse, KNOWN_AT)
    assert changed != shipped
    assert _hash(warehouse, date(2026, 7, 4)) == shipped, "not known by then"
    _put(warehouse, tmp_path, "ledger_rules_again_20260706.csv", f"{own}\n", run=2)
    assert _hash(warehouse, KNOWN_AT) == changed, "the same row in another file"
    (tmp_path / "policy" / "notes.csv").write_text("no,policy\n", encoding="utf-8")
    assert _hash(warehouse, KNOWN_AT) == changed, "a file that is not policy"


@pytest.mark.slow
def test_the_listed_rows_are_those_that_the_models_use(tmp_path: Path) -> None:
    path = tmp_path / "income.duckdb"
    (tmp_path / "policy").mkdir()
    own = {
        "ledger_rules_20260705.csv": HEADER + _own("own-1", "hold", "2026-06-30"),
        "recovery_timetable.csv": (
            "stage,debt_type,sort,not_before_days,after_previous_days,minimum_balance,"
            "needs_officer,effective_from\n"
            "reminder,sundry,1,9,,5.00,,2026-06-01\nreminder,,1,8,,5.00,,2026-06-01\n"
        ),
        "age_bands_20260706.csv": (
            "band,lower,upper,sort,effective_from\nd001_030,1,20,2,2026-01-01\n"
        ),
    }
    with closing(open_warehouse(path)) as connection:
        for number, (name, text) in enumerate(own.items()):
            _put(connection, tmp_path, name, text, number)
        set_position(connection, AS_OF, KNOWN_AT)
    words = ["build", "--resource-type", "seed", "--resource-type", "model", "--select"]
    models = [f"stg_policy__{table}" for table in load_policy_contracts()]
    words += [f"+{model}" for model in models]
    run_dbt(words, target=shared_target(), warehouse=path)
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        listed = [
            row["policy_row"] for row in policy_marks(known_policy(connection, KNOWN_AT), AS_OF)
        ]
        reckoned = connection.execute(
            " union all ".join(
                f"select policy_row from staging.{model} "
                "where effective_from <= $day and $day < effective_to"
                for model in models
                if model not in {"stg_policy__bank_holidays", "stg_policy__check_codes"}
            ),
            {"day": AS_OF},
        ).fetchall()
    assert sorted(listed) == sorted(row for (row,) in reckoned)
    assert {"own-1", "own/age_bands/d001_030@2026-01-01"} <= set(listed)

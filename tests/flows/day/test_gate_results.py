"""Results of gates have a table of their own, which the data-quality marts add to the models'."""

import re
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.outcomes import CheckOutcome, CheckStatus, GateOutcome
from flows.day.gate_results import record_gate_results
from ingestion.intake.warehouse import open_warehouse, set_position
from tests.house.repository import ROOT

DAY = date(2026, 6, 30)
MODELS = ROOT / "dbt_project" / "models" / "marts" / "data_quality"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Models that passed R03, failed R05 and could not make R16; the marts read them."""
    path = tmp_path / "income.duckdb"
    with closing(open_warehouse(path)) as con:
        set_position(con, DAY, DAY)
        con.execute(f"""
            create schema built;
            create table built.int_checks_judged as
                select date '{DAY}' as as_of_date, date '{DAY}' as known_at, *,
                    'Check' as description, 'B' as severity, 'Owner' as owner, 'g' as gate,
                    null::varchar as missing_feed, 'p' as policy_row
                from (values ('R03', 'passed', 9::bigint, 0::bigint, 0.00::decimal(18, 2)),
                    ('R05', 'failed', 9, 4, 7.00), ('R16', 'no_data', 0, 0, 0.00))
                as t (check_code, status, population, exceptions, exceptions_value);
            insert into raw.published_data_quality by name
                select * exclude (description, gate, missing_feed, policy_row)
                    replace (date '2026-05-31' as as_of_date)
                from built.int_checks_judged;
        """)
        for mart in ("data_quality_results", "data_quality_history"):
            con.execute(f"create view built.{mart} as {_sql_of(mart)}")
    return path


def _sql_of(mart: str) -> str:
    """The model's own SQL over the tables of the fixture."""
    sql = (MODELS / f"{mart}.sql").read_text("utf-8")
    sql = re.sub(r"\{\{ config\(.*?\) \}\}", "", sql)
    sql = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"built.\1", sql)
    return re.sub(r"\{\{ source\('raw', '(\w+)'\) \}\}", r"raw.\1", sql)


def _shown(warehouse: Path, *checks: CheckOutcome) -> Sequence[tuple[object, ...]]:
    gates = [GateOutcome("reconciliation", "failed", checks, ())]
    record_gate_results(warehouse, DAY, DAY, gates)
    with closing(duckdb.connect(str(warehouse))) as con:
        columns = "check_code, status, exceptions, exceptions_value"
        results = con.execute(
            f"select {columns} from built.data_quality_results order by 1"
        ).fetchall()
        history = con.execute(
            f"select {columns} from built.data_quality_history where as_of_date = '{DAY}' "
            "order by 1"
        ).fetchall()
        before = con.execute(
            "select check_code, status from built.data_quality_history "
            "where as_of_date = '2026-05-31' order by 1"
        ).fetchall()
    assert history == results
    assert before == [("R03", "passed"), ("R05", "failed"), ("R16", "no_data")]
    return results


def _check(code: str, status: CheckStatus, exceptions: int = 0) -> CheckOutcome:
    amount = Decimal(exceptions) / 100
    return CheckOutcome(code, "", "B", 9, exceptions, amount, status, "", "reconciliation")


def test_a_check_that_only_the_gate_failed_shows_the_figures_of_the_gate(warehouse: Path) -> None:
    assert _shown(warehouse, _check("R03", "failed", 1))[0] == (
        *("R03", "failed", 1),
        Decimal("0.01"),
    )


@pytest.mark.parametrize("status", ["passed", "failed"])
def test_a_check_that_the_models_failed_keeps_their_figures(
    warehouse: Path, status: CheckStatus
) -> None:
    assert _shown(warehouse, _check("R05", status))[1] == ("R05", "failed", 4, Decimal("7.00"))


def test_a_check_that_no_model_makes_shows_the_figures_of_the_gate(warehouse: Path) -> None:
    assert _shown(warehouse, _check("R16", "passed"))[2] == ("R16", "passed", 0, Decimal("0.00"))


@pytest.mark.parametrize("order", [("passed", "failed"), ("failed", "passed")])
def test_a_check_of_two_gates_fails_where_one_fails_it(
    warehouse: Path, order: Sequence[CheckStatus]
) -> None:
    shown = _shown(warehouse, *(_check("R03", status, status == "failed") for status in order))
    assert shown[0] == ("R03", "failed", 1, Decimal("0.01"))
    assert len(shown) == 3


def test_the_results_are_gone_once_the_next_position_is_set(warehouse: Path) -> None:
    record_gate_results(
        warehouse, DAY, DAY, [GateOutcome("g", "failed", (_check("R03", "failed"),), ())]
    )
    with closing(open_warehouse(warehouse)) as con:
        set_position(con, DAY, DAY)
        assert con.execute("select count(*) from raw.gate_results").fetchone() == (0,)

"""The marts of data quality say what the gates found, where the models could not know it."""

from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.outcomes import CheckOutcome, CheckStatus, GateOutcome
from flows.day.gate_results import tell_what_gates_found

DAY = "2026-06-30"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Marts in which the models passed R03, failed R05 and could not ask R16."""
    path = tmp_path / "income.duckdb"
    with closing(duckdb.connect(str(path))) as con:
        con.execute(f"""
            create schema raw; create schema marts;
            create table raw.position as
                select date '{DAY}' as as_of_date, date '{DAY}' as known_at;
            create table marts.data_quality_results as
                select date '{DAY}' as as_of_date, date '{DAY}' as known_at, *
                from (values ('R03', 'passed', 9::bigint, 0::bigint, 0.00::decimal(18, 2)),
                    ('R05', 'failed', 9, 4, 7.00), ('R16', 'no_data', 0, 0, 0.00))
                as t (check_code, status, population, exceptions, exceptions_value);
            create table marts.data_quality_history as
                from marts.data_quality_results
                union all select * replace (date '2026-05-31' as as_of_date)
                from marts.data_quality_results;
        """)
    return path


def _told(warehouse: Path, *checks: CheckOutcome) -> Sequence[tuple[object, ...]]:
    tell_what_gates_found(warehouse, [GateOutcome("reconciliation", "failed", checks, ())])
    with closing(duckdb.connect(str(warehouse))) as con:
        told = "check_code, status, exceptions, exceptions_value"
        results = con.execute(
            f"select {told} from marts.data_quality_results order by 1"
        ).fetchall()
        history = con.execute(
            f"select {told} from marts.data_quality_history where as_of_date = '{DAY}' order by 1"
        ).fetchall()
        before = con.execute(
            "select check_code, status from marts.data_quality_history "
            "where as_of_date = '2026-05-31' order by 1"
        ).fetchall()
    assert history == results
    assert before == [("R03", "passed"), ("R05", "failed"), ("R16", "no_data")]
    return results


def _check(code: str, status: CheckStatus, exceptions: int = 0) -> CheckOutcome:
    amount = Decimal(exceptions) / 100
    return CheckOutcome(code, "", "B", 9, exceptions, amount, status, "", "reconciliation")


def test_a_fault_that_only_the_gate_found_is_told(warehouse: Path) -> None:
    assert _told(warehouse, _check("R03", "failed", 1))[0] == ("R03", "failed", 1, Decimal("0.01"))


def test_a_fault_that_only_the_models_found_stays_told(warehouse: Path) -> None:
    assert _told(warehouse, _check("R05", "passed"))[1] == ("R05", "failed", 4, Decimal("7.00"))


def test_what_no_model_can_ask_is_told_as_the_gate_found_it(warehouse: Path) -> None:
    assert _told(warehouse, _check("R16", "passed"))[2] == ("R16", "passed", 0, Decimal("0.00"))

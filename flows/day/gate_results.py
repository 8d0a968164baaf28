"""The results of the gates, in a raw table that the data-quality marts show beside the models'.

Models and gates make most checks twice, each in its own way. Where a gate fails a check that the
models passed, or makes a check that no model can, `data_quality_results` shows the gate's figures,
as the manifest and the report do. The rule is in that model; this module only records.
"""

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from expectations.outcomes import CheckOutcome, GateOutcome


def record_gate_results(
    warehouse: Path, as_of: date, known_at: date, gates: Iterable["GateOutcome"]
) -> None:
    """Replaces the rows of `raw.gate_results` with the checks of the given gates.

    Args:
        warehouse: The DuckDB file with the raw tables.
        as_of: The day whose position the gates judged.
        known_at: Rows known by the end of this day counted.
        gates: The outcome of every gate. A check that two of them make fails where one fails it.
    """
    checks = [check for gate in gates for check in gate.checks]
    by_code = {check.check_code: check for check in sorted(checks, key=_failed_last)}
    rows = [
        (
            as_of,
            known_at,
            check.check_code,
            check.population,
            check.exceptions,
            check.exceptions_value,
            check.status,
        )
        for check in by_code.values()
    ]
    with closing(duckdb.connect(str(warehouse))) as connection:
        connection.begin()
        connection.execute("delete from raw.gate_results")
        if rows:
            connection.executemany(
                "insert into raw.gate_results (as_of_date, known_at, check_code, population, "
                "exceptions, exceptions_value, status) values (?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
        connection.commit()


def _failed_last(check: "CheckOutcome") -> bool:
    return check.status == "failed"

"""What only a gate found, told in the marts of data quality too.

Models and gates ask the same of most checks, each in its own way. Where a gate finds a fault that
the models do not, or asks what no model can, the marts would say otherwise than the manifest and
the report: the gate's word stands in all three.
"""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from expectations.outcomes import CheckOutcome, GateOutcome

ASKED_BY_GATES_ALONE = frozenset({"R16"})
_MARTS = ("data_quality_results", "data_quality_history")


def tell_what_gates_found(warehouse: Path, gates: Iterable["GateOutcome"]) -> None:
    """Puts into the data-quality marts what the models could not know.

    Args:
        warehouse: The DuckDB file with the marts of this very position.
        gates: What every gate found.
    """
    told = [check for gate in gates for check in gate.checks if _is_told(check)]
    if not told:
        return
    with closing(duckdb.connect(str(warehouse))) as con:
        for mart in _MARTS:
            con.executemany(
                f"update marts.{mart} set population = ?, exceptions = ?, exceptions_value = ?, "
                "status = ? where check_code = ? and status != 'failed' "
                "and (as_of_date, known_at) = (select (as_of_date, known_at) from raw.position)",
                [
                    [
                        check.population,
                        check.exceptions,
                        check.exceptions_value,
                        check.status,
                        check.check_code,
                    ]
                    for check in told
                ],
            )


def _is_told(check: "CheckOutcome") -> bool:
    return check.status == "failed" or check.check_code in ASKED_BY_GATES_ALONE

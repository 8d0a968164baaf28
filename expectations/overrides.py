"""Overrides of gate checks: rows of `gate_overrides` in force on the day looked at.

An override stands over a failed check of a gate. It never makes a request pass, and it never
reaches what protects a person: the moratorium of W06, a protective hold (C08), or rows and files in
which a hold, a death or anything else about a debtor may be missing (C01 to C03, C07).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from expectations.outcomes import Override
from expectations.standing import Position

NEVER_OVERRIDDEN = frozenset({"W06", "C01", "C02", "C03", "C07", "C08"})


@dataclass(frozen=True)
class Overrides:
    """The overrides in force, by gate and check code."""

    in_force: Mapping[tuple[str, str], Override]

    def over(self, gate: str, check_code: str) -> Override | None:
        """The override that stands over a check; None where none does or none may."""
        if check_code in NEVER_OVERRIDDEN:
            return None
        return self.in_force.get((gate, check_code))


def overrides_in_force(con: duckdb.DuckDBPyConnection, position: Position) -> Overrides:
    """The overrides approved by today and not expired; of several the one with the least id."""
    rows = con.execute(
        "select distinct on (gate, check_code) gate, check_code, override_id, reason, approved_by, "
        "approved_on, expires_on from standing_gate_overrides "
        "where approved_on <= $day and expires_on >= $day order by gate, check_code, override_id",
        {"day": position.as_of},
    ).fetchall()
    return Overrides({(gate, code): Override(*cells) for gate, code, *cells in rows})

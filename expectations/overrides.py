"""Overrides of gate checks: rows of `gate_overrides` in force on the day looked at.

An override stands over a failed check of a gate. It never makes a request pass, and it never
reaches what protects a person: the moratorium of W06, a protective hold (C08), or rows and files in
which a hold, a death or anything else about a debtor may be missing (C01 to C03, C07).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from expectations.standing import Position

NEVER_OVERRIDDEN = frozenset({"W06", "C01", "C02", "C03", "C07", "C08"})


@dataclass(frozen=True)
class Overrides:
    """The overrides in force: id by gate and check code."""

    ids: Mapping[tuple[str, str], str]

    def over(self, gate: str, check_code: str) -> str:
        """The id of the override that stands over a check; blank for none."""
        if check_code in NEVER_OVERRIDDEN:
            return ""
        return self.ids.get((gate, check_code), "")


def overrides_in_force(con: duckdb.DuckDBPyConnection, position: Position) -> Overrides:
    """The overrides approved by today and not expired; of several the one with the least id."""
    rows = con.execute(
        "select gate, check_code, min(override_id) from standing_gate_overrides "
        "where approved_on <= $day and expires_on >= $day group by all",
        {"day": position.as_of},
    ).fetchall()
    return Overrides({(gate, code): override_id for gate, code, override_id in rows})

"""Overrides of gate checks: rows of `gate_overrides` in force on the day looked at.

An override allows a release although a check of the gate failed. It never makes a request pass. It
never applies to a check that protects a person: the moratorium of W06, a protective hold (C08), or
refused files and rows that may hold a hold, a death or anything else about a debtor (C01 to C03,
C07).

The reason is free text. The report and the manifest show it, are not restricted and are kept
permanently, so this module returns it masked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from expectations.current_rows import Position
from expectations.masking import masked
from expectations.outcomes import Override

NEVER_OVERRIDDEN = frozenset({"W06", "C01", "C02", "C03", "C07", "C08"})


@dataclass(frozen=True)
class Overrides:
    """The overrides in force, by gate and check code."""

    in_force: Mapping[tuple[str, str], Override]

    def over(self, gate: str, check_code: str) -> Override | None:
        """The override of a check; None where there is none or the check allows none."""
        if check_code in NEVER_OVERRIDDEN:
            return None
        return self.in_force.get((gate, check_code))


def overrides_in_force(
    con: duckdb.DuckDBPyConnection, position: Position, masked_words: Iterable[str]
) -> Overrides:
    """The overrides approved by today and not expired; of several, the one with the lowest id.

    Args:
        con: The warehouse, with the current rows.
        position: The day looked at.
        masked_words: The words of policy to mask in every reason.
    """
    words = tuple(masked_words)
    rows = con.execute(
        "select distinct on (gate, check_code) gate, check_code, override_id, reason, approved_by, "
        "approved_on, expires_on from current_gate_overrides "
        "where approved_on <= $day and expires_on >= $day order by gate, check_code, override_id",
        {"day": position.as_of},
    ).fetchall()
    return Overrides(
        {
            (gate, code): Override(override_id, masked(reason, words), *cells)
            for gate, code, override_id, reason, *cells in rows
        }
    )

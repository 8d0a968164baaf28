"""Owns reading the marts of one run for one thing: rows that bear an id, matched exactly.

A column that an older run did not publish yet reads as blank; a mart that is not there is noted
with the reason, so that silence is never taken for nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reports.site.published import PublishedMarts
from reports.site.run import PolicyFigure, Run
from reports.site.section import absence

Row = dict[str, Any]


@dataclass
class RunMarts:
    """The marts of one run, and which of those that were asked for it does not have.

    Attributes:
        marts: What is read; it may be narrowed to the rows of some debtors.
        run: What the manifest says.
        whole: The marts with every row, where `marts` are narrowed.
    """

    marts: PublishedMarts
    run: Run
    whole: PublishedMarts | None = None
    _columns: dict[str, frozenset[str]] = field(default_factory=dict)
    _absent: dict[str, str] = field(default_factory=dict)
    _policy: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The day whose position the run shows."""
        return self.run.as_of

    @property
    def absences(self) -> tuple[str, ...]:
        """One sentence for each mart that was asked for and is not there."""
        return tuple(self._absent.values())

    def bearing(self, mart: str, **ids: str) -> list[Row]:
        """The rows of a mart in which each named column is exactly that text."""
        return self.among(mart, **{column: (value,) for column, value in ids.items()})

    def anywhere(self, mart: str, **ids: Collection[str]) -> list[Row]:
        """The same as `among`, in the rows of every debtor."""
        return RunMarts(self.whole or self.marts, self.run).among(mart, **ids)

    def among(self, mart: str, **ids: Collection[str]) -> list[Row]:
        """The rows of a mart in which each named column is one of those texts."""
        if not all(ids.values()) or not set(ids) <= self._columns_of(mart):
            return []
        conditions = " and ".join(
            f'"{column}" in ({", ".join(_literal(value) for value in sorted(values))})'
            for column, values in ids.items()
        )
        return self.marts.rows(f'select * from "{mart}" where {conditions}')

    def only(self, mart: str, **ids: str) -> Row | None:
        """The one row of a mart with that key, or None."""
        rows = self.bearing(mart, **ids)
        return rows[0] if rows else None

    def policy(self, policy_row: str, on: date | None = None) -> str | None:
        """What a policy row says, as in force on a day; as_of by default."""
        day = on or self.as_of
        if policy_row not in self._policy:
            self._policy[policy_row] = self.bearing("policy_rows", policy_row=policy_row)
        for row in self._policy[policy_row]:
            if row["effective_from"] <= day and (row["effective_to"] or date.max) > day:
                return str(row["meaning"])
        return None

    def mark_of(self, policy_row: str) -> PolicyFigure | None:
        """How far a policy row may be relied on, as the run's manifest says."""
        return next((each for each in self.run.policy if each.row == policy_row), None)

    def _columns_of(self, mart: str) -> frozenset[str]:
        if mart not in self.marts:
            self._absent[mart] = absence(mart, self.run)
            return frozenset()
        if mart not in self._columns:
            described = self.marts.rows(f'describe "{mart}"')
            self._columns[mart] = frozenset(str(row["column_name"]) for row in described)
        return self._columns[mart]


def _literal(text: str) -> str:
    # A literal: a bound parameter makes DuckDB load pandas, which takes longer than the answer.
    return "'" + text.replace("'", "''") + "'"

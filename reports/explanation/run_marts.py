"""The marts of one run, read for one id; ids are matched exactly.

A column that an older run did not publish yet reads as blank. A mart that is missing is noted with
the reason, so that a missing mart is never taken for an empty one.
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
    """The marts of one run, and a note of each mart that was read but is missing.

    Attributes:
        marts: The marts to read; they may hold only the rows of some debtors.
        run: The facts of the manifest.
        whole: The marts with every row, if `marts` holds only some debtors.
    """

    marts: PublishedMarts
    run: Run
    whole: PublishedMarts | None = None
    _columns: dict[str, frozenset[str]] = field(default_factory=dict)
    _absent: dict[str, str] = field(default_factory=dict)
    _policy: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The as-of date of the run."""
        return self.run.as_of

    @property
    def absences(self) -> tuple[str, ...]:
        """One sentence for each mart that was read but is missing."""
        return tuple(self._absent.values())

    def matching(self, mart: str, **ids: str) -> list[Row]:
        """The rows of a mart in which each named column is exactly that text."""
        return self.among(mart, **{column: (value,) for column, value in ids.items()})

    def anywhere(self, mart: str, **ids: Collection[str]) -> list[Row]:
        """The same as `among`, over the rows of every debtor."""
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
        rows = self.matching(mart, **ids)
        return rows[0] if rows else None

    def policy(self, policy_row: str, on: date | None = None) -> str | None:
        """What a policy row says on a date; by default on the as-of date."""
        day = on or self.as_of
        if policy_row not in self._policy:
            self._policy[policy_row] = self.matching("policy_rows", policy_row=policy_row)
        for row in self._policy[policy_row]:
            if row["effective_from"] <= day and (row["effective_to"] or date.max) > day:
                return str(row["meaning"])
        return None

    def mark_of(self, policy_row: str) -> PolicyFigure | None:
        """The mark of a policy row in the run's manifest: how far the council can rely on it."""
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

"""Both sides of a restatement, from the product's own intake and models, without a workspace."""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from flows.replays.restatement import Totals, compare_sides
from ingestion.intake.warehouse import open_warehouse
from tests.laws.canonical_files import Delivery
from tests.laws.model_days import ModelDays
from tests.laws.model_marts import take_in

Rows = list[dict[str, Any]]
_MARTS = ("ledger_movements", "allocations", "open_items", "suspense")


@dataclass(frozen=True)
class Restated:
    """What differs between the two sides, and where both sides are."""

    totals: Totals
    earlier: Path
    later: Path
    result: Path

    def rows(self, mart: str) -> Rows:
        """The rows of `restatement` or `restated_items`."""
        return self._ask(self.result, f"select * from marts.{mart} order by all")

    def balance_changes(self) -> dict[str | None, Any]:
        """What each debtor's balance changed by, from the ledgers of both sides."""
        sql = "select debtor_id, amount as difference_amount from marts.ledger_movements"
        before, after = self._ask(self.earlier, sql), self._ask(self.later, sql)
        gone = [row | {"difference_amount": -row["difference_amount"]} for row in before]
        return sums([*after, *gone])

    @staticmethod
    def _ask(database: Path, sql: str) -> Rows:
        with closing(duckdb.connect(str(database), read_only=True)) as connection:
            found = connection.execute(sql)
            columns = [column[0] for column in found.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def restated(
    deliveries: Sequence[Delivery], as_of: date, known_at: tuple[date, date], folder: Path
) -> Restated:
    """Takes the deliveries in, one run each, and compares the two days of knowledge."""
    earlier, later = folder / "earlier" / "income.duckdb", folder / "later" / "income.duckdb"
    with closing(open_warehouse(earlier)) as connection:
        for number, delivery in enumerate(deliveries, start=1):
            take_in(connection, delivery, folder / f"run{number}")
        ModelDays(connection, _MARTS).on(as_of, known_at[0])
    later.parent.mkdir()
    shutil.copy(earlier, later)
    with closing(open_warehouse(later)) as connection:
        ModelDays(connection, _MARTS).on(as_of, known_at[1])
    result = folder / "restatement.duckdb"
    return Restated(compare_sides(earlier, later, result), earlier, later, result)


def sums(rows: Iterable[dict[str, Any]]) -> dict[str | None, Any]:
    """The differences of rows by debtor, those that come to nothing left out."""
    totals: dict[str | None, Any] = {}
    for row in rows:
        totals[row["debtor_id"]] = totals.get(row["debtor_id"], 0) + row["difference_amount"]
    return {debtor: total for debtor, total in totals.items() if total}

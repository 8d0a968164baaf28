"""Compares the last closed month end with the inbound rows that the run which published it had.

A run counts the rows known at its position that no later run brought, so the same rows must always
give the same total. The total is what all debtors owe less suspense. Allocation does not change it,
so a correction of the models' rules makes no difference here.
"""

from contextlib import closing
from dataclasses import dataclass

import duckdb

from expectations.current_rows import Position, make_current_tables
from expectations.populations.inbound_ledger import write_inbound_movements, write_inbound_receipts

_FEEDS = (
    "adjustments",
    "allocations",
    "arrangements",
    "credit_notes",
    "debtors",
    "invoices",
    "receipt_reversals",
    "receipts",
    "refunds",
    "write_backs",
    "write_offs",
)
# Published open items are loaded for month ends only.
_LAST_CLOSED = """
    select runs.as_of_date, runs.known_at, runs.run_id
    from raw.published_runs runs
    semi join raw.published_open_items using (as_of_date, known_at)
    where runs.as_of_date < $as_of
    order by runs.as_of_date desc, runs.known_at desc
    limit 1
"""
_PUBLISHED = """
    select cast(100 * (
        (select coalesce(sum(outstanding_amount), 0) from raw.published_open_items
            where as_of_date = $as_of and known_at = $known)
        - (select coalesce(sum(amount), 0) from raw.published_suspense
            where as_of_date = $as_of and known_at = $known)
    ) as bigint)
"""
_AGAIN = """
    select
        (select coalesce(sum(pence), 0) from inbound_ledger where debtor_id is not null)
        - (select coalesce(sum(pence), 0) from inbound_suspense)
"""


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A published month end, and the total that its rows give today.

    Attributes:
        position: The month end.
        published_pence: The published total: all that is owed, less suspense.
        again_pence: The same total, calculated again from the inbound rows.
    """

    position: Position
    published_pence: int
    again_pence: int


def last_closed_period(con: duckdb.DuckDBPyConnection, position: Position) -> ClosedPeriod | None:
    """The last month end published before the day of the run; None where there is none."""
    closed = con.execute(_LAST_CLOSED, {"as_of": position.as_of}).fetchone()
    if closed is None:
        return None
    then, last_run = Position(closed[0], closed[1]), str(closed[2])
    # Temporary tables belong to their cursor, so those of the day of the run stay unchanged.
    with closing(con.cursor()) as asked_again:
        make_current_tables(asked_again, then, _FEEDS, last_run)
        write_inbound_receipts(asked_again)
        write_inbound_movements(asked_again)
        return ClosedPeriod(
            then,
            _figure(asked_again, _PUBLISHED, {"as_of": then.as_of, "known": then.known_at}),
            _figure(asked_again, _AGAIN, {}),
        )


def _figure(con: duckdb.DuckDBPyConnection, sql: str, values: dict[str, object]) -> int:
    found = con.execute(sql, values).fetchone()
    return int(found[0]) if found else 0

"""The last closed month end beside the inbound rows as they stood for the run that published it.

A run reckons with the rows known at its position and brought by no later run, so the same rows must
give the same total whenever they are asked again. The total is what all debtors owe less what is in
suspense: no allocation changes it, so that a correction of the models' rules is no difference.
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
# Open items are read back of month ends alone.
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
    """A month end that was published, and what its rows give when they are asked again.

    Attributes:
        position: The month end.
        published_pence: What was published: all that is owed, less suspense.
        again_pence: The same from the inbound rows.
    """

    position: Position
    published_pence: int
    again_pence: int


def last_closed_period(con: duckdb.DuckDBPyConnection, position: Position) -> ClosedPeriod | None:
    """The last month end published for a day before the one looked at; None where there is none."""
    closed = con.execute(_LAST_CLOSED, {"as_of": position.as_of}).fetchone()
    if closed is None:
        return None
    then, last_run = Position(closed[0], closed[1]), str(closed[2])
    # Temporary tables belong to their cursor: those of the day looked at stay as they are.
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

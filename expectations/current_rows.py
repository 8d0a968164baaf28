"""The current inbound rows, which the gates select from the raw tables themselves.

The current row of a key is the last one known by `known_at`, by the file's day, then file name,
then line. It counts if it is in force by `as_of` and not withdrawn by then. Nothing here reads the
models, because the gates check what the models decided.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb

from expectations.registry import FEEDS, Feed


@dataclass(frozen=True, slots=True)
class Position:
    """The day judged (`as_of`), and the day up to which known rows count (`known_at`)."""

    as_of: date
    known_at: date


JUDGED_FEEDS = (
    "debtors",
    "services",
    "officers",
    "invoices",
    "invoice_instalments",
    "credit_notes",
    "receipts",
    "receipt_reversals",
    "refunds",
    "allocations",
    "adjustments",
    "write_offs",
    "write_backs",
    "arrangements",
    "arrangement_invoices",
    "case_actions",
    "case_action_invoices",
    "holds",
    "disputes",
    "agency_placements",
    "legal_cases",
    "write_off_requests",
    "write_off_evidence",
    "write_off_papers",
    "gl_balances",
    "bank_transactions",
    "bank_match_decisions",
    "gate_overrides",
)
"""The feeds whose rows a gate reads."""


def make_current_tables(
    con: duckdb.DuckDBPyConnection,
    position: Position,
    feeds: Collection[str] = JUDGED_FEEDS,
    last_run: str | None = None,
) -> None:
    """Make a temporary table `current_<feed>` with the current rows of each feed.

    Dates of events after `as_of` are not blanked: a query must compare such a date with `as_of`.

    Args:
        con: The warehouse.
        position: The position to judge.
        feeds: The feeds; by default all that a gate reads.
        last_run: Rows of later runs do not count; run ids sort by time. By default all rows count.
    """
    values = {"as_of": position.as_of, "known": position.known_at}
    of_runs = {"last_run": last_run} if last_run else {}
    for name in feeds:
        con.execute(_current_rows(name, FEEDS[name], of_runs.keys()), values | of_runs)


def _current_rows(name: str, feed: Feed, limits: Collection[str]) -> str:
    key = ", ".join(feed.key)
    in_force = f"and {feed.effective_on} <= $as_of" if feed.effective_on else ""
    of_runs = "and _run_id <= $last_run" if "last_run" in limits else ""
    return f"""
        create or replace temp table current_{name} as
        with known as (
            select * from raw.{name} where _known_on <= $known {of_runs}
        ),
        come_again as (
            select {key} from known group by {key} having count(*) > 1
        ),
        last_come as (
            from known anti join come_again using ({key})
            union all by name
            (
                select distinct on ({key}) *
                from known semi join come_again using ({key})
                order by
                    {key}, _file_day desc, _source_file desc, _source_line desc,
                    _known_on desc, _run_id desc
            )
        )
        from last_come
        where coalesce(withdrawn_on > $as_of, true) {in_force}
    """

"""The inbound rows that stand: today's set, chosen from the raw tables by the gates themselves.

Of every key the row that came last (by the file's day, then file name, then line) among those known
by `known_at` stands; it counts if it is in force by `as_of` and not withdrawn by then. Nothing here
asks the models, whose answer is what the gates certify.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb


@dataclass(frozen=True, slots=True)
class Position:
    """The day looked at and the day up to which everything known is reckoned with."""

    as_of: date
    known_at: date


@dataclass(frozen=True, slots=True)
class Feed:
    """How a feed is identified and from when its rows are in force; blank: from the day known."""

    key: str
    in_force_from: str = ""


FEEDS: Mapping[str, Feed] = {
    "debtors": Feed("debtor_id"),
    "services": Feed("service_code"),
    "officers": Feed("officer_id"),
    "invoices": Feed("invoice_id", "invoice_date"),
    "invoice_instalments": Feed("invoice_id, instalment_no"),
    "credit_notes": Feed("credit_note_id", "credit_date"),
    "receipts": Feed("receipt_id", "received_on"),
    "receipt_reversals": Feed("reversal_id", "reversed_on"),
    "refunds": Feed("refund_id", "refunded_on"),
    "allocations": Feed("allocation_id", "allocated_on"),
    "adjustments": Feed("adjustment_id", "adjusted_on"),
    "write_offs": Feed("write_off_id", "written_off_on"),
    "write_backs": Feed("write_back_id", "written_back_on"),
    "arrangements": Feed("arrangement_id", "agreed_on"),
    "arrangement_invoices": Feed("arrangement_id, invoice_id"),
    "case_actions": Feed("action_id", "acted_on"),
    "case_action_invoices": Feed("action_id, invoice_id"),
    "holds": Feed("hold_id", "starts_on"),
    "disputes": Feed("dispute_id", "raised_on"),
    "agency_placements": Feed("placement_id", "placed_on"),
    "legal_cases": Feed("case_id", "referred_on"),
    "write_off_requests": Feed("request_id", "requested_on"),
    "write_off_evidence": Feed("request_id, evidence_key"),
    "write_off_papers": Feed("batch_id", "approved_on"),
    "gl_balances": Feed("account_code, balance_date", "balance_date"),
    "bank_transactions": Feed("bank_transaction_id", "booked_on"),
    "bank_match_decisions": Feed("bank_transaction_id, receipt_id", "decided_on"),
    "gate_overrides": Feed("override_id", "approved_on"),
}


def stand(
    con: duckdb.DuckDBPyConnection,
    position: Position,
    feeds: Collection[str] = FEEDS.keys(),
    last_run: str | None = None,
) -> None:
    """Make a temporary table `standing_<feed>` of the rows that stand.

    Dates of later events stay in the rows: who reads one asks whether it has come by `as_of`.

    Args:
        con: The warehouse.
        position: The day looked at, and the day up to which everything known is reckoned with.
        feeds: The feeds; every one by default.
        last_run: The run after which no row counts, whenever it is known from; ids of runs sort by
            time.
    """
    values = {"as_of": position.as_of, "known": position.known_at}
    of_runs = {"last_run": last_run} if last_run else {}
    for name in feeds:
        con.execute(_standing_rows(name, FEEDS[name], of_runs.keys()), values | of_runs)


def _standing_rows(name: str, feed: Feed, limits: Collection[str]) -> str:
    in_force = f"and {feed.in_force_from} <= $as_of" if feed.in_force_from else ""
    of_runs = "and _run_id <= $last_run" if "last_run" in limits else ""
    return f"""
        create or replace temp table standing_{name} as
        with known as (
            select * from raw.{name} where _known_on <= $known {of_runs}
        ),
        come_again as (
            select {feed.key} from known group by {feed.key} having count(*) > 1
        ),
        last_come as (
            from known anti join come_again using ({feed.key})
            union all by name
            (
                select distinct on ({feed.key}) *
                from known semi join come_again using ({feed.key})
                order by
                    {feed.key}, _file_day desc, _source_file desc, _source_line desc,
                    _known_on desc, _run_id desc
            )
        )
        from last_come
        where coalesce(withdrawn_on > $as_of, true) {in_force}
    """

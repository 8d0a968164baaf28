"""Refused files and rows of the feeds that decide whether somebody may be pursued.

A later accepted delivery under the same name replaces a refused file. A later good row with the
same key corrects a refused row. If the key of a refused row cannot be read, a later accepted
delivery of its file corrects it: nothing else could show that the row was sent again.
"""

from dataclasses import dataclass

import duckdb

from expectations.current_rows import Position
from expectations.registry import FEEDS

PROTECTING_FEEDS = ("debtors", "holds")
OTHER_FEEDS = ("disputes", "receipts", "receipt_reversals", "arrangements", "case_actions")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row that is not corrected yet.

    Attributes:
        feed: The feed in which it is missing.
        place: File and line.
        debtor_id: The debtor it was about; None where that cannot be read.
    """

    feed: str
    place: str
    debtor_id: str | None


FATE_OF_FILES = """
    with known as (
        select source_file, sha256, refused_code, min(run_id) as first_run
        from raw.files
        where known_on <= $known and list_has_any(string_split(feed, '+'), $feeds)
        group by all
    ),
    good as (
        select source_file, max(run_id) as last_run
        from raw.files where known_on <= $known and refused_code is null
        group by 1
    )
    select k.source_file as item_id, 0::bigint as value_pence,
        max(k.first_run) filter (k.refused_code is not null) as last_refused_run,
        coalesce(max(g.last_run), '') as last_good_run
    from known k left join good g using (source_file)
    group by 1
    order by 1
"""
"""Every known file of some feeds: the run that last refused it whole, and that last took it."""

FILES_COUNTED = """
    select count(distinct source_file) from raw.files
    where known_on <= $known and list_has_any(string_split(feed, '+'), $feeds)
"""


def refused_rows(con: duckdb.DuckDBPyConnection, position: Position) -> tuple[RefusedRow, ...]:
    """The refused rows of all these feeds that are not corrected yet, by file and line."""
    con.execute(_UNCORRECTED, {"known": position.known_at})
    uncorrected = con.execute("select count(*) from uncorrected_rows").fetchone()
    if not uncorrected or not uncorrected[0]:
        return ()
    return tuple(RefusedRow(*row) for row in con.execute(_READ).fetchall())


def _good_rows() -> str:
    return " union all ".join(
        f"select '{feed}' as feed, {_key_text(feed)} as key_text, "
        "row(_file_day, _source_file, _source_line, _known_on, _run_id) as place "
        f"from raw.{feed} where _known_on <= $known and {_key_text(feed)} in "
        f"(select key_text from raw.refused_ids where feed = '{feed}')"
        for feed in (*PROTECTING_FEEDS, *OTHER_FEEDS)
    )


def _key_text(feed: str) -> str:
    """The key as the intake writes that of a refused row."""
    return " || '|' || ".join(FEEDS[feed].key)


_UNCORRECTED = f"""
    create or replace temp table uncorrected_rows as
    with good as (
        select feed, key_text, max(place) as place from ({_good_rows()}) group by all
    ),
    sent_again as (
        select source_file, max(run_id) as run_id
        from raw.files where known_on <= $known and refused_code is null
        group by 1
    )
    select r.*
    from raw.refused_ids r
    left join good g using (feed, key_text)
    left join sent_again s on s.source_file = r.source_file
    where r.known_on <= $known
        and list_contains({[*PROTECTING_FEEDS, *OTHER_FEEDS]}, r.feed)
        and not coalesce(
            g.place > row(r.file_day, r.source_file, r.source_line, r.known_on, r.run_id), false
        )
        and not (r.key_text is null and coalesce(s.run_id > r.run_id, false))
"""
_READ = """
    with refused as (
        select u.feed, u.source_file || ' line ' || u.source_line as place, u.receipt_id,
            case
                when u.debtor_id is null and u.feed = 'receipts' then i.debtor_id
                else u.debtor_id
            end as debtor_id
        from uncorrected_rows u left join current_invoices i using (invoice_id)
    ),
    refused_receipts as (
        select receipt_id, min(debtor_id) as debtor_id
        from refused where feed = 'receipts' group by 1
    )
    select distinct r.feed, r.place, coalesce(r.debtor_id, taken.debtor_id, known.debtor_id)
    from refused r
    left join inbound_receipts taken
        on r.feed = 'receipt_reversals' and taken.receipt_id = r.receipt_id
    left join refused_receipts known
        on r.feed = 'receipt_reversals' and known.receipt_id = r.receipt_id
    order by all
"""

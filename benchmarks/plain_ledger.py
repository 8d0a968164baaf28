"""A large plain ledger: debtors, services, invoices and receipts; one size, always the same bytes.

DuckDB alone writes it, so millions of rows take seconds. Nine invoices in ten are paid in parts; in
one in ten a quarter or more stays open. One receipt in five hundred is ten pounds too high.
Receipts name their invoice, quote it, or name only the debtor; one in two hundred belongs to
nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

AS_OF = date(2026, 6, 30)
NEXT_DAY = AS_OF + timedelta(days=1)
FEEDS = ("services", "debtors", "invoices", "receipts")
FEEDS_OF_NEXT_DAY = ("invoices", "receipts")
_SERVICES = 24
_INVOICES_PER_DEBTOR = 8


@dataclass(frozen=True)
class LedgerSize:
    """The number of invoices and receipts."""

    invoices: int
    receipts: int


def make_tables(connection: duckdb.DuckDBPyConnection, size: LedgerSize) -> None:
    """Makes one temporary table per feed of `FEEDS`, with the columns that it fills in."""
    connection.execute(
        f"""
        create or replace temp table services as
        select
            format('S{{:02d}}', n) as service_code,
            format('Service {{}}', n) as service_name,
            ['sundry', 'sundry', 'adult_social_care', 'commercial_rent'][1 + n % 4] as debt_type,
            'DEBTORS' as control_account_code
        from range({_SERVICES}) as numbers(n)
        """
    )
    connection.execute(
        f"""
        create or replace temp table debtors as
        select
            format('D{{:07d}}', n) as debtor_id,
            ['individual', 'business', 'sole_trader', 'public_body'][1 + n % 4] as party_type,
            format('Debtor {{}}', n) as name
        from range({max(1, size.invoices // _INVOICES_PER_DEBTOR)}) as numbers(n)
        """
    )
    connection.execute(
        f"""
        create or replace temp table invoices as
        select
            format('I{{:08d}}', n) as invoice_id,
            format('D{{:07d}}', n // {_INVOICES_PER_DEBTOR}) as debtor_id,
            format('S{{:02d}}', n % {_SERVICES}) as service_code,
            cast(date '{AS_OF}' - cast(hash(n) % 1095 as integer) as date) as invoice_date,
            cast(invoice_date + 28 as date) as due_date,
            cast((400 + hash(n + 1) % 90000) as decimal(18, 2)) / 100 as pounds,
            cast(pounds as decimal(18, 2)) as net_amount,
            cast(0 as decimal(18, 2)) as vat_amount,
            net_amount as gross_amount
        from range({size.invoices}) as numbers(n)
        """
    )
    connection.execute("alter table invoices drop column pounds")
    connection.execute(
        f"""
        create or replace temp table receipts as
        with parts as (
            select
                r.n as receipt_no,
                i.*,
                hash(r.n) % 20 as identified_by,
                hash(r.n + 1) % 200 = 0 as is_nobodys,
                -- Part payments: a quarter each where the invoice stays open, else all of it.
                case when (r.n % {size.invoices}) % 10 = 0 then 4 else ceil_parts end as parts_of,
                r.n // {size.invoices} as part_no
            from range({size.receipts}) as r(n)
            inner join (
                select
                    *,
                    row_number() over (order by invoice_id) - 1 as invoice_no,
                    ({size.receipts} - 1 - invoice_no) // {size.invoices} + 1 as ceil_parts
                from invoices
            ) as i on r.n % {size.invoices} = i.invoice_no
        )

        select
            format('R{{:09d}}', receipt_no) as receipt_id,
            least(
                cast(invoice_date + 5 + cast(hash(receipt_no) % 90 as integer) as date),
                date '{AS_OF}'
            ) as received_on,
            -- Whole pence; the first part takes what does not divide.
            cast(
                (floor(gross_amount * 100 / parts_of) + case
                    when part_no = 0 and parts_of < 4
                        then gross_amount * 100 - parts_of * floor(gross_amount * 100 / parts_of)
                    else 0
                end) / 100 as decimal(18, 2)
            ) + case when hash(receipt_no + 2) % 500 = 0 then 10.00 else 0 end as amount,
            ['card', 'bank_transfer', 'direct_debit'][1 + receipt_no % 3] as method,
            case when not is_nobodys then debtor_id end as debtor_id,
            case when identified_by < 12 and not is_nobodys then invoice_id end as invoice_id,
            case
                when is_nobodys then 'MISC'
                when identified_by between 12 and 15 then invoice_id
            end as reference
        from parts
        order by receipt_no
        """
    )


def make_tables_of_next_day(connection: duckdb.DuckDBPyConnection, size: LedgerSize) -> None:
    """Makes the tables of one more day, with one per cent more invoices and receipts.

    They are spread over the ledger and reach a fifth of all debtors, the hardest day for a ledger
    that calculates only what changed. Every receipt pays part of an older invoice and is identified
    like those of the first day.
    """
    connection.execute(
        f"""
        create or replace temp table invoices as
        select
            format('J{{:08d}}', n) as invoice_id,
            format('D{{:07d}}', hash(n) % {max(1, size.invoices // _INVOICES_PER_DEBTOR)})
                as debtor_id,
            format('S{{:02d}}', n % {_SERVICES}) as service_code,
            date '{NEXT_DAY}' as invoice_date,
            cast(invoice_date + 28 as date) as due_date,
            cast(50 + n % 100 as decimal(18, 2)) as net_amount,
            cast(0 as decimal(18, 2)) as vat_amount,
            net_amount as gross_amount
        from range({max(1, size.invoices // 100)}) as numbers(n)
        """
    )
    connection.execute(
        f"""
        create or replace temp table receipts as
        with paid as (
            select
                n,
                hash(n) % {size.invoices} as invoice_no,
                hash(n + 7) % 20 as identified_by,
                hash(n + 1) % 200 = 0 as is_nobodys
            from range({max(1, size.receipts // 100)}) as numbers(n)
        )

        select
            format('Q{{:09d}}', n) as receipt_id,
            date '{NEXT_DAY}' as received_on,
            cast(1 + n % 40 as decimal(18, 2)) as amount,
            ['card', 'bank_transfer', 'direct_debit'][1 + n % 3] as method,
            case
                when not is_nobodys
                    then format('D{{:07d}}', invoice_no // {_INVOICES_PER_DEBTOR})
            end as debtor_id,
            case
                when identified_by < 12 and not is_nobodys then format('I{{:08d}}', invoice_no)
            end as invoice_id,
            case
                when is_nobodys then 'MISC'
                when identified_by between 12 and 15 then format('I{{:08d}}', invoice_no)
            end as reference
        from paid
        """
    )


def make_more_tables(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> None:
    """Makes more temporary tables, or replaces existing ones, each with its query.

    A query may read the table that it replaces. `{as_of}` in a query is the ledger's day.
    """
    for feed, sql in tables.items():
        body = sql.replace("{as_of}", AS_OF.isoformat())
        connection.execute(f"create or replace temp table made as {body}")
        connection.execute(f"create or replace temp table {feed} as from made")


def write_csv(
    connection: duckdb.DuckDBPyConnection,
    inbox: Path,
    feeds: Sequence[str] = FEEDS,
    day: date = AS_OF,
) -> None:
    """Writes each table into an inbox as the day's file of a feed."""
    for feed in feeds:
        target = inbox / f"{feed}_{day:%Y%m%d}.csv"
        connection.execute(f"copy {feed} to '{target}' (header, delimiter ',')")


def load_raw(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    feeds: Sequence[str] = FEEDS,
    day: date = AS_OF,
) -> None:
    """Loads each table into its raw table without a file."""
    for feed in feeds:
        connection.execute(
            f"""
            insert into raw.{feed} by name
            select
                *,
                '{run_id}' as _run_id,
                'canonical' as _source,
                '{feed}_{day:%Y%m%d}.csv' as _source_file,
                row_number() over () + 1 as _source_line,
                date '{day}' as _file_day,
                date '{day}' as _known_on,
                md5(cast({feed} as varchar)) as _content_hash
            from {feed}
            """
        )

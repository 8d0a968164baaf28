"""One file read, judged and staged: its rows, which of them are good, and why the others are not.

Nothing here writes to the warehouse; a file that turns out unfit leaves nothing behind.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.contract import Contract
from ingestion.intake.judged_rows import Stage
from ingestion.intake.judgement import judge_rows, refuse
from ingestion.intake.warehouse import record_schema
from ingestion.readers.csv_file import Chunk, read_csv
from ingestion.refusal import CheckCode, FileRefusedError, RefusedIds, RefusedRow


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file and its lineage.

    Attributes:
        path: Where it is.
        sha256: Hash of its bytes.
        source: Where it comes from: `canonical`, `policy` or the name of a source mapping.
        run_id: The run that takes it.
        file_day: Its day.
        known_on: The day from which its rows count as known.
    """

    path: Path
    sha256: str
    source: str
    run_id: str
    file_day: date
    known_on: date


@dataclass
class Reading:
    """The result of reading one file; rows are counted as they are in the file."""

    refused: Stage
    refused_ids: Stage
    staged: dict[str, Stage] = field(default_factory=dict)
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_set_aside: int = 0
    control_total: Decimal | None = None
    unknown_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Reader = Callable[[Arrived, Path], Reading]
"""Reads one file, staging its rows in the scratch folder that it is given."""


def read_feed_file(
    contract: Contract,
    arrived: Arrived,
    scratch: Path,
) -> Reading:
    """Read a canonical file of one feed.

    Args:
        contract: The contract of its feed.
        arrived: The file.
        scratch: Folder for staged rows.

    Raises:
        FileRefusedError: The whole file cannot be taken.
    """
    header, chunks = read_csv(arrived.path)
    check_header(arrived.path.name, header, contract.required)
    reading = Reading(Stage(scratch), Stage(scratch))
    reading.unknown_columns = unknown_columns(header, contract.names)
    reading.staged[contract.feed] = Stage(scratch)
    reading.control_total = Decimal("0.00") if contract.amount else None
    for chunk in chunks:
        cells = text_columns(header, chunk, contract.names)
        take_chunk(contract, arrived, cells, chunk, reading)
    return reading


def take_chunk(
    contract: Contract,
    arrived: Arrived,
    cells: Mapping[str, pa.Array],
    chunk: Chunk,
    reading: Reading,
    *,
    as_written: bool = False,
) -> None:
    """Judge and stage rows of one table, and count them.

    Args:
        contract: The contract of the table.
        arrived: The file.
        cells: The rows' cells as text, by column.
        chunk: The same rows as they are in the file, and records that are not rows.
        reading: The result so far; this chunk is added to it.
        as_written: Whether rows are kept as text, as policy rows are.
    """
    judged = judge_rows(contract, cells, len(chunk.lines))
    table = _texts(contract, cells, len(chunk.lines)) if as_written else judged.table
    good = keep_good(table, judged.faults)
    lines = keep_good(pa.table({"line": pa.array(chunk.lines, pa.int64())}), judged.faults)
    reading.staged[contract.feed].add(with_lineage(good, lines["line"], arrived))
    refused = misshapen_rows(contract.feed, chunk, [contract.feed])
    refused += refuse(contract, judged, chunk.lines, chunk.raws)
    stage_refused(reading, refused, arrived)
    reading.rows_read += len(chunk.lines) + len(chunk.misshapen)
    reading.rows_accepted += good.num_rows
    reading.rows_quarantined += len(refused)
    if contract.amount:
        so_far = reading.control_total or Decimal("0.00")
        reading.control_total = so_far + total_of(good[contract.amount])


def _texts(contract: Contract, cells: Mapping[str, pa.Array], rows: int) -> pa.Table:
    blank = pa.nulls(rows, pa.string())
    written = {name: cells.get(name, blank) for name in contract.names}
    return pa.table(
        {name: pc.if_else(pc.equal(texts, ""), None, texts) for name, texts in written.items()}
    )


def check_header(name: str, header: Sequence[str], needed: Collection[str]) -> None:
    """Refuse a file whose header does not have every required column."""
    missing = [column for column in needed if column not in header]
    if not missing:
        return
    present = {column.strip().lower(): column for column in header}
    near = [f"'{present[column]}'" for column in missing if column in present]
    hint = f" (the header has {', '.join(near)}, written differently)" if near else ""
    one = len(missing) == 1
    columns, are, them = ("column", "is", "it") if one else ("columns", "are", "them")
    raise FileRefusedError(
        CheckCode.SHAPE,
        f"{name} line 1: the required {columns} {', '.join(missing)} {are} missing{hint}: "
        f"add {them} to the header and send the file again",
    )


def unknown_columns(header: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """The columns of a header that are not loaded, a blank name by its place."""
    expected = set(known)
    return tuple(
        column or f"(blank, column {place})"
        for place, column in enumerate(header, start=1)
        if column not in expected
    )


def text_columns(
    header: Sequence[str], chunk: Chunk, wanted: Collection[str]
) -> dict[str, pa.Array]:
    """The cells of a chunk as text, one array for each wanted column that the file has."""
    columns = zip(*chunk.rows, strict=True) if chunk.rows else (() for _ in header)
    return {
        name: pa.array(texts, pa.string())
        for name, texts in zip(header, columns, strict=True)
        if name in wanted
    }


def keep_good(table: pa.Table, faults: Collection[int]) -> pa.Table:
    """The rows of a table that have no fault."""
    if not faults:
        return table
    good = [row for row in range(table.num_rows) if row not in faults]
    return table.take(pa.array(good, pa.int64()))


def with_lineage(table: pa.Table, lines: pa.ChunkedArray, arrived: Arrived) -> pa.Table:
    """A table of content with the lineage columns of its rows."""
    rows = table.num_rows
    lineage = {
        "_run_id": pa.repeat(arrived.run_id, rows),
        "_source": pa.repeat(arrived.source, rows),
        "_source_file": pa.repeat(arrived.path.name, rows),
        "_source_line": lines,
        "_file_day": pa.repeat(pa.scalar(arrived.file_day, pa.date32()), rows),
        "_known_on": pa.repeat(pa.scalar(arrived.known_on, pa.date32()), rows),
    }
    for name, values in lineage.items():
        table = table.append_column(name, values)
    return table


def misshapen_rows(feed: str, chunk: Chunk, missed: Iterable[str]) -> list[RefusedRow]:
    """The records of a chunk that are not rows, refused as a whole; no cell of them can be read.

    Args:
        feed: Feed under which they are reported.
        chunk: The chunk.
        missed: Feeds from which each of them is missing.
    """
    ids = tuple(RefusedIds(each) for each in missed)
    return [
        RefusedRow(
            feed,
            record.line,
            "",
            CheckCode.SHAPE,
            record.message,
            record.raw.rstrip("\r\n"),
            ids=ids,
        )
        for record in chunk.misshapen
    ]


def stage_refused(reading: Reading, refused: Sequence[RefusedRow], arrived: Arrived) -> None:
    """Stage refused rows for quarantine, in file order."""
    if not refused:
        return
    ordered = sorted(refused, key=lambda row: row.line)
    records = [refused_record(row, arrived) for row in ordered]
    reading.refused.add(pa.Table.from_pylist(records, record_schema("refused_rows")))
    missed = [_ids_record(ids, row, arrived) for row in ordered for ids in row.ids]
    reading.refused_ids.add(pa.Table.from_pylist(missed, record_schema("refused_ids")))


def refused_record(row: RefusedRow, arrived: Arrived) -> dict[str, object]:
    """A refused row as `raw.refused_rows` keeps it."""
    return {
        "run_id": arrived.run_id,
        "feed": row.feed,
        "source_file": arrived.path.name,
        "source_line": row.line,
        "file_day": arrived.file_day,
        "known_on": arrived.known_on,
        "column_name": row.column,
        "reason_code": str(row.code),
        "message": row.message,
        "raw_line": row.raw,
        "key_text": row.key,
        "debtor_id": row.debtor_id,
        "amount": row.amount,
    }


def _ids_record(ids: RefusedIds, row: RefusedRow, arrived: Arrived) -> dict[str, object]:
    """The ids of a refused row that is missing from a feed, as `raw.refused_ids` keeps them."""
    return {
        "run_id": arrived.run_id,
        "feed": ids.feed,
        "source_file": arrived.path.name,
        "source_line": row.line,
        "file_day": arrived.file_day,
        "known_on": arrived.known_on,
        "reason_code": str(row.code),
        "key_text": ids.key,
        "debtor_id": ids.debtor_id,
        "receipt_id": ids.receipt_id,
        "invoice_id": ids.invoice_id,
    }


def total_of(amounts: pa.ChunkedArray) -> Decimal:
    """The sum of a column of money, in pounds; 0 without rows."""
    total: Decimal | None = pc.sum(amounts.cast(pa.decimal128(38, 2))).as_py()
    return total if total is not None else Decimal("0.00")

"""Reading a file of the council's own policy rows, for one policy table or for several.

The name of the file says the table, as in `age_bands_20260701.csv`; otherwise each row does, in the
column `policy_code`. `key` may stand for the column that gives a table's figures their names, and a
row without a `policy_row` gets one from its key and the day from which it counts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from ingestion.contracts.contract import Contract
from ingestion.intake.judged_rows import Stage
from ingestion.intake.reading import (
    Arrived,
    Reading,
    check_header,
    misshapen_rows,
    stage_refused,
    take_chunk,
    text_columns,
    unknown_columns,
)
from ingestion.policy.policy_tables import columns_a_file_needs, policy_key
from ingestion.readers.csv_file import Chunk, Misshapen, read_csv

POLICY_CODE = "policy_code"
# Columns of the shape that all policy rows share; not every table has rows by debt or party type.
_WHOM_IT_IS_FOR = ("debt_type", "party_type")


def read_policy_file(
    tables: Mapping[str, Contract], named: str | None, arrived: Arrived, scratch: Path
) -> Reading:
    """Reads one policy file; its rows are kept as written.

    Args:
        tables: The policy tables by raw table name (`policy_<table>`).
        named: The table that the file's name says; None where each row says its own.
        arrived: The file.
        scratch: Folder for staged rows.

    Raises:
        FileRefusedError: A column that every row needs is missing from the header.
    """
    header, chunks = read_csv(arrived.path)
    if named is None:
        check_header(arrived.path.name, header, (POLICY_CODE, "effective_from"))
    else:
        needed = columns_a_file_needs(tables[named])
        check_header(arrived.path.name, _header_of(tables[named], header), needed)
    reading = Reading(Stage(scratch), Stage(scratch))
    for chunk in chunks:
        parts, rest = _parted(header, chunk, tables, named)
        for table, part in parts.items():
            reading.staged.setdefault(table, Stage(scratch))
            cells = _cells(tables[table], header, part)
            take_chunk(tables[table], arrived, cells, part, reading, as_written=True)
        stage_refused(reading, misshapen_rows(named or "policy", rest, ()), arrived)
        reading.rows_read += len(rest.misshapen)
        reading.rows_quarantined += len(rest.misshapen)
    used = {POLICY_CODE, *_WHOM_IT_IS_FOR}
    for table in [named] if named else tables:
        own = _header_of(tables[table], header)
        used |= {
            given for given, name in zip(header, own, strict=True) if name in tables[table].names
        }
    reading.unknown_columns = unknown_columns(header, used)
    return reading


def _header_of(contract: Contract, header: Sequence[str]) -> list[str]:
    """The header with the table's own name for `key`, where it has another one."""
    own = policy_key(contract)[0]
    if "key" in contract.names or own in header:
        return list(header)
    return [own if name == "key" else name for name in header]


def _parted(
    header: Sequence[str], chunk: Chunk, tables: Mapping[str, Contract], named: str | None
) -> tuple[dict[str, Chunk], Chunk]:
    """The rows of a chunk by the table that they are for, and apart from them what is for none."""
    parts: dict[str, list[tuple[list[str], int, str]]] = defaultdict(list)
    rest = Chunk(misshapen=list(chunk.misshapen))
    for row, line, raw in zip(chunk.rows, chunk.lines, chunk.raws, strict=True):
        cells = dict(zip(header, row, strict=True))
        code = cells.get(POLICY_CODE, "")
        table = named if named and not code else f"policy_{code}"
        fault = _fault(cells, table, tables, named)
        if fault is None:
            parts[table].append((row, line, raw))
        else:
            rest.misshapen.append(Misshapen(line, raw, fault))
    chunks = {
        table: Chunk(*(list(each) for each in zip(*rows, strict=True)))
        for table, rows in parts.items()
    }
    return chunks, rest


def _fault(
    cells: Mapping[str, str], table: str, tables: Mapping[str, Contract], named: str | None
) -> str | None:
    code = cells.get(POLICY_CODE, "")
    if table not in tables:
        known = ", ".join(sorted(name.removeprefix("policy_") for name in tables))
        return f"policy_code {code!r} is not a policy table: use one of {known}"
    if named is not None and table != named:
        return f"policy_code {code!r} is not the table of the file's name: move the row"
    contract = tables[table]
    header = _header_of(contract, list(cells))
    lacking = [name for name in columns_a_file_needs(contract) if name not in header]
    if lacking:
        return f"policy table {code} needs the columns {', '.join(lacking)}: add them to the header"
    for column in _WHOM_IT_IS_FOR:
        if cells.get(column) and column not in contract.names:
            return f"{column} must be blank: the table has no rows by {column}"
    return None


def _cells(contract: Contract, header: Sequence[str], part: Chunk) -> dict[str, pa.Array]:
    """The cells of a part as text, each row with a name."""
    cells = text_columns(_header_of(contract, header), part, contract.names)
    table = contract.feed.removeprefix("policy_")
    blank = pa.array([""] * len(part.rows), pa.string())
    parts = [
        cells.get(name, blank).to_pylist() for name in (*policy_key(contract), "effective_from")
    ]
    given = cells.get("policy_row", blank).to_pylist()
    names = [
        name or f"own/{table}/{'/'.join(key)}@{day}"
        for name, (*key, day) in zip(given, zip(*parts, strict=True), strict=True)
    ]
    return cells | {"policy_row": pa.array(names, pa.string())}

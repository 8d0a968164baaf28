"""Rows judged against a contract, column by column, on the distinct texts of each column.

Cells arrive as text and leave typed; nothing is cast before its text is judged. A row with any
fault is refused, on its own. Nothing here reads or writes files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.cells import BadCell, judge_of, shown
from ingestion.contracts.contract import CellType, Column, Contract
from ingestion.refusal import CheckCode, Fault, RefusedIds, RefusedRow

ARROW_TYPES: Mapping[CellType, pa.DataType] = {
    CellType.TEXT: pa.string(),
    CellType.CODE: pa.string(),
    CellType.DATE: pa.date32(),
    CellType.MONEY: pa.decimal128(18, 2),
    CellType.COUNT: pa.int64(),
    CellType.RATE: pa.decimal128(9, 6),
    CellType.FLAG: pa.bool_(),
    CellType.FIGURE: pa.decimal128(38, 10),
}

Faults = dict[int, list[Fault]]


@dataclass(frozen=True)
class Judged:
    """Typed columns of every row, good or bad, and the faults of the bad ones by row number.

    A faulty cell is null in `table`, and so is a blank one.
    """

    table: pa.Table
    faults: Faults


def judge_rows(contract: Contract, cells: Mapping[str, pa.Array], rows: int) -> Judged:
    """Judge rows against a contract.

    Args:
        contract: The feed's contract.
        cells: String arrays by column name, each `rows` long; a column that is not there, and a
            null cell, read as blank.
        rows: Number of rows.

    Returns:
        The typed table in contract order and the faults, each row's in column order.
    """
    faults: Faults = {}
    typed = {
        column.name: _judge_column(column, cells.get(column.name), rows, faults)
        for column in contract.columns
    }
    table = pa.table(typed)
    _judge_needs_one_of(contract, table, faults)
    _judge_sum(contract, table, faults)
    return Judged(table, faults)


def _judge_column(column: Column, texts: pa.Array | None, rows: int, faults: Faults) -> pa.Array:
    arrow_type = ARROW_TYPES[column.type]
    if texts is None and not column.required:
        return pa.nulls(rows, arrow_type)
    if texts is None:
        texts = pa.nulls(rows, pa.string())
    if column.required:
        blank = pc.equal(pc.utf8_trim_whitespace(texts), "")
        _note_blank(column, pc.fill_null(blank, True), faults)
        texts = pc.if_else(blank, None, texts)
    else:
        texts = pc.if_else(pc.equal(texts, ""), None, texts)
    if column.type is CellType.TEXT or texts.null_count == rows:
        return texts.cast(arrow_type)
    return _judge_distinct(column, texts, arrow_type, faults)


def _note_blank(column: Column, blank: pa.Array, faults: Faults) -> None:
    if not pc.any(blank).as_py():
        return
    fault = Fault(column.name, CheckCode.SHAPE, f"{column.name} is required and is blank")
    for row in _rows_where(blank):
        faults.setdefault(row, []).append(fault)


def _judge_distinct(
    column: Column, texts: pa.Array, arrow_type: pa.DataType, faults: Faults
) -> pa.Array:
    encoded = texts.dictionary_encode()
    judge = judge_of(column)
    judged = [judge(text) for text in encoded.dictionary.to_pylist()]
    bad = {place: value for place, value in enumerate(judged) if isinstance(value, BadCell)}
    if bad:
        _note_bad(column, encoded, bad, faults)
    values = [None if isinstance(value, BadCell) else value for value in judged] if bad else judged
    return pa.array(values, arrow_type).take(encoded.indices)


def _note_bad(
    column: Column, encoded: pa.Array, bad: Mapping[int, BadCell], faults: Faults
) -> None:
    is_bad = pc.is_in(encoded.indices, value_set=pa.array(list(bad), encoded.indices.type))
    for row in _rows_where(is_bad):
        place = encoded.indices[row].as_py()
        code, reason = bad[place]
        text = encoded.dictionary[place].as_py()
        fault = Fault(column.name, code, f"{column.name} {shown(text)} {reason}")
        faults.setdefault(row, []).append(fault)


def _judge_needs_one_of(contract: Contract, table: pa.Table, faults: Faults) -> None:
    if not contract.needs_one_of:
        return
    without = pc.is_null(table[contract.needs_one_of[0]])
    for name in contract.needs_one_of[1:]:
        without = pc.and_(without, pc.is_null(table[name]))
    first, *others = contract.needs_one_of
    fault = Fault(
        first, CheckCode.SHAPE, f"{first} is required unless {' or '.join(others)} is given"
    )
    for row in _rows_where(without):
        _insert_in_order(contract, faults.setdefault(row, []), fault)


def _judge_sum(contract: Contract, table: pa.Table, faults: Faults) -> None:
    if contract.adds_up is None:
        return
    total = contract.adds_up.total
    parts = contract.adds_up.parts
    added = table[parts[0]]
    for name in parts[1:]:
        added = pc.add(added, table[name])
    differs = pc.fill_null(pc.not_equal(added, table[total]), False)
    for row in _rows_where(differs):
        figures = " + ".join(f"{name} {table[name][row].as_py()}" for name in parts)
        message = f"{figures} is not {total} {table[total][row].as_py()}"
        fault = Fault(total, CheckCode.ADDS_UP, message)
        _insert_in_order(contract, faults.setdefault(row, []), fault)


def _insert_in_order(contract: Contract, faults: list[Fault], fault: Fault) -> None:
    faults.append(fault)
    faults.sort(key=lambda one: contract.names.index(one.column))


def _rows_where(mask: pa.Array | pa.ChunkedArray) -> list[int]:
    if isinstance(mask, pa.ChunkedArray):
        mask = mask.combine_chunks()
    return list(pc.indices_nonzero(mask).to_pylist())


def refuse(
    contract: Contract, judged: Judged, lines: Sequence[int], raws: Sequence[str]
) -> list[RefusedRow]:
    """The refused rows of a judgement, as quarantine keeps them.

    Args:
        contract: The contract that judged them.
        judged: The judgement.
        lines: Physical line on which each row's record starts.
        raws: Exact text of each row's record.
    """
    return [
        refused_row(contract, judged.table, row, faults, lines[row], raws[row])
        for row, faults in sorted(judged.faults.items())
    ]


def refused_row(
    contract: Contract, table: pa.Table, row: int, faults: Sequence[Fault], line: int, raw: str
) -> RefusedRow:
    """One refused row: its first fault, all messages, and the ids that can be read."""
    ids = refused_ids(contract, table, row)
    amount = _cell(table, contract.amount, row) if contract.amount else None
    return RefusedRow(
        feed=contract.feed,
        line=line,
        column=faults[0].column,
        code=faults[0].code,
        message="; ".join(fault.message for fault in faults),
        raw=raw.rstrip("\r\n"),
        key=ids.key,
        debtor_id=ids.debtor_id,
        amount=amount if isinstance(amount, Decimal) else None,
        ids=(ids,),
    )


def refused_ids(contract: Contract, table: pa.Table, row: int) -> RefusedIds:
    """The ids that can be read in a refused row."""
    key = [_cell(table, name, row) for name in contract.key]
    return RefusedIds(
        contract.feed,
        "|".join(str(part) for part in key) if None not in key else None,
        *(_id(table, name, row) for name in ("debtor_id", "receipt_id", "invoice_id")),
    )


def _id(table: pa.Table, name: str, row: int) -> str | None:
    cell = _cell(table, name, row)
    return None if cell is None else str(cell)


def _cell(table: pa.Table, name: str, row: int) -> object:
    if name not in table.column_names:
        return None
    return table[name][row].as_py()

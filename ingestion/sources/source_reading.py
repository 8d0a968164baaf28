"""A file of a source system read through its mapping into rows of one or several feeds.

Counts are in rows of the source: read = accepted + quarantined + set aside. A source row is
accepted only if everything that it yields is.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from ingestion.cells import BadCell, judge_figure, shown
from ingestion.contracts.contract import Contract
from ingestion.intake.judged_rows import Stage
from ingestion.intake.judgement import Faults, Judged, judge_rows, refused_ids, refused_row
from ingestion.intake.reading import (
    Arrived,
    Reading,
    check_header,
    misshapen_rows,
    stage_refused,
    text_columns,
    total_of,
    unknown_columns,
    with_lineage,
)
from ingestion.readers.csv_file import Chunk, CsvFormat, read_csv
from ingestion.refusal import CheckCode, Fault, RefusedIds, RefusedRow
from ingestion.sources.source import Cell, Condition, Source, Yield
from ingestion.sources.translation import is_rounded, translator_of

_POUNDS = "GBP"


@dataclass
class _Tally:
    """What is counted on the way, for the notes."""

    set_aside: Counter[str] = field(default_factory=Counter)
    rounded: Counter[str] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)
    latest: dict[tuple[object, ...], object] = field(default_factory=dict)


@dataclass(frozen=True)
class _Yielded:
    """What one declaration yields of a chunk: the judged rows, and the source row of each."""

    declared: Yield
    contract: Contract
    rows: list[int]
    judged: Judged
    place_of: Mapping[int, int]


def read_source_file(
    source: Source, contracts: Mapping[str, Contract], arrived: Arrived, scratch: Path
) -> Reading:
    """Read a file of a source system.

    Args:
        source: The mapping that fits the file's name.
        contracts: The contracts by feed.
        arrived: The file.
        scratch: Folder for staged rows.

    Raises:
        FileRefusedError: The whole file cannot be taken.
    """
    header, chunks = read_csv(arrived.path, CsvFormat(source.encoding, source.delimiter))
    check_header(arrived.path.name, header, source.columns)
    reading = Reading(
        Stage(scratch), Stage(scratch), {feed: Stage(scratch) for feed in source.feeds}
    )
    reading.control_total = Decimal("0.00")
    reading.unknown_columns = unknown_columns(header, (*source.columns, *source.kept_out))
    tally = _Tally()
    for chunk in chunks:
        cells = text_columns(header, chunk, source.columns)
        _take_chunk(source, contracts, arrived, cells, chunk, reading, tally)
    reading.notes = _notes(source, tally)
    return reading


def _take_chunk(
    source: Source,
    contracts: Mapping[str, Contract],
    arrived: Arrived,
    cells: Mapping[str, pa.Array],
    chunk: Chunk,
    reading: Reading,
    tally: _Tally,
) -> None:
    kept = _set_aside(source, cells, len(chunk.lines), tally)
    foreign = _currency_faults(source, cells, kept)
    yielded = [
        _yield(declared, contracts[declared.feed], cells, kept, foreign)
        for declared in source.yields
    ]
    refused = misshapen_rows(source.control_feed, chunk, _feeds_that_miss(source))
    refused += _refused(source, yielded, chunk)
    fruitless = set(kept).difference(*(one.rows for one in yielded))
    refused += [_fruitless(source, chunk, row) for row in sorted(fruitless)]
    bad = {one.rows[place] for one in yielded for place in one.judged.faults} | fruitless
    accepted = [row for row in kept if row not in bad]
    for one in yielded:
        good = _good_rows(one, bad, tally)
        table = one.judged.table.take(pa.array(good, pa.int64()))
        lines = pa.chunked_array([pa.array([chunk.lines[one.rows[i]] for i in good], pa.int64())])
        reading.staged[one.contract.feed].add(with_lineage(table, lines, arrived))
        if one.contract.feed == source.control_feed and one.contract.amount:
            total = reading.control_total or Decimal("0.00")
            reading.control_total = total + total_of(table[one.contract.amount])
    _count_notes(source, cells, accepted, tally)
    stage_refused(reading, refused, arrived)
    reading.rows_read += len(chunk.lines) + len(chunk.misshapen)
    reading.rows_accepted += len(accepted)
    reading.rows_quarantined += len(refused)
    reading.rows_set_aside += len(chunk.lines) - len(kept)


def _set_aside(
    source: Source, cells: Mapping[str, pa.Array], rows: int, tally: _Tally
) -> list[int]:
    """The rows that no filter sets aside."""
    kept = list(range(rows))
    for one in source.set_aside:
        caught = set(_rows_where(one.where, cells, rows))
        tally.set_aside[one.name] += sum(row in caught for row in kept)
        kept = [row for row in kept if row not in caught]
    return kept


def _rows_where(
    conditions: tuple[Condition, ...], cells: Mapping[str, pa.Array], rows: int
) -> list[int]:
    """The rows for which every condition holds."""
    found = list(range(rows))
    for condition in conditions:
        texts = cells[condition.column].dictionary_encode()
        holds = [_holds(condition, text) for text in texts.dictionary.to_pylist()]
        places = texts.indices.to_pylist()
        found = [row for row in found if holds[places[row]]]
    return found


def _holds(condition: Condition, text: str) -> bool:
    if condition.is_in is not None:
        return text in condition.is_in
    if condition.is_not_in is not None:
        return text not in condition.is_not_in
    if condition.is_blank is not None:
        return (text == "") == condition.is_blank
    figure = judge_figure(text)
    return (not isinstance(figure, BadCell) and figure == 0) == condition.is_zero


def _currency_faults(
    source: Source, cells: Mapping[str, pa.Array], kept: list[int]
) -> dict[int, Fault]:
    """The rows whose currency is neither pounds nor treated as pounds, each with its fault."""
    column = source.currency.column
    if column is None:
        return {}
    texts = cells[column].to_pylist()
    allowed = {_POUNDS, *source.currency.treat_as_pounds}
    fix = "only pounds are taken, unless the source mapping treats the currency as pounds"
    return {
        row: Fault(
            column, CheckCode.NUMBER, f"{column} {shown(texts[row])} is not {_POUNDS}: {fix}"
        )
        for row in kept
        if texts[row] not in allowed
    }


def _yield(
    declared: Yield,
    contract: Contract,
    cells: Mapping[str, pa.Array],
    kept: list[int],
    foreign: Mapping[int, Fault],
) -> _Yielded:
    met = set(_rows_where(declared.when, cells, max(kept, default=-1) + 1))
    rows = [row for row in kept if row in met]
    faults: Faults = {}
    chosen = pa.array(rows, pa.int64())
    translated = {
        name: _translate_column(name, cell, cells, chosen, faults)
        for name, cell in declared.cells.items()
    }
    judged = judge_rows(contract, translated, len(rows))
    faults = _joined(contract, faults, judged)
    for place, row in enumerate(rows):
        if row in foreign:
            faults.setdefault(place, []).insert(0, foreign[row])
    places = {row: place for place, row in enumerate(rows)}
    return _Yielded(declared, contract, rows, Judged(judged.table, faults), places)


def _translate_column(
    name: str, cell: Cell, cells: Mapping[str, pa.Array], rows: pa.Array, faults: Faults
) -> pa.Array:
    translate = translator_of(cell)
    if cell.column is None:
        return pa.repeat(pa.scalar(cell.constant, pa.string()), len(rows))
    texts = cells[cell.column].take(rows).dictionary_encode()
    found = [translate(text) for text in texts.dictionary.to_pylist()]
    bad = {place: value for place, value in enumerate(found) if isinstance(value, BadCell)}
    for row, place in enumerate(texts.indices.to_pylist() if bad else []):
        if place in bad:
            code, reason = bad[place]
            written = shown(texts.dictionary[place].as_py())
            message = f"{name}: {cell.column} {written} {reason}"
            faults.setdefault(row, []).append(Fault(name, code, message))
    good = [None if isinstance(value, BadCell) else value for value in found]
    return pa.array(good, pa.string()).take(texts.indices)


def _joined(contract: Contract, translated: Faults, judged: Judged) -> Faults:
    """Returns the faults of translation and judgement, in column order by row, each once."""
    joined = {row: list(found) for row, found in translated.items()}
    for row, found in judged.faults.items():
        told = {fault.column for fault in joined.get(row, ())}
        fresh = [fault for fault in found if fault.column not in told]
        if fresh:
            joined.setdefault(row, []).extend(fresh)
    for found in joined.values():
        found.sort(key=lambda fault: contract.names.index(fault.column))
    return joined


def _good_rows(one: _Yielded, bad: set[int], tally: _Tally) -> list[int]:
    """The places of the rows to load: of accepted source rows, and new ones only if so declared."""
    good = [place for place, row in enumerate(one.rows) if row not in bad]
    if not one.declared.only_changes:
        return good
    columns = {name: one.judged.table[name].to_pylist() for name in one.contract.names}
    contents = list(zip(*columns.values(), strict=True))
    keys = list(zip(*(columns[name] for name in one.contract.key), strict=True))
    fresh = []
    for place in good:
        key = (one.contract.feed, *keys[place])
        if tally.latest.get(key) != contents[place]:
            tally.latest[key] = contents[place]
            fresh.append(place)
    return fresh


def _refused(source: Source, yielded: list[_Yielded], chunk: Chunk) -> list[RefusedRow]:
    """One refused row for each source row with a fault in anything that it yields.

    What the control feed says comes first, then the other feeds as declared.
    """
    found: dict[int, RefusedRow] = {}
    for one in sorted(yielded, key=lambda one: one.contract.feed != source.control_feed):
        for place, faults in one.judged.faults.items():
            row = one.rows[place]
            refused = refused_row(
                one.contract, one.judged.table, place, faults, chunk.lines[row], chunk.raws[row]
            )
            found[row] = _together(found[row], refused) if row in found else refused
    return [replace(refused, ids=_missed(source, yielded, row)) for row, refused in found.items()]


def _feeds_that_miss(source: Source) -> list[str]:
    """The feeds that miss a row by a source row of which nothing can be read."""
    return sorted({declared.feed for declared in source.yields if not declared.only_changes})


def _missed(source: Source, yielded: list[_Yielded], row: int) -> tuple[RefusedIds, ...]:
    """What each feed misses by a refused source row: a source row is taken whole or not at all.

    A row that comes again with every source row, and is only taken where it changes, is missed only
    if it is at fault itself.
    """
    return tuple(
        refused_ids(one.contract, one.judged.table, one.place_of[row])
        for one in yielded
        if row in one.place_of
        and (not one.declared.only_changes or _is_at_fault(source, one, one.place_of[row]))
    )


def _is_at_fault(source: Source, one: _Yielded, place: int) -> bool:
    """Whether a yielded row has a fault of its own; the currency is the source row's."""
    faults = one.judged.faults.get(place, ())
    return any(fault.column != source.currency.column for fault in faults)


def _fruitless(source: Source, chunk: Chunk, row: int) -> RefusedRow:
    """A source row of which nothing comes: it may not vanish as if it were accepted."""
    return RefusedRow(
        feed=source.control_feed,
        line=chunk.lines[row],
        column="",
        code=CheckCode.CODE_LIST,
        message=f"source mapping {source.source} has no rule for this row: "
        "add a rule under yields, or a filter under set_aside",
        raw=chunk.raws[row].rstrip("\r\n"),
        ids=tuple(RefusedIds(feed) for feed in _feeds_that_miss(source)),
    )


def _together(first: RefusedRow, other: RefusedRow) -> RefusedRow:
    """One refusal of two for the same source row: the first one's, with what the other knows."""
    fresh = [part for part in other.message.split("; ") if part not in first.message]
    return RefusedRow(
        feed=first.feed,
        line=first.line,
        column=first.column,
        code=first.code,
        message="; ".join([first.message, *fresh]),
        raw=first.raw,
        key=first.key,
        debtor_id=first.debtor_id or other.debtor_id,
        amount=first.amount if first.amount is not None else other.amount,
    )


def _count_notes(
    source: Source, cells: Mapping[str, pa.Array], accepted: list[int], tally: _Tally
) -> None:
    rounded = {
        cell.column: cell.money
        for one in source.yields
        for cell in one.cells.values()
        if cell.column and cell.money and cell.money.rounding == "half_up"
    }
    for column, money in rounded.items():
        texts = cells[column].to_pylist()
        tally.rounded[column] += sum(is_rounded(money, texts[row]) for row in accepted)
    if source.currency.column:
        texts = cells[source.currency.column].to_pylist()
        tally.foreign.update(texts[row] for row in accepted if texts[row] != _POUNDS)
    elif source.currency.stated != _POUNDS:
        tally.foreign[source.currency.stated] += len(accepted)


def _notes(source: Source, tally: _Tally) -> tuple[str, ...]:
    notes = [f"set aside as {name}: {rows} rows" for name, rows in tally.set_aside.items() if rows]
    notes += [
        f"rounded half up to pence: {column} in {rows} rows"
        for column, rows in tally.rounded.items()
        if rows
    ]
    notes += [
        f"treated as pounds: {rows} rows of source {source.source} "
        + (f"in {currency}" if currency else "that state no currency")
        for currency, rows in sorted(tally.foreign.items())
        if rows
    ]
    return tuple(notes)

"""CSV files, record by record, with the physical line on which each record starts.

Reads RFC 4180 as councils' systems really write it: a byte order mark or none, CR, LF and CRLF
even in one file, line breaks and doubled quotes within quotes. What cannot be read without guessing
is refused in one line that names the file, the line and the mend:

* a record whose quoting is broken within one line refuses that record;
* a quote that stays open past its line and is never properly closed refuses the file, since nobody
  can tell which of the lines after it are rows.
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from ingestion.refusal import CheckCode, FileRefusedError

_CHUNK_ROWS = 50_000
_CHUNK_CHARACTERS = 32_000_000
_SNIFFED_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How a file is written: its encoding (Python's name) and the character between cells."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","


CANONICAL = CsvFormat()


@dataclass(frozen=True, slots=True)
class Misshapen:
    """A record that is no row: its line, its exact text and what is wrong with it."""

    line: int
    raw: str
    message: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records in file order: well-formed rows, each with line and exact text, and the rest."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    raws: list[str] = field(default_factory=list)
    misshapen: list[Misshapen] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: list[str]
    raw: str
    broken: bool = False


def read_csv(path: Path, written: CsvFormat = CANONICAL) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    """Read a CSV file's header at once and its records as they are asked for.

    Args:
        path: The file.
        written: Its encoding and delimiter.

    Returns:
        The column names of the header, and the records in chunks of bounded size. A wholly empty
        line is no record.

    Raises:
        FileRefusedError: The file is empty, binary, not in its encoding, has no usable header, or a
            quote in it is never closed. May be raised while the chunks are read.
    """
    if path.stat().st_size == 0:
        raise FileRefusedError(
            CheckCode.SHAPE,
            f"{path.name} is empty (0 bytes): send it again, with a header line even if no rows",
        )
    records = _records(path, written)
    header = next(records, None)
    if header is None or header.line != 1:
        raise FileRefusedError(
            CheckCode.SHAPE, f"{path.name} line 1 is empty: the header must stand there"
        )
    names = _column_names(path, header, written)
    return names, _chunks(records, len(names))


def _column_names(path: Path, header: _Record, written: CsvFormat) -> tuple[str, ...]:
    if header.broken:
        raise FileRefusedError(
            CheckCode.SHAPE, f"{path.name} line 1: a quoted column name goes on after its quote"
        )
    twice = sorted({name for name in header.cells if name and header.cells.count(name) > 1})
    if twice:
        raise FileRefusedError(
            CheckCode.SHAPE,
            f"{path.name} line 1 names {', '.join(twice)} more than once: keep one such column",
        )
    if len(header.cells) == 1:
        for other in (";", "\t", "|", ","):
            if other != written.delimiter and other in header.cells[0]:
                raise FileRefusedError(
                    CheckCode.SHAPE,
                    f"{path.name} line 1 is not divided by {written.delimiter!r} but by {other!r}: "
                    "export it again, or declare the delimiter in a source mapping",
                )
    return tuple(header.cells)


def _chunks(records: Iterator[_Record], width: int) -> Iterator[Chunk]:
    chunk = Chunk()
    size = 0
    for record in records:
        if record.broken:
            message = "a quoted cell goes on after its closing quote: double the quotes within it"
            chunk.misshapen.append(Misshapen(record.line, record.raw, message))
        elif len(record.cells) != width:
            message = f"the row has {len(record.cells)} cells, the header {width}"
            chunk.misshapen.append(Misshapen(record.line, record.raw, message))
        else:
            chunk.rows.append(record.cells)
            chunk.lines.append(record.line)
            chunk.raws.append(record.raw)
        size += len(record.raw)
        if len(chunk.lines) + len(chunk.misshapen) >= _CHUNK_ROWS or size > _CHUNK_CHARACTERS:
            yield chunk
            chunk, size = Chunk(), 0
    if chunk.lines or chunk.misshapen:
        yield chunk


def _records(path: Path, written: CsvFormat) -> Iterator[_Record]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding=written.encoding, newline="") as stream:
        try:
            yield from _split(path, stream, written.delimiter)
        except UnicodeError as error:
            raise _not_in_encoding(path, written.encoding) from error


def _split(path: Path, stream: TextIO, delimiter: str) -> Iterator[_Record]:
    pending: list[str] = []
    reader = csv.reader(_noting(path, stream, pending), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            for cells in reader:
                raw = pending[0] if len(pending) == 1 else "".join(pending)
                if cells:
                    yield _Record(line, cells, raw.rstrip("\r\n"))
                line += len(pending)
                pending.clear()
        except csv.Error as error:
            raw = "".join(pending)
            if len(pending) > 1 or "unexpected end" in str(error):
                raise _never_closed(path, line, raw, delimiter) from error
            yield _Record(line, [], raw.rstrip("\r\n"), broken=True)
            line += 1
            pending.clear()
        else:
            return


def _noting(path: Path, stream: TextIO, pending: list[str]) -> Iterator[str]:
    """The physical lines of a stream, each noted as pending before it is handed on."""
    for line in stream:
        if "\0" in line:
            raise _binary(path)
        pending.append(line)
        yield line


def _never_closed(path: Path, line: int, raw: str, delimiter: str) -> FileRefusedError:
    opened = line + _last_quote_opened(raw, delimiter)
    return FileRefusedError(
        CheckCode.SHAPE,
        f"{path.name} line {opened}: a quote opens here and is not closed where its cell ends: "
        "close it, or double the quotes within the cell",
    )


def _last_quote_opened(raw: str, delimiter: str) -> int:
    """Line breaks before the quote that opens the cell at which reading the record stopped."""
    opened = at = 0
    while 0 <= at < len(raw):
        if raw[at] == '"':
            opened = at
            at = _after_closing_quote(raw, at + 1)
            if at < 0 or raw[at : at + 1] != delimiter:
                break
            at += 1
        else:
            at = raw.find(delimiter, at) + 1
            if at == 0:
                break
    return line_breaks(raw[:opened])


def _after_closing_quote(raw: str, at: int) -> int:
    while (at := raw.find('"', at)) >= 0:
        if raw[at + 1 : at + 2] != '"':
            return at + 1
        at += 2
    return -1


def line_breaks(text: str) -> int:
    """How many physical lines end within the text; CRLF ends one."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _binary(path: Path) -> FileRefusedError:
    return FileRefusedError(
        CheckCode.SHAPE, f"{path.name} is a binary file, not text: export it again as CSV"
    )


def _not_in_encoding(path: Path, encoding: str) -> FileRefusedError:
    data = path.read_bytes()
    if b"\0" in data[:_SNIFFED_BYTES] and not encoding.lower().startswith(("utf-16", "utf-32")):
        return _binary(path)
    name = "UTF-8" if encoding == "utf-8-sig" else encoding
    mend = "save it as UTF-8, or declare its encoding in a source mapping"
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line = line_breaks(data[: error.start].decode(encoding, "ignore")) + 1
        found = f"line {line} holds the byte 0x{data[error.start]:02X}"
        return FileRefusedError(CheckCode.SHAPE, f"{path.name} is not {name}: {found}: {mend}")
    except UnicodeError:
        pass
    return FileRefusedError(CheckCode.SHAPE, f"{path.name} is not {name}: {mend}")

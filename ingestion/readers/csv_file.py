"""CSV files, record by record, with the physical line on which each record starts.

Reads RFC 4180 as councils' systems really write it: with or without a byte order mark, CR, LF and
CRLF even in one file, line breaks and doubled quotes within quotes. What cannot be read without
guessing is refused, with one line that names the file, the line and the fix:

* a record whose quoting is broken within one line refuses that record;
* a quote that stays open past its line and is never properly closed refuses the file, since nobody
  can know which of the lines after it are rows.
"""

import csv
import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TextIO

from ingestion.refusal import CheckCode, FileRefusedError

_BLOCK_CHARACTERS = 8_000_000
_SNIFFED_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How a file is written: its encoding (Python's name) and the character between cells."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","


CANONICAL = CsvFormat()


@dataclass(frozen=True, slots=True)
class Misshapen:
    """A record that is not a row: its line, its text as it is in the file and what is wrong."""

    line: int
    raw: str
    message: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records in file order: well-formed rows and, separately, records that are not rows.

    Attributes:
        rows: The cells of each well-formed row.
        lines: The physical line on which each starts.
        raws: The text of each as it is in the file, with its line end.
        misshapen: The other records.
    """

    rows: list[list[str]] = field(default_factory=list)
    lines: Sequence[int] = field(default_factory=list)
    raws: list[str] = field(default_factory=list)
    misshapen: list[Misshapen] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Record:
    cells: list[str]
    raw: str
    lines: int
    is_broken: bool = False


def read_csv(path: Path, written: CsvFormat = CANONICAL) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    """Read a CSV file's header at once and its records one chunk at a time.

    Args:
        path: The file.
        written: Its encoding and delimiter.

    Returns:
        The column names of the header, and the records in chunks of bounded size. An empty line
        is not a record.

    Raises:
        FileRefusedError: The file is empty, binary, not in its encoding, has no usable header, or a
            quote in it is never closed. May be raised while the chunks are read.
    """
    if path.stat().st_size == 0:
        raise FileRefusedError(
            CheckCode.SHAPE,
            f"{path.name} is empty (0 bytes): send it again, with a header line even if no rows",
        )
    parts = _parts(path, written)
    header = next(parts)
    return tuple(header.rows[0]), parts


def _parts(path: Path, written: CsvFormat) -> Iterator[Chunk]:
    """The header as a chunk of its own, then the rows."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding=written.encoding, newline="") as stream:
        try:
            text = _Text(path, stream, written.delimiter)
            header = text.read_header()
            yield Chunk(rows=[header])
            while chunk := text.read_chunk(len(header)):
                yield chunk
        except UnicodeError as error:
            raise _not_in_encoding(path, written.encoding) from error


class _Text:
    """The text of one file, read from its first line to its last."""

    def __init__(self, path: Path, stream: TextIO, delimiter: str) -> None:
        self._path = path
        self._stream = stream
        self._delimiter = delimiter
        self._line = 1

    def read_header(self) -> list[str]:
        """The column names.

        Raises:
            FileRefusedError: There is no header, or it names a column twice.
        """
        record = next(self._records(self._stream), None)
        if record is None or not record.cells:
            fault = record and _fault_of(record, 0)
            raise self._refusal(1, fault or "there is no header: put the column names there")
        twice = sorted({name for name in record.cells if name and record.cells.count(name) > 1})
        if twice:
            raise self._refusal(1, f"the header names {', '.join(twice)} twice: keep one of them")
        if len(record.cells) == 1:
            self._check_delimiter(record.cells[0])
        self._line += record.lines
        return record.cells

    def _check_delimiter(self, name: str) -> None:
        for other in (";", "\t", "|", ","):
            if other in name:
                fix = "export it again, or declare the delimiter in a source mapping"
                raise self._refusal(
                    1, f"the header uses {other!r} between columns, not {self._delimiter!r}: {fix}"
                )

    def read_chunk(self, width: int) -> Chunk | None:
        """The next records, whose rows have `width` cells; None at the end of the file."""
        block = self._stream.readlines(_BLOCK_CHARACTERS)
        if not block:
            return None
        return self._one_record_per_line(block, width) or self._record_by_record(block, width)

    def _one_record_per_line(self, block: list[str], width: int) -> Chunk | None:
        """The fast way, for lines that are one row each; None where they are not."""
        if "\0" in "".join(block):
            raise _binary(self._path)
        try:
            with _collector_paused():
                rows = list(csv.reader(block, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None
        if len(rows) != len(block) or set(map(len, rows)) != {width}:
            return None
        start = self._line
        self._line += len(block)
        return Chunk(rows, range(start, self._line), block)

    def _record_by_record(self, block: list[str], width: int) -> Chunk:
        """The careful way; reads past the block where its last record does."""
        lines: list[int] = []
        chunk = Chunk(lines=lines)
        end = self._line + len(block)
        records = self._records(chain(block, self._stream))
        while self._line < end and (record := next(records, None)):
            fault = _fault_of(record, width)
            if fault:
                chunk.misshapen.append(Misshapen(self._line, record.raw, fault))
            elif record.cells:
                chunk.rows.append(record.cells)
                lines.append(self._line)
                chunk.raws.append(record.raw)
            self._line += record.lines
        return chunk

    def _records(self, lines: Iterable[str]) -> Iterator[_Record]:
        """Every record of some lines, an empty line as one without cells."""
        pending: list[str] = []
        noted = _noting(self._path, lines, pending)
        reader = csv.reader(noted, delimiter=self._delimiter, strict=True)
        while True:
            try:
                for cells in reader:
                    yield _Record(cells, "".join(pending), len(pending))
                    pending.clear()
            except csv.Error as error:
                raw = "".join(pending)
                if len(pending) > 1 or "unexpected end" in str(error):
                    opened = self._line + _last_quote_opened(raw, self._delimiter)
                    fix = "close it, or double the quotes within the cell"
                    raise self._refusal(
                        opened,
                        f"a quote opens here and is not closed where its cell ends: {fix}",
                    ) from error
                yield _Record([], raw, 1, is_broken=True)
                pending.clear()
            else:
                return

    def _refusal(self, line: int, fault: str) -> FileRefusedError:
        return FileRefusedError(CheckCode.SHAPE, f"{self._path.name} line {line}: {fault}")


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the cycle collector, which would check every new row and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _fault_of(record: _Record, width: int) -> str | None:
    if record.is_broken:
        return "a quoted cell continues after its closing quote: double the quotes within it"
    if record.cells and len(record.cells) != width:
        return (
            f"the row has {len(record.cells)} cells but the header has {width}: "
            "send one value for each column"
        )
    return None


def _noting(path: Path, lines: Iterable[str], pending: list[str]) -> Iterator[str]:
    """Physical lines, each noted as pending before it is handed on."""
    for line in lines:
        if "\0" in line:
            raise _binary(path)
        pending.append(line)
        yield line


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
    fix = "save it as UTF-8, or declare its encoding in a source mapping"
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line = line_breaks(data[: error.start].decode(encoding, "ignore")) + 1
        found = f"line {line} holds the byte 0x{data[error.start]:02X}"
        return FileRefusedError(CheckCode.SHAPE, f"{path.name} is not {name}: {found}: {fix}")
    except UnicodeError:
        pass
    return FileRefusedError(CheckCode.SHAPE, f"{path.name} is not {name}: {fix}")

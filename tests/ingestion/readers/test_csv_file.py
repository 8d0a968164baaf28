"""How CSV is read: records, their physical lines, and what is refused without guessing."""

import csv
import io
import time
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.readers import csv_file
from ingestion.readers.csv_file import CsvFormat, read_csv
from ingestion.refusal import FileRefusedError

Records = list[tuple[int, list[str], str]]


def records_of(path: Path, written: CsvFormat = csv_file.CANONICAL) -> tuple[Records, Records]:
    """The rows and the misshapen records of a file, each with line and exact text."""
    _, chunks = read_csv(path, written)
    rows: Records = []
    misshapen: Records = []
    for chunk in chunks:
        rows += zip(chunk.lines, chunk.rows, chunk.raws, strict=True)
        misshapen += [(record.line, [], record.raw) for record in chunk.misshapen]
    return rows, misshapen


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "feed.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal_of(path: Path, written: CsvFormat = csv_file.CANONICAL) -> str:
    with pytest.raises(FileRefusedError) as refusal:
        records_of(path, written)
    assert refusal.value.code == "I04"
    assert "\n" not in refusal.value.message
    assert refusal.value.message.startswith("feed.csv")
    return refusal.value.message


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_of_the_three_ways(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path, ending.join(["a,b", "1,2", "3,4", ""]))
    rows, _ = records_of(path)
    assert [(line, cells) for line, cells, _ in rows] == [(2, ["1", "2"]), (3, ["3", "4"])]


def test_ways_of_ending_a_line_may_be_mixed_in_one_file(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\r1,2\r\n3,4\n5,6\r7,8")
    rows, _ = records_of(path)
    assert [line for line, _, _ in rows] == [2, 3, 4, 5]


def test_the_last_line_needs_no_line_end(tmp_path: Path) -> None:
    assert len(records_of(write(tmp_path, "a,b\n1,2"))[0]) == 1


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path, mark: bytes) -> None:
    header, _ = read_csv(write(tmp_path, mark + "naïve,b\nå,ß\n".encode()))
    assert header == ("naïve", "b")


def test_a_quoted_cell_may_hold_commas_line_breaks_and_doubled_quotes(tmp_path: Path) -> None:
    path = write(tmp_path, 'a,b\n"1,5","say ""hello""\r\nand\rleave"\n3,4\n')
    rows, _ = records_of(path)
    assert rows == [
        (2, ["1,5", 'say "hello"\r\nand\rleave'], '"1,5","say ""hello""\r\nand\rleave"\n'),
        (5, ["3", "4"], "3,4\n"),
    ]


def test_a_record_has_the_line_on_which_it_starts_even_after_a_header_of_two_lines(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, '"a\nb",c\n1,"x\ny"\n3,4\n')
    rows, _ = records_of(path)
    assert [line for line, _, _ in rows] == [3, 5]


def test_spaces_and_quotes_within_a_cell_are_kept(tmp_path: Path) -> None:
    rows, _ = records_of(write(tmp_path, 'a,b\n 1 ,5" pipe\n'))
    assert rows[0][1] == [" 1 ", '5" pipe']


def test_empty_lines_are_no_records_but_count_as_lines(tmp_path: Path) -> None:
    rows, misshapen = records_of(write(tmp_path, "a,b\n1,2\n\n\r\n3,4\n\n\n"))
    assert [line for line, _, _ in rows] == [2, 5]
    assert misshapen == []


def test_a_line_of_spaces_or_commas_is_a_record(tmp_path: Path) -> None:
    rows, misshapen = records_of(write(tmp_path, "a,b\n \n,\n"))
    assert misshapen == [(2, [], " \n")]
    assert rows == [(3, ["", ""], ",\n")]


def test_a_row_with_too_many_or_too_few_cells_is_set_apart_alone(tmp_path: Path) -> None:
    _, chunks = read_csv(write(tmp_path, "a,b\n1\n1,2\n1,2,3\n"))
    chunk = next(chunks)
    assert chunk.rows == [["1", "2"]]
    assert [record.message for record in chunk.misshapen] == [
        "the row has 1 cells but the header has 2: send one value for each column",
        "the row has 3 cells but the header has 2: send one value for each column",
    ]


def test_text_after_a_closing_quote_sets_that_row_apart(tmp_path: Path) -> None:
    rows, misshapen = records_of(write(tmp_path, 'a,b\n1,2\n"3"x,4\n5,6\n'))
    assert [line for line, _, _ in rows] == [2, 4]
    assert misshapen == [(3, [], '"3"x,4\n')]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n7,8\n', 3),
        ('a,b\n1,2\n3,"4\n5,6\n7,"8"\n9,10\n', 3),
        ('a,b\n"1\n2","3""\n4\n5,6\n', 3),
        ('a,b\n5" pipe,"3\n4\n', 2),
        ('a,"b\n1,2\n', 1),
    ],
)
def test_a_quote_that_is_never_closed_refuses_the_file_and_names_its_line(
    tmp_path: Path, text: str, line: int
) -> None:
    assert f"line {line}: a quote opens here" in refusal_of(write(tmp_path, text))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "is empty (0 bytes)" in refusal_of(write(tmp_path, b""))


@pytest.mark.parametrize("content", [b"\n", b"\xef\xbb\xbf", b"\r\na,b\n1,2\n"])
def test_a_file_whose_first_line_is_empty_has_no_header(tmp_path: Path, content: bytes) -> None:
    assert "line 1: there is no header" in refusal_of(write(tmp_path, content))


def test_a_file_with_only_a_header_has_no_rows(tmp_path: Path) -> None:
    assert records_of(write(tmp_path, "a,b\n")) == ([], [])


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    assert "names a, b twice" in refusal_of(write(tmp_path, "a,b,a,b\n1,2,3,4\n"))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_than_the_comma_is_named(tmp_path: Path, delimiter: str) -> None:
    message = refusal_of(write(tmp_path, f"a{delimiter}b\n1{delimiter}2\n"))
    assert repr(delimiter) in message


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,\x002\n",
        b"\x00\x01\x02\x03",
        b"PK\x03\x04\xff\xfe\x00\x00",
        "a,b\n1,2".encode("utf-16"),
    ],
)
def test_a_binary_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "is a binary file" in refusal_of(write(tmp_path, content))


def test_a_file_in_another_encoding_is_refused_at_its_line(tmp_path: Path) -> None:
    content = "a,b\r\n1,2\r\n3,£4\r\n".encode("cp1252")
    assert "not UTF-8: line 3 holds the byte 0xA3" in refusal_of(write(tmp_path, content))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "latin-1"])
def test_another_encoding_is_read_where_it_is_declared(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "a;b\n1;£4\n".encode(encoding))
    rows, _ = records_of(path, CsvFormat(encoding, ";"))
    assert rows[0][1] == ["1", "£4"]


def test_a_declared_encoding_is_held_to_as_well(tmp_path: Path) -> None:
    message = refusal_of(write(tmp_path, b"a,b\n1,\x81\n"), CsvFormat("cp1252"))
    assert "not cp1252: line 2 holds the byte 0x81" in message


@pytest.mark.parametrize("cell", ["x" * 10_000_000, '"' + "x\n" * 5_000_000 + '"'])
def test_a_cell_of_ten_megabytes_is_read_and_quickly(tmp_path: Path, cell: str) -> None:
    path = write(tmp_path, f"a,b\n1,{cell}\n2,y\n")
    started = time.monotonic()
    rows, _ = records_of(path)
    assert time.monotonic() - started < 30
    assert [cells[0] for _, cells, _ in rows] == ["1", "2"]
    assert len(rows[0][1][1]) == 10_000_000


def test_a_quote_left_open_before_ten_megabytes_is_refused_quickly(tmp_path: Path) -> None:
    path = write(tmp_path, 'a,b\n1,"' + "x,y\n" * 2_500_000)
    started = time.monotonic()
    assert "line 2: a quote opens here" in refusal_of(path)
    assert time.monotonic() - started < 30


# ---------------------------------------------------------------------- both ways of reading agree

ODD_TEXT = st.lists(
    st.sampled_from(["a", "b", ",", '"', '""', "\n", "\r", "\r\n", " ", "é", "1,2\n", '"x",y\n']),
    max_size=40,
).map("".join)


def outcome(path: Path, *, careful: bool, block: int) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "_BLOCK_CHARACTERS", block)
        if careful:
            patch.setattr(csv_file._Text, "_one_record_per_line", lambda *_: None)
        try:
            return records_of(path)
        except FileRefusedError as refusal:
            return refusal.message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ODD_TEXT, block=st.integers(1, 30))
def test_the_fast_and_the_careful_way_of_reading_agree(
    tmp_path: Path, text: str, block: int
) -> None:
    path = write(tmp_path, f"p,q\n{text}")
    expected = outcome(path, careful=True, block=1_000_000)
    assert outcome(path, careful=False, block=block) == expected
    assert outcome(path, careful=True, block=block) == expected


CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.lists(st.tuples(CELLS, CELLS), max_size=12),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    block=st.integers(1, 60),
)
def test_what_a_csv_writer_wrote_is_read_back(
    tmp_path: Path, table: list[tuple[str, str]], quoting: Literal[0, 1], block: int
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n", quoting=quoting).writerows([("a", "b"), *table])
    path = write(tmp_path, stream.getvalue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "_BLOCK_CHARACTERS", block)
        rows, misshapen = records_of(path)
    assert [tuple(cells) for _, cells, _ in rows] == table
    assert misshapen == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ODD_TEXT)
def test_rows_misshapen_records_and_empty_lines_are_the_whole_file(
    tmp_path: Path, text: str
) -> None:
    path = write(tmp_path, f"p,q\n{text}")
    try:
        rows, misshapen = records_of(path)
    except FileRefusedError:
        return
    taken = sorted([*rows, *misshapen])
    left = f"p,q\n{text}"[4:]
    for _, _, raw in taken:
        left = left.lstrip("\r\n") if raw.strip("\r\n") else left
        assert left.startswith(raw)
        left = left[len(raw) :]
    assert left.strip("\r\n") == ""

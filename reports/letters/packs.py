"""Lists and files for those who act: CSV, from the restricted tables of a run.

A table that the recovery gate withheld is not there, and neither are its files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from reports.site.published import PublishedMarts, open_marts
from reports.spreadsheet import write_rows

OWNER_ONLY = 0o700
"""Mode of the folders of what goes out: names and addresses are in them."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Files that are made of one restricted table.

    Attributes:
        table: The table.
        folder: The folder of its files.
        one_file_per: SQL that names the file of a row; blank for one file, named as the folder.
        order: Columns by which the rows of a file are sorted.
    """

    table: str
    folder: str
    one_file_per: str
    order: str


PACKS = (
    Pack(
        "contact_list",
        "contact_lists",
        "case when is_ready then channel else 'by_hand' end",
        "priority desc, debtor_id",
    ),
    Pack("agency_placement_file", "agencies", "agency_id", "debtor_id, invoice_id"),
    Pack("legal_handover_file", "legal", "", "debtor_id, invoice_id"),
)


def write_packs(restricted: Path, packs: Iterable[Pack] = PACKS) -> tuple[Path, ...]:
    """Write the files of each pack whose table is there; returns them.

    Raises:
        ReportError: If a table cannot be read.
    """
    with open_marts(restricted) as tables:
        there = [pack for pack in packs if pack.table in tables]
        return tuple(path for pack in there for path in _write(pack, tables, restricted))


def _write(pack: Pack, tables: PublishedMarts, restricted: Path) -> list[Path]:
    named = pack.one_file_per or f"'{pack.folder}'"
    rows = tables.rows(
        f"select {named} as file, * from {pack.table} order by file nulls first, {pack.order}"
    )
    written = []
    for name, of_file in groupby(rows, key=itemgetter("file")):
        folder = restricted / pack.folder
        folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
        path = folder / f"{_file_name(name)}.csv"
        write_rows(path, [_without_file(row) for row in of_file])
        written.append(path)
    return written


def _without_file(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row as it is written: the name of its file is no column of it."""
    return {column: cell for column, cell in row.items() if column != "file"}


def _file_name(value: object) -> str:
    """A value as the name of a file: letters, digits, `-` and `_` stay, other signs are coded."""
    text = "none" if value is None else str(value)
    return "".join(each if each.isalnum() or each in "-_" else f"%{ord(each):02X}" for each in text)

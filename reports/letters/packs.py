"""CSV lists and files for officers, agencies and legal services, from a run's restricted tables.

If the recovery gate withheld a table, its files are not written either.
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
"""Mode of the folders with names and addresses."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The files made from one restricted table.

    Attributes:
        table: The table.
        folder: The folder of its files.
        one_file_per: SQL for the file name of a row; blank for one file, named after the folder.
        order: Sort order of the rows in a file.
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
    """Write the files of each pack whose table is published, and return their paths.

    Raises:
        ReportError: If a table cannot be read.
    """
    with open_marts(restricted) as tables:
        published = [pack for pack in packs if pack.table in tables]
        return tuple(path for pack in published for path in _write(pack, tables, restricted))


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
    """The row without the column that holds its file name."""
    return {column: cell for column, cell in row.items() if column != "file"}


def _file_name(value: object) -> str:
    """A value as a file name: letters, digits, `-` and `_` stay, other characters are encoded."""
    text = "none" if value is None else str(value)
    return "".join(each if each.isalnum() or each in "-_" else f"%{ord(each):02X}" for each in text)

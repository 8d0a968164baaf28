"""A workspace in little for the tests of the intake: drop files, take them, look at the tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ingestion.intake.inbox import Intake, TakenFile, take_inbox
from ingestion.intake.warehouse import open_warehouse

KNOWN_AT = date(2026, 7, 10)


@dataclass
class InboxFolder:
    """One workspace with its warehouse open."""

    home: Path
    con: duckdb.DuckDBPyConnection
    last_published_known_at: date | None = None

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def policy(self) -> Path:
        return self.home / "policy"

    @property
    def quarantine(self) -> Path:
        return self.home / "quarantine"

    def drop(self, name: str, content: str | bytes) -> Path:
        path = self.inbox / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def take(
        self, run_id: str = "run-1", known_at: date = KNOWN_AT, *, require_dated_names: bool = False
    ) -> Intake:
        return take_inbox(
            self.con,
            inbox=self.inbox,
            policy=self.policy,
            quarantine=self.quarantine,
            run_id=run_id,
            known_at=known_at,
            last_published_known_at=self.last_published_known_at,
            require_dated_names=require_dated_names,
        )

    def take_one(self, name: str, content: str | bytes, **arguments: object) -> TakenFile:
        self.drop(name, content)
        intake = self.take(**arguments)  # type: ignore[arg-type]
        return next(file for file in intake.files if file.name == name)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.con.execute(sql).fetchall()


def open_folder(home: Path) -> Iterator[InboxFolder]:
    """A workspace whose warehouse is closed again afterwards."""
    for name in ("inbox", "policy"):
        (home / name).mkdir(parents=True)
    con = open_warehouse(home / "warehouse" / "income.duckdb")
    yield InboxFolder(home, con)
    con.close()


def csv_text(header: str, *rows: str) -> str:
    return "".join(f"{line}\n" for line in (header, *rows))


INVOICE_HEADER = (
    "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,gross_amount"
)
RECEIPT_HEADER = "receipt_id,received_on,amount,method"


def invoice(invoice_id: str = "I1", **cells: str) -> str:
    """A line of an invoice file; a good one unless a cell is given otherwise."""
    good = {
        "invoice_id": invoice_id,
        "debtor_id": "D1",
        "service_code": "HALL",
        "invoice_date": "2026-06-01",
        "due_date": "2026-06-29",
        "net_amount": "100.00",
        "vat_amount": "20.00",
        "gross_amount": "120.00",
    }
    return ",".join(_in_order(good | cells, INVOICE_HEADER.split(",")))


def _in_order(cells: dict[str, str], names: Sequence[str]) -> list[str]:
    return [cells[name] for name in names]

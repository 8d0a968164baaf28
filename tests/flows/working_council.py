"""A simulated council that does each day what its worklist says, and the models of each day.

The files come in day by day, as known then. What the simulated officers did of the timetable is
left out; instead the actions of each day's worklist come in as the next day's `case_actions`.
"""

import csv
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.intake.inbox import take_inbox
from ingestion.intake.warehouse import open_warehouse
from ingestion.simulator import simulate, writer
from tests.flows.raw_council import NOT_DONE, RawCouncil
from tests.flows.worklist_faults import Day, look
from tests.laws.canonical_files import feed_of, write_files
from tests.laws.case_rows import case_action, dealt_with, debtor, invoice
from tests.laws.model_days import ModelDays
from tests.laws.model_marts import Rows
from tests.laws.second_opinion.rows import FEEDS

MARTS = ("recovery_stages", "recovery_worklist")
STAGES = (
    "reminder",
    "final_notice",
    "contact_attempt",
    "letter_of_claim",
    "agency_referral",
    "legal_referral",
    "write_off_review",
)
NEVER_PAID = ("0.01", "4.99", "5.00", "9.99", "49.99", "50.00", "99.99", "100.00", "250.00")
"""Balances on either side of the minimums of the timetable, each of a debtor who never pays."""
RETURNED_ONE_IN = 11
"""One action in so many is returned and counts as not done."""


def never_paid_id(amount: str) -> str:
    """The invoice of a debtor who never pays."""
    return f"NEVER-{amount}"


@dataclass
class WorkingCouncil:
    """The council, its raw rows and its warehouse.

    Attributes:
        first: the first day of the simulation.
        until: its last day.
        acted: every action that was done, by invoice, in order: day, stage, outcome.
    """

    folder: Path
    first: date
    until: date
    raw: RawCouncil = field(default_factory=RawCouncil)
    acted: dict[str, list[tuple[date, str, str]]] = field(default_factory=dict)
    _actions: int = 0

    @property
    def warehouse(self) -> Path:
        """The DuckDB file."""
        return self.folder / "income.duckdb"

    def days(self, every: int) -> Iterator[Day]:
        """Every so many days; the actions of each are done and known on the next one."""
        on = self.first + timedelta(days=1)
        with closing(open_warehouse(self.warehouse)) as connection:
            models = ModelDays(connection, MARTS)
            while on <= self.until:
                marts = models.on(on)
                yield look(self.raw, on, marts["recovery_worklist"], marts["recovery_stages"])
                self._act(connection, on, marts["recovery_worklist"])
                on += timedelta(days=every)

    def _act(self, connection: duckdb.DuckDBPyConnection, on: date, worklist: Rows) -> None:
        """Does what the list says; what was done is in the files of the day after."""
        done, listed = [], []
        for row in worklist:
            self._actions += 1
            action_id = f"WORK{self._actions:06}"
            ids = str(row["invoice_ids"]).split(",")
            outcome = "done" if self._actions % RETURNED_ONE_IN else "returned"
            code = str(row["action_code"])
            done.append(
                case_action(action_id, code, on.isoformat(), outcome_code=outcome)
                | {"debtor_id": str(row["debtor_id"])}
            )
            listed += dealt_with(action_id, *ids)
            for each in ids:
                self.acted.setdefault(each, []).append((on, code, outcome))
        day = on + timedelta(days=1)
        inbox = self.folder / f"work{day:%Y%m%d}"
        files = {
            f"case_actions_work_{day:%Y%m%d}.csv": done,
            f"case_action_invoices_work_{day:%Y%m%d}.csv": listed,
        }
        write_files(files, inbox)
        self._take(connection, inbox, day)
        self.raw.read(inbox)

    def take_first(self, inbox: Path) -> None:
        """Takes in what the simulated systems send, the spoilt rows with it."""
        with closing(open_warehouse(self.warehouse)) as connection:
            self._take(connection, inbox, self.until)
        refused = self.folder / "quarantine" / inbox.name / "refused.csv"
        with refused.open(encoding="utf-8", newline="") as file:
            lines = [(row["source_file"], int(row["source_line"])) for row in csv.DictReader(file)]
        self.raw.read(inbox, lines)

    def _take(self, connection: duckdb.DuckDBPyConnection, inbox: Path, known_at: date) -> None:
        taken = take_inbox(
            connection,
            inbox=inbox,
            policy=self.folder / "policy",
            quarantine=self.folder / "quarantine",
            run_id=inbox.name,
            known_at=known_at,
            last_published_known_at=None,
        )
        whole = [file.name for file in taken.files if file.refused_code]
        assert not whole, whole


def working_council(folder: Path, *, debtors: int, days: int, until: date) -> WorkingCouncil:
    """Simulates a council into a folder and takes its files in.

    Args:
        folder: an empty folder.
        debtors: how many; those who never pay come to them.
        days: how many days of daily business, each with files of its own.
        until: the last day.
    """
    council = WorkingCouncil(folder, until - timedelta(days=days - 1), until)
    inbox = folder / "inbox"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "_DAYS_BY_DAY", days)
        simulate(inbox, debtors=debtors, days=days, seed=1, until=until)
    for path in inbox.iterdir():
        if not path.name.startswith(tuple(f"{feed}_2" for feed in FEEDS)):
            path.unlink()
        elif feed_of(path.name) == "case_actions":
            _leave_out_the_timetable(path)
    _add_those_who_never_pay(inbox, council.first)
    council.take_first(inbox)
    return council


def _leave_out_the_timetable(path: Path) -> None:
    """Drops what the simulated officers did of the stages; the council does that itself."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    code, outcome = header.index("action_code"), header.index("outcome_code")
    with path.open("w", encoding="utf-8", newline="") as file:
        kept = [row for row in rows if row[code] not in STAGES or row[outcome] in NOT_DONE]
        csv.writer(file, lineterminator="\n").writerows([header, *kept])


def _add_those_who_never_pay(inbox: Path, first: date) -> None:
    due = (first - timedelta(days=60)).isoformat()
    with (inbox / f"services_{first:%Y%m%d}.csv").open(encoding="utf-8", newline="") as file:
        sundry = next(
            row["service_code"] for row in csv.DictReader(file) if row["debt_type"] == "sundry"
        )
    ids = [never_paid_id(amount) for amount in NEVER_PAID]
    files = {
        f"debtors_never_{first:%Y%m%d}.csv": [debtor(each, party_id="") for each in ids],
        f"invoices_never_{first:%Y%m%d}.csv": [
            invoice(each, amount, due, debtor_id=each, service_code=sundry)
            for each, amount in zip(ids, NEVER_PAID, strict=True)
        ],
    }
    write_files(files, inbox)

"""A row that cannot be read might be the reason not to write: nothing goes out until it is fixed.

One small council is run on three days in a row. On the first a hold and a debtor cannot be accepted
as written. On the second these are corrected, but a whole file of holds is refused, and a debtor
row without a readable id, and no receipts come. On the third everything is corrected. The command
line runs the day on which the list is withheld; the functions that it calls run the others.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from expectations.suites.recovery import WITHHELD
from flows.cli import answer
from flows.errors import ExitCode
from flows.run_command import EXAMPLE_COUNCIL
from flows.settings import load_settings
from tests.flows.plain_day import run_day
from tests.flows.published_council import ask
from tests.reports.page import parse

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dbt_in_forks")]

TUESDAY, WEDNESDAY, THURSDAY = (f"2026-06-{day:02}" for day in (2, 3, 4))
DEBTORS = "debtor_id,party_type,name"
HOLDS = "hold_id,debtor_id,hold_type,starts_on,ends_on"
RECEIPTS = "receipt_id,received_on,amount,method,debtor_id,invoice_id"
EVERYBODY = ("D", "E", "F")

Files = Mapping[str, Sequence[str]]


def receipt_of(day: str) -> Sequence[str]:
    """A payment by somebody who owes nothing more."""
    return (RECEIPTS, f"R{day},{day},1.00,card,G,INV-G")


DAYS: Mapping[str, Files] = {
    TUESDAY: {
        "debtors": (
            DEBTORS,
            *(f"{each},individual,Debtor {each}" for each in (*EVERYBODY, "G")),
            "E,person,Debtor E",
        ),
        "services": ("service_code,service_name,debt_type", "HALL,Hall hire,sundry"),
        "invoices": (
            "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,"
            "gross_amount",
            *(
                f"INV-{each},{each},HALL,2026-04-01,2026-05-01,80.00,0.00,80.00"
                for each in EVERYBODY
            ),
            "INV-G,G,HALL,2026-05-20,2026-06-30,80.00,0.00,80.00",
        ),
        "receipts": receipt_of(TUESDAY),
        "holds": (
            HOLDS,
            "H0,G,query,2026-05-20,2026-05-25",
            "H1,D,breathing,2026-06-02,2026-08-01",
        ),
    },
    WEDNESDAY: {
        "holds_mended": (HOLDS, "H1,D,internal,2026-05-01,2026-05-02"),
        "debtors_mended": (DEBTORS, "E,individual,Debtor E"),
        "holds": ("hold_id,whose,hold_type,starts_on,ends_on", "H2,F,query,2026-06-03,2026-06-30"),
        "debtors": (DEBTORS, "F"),
    },
    THURSDAY: {"receipts": receipt_of(THURSDAY)},
}
REPLACED: Files = {
    f"holds_{WEDNESDAY}": (HOLDS, "H2,F,query,2026-05-03,2026-05-04"),
    f"debtors_{WEDNESDAY}": (DEBTORS, "F,individual,Debtor F"),
}
"""Wednesday's files as they are sent again on Thursday, under their own names."""
POLICY: Files = {
    "feed_freshness": (
        "policy_row,key,value,unit,effective_from",
        "own/fresh,receipts,0,days,2026-01-01",
    ),
}


OUTGOING = frozenset({"letters", "contact_lists", "agencies", "legal"})
"""Folders of what goes out."""


@dataclass(frozen=True)
class Looked:
    """What was published on a day; `restricted` are the files of that folder."""

    exit_code: int
    marts: frozenset[str]
    gate: Mapping[str, object]
    blocked: Mapping[str, str | None]
    listed: Sequence[str]
    failed_checks: Sequence[str]
    first_page: str
    restricted: frozenset[str]


def _put(folder: Path, files: Files) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        path = folder / f"{name.replace('-', '')}.csv"
        path.write_text("\n".join((*lines, "")), encoding="utf-8")


def _look(home: Path, exit_code: int) -> Looked:
    published = home / "published" / "current"
    manifest = json.loads((published / "manifest.json").read_text("utf-8"))
    marts = frozenset(path.stem for path in (published / "marts").glob("*.parquet"))
    stages = ask(home, "select debtor_id, blocked_by from recovery_stages")
    worklist = "select debtor_id from recovery_worklist order by debtor_id"
    listed = ask(home, worklist) if "recovery_worklist" in marts else []
    failed = (
        "select check_code from data_quality_results "
        "where check_code like 'C%' and status = 'failed' order by 1"
    )
    return Looked(
        exit_code,
        marts,
        next(gate for gate in manifest["gates"] if gate["name"] == "recovery"),
        {str(row["debtor_id"]): row["blocked_by"] for row in stages},
        [str(row["debtor_id"]) for row in listed],
        [str(row["check_code"]) for row in ask(home, failed)],
        parse((published / "reports" / "index.html").read_text("utf-8")).root.text(),
        frozenset(
            path.relative_to(published / "restricted").as_posix()
            for path in (published / "restricted").rglob("*")
            if path.is_file()
        ),
    )


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Looked]:
    """What each of the days published."""
    home = tmp_path_factory.mktemp("nothing_goes_out") / "home"
    _put(home / "policy", POLICY)
    (home / "income.toml").write_text(EXAMPLE_COUNCIL, "utf-8")
    found = {}
    for day, files in DAYS.items():
        _put(home / "inbox", {f"{feed}_{day}": lines for feed, lines in files.items()})
        if day == THURSDAY:
            _put(home / "inbox", REPLACED)
        found[day] = _look(home, _run(home, day))
    return found


def _run(home: Path, day: str) -> int:
    if day == WEDNESDAY:
        return answer(["run", "--home", str(home), "--as-of", day, "--quiet"])
    return run_day(load_settings(home, {}, home), date.fromisoformat(day)).exit_code


def withheld(day: Looked) -> bool:
    """Whether the worklist was withheld, and everything says so and why."""
    codes = ", ".join(day.failed_checks)
    noun = "check" if len(day.failed_checks) == 1 else "checks"
    reason = f"withheld, because the recovery gate failed ({noun} {codes})"
    return (
        day.exit_code == ExitCode.WITHHELD
        and "recovery_worklist" not in day.marts
        and day.gate["status"] == "failed"
        and day.gate["withheld"] == sorted(WITHHELD)
        and not day.marts & set(WITHHELD)
        and not {path.split("/")[0].removesuffix(".parquet") for path in day.restricted}
        & {*WITHHELD, *OUTGOING}
        and day.gate["failed_checks"] == day.failed_checks
        and reason in day.first_page
    )


def test_what_is_not_withheld_is_still_published(looked: Mapping[str, Looked]) -> None:
    """Recalls among it: what is with an agency can be called back on any day."""
    always = {"aged_debt", "recovery_stages", "open_items", "agency_recalls"}
    assert always | {"agency_reconciliation"} <= looked[WEDNESDAY].marts
    assert {"agency_placements_proposed", "legal_handover"} <= set(WITHHELD)


def test_a_refused_row_that_names_its_debtor_stops_that_debtor_alone(
    looked: Mapping[str, Looked],
) -> None:
    """A hold of D and the row of debtor E; F is written to."""
    tuesday = looked[TUESDAY]
    assert (tuesday.exit_code, tuesday.gate["status"]) == (ExitCode.DONE, "passed")
    assert tuesday.blocked == {"D": "incomplete_data", "E": "incomplete_data", "F": None, "G": None}
    assert tuesday.listed == ["F"]


def test_a_later_good_row_corrects_a_refused_one(looked: Mapping[str, Looked]) -> None:
    assert looked[WEDNESDAY].blocked == {"D": None, "E": None, "F": None, "G": None}


def test_a_file_of_holds_refused_whole_withholds_the_worklist(
    looked: Mapping[str, Looked],
) -> None:
    assert "C01" in looked[WEDNESDAY].failed_checks
    assert withheld(looked[WEDNESDAY])


def test_a_row_whose_debtor_cannot_be_read_withholds_it_too(
    looked: Mapping[str, Looked],
) -> None:
    assert "C03" in looked[WEDNESDAY].failed_checks


def test_receipts_that_did_not_come_today_withhold_it_too(looked: Mapping[str, Looked]) -> None:
    assert looked[WEDNESDAY].failed_checks == ["C01", "C03", "C05"]


def test_the_same_files_sent_again_good_release_the_worklist(
    looked: Mapping[str, Looked],
) -> None:
    thursday = looked[THURSDAY]
    assert (thursday.exit_code, thursday.failed_checks) == (ExitCode.DONE, [])
    assert thursday.listed == [*EVERYBODY]
    assert not withheld(thursday)
    assert thursday.marts > looked[WEDNESDAY].marts
    assert "letters/reminder_by_letter.html" not in thursday.restricted, "nobody has an address"
    assert "contact_lists/by_hand.csv" in thursday.restricted

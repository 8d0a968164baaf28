"""`income explain`: which run is asked, what it is compared with, and how it is written."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.cli import answer
from flows.errors import ExitCode
from tests.reports.small_ledger import (
    AS_OF,
    Tables,
    an_invoice_partly_paid,
    create,
    manifest,
    pounds,
)

YESTERDAY = AS_OF - timedelta(days=1)
Publish = Callable[..., Path]


def _unpaid() -> Tables:
    """Invoice 1001 before its receipt came."""
    tables = an_invoice_partly_paid()
    tables["ledger_movements"].pop()
    tables["allocations"] = []
    tables["invoices"][0] |= {"paid_amount": pounds("0"), "outstanding_amount": pounds("120")}
    tables["open_items"][0]["outstanding_amount"] = pounds("120")
    return tables


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Publishes a run by hand and shows it to readers."""

    def publish(
        as_of: date, tables: Tables, run_id: str = "R1", known_at: date | None = None
    ) -> Path:
        folder = tmp_path / "published" / "runs" / f"{as_of}_{run_id}"
        folder.mkdir(parents=True)
        with duckdb.connect(str(folder / "marts.duckdb")) as connection:
            create(connection, tables)
        facts = manifest(as_of, run_id=run_id, known_at=(known_at or as_of).isoformat())
        (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
        current = tmp_path / "published" / "current"
        current.unlink(missing_ok=True)
        current.symlink_to(Path("runs") / folder.name)
        return folder

    return publish


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Asks for an explanation; gives the exit code and what was written, errors included."""

    def ask(*words: str) -> tuple[int, str]:
        code = answer(["explain", *words, "--home", str(tmp_path)])
        written = capsys.readouterr()
        return code, written.out + written.err

    return ask


Ask = Callable[..., tuple[int, str]]


def test_text_begins_with_the_sentence_and_ends_with_the_lists(publish: Publish, ask: Ask) -> None:
    publish(AS_OF, an_invoice_partly_paid())
    code, text = ask("invoice", "1001")
    assert code == ExitCode.DONE
    lines = text.splitlines()
    assert lines[0].startswith("Invoice 1001 to debtor D: £120.00 raised on 1 May 2026")
    assert lines[2] == (
        "As of 30 June 2026, as known on 30 June 2026 (run R1). Amounts are in pounds."
    )
    titles = [line for line in lines[3:] if line and not line.startswith(" ")]
    assert titles == [
        "Outstanding amount and ageing band",
        "Disputes, holds, arrangements and write-off requests",
        "Recovery stage and reasons",
        "Changes since the previous published day",
        "Movements",
        "Payments and credits matched to it",
    ]
    assert "  2026-06-05  Receipt   R1    -80.00    40.00  2026-06-05" in text


def test_newest_run_is_explained_and_compared_with_the_newest_earlier_day(
    publish: Publish, ask: Ask
) -> None:
    publish(date(2026, 6, 1), {})
    publish(YESTERDAY, {}, "R1")
    publish(YESTERDAY, _unpaid(), "R2")
    publish(AS_OF, an_invoice_partly_paid())
    _, text = ask("invoice", "1001", "--json")
    explained = json.loads(text)
    assert explained["balance"] == "40.00"
    assert explained["compared_with"] == {
        "as_of_date": "2026-06-29",
        "known_at": "2026-06-29",
        "run_id": "R2",
    }
    assert "The balance is £40.00. It was £120.00." in explained["parts"]["changes"]["sentences"]


def test_past_day_is_explained_by_its_newest_run(publish: Publish, ask: Ask) -> None:
    publish(YESTERDAY, {}, "R1")
    publish(YESTERDAY, _unpaid(), "R2")
    publish(AS_OF, an_invoice_partly_paid())
    code, text = ask("invoice", "1001", "--as-of", "2026-06-29")
    assert code == ExitCode.DONE
    assert "£120.00 outstanding" in text
    assert "There is no earlier published day to compare with." in text


def test_run_that_knew_more_is_not_compared_with(publish: Publish, ask: Ask) -> None:
    publish(YESTERDAY, _unpaid(), "R1")
    publish(YESTERDAY, {}, "R2", known_at=date(2026, 7, 5))
    publish(AS_OF, an_invoice_partly_paid())
    _, text = ask("invoice", "1001", "--json")
    assert json.loads(text)["compared_with"]["run_id"] == "R1"


def test_only_the_two_runs_are_read_however_long_history_is(publish: Publish, ask: Ask) -> None:
    for day in (1, 2, 3):
        folder = publish(date(2026, 6, day), {})
        (folder / "manifest.json").write_text("unreadable", encoding="utf-8")
    publish(YESTERDAY, _unpaid())
    publish(AS_OF, an_invoice_partly_paid())
    for words in (("invoice", "1001"), ("invoice", "1001", "--as-of", "2026-06-30")):
        assert ask(*words)[0] == ExitCode.DONE


def test_thinned_previous_day_is_reported(publish: Publish, ask: Ask) -> None:
    (publish(YESTERDAY, _unpaid()) / "marts.duckdb").unlink()
    publish(AS_OF, an_invoice_partly_paid())
    code, text = ask("invoice", "1001")
    assert code == ExitCode.DONE
    assert (
        "The previous published day is 29 June 2026. Only the manifest of that run is kept"
    ) in text


def test_thinned_run_itself_points_to_replay(publish: Publish, ask: Ask) -> None:
    (publish(YESTERDAY, _unpaid()) / "marts.duckdb").unlink()
    publish(AS_OF, an_invoice_partly_paid())
    code, text = ask("invoice", "1001", "--as-of", "2026-06-29")
    assert code == ExitCode.USAGE
    assert "income replay --as-of 2026-06-29 --known-at 2026-06-29" in text
    assert text.count("\n") == 1


@pytest.mark.parametrize("kind", ["invoice", "debtor", "arrangement", "receipt", "request"])
def test_unknown_id_is_one_line_and_wrong_usage(publish: Publish, ask: Ask, kind: str) -> None:
    publish(AS_OF, an_invoice_partly_paid())
    code, text = ask(kind, "nobody's")
    assert code == ExitCode.USAGE
    assert text.startswith(f'income: No {kind} has the id "nobody\'s" as of 2026-06-30: check')
    assert text.count("\n") == 1


def test_id_that_only_the_day_before_knew_points_to_that_day(publish: Publish, ask: Ask) -> None:
    publish(YESTERDAY, an_invoice_partly_paid())
    publish(AS_OF, _unpaid())
    code, text = ask("receipt", "R1")
    assert code == ExitCode.USAGE
    assert "now: it was withdrawn, or its date was moved later, after 2026-06-29" in text
    assert "use --as-of 2026-06-29." in text


def test_unreconciled_figures_are_marked(publish: Publish, ask: Ask) -> None:
    folder = publish(AS_OF, an_invoice_partly_paid())
    gate = {"name": "reconciliation", "status": "failed", "withheld": ["movement_proof"]}
    (folder / "manifest.json").write_text(
        json.dumps(manifest(AS_OF, run_id="R1", gates=[gate])), encoding="utf-8"
    )
    assert "UNRECONCILED: the reconciliation gate" in ask("debtor", "D")[1]

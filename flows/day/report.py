"""The step that writes the manifest, the report, and the day's letters and lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb

from flows import calendar
from flows.day.day import Day
from flows.errors import IncomeError
from flows.runs.chain import newest_before
from flows.runs.code_version import code_version, lock_sha256
from flows.runs.manifest import RunFacts, build_manifest, notes_so_far
from flows.runs.policy_in_force import known_policy, policy_marks, policy_sha256
from flows.runs.publish import MartFile
from flows.runs.thinning import retention_by, runs_to_thin, thinned_by

if TYPE_CHECKING:
    from expectations.outcomes import GateOutcome
    from ingestion.intake.taken import Intake

TARGET = "duckdb"


def report(
    day: Day, intake: Intake, gates: Sequence[GateOutcome], marts: Sequence[MartFile]
) -> dict[str, Any]:
    """Writes the report into the run's folder and returns the manifest that it shows.

    A replay and a caught-up day write no letters and no lists to act on: their day is past.

    Raises:
        IncomeError: The report could not be written.
    """
    from reports.errors import ReportError  # noqa: PLC0415
    from reports.site.build import write_site  # noqa: PLC0415 - loads the chart library
    from reports.site.debtors import EarlierRun  # noqa: PLC0415

    manifest = _manifest(day, intake, gates, marts)
    try:
        before = newest_before([run.folder for run in day.chain], day.as_of, day.known_at)
        earlier = None if before is None else EarlierRun(before.folder / "marts", before.manifest)
        write_site(day.folder / "marts", manifest, day.folder / "reports", earlier)
        if not day.is_replay and not day.is_caught_up:
            _write_letters_and_packs(day)
    except ReportError as unwritten:
        raise IncomeError(str(unwritten)) from unwritten
    day.log("report", "written")
    return manifest


def _write_letters_and_packs(day: Day) -> None:
    from reports.letters.letters import write_letters  # noqa: PLC0415
    from reports.letters.packs import write_packs  # noqa: PLC0415

    restricted = day.folder / "restricted"
    files = write_packs(restricted)
    if day.settings.council is not None:
        files += write_letters(restricted, day.settings.council, restricted / "letters")
    day.log("letters", f"files={len(files)}")


def _manifest(
    day: Day, intake: Intake, gates: Sequence[GateOutcome], marts: Sequence[MartFile]
) -> dict[str, Any]:
    with duckdb.connect(str(day.workspace.warehouse), read_only=True) as warehouse:
        policy = known_policy(warehouse, day.known_at)
        feeds = _freshness(warehouse, day.known_at)
    marks = policy_marks(policy, day.as_of)
    facts = RunFacts(
        run_id=day.run_id,
        as_of=day.as_of,
        known_at=day.known_at,
        started_at=day.started_at,
        target=TARGET,
        code_version=code_version(),
        lock_sha256=lock_sha256(),
        policy_sha256=policy_sha256(policy),
        previous_manifest_sha256=_link(day),
        is_replay=day.is_replay,
    )
    more = {
        "feeds": feeds,
        "policy_marks": marks,
        "notes": notes_so_far(day.previous.manifest if day.previous else None, intake),
        "thinned": [] if day.is_replay else _runs_to_thin(day, marks),
    }
    return build_manifest(facts, calendar.now(), intake, gates, marts, more)


def _link(day: Day) -> str | None:
    if day.is_replay or day.previous is None:
        return None
    return day.previous.manifest_sha256


def _runs_to_thin(day: Day, marks: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The older runs that this one thins once it is committed, as its manifest lists them."""
    retention = retention_by(marks)
    if retention is None:
        return []
    older = runs_to_thin(day.chain, day.as_of, retention)
    return thinned_by(day.run_id, older, retention.policy_rows)


def _freshness(warehouse: duckdb.DuckDBPyConnection, known_at: date) -> list[dict[str, object]]:
    """The newest known file of each feed; a file of two feeds counts for both."""
    rows = warehouse.execute(
        "select one_feed, max(file_day)::varchar, count(*) from ("
        "select unnest(string_split(feed, '+')) as one_feed, file_day from raw.files "
        "where refused_code is null and known_on <= ?) group by 1 order by 1",
        [known_at],
    ).fetchall()
    return [{"feed": feed, "latest_file_day": day, "files": files} for feed, day, files in rows]

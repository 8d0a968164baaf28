"""What has arrived: which files are taken, in which order, and what became of each.

Takes the files of the inbox and of the policy folder into the raw tables, in one transaction:
either everything that was taken is there afterwards or nothing is. No clock is read, and the
order of files does not matter.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.intake.arrival import day_in_name, is_left_alone, known_on, shown_name
from ingestion.intake.fingerprint import Fingerprint, fingerprint_of, hash_of, looks_like
from ingestion.intake.judged_rows import Stage
from ingestion.intake.quarantine import COLUMNS, write_refused
from ingestion.intake.reading import Arrived, Reading
from ingestion.intake.recognition import (
    CANONICAL,
    POLICY,
    Recognised,
    contracts_with_policy,
    recognise_inbox,
    recognise_policy,
)
from ingestion.intake.taken import Intake, TakenFile
from ingestion.intake.warehouse import insert_records, insert_rows, record_schema
from ingestion.refusal import FileRefusedError

__all__ = ["CANONICAL", "POLICY", "Intake", "TakenFile", "archive", "take_inbox"]

_SCRATCH = ".intake-"


_Identity = tuple[str, str, bool]
"""What makes two files the same: name, hash, and whether it is a policy file."""


@dataclass(frozen=True, slots=True)
class _Clock:
    """The run that takes the files, and the days that decide what they are known on."""

    run_id: str
    known_at: date
    last_published_known_at: date | None
    require_dated_names: bool

    def arrived(self, path: Path, sha256: str, source: str) -> Arrived:
        file_day = day_in_name(path.name) or self.known_at
        seen_from = known_on(file_day, self.known_at, self.last_published_known_at)
        return Arrived(path, sha256, source, self.run_id, file_day, seen_from)


@dataclass(frozen=True, slots=True)
class _Load:
    """What became of a file, None if it was left alone, and what is to be loaded from it."""

    path: Path
    seen: Fingerprint | None = None
    file: TakenFile | None = None
    reading: Reading | None = None
    is_unreadable: bool = False

    @property
    def is_stable(self) -> bool:
        """Whether the file's size and time are still those with which it was read."""
        return self.seen is not None and looks_like(self.path, self.seen)


def take_inbox(
    con: duckdb.DuckDBPyConnection,
    *,
    inbox: Path,
    policy: Path,
    quarantine: Path,
    run_id: str,
    known_at: date,
    last_published_known_at: date | None,
    require_dated_names: bool = False,
) -> Intake:
    """Take every file of the inbox and of the policy folder into the raw tables.

    Args:
        con: The warehouse, open for writing, without rows of unfinished runs.
        inbox: Folder into which source systems drop files; they are not moved here.
        policy: Folder of the council's own policy rows.
        quarantine: Folder under which `<run_id>/refused.csv` is written if anything is refused.
        run_id: The run that takes the files.
        known_at: Its `known_at`; the day of files that name none.
        last_published_known_at: `known_at` of the last published run, if there is one.
        require_dated_names: Whether files without a day in their name are left alone, as catch-up
            runs must.

    Returns:
        What was taken, unchanged, refused and left alone.

    Raises:
        IngestionError: A contract or a source mapping is invalid. Nothing is loaded then.
    """
    clock = _Clock(run_id, known_at, last_published_known_at, require_dated_names)
    arrived, unfinished = _files(inbox)
    policies, unfinished_policies = _files(policy)
    with _scratch_folder(quarantine) as scratch:
        take = partial(_take, _loaded_before(con), clock, Path(scratch))
        own = [take(one) for one in recognise_policy(policies)]
        contracts = contracts_with_policy(con, [one.reading.staged for one in own if one.reading])
        loads = [take(one) for one in recognise_inbox(arrived, contracts)] + own
        loads = [
            load if load.is_stable or load.is_unreadable else _Load(load.path) for load in loads
        ]
        _commit(con, loads, quarantine / run_id, Path(scratch), run_id)
    left_alone = [*unfinished, *unfinished_policies]
    left_alone += [load.path for load in loads if load.file is None]
    files = tuple(load.file for load in loads if load.file is not None)
    unreadable = [load.path for load in loads if load.is_unreadable]
    return Intake(files, _names(left_alone), _names(unreadable))


def _names(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(sorted(shown_name(path.name) for path in paths))


def archive(
    inbox: Path, archive_dir: Path, quarantine_dir: Path, files: Iterable[TakenFile]
) -> None:
    """Move what a committed run took out of the inbox; may be called again after a crash.

    A file is moved only if its bytes are still those that were read. Policy files stay.

    Args:
        inbox: The inbox.
        archive_dir: Where taken and unchanged files go.
        quarantine_dir: Where refused files go.
        files: What the run took.
    """
    for file in files:
        path = inbox / file.name
        if file.source == POLICY or not path.is_file() or hash_of(path) != file.sha256:
            continue
        folder = archive_dir if file.refused_code is None else quarantine_dir
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(path, folder / file.name)


def _scratch_folder(quarantine: Path) -> "TemporaryDirectory[str]":
    """A folder for staged rows, beside the quarantine; leftovers of a killed run are removed."""
    quarantine.mkdir(parents=True, exist_ok=True, mode=0o700)
    for stale in quarantine.glob(f"{_SCRATCH}*"):
        shutil.rmtree(stale, ignore_errors=True)
    return TemporaryDirectory(prefix=_SCRATCH, dir=quarantine)


def _files(folder: Path) -> tuple[list[Path], list[Path]]:
    """The files of a folder that may be taken, and those to be left alone, each by name."""
    if not folder.is_dir():
        return [], []
    found = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda one: one.name)
    alone = [path for path in found if is_left_alone(path.name)]
    return [path for path in found if path not in alone], alone


def _take(
    loaded: Mapping[_Identity, Mapping[str, Any]],
    clock: _Clock,
    scratch: Path,
    recognised: Recognised,
) -> _Load:
    """The result for one file.

    It is left alone if it has no day, changed meanwhile, is gone or cannot be read.
    """
    path = recognised.path
    if clock.require_dated_names and day_in_name(path.name) is None:
        return _Load(path)
    try:
        seen = fingerprint_of(path)
    except FileNotFoundError:
        return _Load(path)
    except OSError:
        return _Load(path, is_unreadable=True)
    arrived = clock.arrived(path, seen.sha256, recognised.source)
    file = TakenFile(
        name=path.name,
        sha256=seen.sha256,
        feed=recognised.feed,
        source=recognised.source,
        file_day=arrived.file_day,
        known_on=arrived.known_on,
    )
    then = loaded.get((file.name, file.sha256, file.source == POLICY))
    if then:
        return _Load(path, seen, _as_before(file, then))
    try:
        file, reading = _read(recognised, arrived, file, scratch)
        is_stable = fingerprint_of(path) == seen
    except FileNotFoundError:
        return _Load(path)
    return _Load(path, seen, file, reading) if is_stable else _Load(path)


def _read(
    recognised: Recognised, arrived: Arrived, file: TakenFile, scratch: Path
) -> tuple[TakenFile, Reading]:
    try:
        reading = recognised.read(arrived, scratch)
    except FileRefusedError as refusal:
        refused = replace(file, refused_code=str(refusal.code), refused_message=refusal.message)
        return refused, Reading(_refused_file(arrived, refused, scratch), Stage(scratch))
    counted = replace(
        file,
        rows_read=reading.rows_read,
        rows_accepted=reading.rows_accepted,
        rows_quarantined=reading.rows_quarantined,
        rows_set_aside=reading.rows_set_aside,
        control_total=reading.control_total,
        unknown_columns=reading.unknown_columns,
        notes=reading.notes,
    )
    return counted, reading


def _refused_file(arrived: Arrived, file: TakenFile, scratch: Path) -> Stage:
    record = {
        "run_id": arrived.run_id,
        "feed": file.feed,
        "source_file": file.name,
        "file_day": file.file_day,
        "known_on": file.known_on,
        "column_name": "",
        "reason_code": file.refused_code,
        "message": file.refused_message,
    }
    stage = Stage(scratch)
    stage.add(pa.Table.from_pylist([record], record_schema("refused_rows")))
    return stage


def _loaded_before(con: duckdb.DuckDBPyConnection) -> dict[_Identity, dict[str, Any]]:
    """What earlier runs loaded of each file; unfinished runs have been forgotten.

    Of a policy file only its last text counts: going back to an earlier text is a change.
    """
    found = con.execute(
        "select source_file, sha256, source = 'policy', feed, source, file_day, known_on, "
        "rows_read, rows_accepted, rows_quarantined, rows_set_aside, control_total, notes "
        "from raw.files where refused_code is null "
        "qualify source <> 'policy' "
        "or run_id = max(run_id) over (partition by source_file, source = 'policy') "
        "order by known_on desc"
    )
    names = [column[0] for column in found.description or ()][3:]
    return {
        (row[0], row[1], row[2]): dict(zip(names, row[3:], strict=True)) for row in found.fetchall()
    }


def _as_before(file: TakenFile, then: Mapping[str, Any]) -> TakenFile:
    notes = tuple(then["notes"].split("\n")) if then["notes"] else ()
    return replace(file, **{**then, "notes": notes}, unchanged=True)


def _commit(
    con: duckdb.DuckDBPyConnection,
    loads: Sequence[_Load],
    folder: Path,
    scratch: Path,
    run_id: str,
) -> None:
    """Load everything that was read, each table in one statement, all in one transaction."""
    staged: dict[str, Stage] = {}
    refused, refused_ids, files = Stage(scratch), Stage(scratch), Stage(scratch)
    for load in loads:
        if load.file is None or load.reading is None:
            continue
        for table, stage in load.reading.staged.items():
            staged.setdefault(table, Stage(scratch)).absorb(stage)
        refused.absorb(load.reading.refused)
        refused_ids.absorb(load.reading.refused_ids)
        files.add(_file_record(load.file, run_id))
    con.begin()
    try:
        for table, stage in sorted(staged.items()):
            insert_rows(con, table, stage)
        insert_records(con, "refused_rows", refused)
        insert_records(con, "refused_ids", refused_ids)
        insert_records(con, "files", files)
        if not refused.is_empty:
            write_refused(folder, _refused_lines(refused))
        con.commit()
    except BaseException:
        con.rollback()
        raise


def _file_record(file: TakenFile, run_id: str) -> pa.Table:
    record = {
        "run_id": run_id,
        "source_file": file.name,
        "sha256": file.sha256,
        "feed": file.feed,
        "source": file.source,
        "file_day": file.file_day,
        "known_on": file.known_on,
        "rows_read": file.rows_read,
        "rows_accepted": file.rows_accepted,
        "rows_quarantined": file.rows_quarantined,
        "rows_set_aside": file.rows_set_aside,
        "control_total": file.control_total,
        "refused_code": file.refused_code,
        "refused_message": file.refused_message,
        "notes": "\n".join(file.notes) or None,
    }
    return pa.Table.from_pylist([record], record_schema("files"))


def _refused_lines(refused: Stage) -> Iterator[list[object]]:
    for batch in refused.batches():
        for record in batch.to_pylist():
            yield [record[name] for name in COLUMNS]

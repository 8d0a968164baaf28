"""What has arrived: which files are taken, in which order, and what became of each.

Takes the files of the inbox and of the policy folder into the raw tables, in one transaction:
either everything that was taken is there afterwards or nothing is. No wall clock, and no order of
files that matters (interface, sections 2, 3 and 4.1).
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from ingestion.arrival import day_in_name, is_left_alone, known_on, longest_fitting
from ingestion.contract import Contract, PolicyCodes, load_contracts, with_more_codes
from ingestion.policy_tables import columns_a_file_needs, load_policy_tables
from ingestion.quarantine import COLUMNS, write_refused
from ingestion.reading import Arrived, Reader, Reading, read_feed_file
from ingestion.refusal import CheckCode, FileRefusedError
from ingestion.source import load_sources, source_of
from ingestion.source_reading import read_source_file
from ingestion.staging import Stage
from ingestion.taken import Intake, TakenFile
from ingestion.warehouse import insert_records, insert_rows, record_schema

__all__ = ["CANONICAL", "POLICY", "Intake", "TakenFile", "archive", "take_inbox"]

CANONICAL = "canonical"
POLICY = "policy"
_HASHED_BYTES = 1 << 20
_SCRATCH = ".intake-"


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
class _Recognised:
    """A file whose name says what it is for, and how to read it."""

    path: Path
    feed: str
    source: str
    read: Reader


@dataclass(frozen=True, slots=True)
class _Load:
    """What became of a file, nothing if it was left alone, and what of it is to be loaded."""

    path: Path
    file: TakenFile | None = None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class _Fingerprint:
    size: int
    modified_ns: int
    sha256: str


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
        IngestionError: A contract or a source mapping is unfit. Nothing is loaded then.
    """
    clock = _Clock(run_id, known_at, last_published_known_at, require_dated_names)
    left_alone = [path.name for folder in (inbox, policy) for path in _unfinished(folder)]
    with _scratch_folder(quarantine) as scratch:
        take = partial(_take, con, clock, Path(scratch))
        policy_loads = [take(one) for one in _recognise_policy(policy)]
        contracts = _contracts_with_policy(con, policy_loads)
        loads = [take(one) for one in _recognise_inbox(inbox, contracts)] + policy_loads
        _commit(con, loads, quarantine / run_id, Path(scratch), run_id)
    left_alone += [load.path.name for load in loads if load.file is None]
    files = tuple(load.file for load in loads if load.file is not None)
    return Intake(files, tuple(sorted(left_alone)))


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
        if file.source == POLICY or not path.is_file() or _hash(path) != file.sha256:
            continue
        folder = archive_dir if file.refused_code is None else quarantine_dir
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(path, folder / file.name)


def _scratch_folder(quarantine: Path) -> "TemporaryDirectory[str]":
    """A folder for staged rows, beside the quarantine; what a killed run left is removed."""
    quarantine.mkdir(parents=True, exist_ok=True, mode=0o700)
    for stale in quarantine.glob(f"{_SCRATCH}*"):
        shutil.rmtree(stale, ignore_errors=True)
    return TemporaryDirectory(prefix=_SCRATCH, dir=quarantine)


def _contracts_with_policy(
    con: duckdb.DuckDBPyConnection, policy_loads: Sequence[_Load]
) -> dict[str, Contract]:
    """The contracts with the codes that the council's policy adds, this run's files included."""
    shipped = load_policy_tables()

    def codes_of(more: PolicyCodes) -> set[str]:
        table = f"policy_{more.table}"
        if table not in shipped:
            return set()
        rows = con.execute(f'select "{more.column}" from raw."{table}"').fetchall()
        codes = {row[0] for row in rows}
        for load in policy_loads:
            if load.reading is not None and table in load.reading.staged:
                for batch in load.reading.staged[table].batches():
                    codes.update(batch.column(more.column).to_pylist())
        return {code for code in codes if code}

    return {
        feed: with_more_codes(contract, codes_of) for feed, contract in load_contracts().items()
    }


def _recognise_inbox(inbox: Path, contracts: Mapping[str, Contract]) -> Iterator[_Recognised]:
    sources = load_sources().values()
    for path in _arrived(inbox):
        feed = longest_fitting(path.name, contracts)
        if source := source_of(path.name, sources):
            read = partial(read_source_file, source, contracts)
            yield _Recognised(path, "+".join(source.feeds), source.source, read)
        elif feed is None:
            yield _Recognised(path, "", CANONICAL, partial(_refuse_unknown, contracts))
        else:
            yield _Recognised(path, feed, CANONICAL, partial(read_feed_file, contracts[feed]))


def _recognise_policy(policy: Path) -> Iterator[_Recognised]:
    tables = load_policy_tables()
    for path in _arrived(policy):
        table = longest_fitting(f"policy_{path.name}", tables)
        if table is None:
            yield _Recognised(path, "", POLICY, partial(_refuse_unknown, tables))
        else:
            needed = columns_a_file_needs(tables[table])
            read = partial(read_feed_file, tables[table], needed=needed, as_written=True)
            yield _Recognised(path, table, POLICY, read)


def _refuse_unknown(known: Mapping[str, Contract], arrived: Arrived, _scratch: Path) -> Reading:
    names = ", ".join(sorted(name.removeprefix("policy_") for name in known))
    kind = "policy table" if arrived.source == POLICY else "feed or source"
    raise FileRefusedError(
        CheckCode.SHAPE,
        f"{arrived.path.name} fits no {kind}: name it <name>[_anything].csv, where <name> is one "
        f"of {names}",
    )


def _arrived(folder: Path) -> list[Path]:
    return [path for path in _files(folder) if not is_left_alone(path.name)]


def _unfinished(folder: Path) -> list[Path]:
    return [path for path in _files(folder) if is_left_alone(path.name)]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.name)


def _take(
    con: duckdb.DuckDBPyConnection,
    clock: _Clock,
    scratch: Path,
    recognised: _Recognised,
) -> _Load:
    """What one file comes to; it is left alone if it has no day, changed meanwhile or is gone."""
    path = recognised.path
    if clock.require_dated_names and day_in_name(path.name) is None:
        return _Load(path)
    try:
        before = _fingerprint(path)
        arrived = clock.arrived(path, before.sha256, recognised.source)
        file = TakenFile(
            name=path.name,
            sha256=before.sha256,
            feed=recognised.feed,
            source=recognised.source,
            file_day=arrived.file_day,
            known_on=arrived.known_on,
        )
        load = _loaded_before(con, path, file) or _read(recognised, arrived, file, scratch)
        is_stable = _fingerprint(path) == before
    except FileNotFoundError:
        return _Load(path)
    return load if is_stable else _Load(path)


def _read(recognised: _Recognised, arrived: Arrived, file: TakenFile, scratch: Path) -> _Load:
    try:
        reading = recognised.read(arrived, scratch)
    except FileRefusedError as refusal:
        refused = replace(file, refused_code=str(refusal.code), refused_message=refusal.message)
        return _Load(arrived.path, refused, Reading(_refused_file(arrived, refused, scratch)))
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
    return _Load(arrived.path, counted, reading)


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


def _loaded_before(con: duckdb.DuckDBPyConnection, path: Path, file: TakenFile) -> _Load | None:
    """The same name and bytes as an earlier run loaded; unfinished runs have been forgotten."""
    names = (
        "feed, source, file_day, known_on, rows_read, rows_accepted, rows_quarantined, "
        "rows_set_aside, control_total"
    )
    row = con.execute(
        f"select {names}, notes from raw.files "
        "where source_file = ? and sha256 = ? and refused_code is null "
        "and (source = 'policy') = ? order by known_on limit 1",
        [file.name, file.sha256, file.source == POLICY],
    ).fetchone()
    if row is None:
        return None
    then = dict(zip(names.split(", "), row, strict=False))
    notes = tuple(row[-1].split("\n")) if row[-1] else ()
    return _Load(path, replace(file, **then, notes=notes, unchanged=True))


def _commit(
    con: duckdb.DuckDBPyConnection,
    loads: Sequence[_Load],
    folder: Path,
    scratch: Path,
    run_id: str,
) -> None:
    """Load everything that was read, each table in one statement, all in one transaction."""
    staged: dict[str, Stage] = {}
    refused, files = Stage(scratch), Stage(scratch)
    for load in loads:
        if load.file is None or load.reading is None:
            continue
        for table, stage in load.reading.staged.items():
            staged.setdefault(table, Stage(scratch)).absorb(stage)
        refused.absorb(load.reading.refused)
        files.add(_file_record(load.file, run_id))
    con.begin()
    try:
        for table, stage in sorted(staged.items()):
            insert_rows(con, table, stage)
        insert_records(con, "refused_rows", refused)
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


def _fingerprint(path: Path) -> _Fingerprint:
    found = path.stat()
    return _Fingerprint(found.st_size, found.st_mtime_ns, _hash(path))


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_HASHED_BYTES):
            digest.update(block)
    return digest.hexdigest()

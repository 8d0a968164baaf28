"""From a figure back to the rows behind it: finds the run and the one of the day before.

`reports.explanation` makes the explanation; this module writes it for the terminal and as JSON.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date

from flows.answers.query import Answer, open_marts, run_to_read, written
from flows.errors import IncomeError, UsageError
from flows.runs.chain import PublishedRun, newest_before, run_folders
from flows.runs.workspace import Workspace
from flows.words import Format, Kind
from reports.errors import ReportError
from reports.explanation.explain import explain as look_up
from reports.explanation.explanation import Earlier, Explanation, Part, Position, Subject
from reports.explanation.machine import as_mapping
from reports.explanation.run_marts import RunMarts
from reports.explanation.sentence import Cell, Sentence, plain
from reports.explanation.table import in_words
from reports.site.published import PublishedMarts
from reports.site.run import read_run
from reports.site.wording import day


def explain(workspace: Workspace, kind: Kind, id_: str, as_of: date | None) -> Explanation:
    """Explain an id as of the newest run, or of the newest run of a past day.

    Raises:
        UsageError: The id is not known, nothing was published for the day, or its marts are no
            longer kept.
        IncomeError: The marts of a run cannot be read.
    """
    run = run_to_read(workspace, as_of)
    if not _is_whole(run):
        raise UsageError(
            f"The run as of {run.as_of} was thinned to its manifest: "
            f"use `income replay --as-of {run.as_of} --known-at {run.known_at}`."
        )
    before = newest_before(run_folders(workspace.runs), run.as_of, run.known_at)
    with ExitStack() as opened:
        try:
            marts = opened.enter_context(_marts(run))
            earlier = None if before is None else opened.enter_context(_earlier(before))
            found = look_up(Subject(kind), id_, marts, earlier)
            if found is None:
                raise UsageError(_unknown(Subject(kind), id_, marts, earlier))
        except ReportError as unreadable:
            raise IncomeError(str(unreadable)) from unreadable
    return found


def _unknown(subject: Subject, id_: str, marts: RunMarts, earlier: Earlier | None) -> str:
    """Why there is no explanation, and where to look instead."""
    unknown = f"No {subject} has the id {id_!r} as of {marts.as_of}"
    if earlier and earlier.marts and look_up(subject, id_, earlier.marts, None):
        since = earlier.position.as_of
        return (
            f"{unknown} now: it was withdrawn, or its date was moved later, after {since}; "
            f"use --as-of {since}."
        )
    absent = "".join(f" {sentence}" for sentence in marts.absences)
    return f"{unknown}: check the id or use another --as-of.{absent}"


def _is_whole(run: PublishedRun) -> bool:
    return (run.folder / "marts.duckdb").exists()


@contextmanager
def _marts(run: PublishedRun) -> Iterator[RunMarts]:
    with open_marts(run.folder) as connection:
        names = connection.execute("select table_name from duckdb_tables()").fetchall()
        published = PublishedMarts(connection, frozenset(str(name) for (name,) in names))
        yield RunMarts(published, read_run(run.manifest))


@contextmanager
def _earlier(run: PublishedRun) -> Iterator[Earlier]:
    position = Position(run.as_of, run.known_at, run.run_id)
    if not _is_whole(run):
        yield Earlier(position, None)
        return
    with _marts(run) as marts:
        yield Earlier(position, marts)


def as_json(explanation: Explanation) -> str:
    """The explanation as JSON."""
    return json.dumps(as_mapping(explanation), indent=2, ensure_ascii=False) + "\n"


def as_text(explanation: Explanation) -> str:
    """The explanation as plain text: one sentence, then the sections."""
    position = explanation.position
    as_of, known_at = day(position.as_of), day(position.known_at)
    lines = [explanation.account.summary.written(), ""]
    lines.append(
        f"As of {as_of}, as known on {known_at} (run {position.run_id}). Amounts are in pounds."
    )
    if explanation.unreconciled:
        lines.append("UNRECONCILED: the reconciliation gate of this run did not pass.")
    lines += explanation.absences
    for part in explanation.parts:
        lines += ["", part.title, *_text_of_part(part)]
    return "\n".join(lines) + "\n"


def _text_of_part(part: Part) -> Iterator[str]:
    for sentence in part.sentences:
        yield f"  {sentence.written()}"
    if part.table is not None:
        shown = part.table.shown
        rows = tuple(
            tuple(_cell(in_words(*each)) for each in zip(shown.columns, row, strict=True))
            for row in shown.rows
        )
        labels = tuple(column.label for column in shown.columns)
        table = written(Answer(labels, rows), Format.TABLE)
        yield from (f"  {line}" for line in table.rstrip("\n").splitlines())
    for note in part.notes:
        yield f"  {note.written()}"


def _cell(cell: Cell | Sentence) -> Cell:
    if isinstance(cell, Sentence):
        return cell.written()
    return cell if not isinstance(cell, bool) else plain(cell)

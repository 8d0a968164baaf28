"""Owns the debtor pages: the explanation of each debtor that the report names, as a page."""

import shlex
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reports.errors import ReportError
from reports.explanation.explain import explain
from reports.explanation.explanation import Earlier, Explanation, Part, Position, Subject
from reports.explanation.run_marts import RunMarts
from reports.explanation.sentence import say
from reports.site.overdue_debtors import file_name, overdue_debtors
from reports.site.published import PublishedMarts, open_marts
from reports.site.run import Run, read_run

MOST_ROWS = 100
"""A list on a page shows so many rows: the latest movements, the oldest debts."""

_LATEST_LAST = ("movements", "allocations")


@dataclass(frozen=True)
class EarlierRun:
    """The published run of the newest earlier day; its marts may be kept no longer."""

    marts: Path
    manifest: Mapping[str, object]


@dataclass(frozen=True)
class DebtorPage:
    """One page: its file and the explanation, its lists cut to what a page can hold."""

    file: str
    debtor_id: str
    explanation: Explanation
    parts: tuple[Part, ...]

    @property
    def command(self) -> str:
        """What tells the same on the command line."""
        day = self.explanation.position.as_of.isoformat()
        return f"income explain debtor {shlex.quote(self.debtor_id)} --as-of {day}"


def debtor_pages(
    folder: Path, marts: PublishedMarts, run: Run, earlier: EarlierRun | None
) -> Iterator[DebtorPage]:
    """The page of each debtor that the report names.

    Args:
        folder: the run's marts, to be read once more for these debtors alone.
        marts: the same marts with every row.
        run: what the manifest says.
        earlier: the run of the day before.
    """
    wanted = [each.debtor_id for each in overdue_debtors(marts) if each.debtor_id]
    if not wanted:
        return
    with open_marts(folder, wanted) as narrowed, _earlier(earlier, wanted) as before:
        now = RunMarts(narrowed, run, marts)
        for debtor_id in wanted:
            found = explain(Subject.DEBTOR, debtor_id, now, before)
            if found is None:  # pragma: no cover - it has open items
                raise ReportError(f"debtor {debtor_id}: has debt but no explanation")
            parts = tuple(_cut(part) for part in found.parts)
            yield DebtorPage(file_name(debtor_id), debtor_id, found, parts)


@contextmanager
def _earlier(earlier: EarlierRun | None, wanted: Collection[str]) -> Iterator[Earlier | None]:
    if earlier is None:
        yield None
        return
    run = read_run(earlier.manifest)
    position = Position(run.as_of, run.known_at, run.run_id)
    if not earlier.marts.is_dir():
        yield Earlier(position, None)
        return
    with open_marts(earlier.marts, wanted) as narrowed:
        yield Earlier(position, RunMarts(narrowed, run))


def _cut(part: Part) -> Part:
    """The part with a list of bounded length, and a note that says what was left out."""
    if part.table is None or len(part.table.rows) <= MOST_ROWS:
        return part
    rows = part.table.rows
    from_end = part.key in _LATEST_LAST
    kept = rows[-MOST_ROWS:] if from_end else rows[:MOST_ROWS]
    note = say(
        ("The latest" if from_end else "The first")
        + " {shown} of {every}; the command `income explain debtor` lists them all.",
        shown=len(kept),
        every=len(rows),
    )
    return replace(part, table=replace(part.table, rows=kept), notes=(*part.notes, note))

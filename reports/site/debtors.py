"""Debtor pages: the explanation of each debtor that the report names."""

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
"""The most rows a list on a page shows: the latest movements, the oldest debts."""

_LATEST_LAST = ("movements", "allocations")


@dataclass(frozen=True)
class EarlierRun:
    """The published run of the newest earlier day; its marts may no longer be kept."""

    marts: Path
    manifest: Mapping[str, object]


@dataclass(frozen=True)
class DebtorPage:
    """One page: its file name and the explanation, with long lists cut."""

    file: str
    debtor_id: str
    explanation: Explanation
    parts: tuple[Part, ...]

    @property
    def command(self) -> str:
        """The command that shows the same explanation."""
        day = self.explanation.position.as_of.isoformat()
        return f"income explain debtor {shlex.quote(self.debtor_id)} --as-of {day}"


def debtor_pages(
    folder: Path, marts: PublishedMarts, run: Run, earlier: EarlierRun | None
) -> Iterator[DebtorPage]:
    """The page of each debtor that the report names.

    Args:
        folder: the run's marts, read again for these debtors only.
        marts: the same marts with every row.
        run: the facts of the manifest.
        earlier: the run of the newest earlier day.
    """
    wanted = [each.debtor_id for each in overdue_debtors(marts) if each.debtor_id]
    if not wanted:
        return
    with open_marts(folder, wanted) as narrowed, _earlier(earlier, wanted) as before:
        now = RunMarts(narrowed, run, marts)
        for debtor_id in wanted:
            explanation = explain(Subject.DEBTOR, debtor_id, now, before)
            if explanation is None:  # pragma: no cover - it has open items
                raise ReportError(f"debtor {debtor_id}: has debt but no explanation")
            parts = tuple(_cut(part) for part in explanation.parts)
            yield DebtorPage(file_name(debtor_id), debtor_id, explanation, parts)


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
    """The part with its list cut to the most rows, and a note if rows were left out."""
    if part.table is None or len(part.table.rows) <= MOST_ROWS:
        return part
    rows = part.table.rows
    from_end = part.key in _LATEST_LAST
    kept = rows[-MOST_ROWS:] if from_end else rows[:MOST_ROWS]
    note = say(
        ("The latest" if from_end else "The first")
        + " {shown} of {every} rows. The command `income explain debtor` lists them all.",
        shown=len(kept),
        every=len(rows),
    )
    return replace(part, table=replace(part.table, rows=kept), notes=(*part.notes, note))

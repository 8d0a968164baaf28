"""Files read: rows accepted, quarantined and set aside, per feed and per file."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.site.published import PublishedMarts
from reports.site.run import FeedAge, InputFile, Run
from reports.site.section import Section


@dataclass(frozen=True)
class Feed:
    """The files of one feed; counts are rows of the source."""

    name: str
    files: tuple[InputFile, ...]

    @property
    def rows_read(self) -> int:
        """Rows of all its files."""
        return sum(file.rows_read for file in self.files)

    @property
    def rows_accepted(self) -> int:
        """Rows accepted into the ledger."""
        return sum(file.rows_accepted for file in self.files)

    @property
    def rows_quarantined(self) -> int:
        """Rows refused, kept in quarantine with the reason."""
        return sum(file.rows_quarantined for file in self.files)

    @property
    def rows_set_aside(self) -> int:
        """Rows excluded by a named filter of a source mapping."""
        return sum(file.rows_set_aside for file in self.files)


@dataclass(frozen=True)
class FilesRead:
    """Every feed that had a file, the totals, files whose counts do not add up, and notes.

    A note without a file of this run is about a file of an earlier run, whose rows are still in the
    figures.
    """

    run_id: str
    feeds: tuple[Feed, ...]
    total: Feed
    refused: tuple[InputFile, ...]
    unbalanced: tuple[InputFile, ...]
    unreadable: tuple[str, ...]
    left_alone: tuple[str, ...]
    notes: tuple[tuple[str, tuple[str, ...]], ...]
    ages: tuple[FeedAge, ...]


def section(marts: PublishedMarts, run: Run) -> Section:
    """Group the manifest's files by feed."""
    del marts  # counts of a run are in its manifest, never in a mart
    content = FilesRead(
        run_id=run.run_id,
        feeds=_feeds(run.inputs),
        total=Feed("", run.inputs),
        refused=tuple(file for file in run.inputs if file.refusal),
        unbalanced=tuple(file for file in run.inputs if file.rows_lost and not file.refusal),
        unreadable=run.unreadable,
        left_alone=tuple(name for name in run.left_alone if name not in run.unreadable),
        notes=tuple((note, _files_with(note, run.inputs)) for note in run.notes),
        ages=run.feed_ages,
    )
    return Section("files", "Files read", content)


def _feeds(files: Sequence[InputFile]) -> tuple[Feed, ...]:
    names = sorted({file.feed for file in files})
    return tuple(Feed(name, tuple(file for file in files if file.feed == name)) for name in names)


def _files_with(note: str, files: Sequence[InputFile]) -> tuple[str, ...]:
    return tuple(file.file for file in files if note in file.notes)

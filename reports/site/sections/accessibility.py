"""Accessibility statement: what the page does for its readers, and its known limits."""

from reports.site.published import PublishedMarts
from reports.site.run import Run
from reports.site.section import Section


def section(marts: PublishedMarts, run: Run) -> Section:
    """The statement is the same for every run."""
    del marts, run
    return Section("accessibility", "Accessibility statement", None)

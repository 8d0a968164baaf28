"""Owns what a section of the page is, and the sentence for a mart that is not there."""

from dataclasses import dataclass
from typing import Protocol

from reports.site import wording
from reports.site.published import PublishedMarts
from reports.site.run import Run


@dataclass(frozen=True)
class Section:
    """One part of the page: its template is ``sections/<anchor>.html.j2``."""

    anchor: str
    title: str
    content: object


class SectionWriter(Protocol):
    """A function that reads what one section shows."""

    def __call__(self, marts: PublishedMarts, run: Run) -> Section:
        """Read the marts and the manifest; never write."""
        ...


def absence(mart: str, run: Run) -> str:
    """Say in one sentence why a mart is not part of this run."""
    gate = run.gate_withholding(mart)
    title = wording.name(mart)
    if gate is None:
        return f"{title}: not published by this run."
    return f"{title}: withheld, because {reason(gate.name, gate.status, gate.failed_checks)}."


def reason(gate: str, status: str, failed_checks: tuple[str, ...]) -> str:
    """Say why a gate keeps its outputs back."""
    label = wording.name(gate).lower()
    if status == "no_data":
        return f"the {label} gate had no data to judge"
    checks = f" (checks {', '.join(failed_checks)})" if failed_checks else ""
    return f"the {label} gate failed{checks}"

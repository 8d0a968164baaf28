"""A section of the page, and the sentence for a mart that is missing."""

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
        """Read the marts and the manifest; write nothing."""
        ...


def absence(mart: str, run: Run) -> str:
    """One sentence on why a mart is missing from this run."""
    gate = run.gate_withholding(mart)
    title = wording.name(mart)
    if gate is None:
        return f"{title}: not published by this run."
    return f"{title}: withheld, because {reason(gate.name, gate.status, gate.failed_checks)}."


def reason(gate: str, status: str, failed_checks: tuple[str, ...]) -> str:
    """Why a gate withholds its outputs."""
    label = wording.name(gate).lower()
    if status == "no_data":
        return f"the {label} gate had no data to check"
    noun = "check" if len(failed_checks) == 1 else "checks"
    checks = f" ({noun} {', '.join(failed_checks)})" if failed_checks else ""
    return f"the {label} gate failed{checks}"

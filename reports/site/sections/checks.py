"""Checks: what each gate asked, how much it looked at, what it found and who owns it."""

from dataclasses import dataclass

from reports.site.published import PublishedMarts
from reports.site.run import Check, Gate, Run
from reports.site.section import Section, absence

_RESULTS = """
    select
        check_code as code,
        description,
        severity,
        population,
        exceptions,
        exceptions_value,
        status,
        owner
    from data_quality_results
    order by code, description
"""


@dataclass(frozen=True)
class Checks:
    """The checks of every gate, then the others: those with exceptions and those without."""

    gates: tuple[Gate, ...]
    findings: tuple[Check, ...]
    clean: tuple[Check, ...]
    missing: str


def section(marts: PublishedMarts, run: Run) -> Section:
    """Gather the gates' checks from the manifest and the rest from the quality results."""
    judged = {check.code for gate in run.gates for check in gate.checks}
    published = "data_quality_results" in marts
    rows = marts.rows(_RESULTS) if published else []
    others = [Check(**row) for row in rows if row["code"] not in judged]
    missing = "" if published else absence("data_quality_results", run)
    content = Checks(
        gates=run.gates,
        findings=tuple(check for check in others if check.exceptions),
        clean=tuple(check for check in others if not check.exceptions),
        missing=missing,
    )
    return Section("checks", "Gates and checks", content)

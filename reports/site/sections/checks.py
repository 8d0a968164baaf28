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
    """The checks of every gate, then those that belong to no gate."""

    gates: tuple[Gate, ...]
    others: tuple[Check, ...]
    missing: str


def section(marts: PublishedMarts, run: Run) -> Section:
    """Gather the gates' checks from the manifest and the rest from the quality results."""
    judged = {check.code for gate in run.gates for check in gate.checks}
    published = "data_quality_results" in marts
    rows = marts.rows(_RESULTS) if published else []
    others = tuple(Check(**row) for row in rows if row["code"] not in judged)
    missing = "" if published else absence("data_quality_results", run)
    return Section("checks", "Gates and checks", Checks(run.gates, others, missing))

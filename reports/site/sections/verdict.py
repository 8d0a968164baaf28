"""Verdict: may these figures be relied on, what was checked, and what was kept back and why."""

from dataclasses import dataclass

from reports.site import wording
from reports.site.published import PublishedMarts
from reports.site.run import Check, Run
from reports.site.section import Section, absence


@dataclass(frozen=True)
class Verdict:
    """The first thing a reader sees."""

    run: Run
    failures: tuple[Check, ...]
    overridden: tuple[Check, ...]
    without_data: tuple[Check, ...]
    withheld: tuple[str, ...]
    rows_read: int
    rows_quarantined: int
    files_refused: int
    notes: tuple[str, ...]
    unconfirmed_policy: int


def section(marts: PublishedMarts, run: Run) -> Section:
    """Gather the verdict from the gates and the files of the manifest."""
    del marts  # the verdict is the gates', never recomputed from what they let through
    checks = [check for gate in run.gates for check in gate.checks]
    content = Verdict(
        run=run,
        failures=tuple(check for check in checks if check.status == "failed"),
        overridden=tuple(check for check in checks if check.override),
        without_data=tuple(check for check in checks if check.status == "no_data"),
        withheld=tuple(absence(mart, run) for gate in run.gates for mart in gate.withheld),
        rows_read=sum(file.rows_read for file in run.inputs),
        rows_quarantined=sum(file.rows_quarantined for file in run.inputs),
        files_refused=sum(1 for file in run.inputs if file.refusal),
        notes=run.notes,
        unconfirmed_policy=sum(1 for figure in run.policy if figure.is_unconfirmed),
    )
    return Section("verdict", f"Verdict for {wording.day(run.as_of)}", content)

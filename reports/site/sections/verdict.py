"""Verdict: whether the figures are reliable, what was checked, and what is withheld and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.site import wording
from reports.site.published import PublishedMarts
from reports.site.run import Check, Run
from reports.site.section import Section, absence

_WITHOUT_FEED = """
    select check_code as code, description, missing_feed
    from data_quality_results
    where status = 'no_data' and gate is not null
    order by code
"""


@dataclass(frozen=True)
class NotMade:
    """A gate check that had no data, and what is missing."""

    code: str
    description: str


@dataclass(frozen=True)
class Verdict:
    """The first thing a reader sees."""

    run: Run
    failures: tuple[Check, ...]
    overridden: tuple[Check, ...]
    without_data: tuple[NotMade, ...]
    withheld: tuple[str, ...]
    rows_read: int
    rows_quarantined: int
    files_refused: int
    notes: tuple[str, ...]
    unconfirmed_policy: int


def section(marts: PublishedMarts, run: Run) -> Section:
    """Take the verdict from the gates and files of the manifest.

    The marts add only the checks that had no data because a feed is missing. The verdict itself is
    never calculated again from the published marts.
    """
    checks = [check for gate in run.gates for check in gate.checks]
    content = Verdict(
        run=run,
        failures=tuple(check for check in checks if check.status == "failed"),
        overridden=run.overridden,
        without_data=_not_made(marts, checks),
        withheld=tuple(absence(mart, run) for gate in run.gates for mart in gate.withheld),
        rows_read=sum(file.rows_read for file in run.inputs),
        rows_quarantined=sum(file.rows_quarantined for file in run.inputs),
        files_refused=sum(1 for file in run.inputs if file.refusal),
        notes=run.notes,
        unconfirmed_policy=sum(1 for figure in run.policy if figure.is_unconfirmed),
    )
    return Section("verdict", f"Verdict for {wording.day(run.as_of)}", content)


def _not_made(marts: PublishedMarts, checks: Sequence[Check]) -> tuple[NotMade, ...]:
    recorded = {check.code for check in checks}
    without_feed = marts.rows(_WITHOUT_FEED) if "data_quality_results" in marts else []
    not_made = [
        *(NotMade(check.code, check.description) for check in checks if check.status == "no_data"),
        *(
            NotMade(row["code"], f"{row['description']} (missing: {row['missing_feed']})")
            for row in without_feed
            if row["code"] not in recorded
        ),
    ]
    return tuple(sorted(not_made, key=lambda check: check.code))

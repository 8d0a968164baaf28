"""Write-off decisions by outcome, why requests were refused, and the schedule's total."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

_OUTCOMES = ("approved", "posted", "pending", "refused", "declined")

_BY_OUTCOME = """
    select decision, count(*) as requests, sum(amount) as amount
    from write_off_decisions
    group by decision
"""

_REFUSED_FOR = """
    select
        trim(failed.check_code) as check_code,
        count(*) as requests,
        sum(failed.amount) as amount
    from (
        select amount, unnest(string_split(failed_checks, ',')) as check_code
        from write_off_decisions
        where decision = 'refused' and failed_checks <> ''
    ) as failed
    group by all
    order by requests desc, check_code
"""

_SCHEDULE = (
    "select count(*) as requests, coalesce(sum(amount), 0) as amount from write_off_schedule"
)


@dataclass(frozen=True)
class WriteOffs:
    """Decisions in the run, and the schedule of approved requests unless its gate withheld it."""

    outcomes: tuple[Row, ...]
    requests: int
    amount: Decimal
    refused_for: tuple[Row, ...]
    schedule: Row | None
    schedule_missing: str
    missing: str

    @property
    def schedule_ties(self) -> bool:
        """Whether the schedule equals the approved decisions, in number and to the penny."""
        approved = [row for row in self.outcomes if row["decision"] == "approved"]
        requests = sum(row["requests"] for row in approved)
        amount = sum((row["amount"] for row in approved), Decimal(0))
        return self.schedule is None or (requests, amount) == (
            self.schedule["requests"],
            self.schedule["amount"],
        )


def section(marts: PublishedMarts, run: Run) -> Section:
    """Sum the write-off requests of the run by decision."""
    return Section("write-offs", "Write-off decisions", _write_offs(marts, run))


def _write_offs(marts: PublishedMarts, run: Run) -> WriteOffs:
    schedule = marts.row(_SCHEDULE) if "write_off_schedule" in marts else None
    schedule_missing = "" if schedule else absence("write_off_schedule", run)
    if "write_off_decisions" not in marts:
        missing = absence("write_off_decisions", run)
        return WriteOffs((), 0, Decimal(0), (), schedule, schedule_missing, missing)
    outcomes = sorted(marts.rows(_BY_OUTCOME), key=lambda row: _order(row["decision"]))
    descriptions = _descriptions(marts, run)
    return WriteOffs(
        outcomes=tuple(outcomes),
        requests=sum(row["requests"] for row in outcomes),
        amount=sum((row["amount"] for row in outcomes), Decimal(0)),
        refused_for=tuple(
            {**row, "description": descriptions.get(row["check_code"], "")}
            for row in marts.rows(_REFUSED_FOR)
        ),
        schedule=schedule,
        schedule_missing=schedule_missing,
        missing="",
    )


def _order(decision: str) -> tuple[int, str]:
    known = _OUTCOMES.index(decision) if decision in _OUTCOMES else len(_OUTCOMES)
    return (known, decision)


def _descriptions(marts: PublishedMarts, run: Run) -> Mapping[str, str]:
    """The description of each check by code, from the data quality results and the gates."""
    known = {check.code: check.description for gate in run.gates for check in gate.checks}
    if "data_quality_results" in marts:
        rows = marts.rows("select check_code, description from data_quality_results")
        known |= {row["check_code"]: row["description"] for row in rows}
    return known

"""Checks: what each gate asked, what it found, what was found before, and what waits for data."""

from dataclasses import dataclass

from reports.site.published import PublishedMarts, Row
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


# The five positions before this one; one that was run again is told once.
_BEFORE = """
    with
    own as (
        select distinct as_of_date, known_at from data_quality_results
    ),
    positions as (
        select
            history.as_of_date,
            history.known_at,
            row_number() over (order by history.as_of_date desc, history.known_at desc)
                as position_no
        from (select distinct as_of_date, known_at from data_quality_history) as history
        cross join own
        where
            history.as_of_date < own.as_of_date
            or (history.as_of_date = own.as_of_date and history.known_at <= own.known_at)
    ),
    told as (
        select history.*, positions.position_no
        from data_quality_history as history
        inner join positions
            on
                history.as_of_date = positions.as_of_date
                and history.known_at = positions.known_at
        where positions.position_no <= 6
    )
    select
        check_code as code,
        any_value(owner order by position_no) as owner,
        max(exceptions) filter (position_no = 1) as exceptions,
        max(exceptions_value) filter (position_no = 1) as exceptions_value,
        string_agg(
            strftime(as_of_date, '%-d %B') || ': ' || exceptions, ', ' order by position_no
        ) filter (position_no > 1) as before
    from told
    group by check_code
    having max(exceptions) > 0 and count(*) > 1
    order by check_code
"""

_WAITING = """
    select check_code as code, description, missing_feed, owner
    from data_quality_results
    where status = 'no_data'
    order by code
"""


@dataclass(frozen=True)
class Checks:
    """The checks of every gate, then the others.

    Attributes:
        gates: With their checks.
        findings: Other checks with exceptions.
        clean: Other checks without.
        before: Checks with exceptions in this run or in one of the five before, all of them.
        waiting: Checks that had nothing to look at, and what each waits for.
        missing: Why there are no results, if there are none.
    """

    gates: tuple[Gate, ...]
    findings: tuple[Check, ...]
    clean: tuple[Check, ...]
    before: tuple[Row, ...]
    waiting: tuple[Row, ...]
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
        before=tuple(marts.rows(_BEFORE)) if "data_quality_history" in marts else (),
        waiting=tuple(marts.rows(_WAITING)) if published else (),
        missing=missing,
    )
    return Section("checks", "Gates and checks", content)

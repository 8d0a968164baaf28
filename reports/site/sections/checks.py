"""Checks: the results of each gate, exceptions in earlier runs, and checks with no data yet."""

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


# The five earlier positions; one that was run again counts once.
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
    recent as (
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
    from recent
    group by check_code
    having max(exceptions) > 0 and count(*) > 1
    order by check_code
"""

_WITHOUT_DATA = """
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
        with_exceptions: Other checks with exceptions.
        without_exceptions: Other checks without exceptions or without data.
        before: All checks with exceptions in this run or in one of the five before.
        without_data: Checks that had no data, and what each one is missing.
        missing: Why there are no results; blank if there are.
    """

    gates: tuple[Gate, ...]
    with_exceptions: tuple[Check, ...]
    without_exceptions: tuple[Check, ...]
    before: tuple[Row, ...]
    without_data: tuple[Row, ...]
    missing: str


def section(marts: PublishedMarts, run: Run) -> Section:
    """Take the gate checks from the manifest and the others from the data quality results."""
    recorded = {check.code for gate in run.gates for check in gate.checks}
    published = "data_quality_results" in marts
    rows = marts.rows(_RESULTS) if published else []
    others = [Check(**row) for row in rows if row["code"] not in recorded]
    missing = "" if published else absence("data_quality_results", run)
    content = Checks(
        gates=run.gates,
        with_exceptions=tuple(check for check in others if check.exceptions),
        without_exceptions=tuple(check for check in others if not check.exceptions),
        before=tuple(marts.rows(_BEFORE)) if "data_quality_history" in marts else (),
        without_data=tuple(marts.rows(_WITHOUT_DATA)) if published else (),
        missing=missing,
    )
    return Section("checks", "Gates and checks", content)

"""Key figures: the newest period of each with target, result and trend, and monthly cohorts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.site import wording
from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

# One period for each figure: the one closest to today.
_NEWEST = """
    select *
    from kpis
    where period_kind != 'invoice_month'
    qualify row_number() over (
        partition by kpi_code
        order by
            case period_kind
                when 'as_of' then 1
                when 'trailing_12_months' then 2
                when 'financial_year_to_date' then 3
                else 4
            end,
            period_start desc
    ) = 1
    order by kpi_code
"""

_COHORTS = """
    select
        period_start,
        denominator as collectable,
        numerator as collected,
        value
    from kpis
    where kpi_code = 'cohort_collection_rate'
    order by period_start desc
"""

_PERIODS = {
    "as_of": "on this date",
    "trailing_12_months": "last 12 months",
    "financial_year_to_date": "financial year to date",
}


_NO_TARGET = "no target"

_LABELS = {
    "agency_recovery": "Agency collection rate",
    "credit_note_rate": "Credit notes, by number",
    "credit_note_rate_by_value": "Credit notes, by value",
    "contact_to_cash": "Contacts followed by a payment",
    "days_sales_outstanding": "Debtor days",
    "days_sales_outstanding_count_back": "Debtor days, count-back method",
    "dispute_rate": "Disputes, by number",
    "dispute_rate_by_value": "Disputes, by value",
    "holds_age": "Average age of holds",
    "holds_over_30_days": "Debt on hold over 30 days",
    "in_year_collection_rate": "In-year collection rate",
    "suspense_age": "Average age of suspense",
    "suspense_over_30_days": "Suspense over 30 days without a note",
    "write_off_rate": "Write-offs of the invoices raised in the period",
    "written_off_in_period": "Write-offs compared with invoices raised",
}
"""Names of key figures that their codes do not give."""


@dataclass(frozen=True)
class Line:
    """One key figure, written out.

    Attributes:
        name: Its name.
        period: The period it covers.
        value: With its unit.
        target: With its direction and unit, or that there is no target.
        result: Whether the target is met, in words.
        trend: The comparison with the previous period.
        definition: How it is calculated.
    """

    name: str
    period: str
    value: str
    target: str
    result: str
    trend: str
    definition: str


@dataclass(frozen=True)
class Kpis:
    """Key figures, those with a target first, and the cohorts, newest month first."""

    lines: tuple[Line, ...]
    cohorts: tuple[Row, ...]
    missing: str


def section(marts: PublishedMarts, run: Run) -> Section:
    """Read the newest value of each key figure."""
    return Section("kpis", "Key figures", _kpis(marts, run))


def _kpis(marts: PublishedMarts, run: Run) -> Kpis:
    if "kpis" not in marts:
        return Kpis((), (), absence("kpis", run))
    return Kpis(
        lines=tuple(sorted((_line(row) for row in marts.rows(_NEWEST)), key=_place)),
        cohorts=_with_shares(marts.rows(_COHORTS)),
        missing="",
    )


def _place(line: Line) -> tuple[bool, str]:
    return (line.target == _NO_TARGET, line.name)


def _line(row: Row) -> Line:
    return Line(
        name=_LABELS.get(row["kpi_code"], wording.name(row["kpi_code"])),
        period=_PERIODS.get(row["period_kind"], f"{row['period_start']:%B %Y}"),
        value=_figure(row["value"], row["unit"]),
        target=_target(row),
        result=_result(row["met"], row["target"]),
        trend=_trend(row),
        definition=wording.plain_text(row["definition"] or ""),
    )


def _figure(value: Decimal | None, unit: str) -> str:
    if value is None:
        return "n/a"
    if unit == "pounds":
        return wording.money(value)
    return f"{value}%" if unit == "%" else f"{value:.1f} days"


def _target(row: Row) -> str:
    if row["target"] is None:
        return _NO_TARGET
    direction = {"at_least": "at least", "at_most": "at most"}[row["direction"]]
    return f"{direction} {_figure(row['target'], row['unit'])}"


def _result(met: bool | None, target: Decimal | None) -> str:
    if target is None:
        return ""
    return {True: "met", False: "not met", None: "no data"}[met]


def _trend(row: Row) -> str:
    before = _figure(row["previous_value"], row["unit"])
    if row["trend"] is None:
        return "no comparison"
    return "unchanged" if row["trend"] == "unchanged" else f"{row['trend']}, was {before}"


def _with_shares(cohorts: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(
        row | {"month": f"{row['period_start']:%B %Y}", "rate": _figure(row["value"], "%")}
        for row in cohorts
    )

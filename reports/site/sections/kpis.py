"""Key figures: each with its newest period, target, verdict and trend, and the months' cohorts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.site import wording
from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

# Of the periods for which a figure is told, the one that says most of today.
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
    order by target is null, kpi_code
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
    "as_of": "on the day",
    "trailing_12_months": "12 months",
    "financial_year_to_date": "financial year to date",
}


@dataclass(frozen=True)
class Line:
    """One key figure, written out.

    Attributes:
        name: What it is.
        period: The days that it speaks of.
        value: With its unit.
        target: With its direction and unit, or that there is none.
        verdict: Whether the target is met, in words.
        trend: How it stands to the period before.
        definition: What is divided by what.
    """

    name: str
    period: str
    value: str
    target: str
    verdict: str
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
        lines=tuple(_line(row) for row in marts.rows(_NEWEST)),
        cohorts=_with_shares(marts.rows(_COHORTS)),
        missing="",
    )


def _line(row: Row) -> Line:
    return Line(
        name=wording.name(row["kpi_code"]),
        period=_PERIODS.get(row["period_kind"], f"{row['period_start']:%B %Y}"),
        value=_figure(row["value"], row["unit"]),
        target=_target(row),
        verdict=_verdict(row["met"], row["target"]),
        trend=_trend(row),
        definition=row["definition"] or "",
    )


def _figure(value: Decimal | None, unit: str) -> str:
    if value is None:
        return "n/a"
    if unit == "pounds":
        return wording.money(value)
    return f"{value}%" if unit == "%" else f"{value:.1f} days"


def _target(row: Row) -> str:
    if row["target"] is None:
        return "no target"
    direction = {"at_least": "at least", "at_most": "at most"}[row["direction"]]
    return f"{direction} {_figure(row['target'], row['unit'])}"


def _verdict(met: bool | None, target: Decimal | None) -> str:
    if target is None:
        return ""
    return {True: "met", False: "not met", None: "nothing to judge"}[met]


def _trend(row: Row) -> str:
    before = _figure(row["previous_value"], row["unit"])
    if row["trend"] is None:
        return "none"
    return "unchanged" if row["trend"] == "unchanged" else f"{row['trend']}, was {before}"


def _with_shares(cohorts: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(
        row | {"month": f"{row['period_start']:%B %Y}", "rate": _figure(row["value"], "%")}
        for row in cohorts
    )

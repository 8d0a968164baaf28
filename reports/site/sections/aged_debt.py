"""Aged debt by ageing band and debt type, tied to the open items to the penny; credits separate."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.site import wording
from reports.site.charts import Bar, Chart, aged_debt_chart
from reports.site.overdue_debtors import OverdueDebtor, overdue_debtors
from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

_BY_BAND = """
    select age_band, debt_type, sum(outstanding_amount) as amount, sum(item_count) as items
    from aged_debt
    group by age_band, debt_type
"""

_TOTALS = """
    select
        coalesce(sum(outstanding_amount) filter (where age_band <> 'unallocated_credit'), 0)
            as debt,
        coalesce(sum(outstanding_amount) filter (where age_band = 'unallocated_credit'), 0)
            as credits,
        count(*) filter (where age_band = 'unallocated_credit') as credit_items
    from open_items
"""

_BY_SERVICE = """
    select
        service_code,
        debt_type,
        sum(outstanding_amount) as debt,
        coalesce(sum(outstanding_amount) filter (where days_past_due > 0), 0) as overdue,
        coalesce(sum(outstanding_amount) filter (where days_past_due > 90), 0) as over_90_days
    from open_items
    where age_band <> 'unallocated_credit'
    group by service_code, debt_type
    order by debt desc, service_code nulls last, debt_type nulls last
"""

_POSITIONS = """
    select
        case
            when is_disputed then 'disputed'
            when is_held then 'held'
            when arrangement_id is not null then 'arrangement'
            else 'free'
        end as position,
        sum(outstanding_amount) as amount,
        count(*) as items
    from open_items
    where age_band <> 'unallocated_credit' and days_past_due > 0
    group by position
"""

_POSITION_WORDS = {
    "free": "No dispute, hold or arrangement",
    "arrangement": "In a live or breached arrangement",
    "held": "On hold",
    "disputed": "In dispute",
}


@dataclass(frozen=True)
class BandRow:
    """One ageing band: pounds by debt type, their total in pounds, and the number of items."""

    label: str
    amounts: tuple[Decimal, ...]
    total: Decimal
    items: int


@dataclass(frozen=True)
class AgeMatrix:
    """Open debt in pounds by ageing band and debt type, and the unallocated credits, not netted."""

    debt_types: tuple[str, ...]
    bands: tuple[BandRow, ...]
    totals: BandRow
    credits: Decimal
    credit_items: int


@dataclass(frozen=True)
class AgedDebt:
    """The aged debt table, its chart and the totals it must equal."""

    debt_types: tuple[str, ...]
    bands: tuple[BandRow, ...]
    totals: BandRow
    credits: Decimal
    credit_items: int
    open_items_debt: Decimal
    open_items_credits: Decimal
    charts: tuple[Chart, ...]
    services: tuple[Row, ...]
    positions: tuple[Row, ...]
    largest: tuple[OverdueDebtor, ...]
    missing: str = ""

    @property
    def ties(self) -> bool:
        """Whether the aged debt and the open items agree to the penny, credits included."""
        return (self.totals.total, self.credits) == (self.open_items_debt, self.open_items_credits)


def section(marts: PublishedMarts, run: Run) -> Section:
    """Read the aged debt of the run."""
    return Section("aged-debt", "Aged debt by due date", _aged_debt(marts, run))


def _aged_debt(marts: PublishedMarts, run: Run) -> AgedDebt:
    for mart in ("aged_debt", "open_items"):
        if mart not in marts:
            return _nothing(absence(mart, run))
    matrix = matrix_of(marts.rows(_BY_BAND))
    tie = marts.row(_TOTALS)
    labels, bands = matrix.debt_types, matrix.bands
    return AgedDebt(
        debt_types=labels,
        bands=bands,
        totals=matrix.totals,
        credits=matrix.credits,
        credit_items=matrix.credit_items,
        open_items_debt=tie["debt"],
        open_items_credits=tie["credits"],
        charts=aged_debt_chart(_bars(bands, labels)) if bands else (),
        services=tuple(marts.rows(_BY_SERVICE)),
        positions=_positions(marts),
        largest=overdue_debtors(marts),
    )


def matrix_of(rows: Sequence[Row]) -> AgeMatrix:
    """Arrange rows of `age_band`, `debt_type`, `amount` and `items`."""
    debts = [row for row in rows if row["age_band"] != "unallocated_credit"]
    credit_rows = [row for row in rows if row["age_band"] == "unallocated_credit"]
    debt_types = sorted(
        {row["debt_type"] for row in debts}, key=lambda code: (not code, code or "")
    )
    bands = _bands(debts, debt_types)
    return AgeMatrix(
        debt_types=tuple(wording.debt_type(code) for code in debt_types),
        bands=bands,
        totals=_total(bands, len(debt_types)),
        credits=sum((row["amount"] for row in credit_rows), Decimal(0)),
        credit_items=sum(row["items"] for row in credit_rows),
    )


def _nothing(missing: str) -> AgedDebt:
    nil = Decimal(0)
    none = BandRow("", (), nil, 0)
    return AgedDebt((), (), none, nil, 0, nil, nil, (), (), (), (), missing)


def _bands(debts: Sequence[Row], debt_types: Sequence[str | None]) -> tuple[BandRow, ...]:
    amounts = {(row["age_band"], row["debt_type"]): row["amount"] for row in debts}
    codes = sorted({row["age_band"] for row in debts}, key=wording.band_order)
    rows = []
    for code in codes:
        cells = tuple(amounts.get((code, each), Decimal(0)) for each in debt_types)
        items = sum(row["items"] for row in debts if row["age_band"] == code)
        rows.append(BandRow(wording.band(code), cells, sum(cells, Decimal(0)), items))
    return tuple(rows)


def _total(bands: Sequence[BandRow], width: int) -> BandRow:
    cells = tuple(sum((band.amounts[i] for band in bands), Decimal(0)) for i in range(width))
    total = sum((band.total for band in bands), Decimal(0))
    return BandRow("Total debt", cells, total, sum(band.items for band in bands))


def _bars(bands: Sequence[BandRow], labels: Sequence[str]) -> tuple[Bar, ...]:
    """The bars of the chart: all debt first, then each debt type if there are several."""
    bars = [Bar("All debt", band.label, band.total) for band in bands]
    if len(labels) > 1:
        bars += [
            Bar(label, band.label, band.amounts[i])
            for i, label in enumerate(labels)
            for band in bands
        ]
    return tuple(bars)


def _positions(marts: PublishedMarts) -> tuple[Row, ...]:
    rows = {row["position"]: row for row in marts.rows(_POSITIONS)}
    return tuple(
        {"label": label, **rows[code]} for code, label in _POSITION_WORDS.items() if code in rows
    )

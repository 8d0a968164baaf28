"""Bad-debt provision: by type of debtor and age, the change since 31 March, the back-test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from reports.site import wording
from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

_MATRIX = """
    select
        party_type,
        age_band,
        sum(outstanding_amount) as outstanding,
        min(rate) as lowest_rate,
        max(rate) as highest_rate,
        count(*) filter (where rate is null) as without_rate,
        coalesce(sum(provision_amount), 0) as provided
    from bad_debt_provision
    group by party_type, age_band
    order by party_type nulls last, age_band
"""

_STEPS = (
    ("New debt", "new_debt_amount"),
    ("Collected", "collected_amount"),
    ("Written off", "written_off_amount"),
    ("Credited", "credited_amount"),
    ("Ageing of existing debt", "aged_amount"),
    ("Rates changed", "policy_changed_amount"),
    ("Rounding", "rounding_amount"),
)

_BACK_TEST = """
    select
        debt_type,
        min(cohort_on) as cohort_on,
        sum(opening_amount) as opening,
        coalesce(sum(provided_then_amount), 0) as provided_then,
        sum(collected_amount) as collected,
        sum(credited_amount) as credited,
        sum(written_off_amount) as written_off,
        sum(still_open_amount) as still_open,
        coalesce(sum(loss_amount), 0) as loss,
        sum(opening_amount) filter (where over_provided_amount is null) as not_compared,
        coalesce(sum(over_provided_amount), 0) as over_provided
    from provision_back_test
    group by debt_type
    order by debt_type nulls last
"""


@dataclass(frozen=True)
class Cell:
    """One ageing band of one type of debtor: pounds open, the rate in words, pounds provided."""

    label: str
    outstanding: Decimal
    rate: str
    provided: Decimal


@dataclass(frozen=True)
class PartyRows:
    """The ageing bands of one type of debtor and their total."""

    label: str
    bands: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class Line:
    """One step of the bridge in pounds by debt type; the last amount is the total."""

    label: str
    amounts: tuple[Decimal, ...]
    is_balance: bool


@dataclass(frozen=True)
class Bridge:
    """The steps from the opening to the closing provision."""

    opening_on: date | None
    closing_on: date
    debt_types: tuple[str, ...]
    lines: tuple[Line, ...]
    opening: Decimal
    closing: Decimal
    charge: Decimal
    unexplained: Decimal
    missing: str


@dataclass(frozen=True)
class Provision:
    """The provision, its change since the last year end and the test of last year's."""

    as_of: date
    parties: tuple[PartyRows, ...]
    total: Cell
    without_rate: Decimal
    bridge: Bridge
    back_test: tuple[Row, ...]
    back_test_total: Row | None
    missing: str

    @property
    def ties(self) -> bool:
        """Whether the bridge adds up and its closing provision equals the table."""
        return not self.bridge.unexplained and self.bridge.closing == self.total.provided


def section(marts: PublishedMarts, run: Run) -> Section:
    """Read the provision of the run."""
    return Section("provision", "Bad-debt provision", _provision(marts, run))


def _provision(marts: PublishedMarts, run: Run) -> Provision:
    bridge = bridge_of(marts, run)
    if "bad_debt_provision" not in marts:
        missing = absence("bad_debt_provision", run)
        nil = Cell("", Decimal(0), "", Decimal(0))
        return Provision(run.as_of, (), nil, Decimal(0), bridge, (), None, missing)
    rows = marts.rows(_MATRIX)
    back_test = marts.rows(_BACK_TEST) if "provision_back_test" in marts else []
    return Provision(
        as_of=run.as_of,
        parties=_parties(rows),
        total=_total("All debts", rows),
        without_rate=sum((row["outstanding"] for row in rows if row["without_rate"]), Decimal(0)),
        bridge=bridge,
        back_test=tuple(back_test),
        back_test_total=_added_up(back_test),
        missing="",
    )


def _parties(rows: Sequence[Row]) -> tuple[PartyRows, ...]:
    parties = []
    for party_type, of_party in groupby(rows, key=itemgetter("party_type")):
        bands = sorted(of_party, key=lambda row: wording.band_order(row["age_band"]))
        label = wording.name(party_type) if party_type else "Not known"
        parties.append(
            PartyRows(label, tuple(_cell(row) for row in bands), _total(f"{label}, all", bands))
        )
    return tuple(parties)


def _cell(row: Row) -> Cell:
    return Cell(wording.band(row["age_band"]), row["outstanding"], _rate(row), row["provided"])


def _rate(row: Row) -> str:
    """The policy rate, or the lowest and the highest if they differ by debt type."""
    lowest, highest = row["lowest_rate"], row["highest_rate"]
    if lowest is None:
        return "no rate"
    rates = f"{_shortly(lowest)}%"
    if highest != lowest:
        rates = f"{_shortly(lowest)} to {_shortly(highest)}%"
    return f"{rates}, some without a rate" if row["without_rate"] else rates


def _shortly(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def _total(label: str, rows: Sequence[Row]) -> Cell:
    outstanding = sum((row["outstanding"] for row in rows), Decimal(0))
    provided = sum((row["provided"] for row in rows), Decimal(0))
    return Cell(label, outstanding, wording.share(provided, outstanding), provided)


def bridge_of(marts: PublishedMarts, run: Run) -> Bridge:
    """Read the bridge from the last 31 March before the as-of date."""
    if "provision_bridge" not in marts:
        missing = absence("provision_bridge", run)
        nil = Decimal(0)
        return Bridge(None, run.as_of, (), (), nil, nil, nil, nil, missing)
    rows = marts.rows("select * from provision_bridge order by debt_type nulls last")
    opening = _line("Opening provision", "opening_provision_amount", rows, is_balance=True)
    closing = _line("Closing provision", "closing_provision_amount", rows, is_balance=True)
    steps = [_line(label, column, rows) for label, column in _STEPS]
    return Bridge(
        opening_on=rows[0]["opening_on"] if rows else None,
        closing_on=run.as_of,
        debt_types=tuple(wording.debt_type(row["debt_type"]) for row in rows),
        lines=(opening, *steps, closing),
        opening=opening.amounts[-1],
        closing=closing.amounts[-1],
        charge=sum((row["charge_amount"] for row in rows), Decimal(0)),
        unexplained=sum((abs(row["difference"]) for row in rows), Decimal(0)),
        missing="",
    )


def _line(label: str, column: str, rows: Sequence[Row], *, is_balance: bool = False) -> Line:
    amounts = tuple(row[column] for row in rows)
    return Line(label, (*amounts, sum(amounts, Decimal(0))), is_balance)


def _added_up(rows: Sequence[Row]) -> Row | None:
    if not rows:
        return None
    columns = [name for name in rows[0] if name not in ("debt_type", "cohort_on")]
    return {name: sum((row[name] or Decimal(0) for row in rows), Decimal(0)) for name in columns}

"""Bands of age, of write-off authority and of court fees may neither overlap nor leave a gap.

Pure. Age bands in days begin on the day after the band before ends; from one year on they end on
anniversaries. Bands of authority begin a penny above the band before; a row for a debt type
or a reason goes over the general ones, which must leave nothing out. Tiers of a court fee begin a
penny above the tier before, and cost an amount or a rate.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from ingestion.policy.policy_rules import (
    Fault,
    FaultKind,
    InForce,
    PolicyRow,
    days_of_change,
    fault,
)

_PENNY = Decimal("0.01")
_Rule = Callable[[Sequence[PolicyRow], str], Iterator[Fault]]


def faults_of_age_bands(rows: Sequence[InForce]) -> list[Fault]:
    """The faults of the age bands on any day, each listed once; figures are judged before."""
    return _each_once(rows, _age_bands_on)


def faults_of_authority(rows: Sequence[InForce]) -> list[Fault]:
    """The faults of the bands of write-off authority on any day, each listed once."""
    return _each_once(rows, _authority_on)


def faults_of_court_fees(rows: Sequence[InForce]) -> list[Fault]:
    """The faults of the tiers of court fees and fixed costs on any day, each listed once."""
    return _each_once(rows, _court_fees_on)


def _each_once(rows: Sequence[InForce], rule: _Rule) -> list[Fault]:
    listed: dict[tuple[FaultKind, str, int], Fault] = {}
    for day in days_of_change(rows):
        for found in rule([each.row for each in rows if each.on(day)], day):
            listed.setdefault((found.kind, found.policy_row, found.line or 0), found)
    return list(listed.values())


def _figure(row: PolicyRow, column: str) -> Decimal | None:
    text = row.cells.get(column, "")
    return Decimal(text) if text else None


# Age bands.


def _age_bands_on(rows: Sequence[PolicyRow], day: str) -> Iterator[Fault]:
    aged = [row for row in rows if row.cells.get("unit")]
    unsorted = [row for row in aged if not row.cells.get("sort")]
    for row in unsorted:
        yield fault(FaultKind.MISSING, row, "sort is missing", "fill in its place in the order")
    if unsorted or not aged:
        return
    aged.sort(key=lambda row: (Decimal(row.cells["sort"]), row.name))
    youngest, oldest = aged[0], aged[-1]
    if _figure(youngest, "lower") is not None:
        yield _gap(youngest, day, "the youngest band has a lower limit", "leave its lower blank")
    for row in aged:
        yield from _band_of_nothing(row, day)
    for younger, older in pairwise(aged):
        yield from _between_ages(younger, older, day)
    if _figure(oldest, "upper") is not None:
        yield _gap(oldest, day, "the oldest band has an upper limit", "leave its upper blank")


def _band_of_nothing(row: PolicyRow, day: str) -> Iterator[Fault]:
    lower, upper = _figure(row, "lower"), _figure(row, "upper")
    if lower is None or upper is None or row.cells["unit"] != "days" or lower <= upper:
        return
    says = f"from {day} on the band ends at {upper} days, before it begins at {lower}"
    yield fault(FaultKind.RANGE, row, says, "put an upper that is not below the lower")


def _between_ages(younger: PolicyRow, older: PolicyRow, day: str) -> Iterator[Fault]:
    if younger.cells["sort"] == older.cells["sort"]:
        says = f"sort {older.cells['sort']} is also that of {younger.called} from {day}"
        yield fault(FaultKind.ORDER, older, says, "give each band a different sort number")
        return
    ends, begins = _figure(younger, "upper"), _figure(older, "lower")
    in_days = younger.cells["unit"] == "days"
    row = _to_blame(younger, older)
    if ends is None or begins is None or (not in_days and older.cells["unit"] == "days"):
        says = f"from {day} on {older.called} begins while {younger.called} lasts"
        fix = "fill in lower and upper, in days before in years, the youngest band first"
        yield fault(FaultKind.OVERLAP, row, says, fix)
        return
    wanted = ends + 1 if in_days else ends
    unit = "days" if in_days else "years"
    says = (
        f"from {day} on {younger.called} ends at {ends} {unit} and {older.called} begins at "
        f"{begins}"
    )
    fix = f"let the lower of the older be {wanted}, or the upper of the younger fit its lower"
    if begins != wanted:
        kind = FaultKind.GAP if begins > wanted else FaultKind.OVERLAP
        yield fault(kind, row, says, fix)


def _to_blame(one: PolicyRow, next_one: PolicyRow) -> PolicyRow:
    """Of two bands that do not meet the council's own, as the shipped ones do; else the later."""
    return one if next_one.file is None and one.file is not None else next_one


def _gap(row: PolicyRow, day: str, says: str, fix: str) -> Fault:
    return fault(FaultKind.GAP, row, f"from {day} on {says}", fix)


# Bands of authority.


def _authority_on(rows: Sequence[PolicyRow], day: str) -> Iterator[Fault]:
    without = [row for row in rows if _figure(row, "amount_from") is None]
    for row in without:
        yield fault(FaultKind.MISSING, row, "amount_from is missing", "fill it in, such as 0.01")
    groups: dict[tuple[str, str], list[PolicyRow]] = defaultdict(list)
    for row in rows:
        if row not in without:
            groups[row.cells["debt_type"], row.cells["reason_code"]].append(row)
    for whom, bands in sorted(groups.items()):
        bands.sort(key=lambda row: (_figure(row, "amount_from") or Decimal(0), row.name))
        yield from _authority_of_nothing(bands, day)
        yield from _authority_twice(bands, day)
        if not any(whom) or not groups.get(("", "")):
            yield from _authority_of_nobody(bands, day)


def _authority_of_nothing(bands: Iterable[PolicyRow], day: str) -> Iterator[Fault]:
    for row in bands:
        begins, ends = _figure(row, "amount_from"), _figure(row, "amount_to")
        if begins is not None and ends is not None and ends < begins:
            says = f"from {day} on the band ends at {ends}, before it begins at {begins}"
            yield fault(FaultKind.RANGE, row, says, "put an amount_to that is not below")


def _authority_twice(bands: Sequence[PolicyRow], day: str) -> Iterator[Fault]:
    for lower, higher in pairwise(bands):
        ends, begins = _figure(lower, "amount_to"), _figure(higher, "amount_from")
        if ends is None or (begins is not None and begins <= ends):
            last = "without end" if ends is None else f"up to {ends}"
            says = f"from {day} on {lower.called} goes {last} and {higher.called} from {begins}"
            fix = "let the higher begin a penny above where the lower ends"
            yield fault(FaultKind.OVERLAP, _to_blame(lower, higher), says, fix)


def _authority_of_nobody(bands: Sequence[PolicyRow], day: str) -> Iterator[Fault]:
    reached, below = Decimal(0), bands[0]
    for row in bands:
        begins, ends = _figure(row, "amount_from"), _figure(row, "amount_to")
        if begins is not None and begins > reached + _PENNY:
            says = f"nobody may approve amounts above {reached} and below {begins}, {row.called}"
            fix = f"let amount_from of the higher be {reached + _PENNY}"
            yield _gap(_to_blame(below, row), day, says, fix)
        if ends is None:
            return
        if ends > reached:
            reached, below = ends, row
    says = f"nobody may approve amounts above {reached}"
    yield _gap(below, day, says, "leave the amount_to of the highest band blank")


# Tiers of court fees.


def _court_fees_on(rows: Sequence[PolicyRow], day: str) -> Iterator[Fault]:
    without = [row for row in rows if _figure(row, "claim_from") is None]
    for row in without:
        yield fault(FaultKind.MISSING, row, "claim_from is missing", "fill it in, such as 0.01")
    for row in rows:
        if bool(row.cells["amount"]) == bool(row.cells["rate_pct"]):
            says = "a tier costs either an amount or a rate"
            yield fault(FaultKind.MISSING, row, says, "fill in amount or rate_pct, not both")
    for fee in sorted({row.cells["fee"] for row in rows}):
        tiers = [row for row in rows if row.cells["fee"] == fee and row not in without]
        tiers.sort(key=lambda row: (_figure(row, "claim_from") or Decimal(0), row.name))
        for lower, higher in pairwise(tiers):
            yield from _between_claims(lower, higher, day)
        if tiers and _figure(tiers[-1], "claim_to") is not None:
            says = f"claims above {tiers[-1].cells['claim_to']} have no {fee}"
            yield _gap(tiers[-1], day, says, "leave the claim_to of the highest tier blank")


def _between_claims(lower: PolicyRow, higher: PolicyRow, day: str) -> Iterator[Fault]:
    ends, begins = _figure(lower, "claim_to"), _figure(higher, "claim_from")
    if ends is not None and begins == ends + _PENNY:
        return
    last = "without end" if ends is None else f"up to {ends}"
    says = f"from {day} on {lower.called} goes {last} and {higher.called} from {begins}"
    is_gap = ends is not None and begins is not None and begins > ends
    kind = FaultKind.GAP if is_gap else FaultKind.OVERLAP
    fix = "let the higher begin a penny above where the lower ends"
    yield fault(kind, _to_blame(lower, higher), says, fix)

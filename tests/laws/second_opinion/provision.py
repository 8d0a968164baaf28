"""How much of the open debts is provided for, by the matrix."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from tests.laws.second_opinion.ageing import MartRow, OpenItem
from tests.laws.second_opinion.policy import Policy
from tests.laws.second_opinion.records import Debtor

_PENNY = Decimal("0.01")
Group = tuple[str | None, str | None, str]
"""Debt type, kind of party, age band."""


def bad_debt_provision(
    items: Iterable[OpenItem], debtors: Mapping[str, Debtor], policy: Policy
) -> list[MartRow]:
    """What is open and what is provided for, in pounds, by debt type, kind of party and age band.

    Open credits, which have no due date, take no part, not even one that is reversed by more than
    its amount. A debtor whose row is not known has no kind of party, and no rate.
    """
    exposures: dict[Group, Decimal] = defaultdict(Decimal)
    for item in items:
        if item.due_date is not None:
            debtor = debtors.get(item.debtor_id)
            party_type = None if debtor is None else debtor.party_type
            exposures[item.debt_type, party_type, item.age_band] += item.outstanding_amount
    return [
        _row(group, exposure, policy.provision_rates.get((group[1], group[2])))
        for group, exposure in exposures.items()
    ]


def provision_of_all(rows: Iterable[Mapping[str, object]]) -> list[MartRow]:
    """The provisions of several councils as that of one, rounded once for all of them."""
    exposures: dict[Group, Decimal] = defaultdict(Decimal)
    rates: dict[Group, Decimal | None] = {}
    for row in rows:
        debt_type, party_type, rate = row["debt_type"], row["party_type"], row["rate"]
        group = (
            None if debt_type is None else str(debt_type),
            None if party_type is None else str(party_type),
            str(row["age_band"]),
        )
        exposures[group] += Decimal(str(row["outstanding_amount"]))
        rates[group] = None if rate is None else Decimal(str(rate))
    return [_row(group, exposure, rates[group]) for group, exposure in exposures.items()]


def _row(group: Group, exposure: Decimal, rate: Decimal | None) -> MartRow:
    debt_type, party_type, age_band = group
    provided = None if rate is None else (exposure * rate / 100).quantize(_PENNY, ROUND_HALF_UP)
    return {
        "debt_type": debt_type,
        "party_type": party_type,
        "age_band": age_band,
        "outstanding_amount": exposure,
        "rate": rate,
        "provision_amount": provided,
    }

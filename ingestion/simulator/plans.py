"""Arrangements: kept, broken and cancelled, or superseded by a smaller one."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import Final

from ingestion.simulator.accounts import Arrangement, Debtor, Invoice, Receipt
from ingestion.simulator.cashier import Quote
from ingestion.simulator.diary import Process, later, months_after, working_day
from ingestion.simulator.office import Office

_FREQUENCIES: Final = (
    "monthly",
    "monthly",
    "monthly",
    "monthly",
    "weekly",
    "fortnightly",
    "four_weekly",
    "one_off",
)
_PAID_BY: Final = ("card", "bank_transfer", "standing_order", "standing_order")
_QUOTES: Final = (
    Quote.ARRANGEMENT,
    Quote.ARRANGEMENT,
    Quote.BARE_ARRANGEMENT,
    Quote.BARE_ARRANGEMENT,
    Quote.DEBTOR,
)


def agree(office: Office, debtor: Debtor, invoices: Sequence[Invoice]) -> Process:
    """Agrees an arrangement for the debt and simulates it to its end."""
    chance = office.chance
    total = sum((invoice.owed for invoice in invoices), Decimal(0))
    count = chance.randint(4, 12)
    if count > 6:
        office.casework.assess(debtor)
    frequency = chance.choice(_FREQUENCIES)
    initial = None
    if frequency != "one_off" and chance.happens(0.15):
        initial = (office.today, chance.part_of(total, 5, 20))
    first = later(office.today, chance.randint(7, 35))
    arrangement = office.casework.arrange(
        debtor, invoices, _whole_pounds(total, count), frequency, first, initial=initial
    )
    fate = chance.random()
    if fate < 0.55:
        yield from keep(office, arrangement)
    elif fate < 0.75:
        yield from keep(office, arrangement, late_from=len(arrangement.plan) // 2)
    else:
        yield from keep(office, arrangement, payments=chance.randint(0, 3))
        yield from _give_up(office, arrangement)


def keep(
    office: Office,
    arrangement: Arrangement,
    *,
    payments: int | None = None,
    late_from: int | None = None,
) -> Process:
    """Pays the whole schedule, only the first payments, or one payment some weeks late."""
    for number, (due, amount) in enumerate(arrangement.plan[:payments]):
        slack = office.chance.randint(0, 3)
        yield later(due, slack + 24 if late_from == number else slack)
        pay_instalment(office, arrangement, amount)
    if payments is None or payments >= len(arrangement.plan):
        office.casework.release(arrangement)


def pay_instalment(
    office: Office, arrangement: Arrangement, amount: Decimal, quote: Quote | None = None
) -> Receipt | None:
    """Pays one instalment, but never more than the open amount of the arrangement."""
    chance = office.chance
    debtor = arrangement.debtor
    amount = min(amount, arrangement.owed)
    if amount <= 0 or debtor.quiet:
        return None
    return office.cashier.take(
        debtor,
        amount,
        chance.choice(_PAID_BY),
        quote or chance.choice(_QUOTES),
        arrangement=arrangement,
    )


def missed_day(arrangement: Arrangement, payments: int) -> date:
    """Returns the day of the first instalment after a number of payments."""
    return arrangement.plan[min(payments, len(arrangement.plan) - 1)][0]


def _give_up(office: Office, arrangement: Arrangement) -> Process:
    chance = office.chance
    debtor = arrangement.debtor
    yield working_day(months_after(office.today, 1))
    yield working_day(later(office.today, 10))
    if arrangement.owed <= 0 or debtor.settling:
        return
    office.casework.act(debtor, "missed_instalment_notice", arrangement.invoices)
    yield working_day(later(office.today, 16))
    if arrangement.owed <= 0:
        office.casework.release(arrangement)
    elif chance.happens(0.25):
        smaller = office.casework.arrange(
            debtor,
            [invoice for invoice in arrangement.invoices if invoice.owed > 0],
            _whole_pounds(arrangement.owed, 12),
            "monthly",
            later(office.today, 14),
        )
        yield from keep(office, smaller)
    elif chance.happens(0.7):
        office.casework.cancel(arrangement, "Instalments missed")
    else:
        office.casework.release(arrangement)


def _whole_pounds(total: Decimal, count: int) -> Decimal:
    each = (total / count).to_integral_value(rounding=ROUND_UP)
    return each.quantize(Decimal("0.01"))

"""The nominal ledger: the balances of the accounts, row by row as they become known.

Balances are sums of postings, so they agree with the debtors ledger without any allocation. A
payment to a rent account names its invoices and never exceeds them, so the sum of its movements is
the open amount of its invoices. Every other account, with its open credits, is in the one account
that no service names. A debit is positive.
"""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ingestion.simulator.diary import month_end

DEBTORS: Final = "1200"
RENT_DEBTORS: Final = "1210"
SUSPENSE: Final = "1290"
PROVISION: Final = "1295"
BANK: Final = "1000"
CARE_BANK: Final = "1001"
OUTPUT_VAT: Final = "2300"
WRITE_OFFS: Final = "6900"

_TYPES: Final = {
    BANK: "bank",
    CARE_BANK: "bank",
    DEBTORS: "debtors_control",
    RENT_DEBTORS: "debtors_control",
    SUSPENSE: "suspense",
    PROVISION: "bad_debt_provision",
    OUTPUT_VAT: "output_vat",
    WRITE_OFFS: "write_off",
}
_NIL: Final = Decimal("0.00")

Balance = tuple[str, date, Decimal, str]
"""account_code, balance_date, balance, account_type"""


class NominalLedger:
    """Balances at month ends and on the last day; a late row restates the old ones."""

    def __init__(self, start: date, until: date) -> None:
        self._start = start
        self._until = until
        self._now = dict.fromkeys(_TYPES, _NIL)
        self._ahead: dict[date, list[tuple[str, Decimal]]] = {}
        self._closed: dict[date, dict[str, Decimal]] = {}
        self._last_closed = date.min
        self._restated: dict[tuple[date, str], None] = {}

    def post(self, account: str, effective: date, amount: Decimal, today: date) -> None:
        """Posts an amount on its effective day, which may be before or after today."""
        if effective > today:
            self._ahead.setdefault(effective, []).append((account, amount))
            return
        self._now[account] += amount
        if effective <= self._last_closed:
            self._restate(account, effective, amount)

    def _restate(self, account: str, effective: date, amount: Decimal) -> None:
        for closed, balances in self._closed.items():
            if closed >= effective:
                balances[account] += amount
                self._restated[closed, account] = None

    def debtors(self) -> Decimal:
        """Returns what all debtors owe today, less what the council owes them."""
        return self._now[DEBTORS] + self._now[RENT_DEBTORS]

    def open_day(self, today: date) -> None:
        """Posts amounts that were known before and take effect today."""
        for account, amount in self._ahead.pop(today, ()):
            self.post(account, today, amount, today)

    def close_day(self, today: date) -> Iterator[Balance]:
        """Yields the balances that a late row changed, then those of a balance date."""
        for closed, account in self._restated:
            yield account, closed, self._closed[closed][account], _TYPES[account]
        self._restated.clear()
        if today >= self._start and today in (month_end(today), self._until):
            if today == month_end(today):
                self._provide(today)
            self._closed[today] = dict(self._now)
            self._last_closed = today
            for account, kind in _TYPES.items():
                yield account, today, self._now[account], kind

    def _provide(self, today: date) -> None:
        if today.month in (3, 9):
            wanted = -(self.debtors() * 12 / 100).quantize(_NIL, rounding=ROUND_HALF_UP)
            self.post(PROVISION, today, wanted - self._now[PROVISION], today)

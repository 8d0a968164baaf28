"""The council's bank accounts: receipts, banked singly or in batches, and outgoing payments."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from ingestion.simulator.books import Books
from ingestion.simulator.diary import Process, later, working_day
from ingestion.simulator.nominal import BANK, CARE_BANK

_DAYS_TO_BANK: Final = {"direct_debit": 0, "card": 2, "cash": 1, "cheque": 1, "post_office": 2}
_OUTSIDE_THE_BANK: Final = frozenset({"internal_transfer", "payroll", "benefit_deduction"})
_LATE_MONEY_OFFICER: Final = "O010"
_NOMINAL: Final = {"INCOME": BANK, "CARE": CARE_BANK}


@dataclass(slots=True)
class _Batch:
    batch_id: str
    account: str
    method: str
    amount: Decimal = field(default=Decimal("0.00"))
    found_later: list[str] = field(default_factory=list)


class Bank:
    """Books all the money that the cash office banked; a batch is one line."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._batches: dict[tuple[str, str, date], _Batch] = {}

    def pay_in(
        self,
        receipt_id: str,
        amount: Decimal,
        method: str,
        account: str,
        received: date,
        reference: str,
    ) -> tuple[str | None, str | None, str | None]:
        """Banks a receipt; returns its bank account, batch and bank transaction, if any."""
        if method in _OUTSIDE_THE_BANK:
            return None, None, None
        if method not in _DAYS_TO_BANK:
            return account, None, self._book(account, amount, reference, method)
        key = (account, method, received)
        batch = self._batches.get(key)
        if batch is None:
            batch = _Batch(f"{method.upper()}-{account}-{received:%Y%m%d}", account, method)
            if received != self._books.today:
                batch.batch_id += f"-{self._books.number('L', 3)}"
            self._batches[key] = batch
        batch.amount += amount
        if received != self._books.today:
            batch.found_later.append(receipt_id)
        return account, batch.batch_id, None

    def pay_out(self, amount: Decimal, account: str, reference: str, kind: str) -> None:
        """Books an outgoing payment."""
        self._book(account, -amount, reference, kind)

    def close_day(self) -> None:
        """Banks the day's batches."""
        for batch in self._batches.values():
            self._books.clock.start(self._bank(batch))
        self._batches.clear()

    def _bank(self, batch: _Batch) -> Process:
        day = later(self._books.today, _DAYS_TO_BANK[batch.method])
        if batch.method != "direct_debit":
            day = working_day(day)
        if day > self._books.today:
            yield day
        transaction = self._book(batch.account, batch.amount, batch.batch_id, batch.method)
        for receipt_id in batch.found_later:
            self._books.note(
                "bank_match_decisions",
                bank_transaction_id=transaction,
                receipt_id=receipt_id,
                decided_by=_LATE_MONEY_OFFICER,
                decided_on=self._books.today,
                reason="Banked long after it was received",
            )

    def _book(self, account: str, amount: Decimal, reference: str, kind: str) -> str:
        today = self._books.today
        transaction_id = self._books.number("BT")
        self._books.note(
            "bank_transactions",
            bank_transaction_id=transaction_id,
            bank_account=account,
            booked_on=today,
            amount=amount,
            reference=reference,
            transaction_type=kind,
        )
        self._books.post(_NOMINAL[account], today, amount)
        return transaction_id

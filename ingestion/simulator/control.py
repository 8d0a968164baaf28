"""Finance: balances of the nominal ledger, signed controls, an override."""

from datetime import date
from typing import Final

from ingestion.simulator.books import Books
from ingestion.simulator.catalogue import officers
from ingestion.simulator.diary import Process, later, month_end, months_after, working_day

_SIGNED: Final = ("R01", "R04")
_PREPARER: Final = officers("officer", "Cash office")[0].officer_id
_REVIEWER: Final = officers("income_manager")[0].officer_id
_HEAD: Final = officers("head_of_finance")[0].officer_id


def state_balances(books: Books) -> None:
    """Writes the balances that are due at the end of a day."""
    for account, day, balance, kind in books.nominal.close_day(books.today):
        books.note(
            "gl_balances",
            account_code=account,
            balance_date=day,
            balance=balance,
            account_type=kind,
        )
    books.nominal.open_day(later(books.today, 1))


def sign_controls(books: Books, start: date) -> Process:
    """Signs each month's controls early in the next month, from the month before the start."""
    yield start
    month = 0
    while True:
        period_end = month_end(months_after(start.replace(day=1), month - 1))
        for code in _SIGNED:
            books.note(
                "sign_offs",
                control_code=code,
                period_end=period_end,
                prepared_by=_PREPARER,
                reviewed_by=_REVIEWER,
                signed_on=books.today,
            )
        month += 1
        yield working_day(later(months_after(start.replace(day=1), month), 5))


def expired_override(books: Books, until: date) -> Process:
    """Writes an override of a gate that expired long ago, so it must change nothing."""
    yield later(until, -120)
    books.note(
        "gate_overrides",
        override_id=books.number("GO", 4),
        gate="reconciliation",
        check_code="R04",
        reason="Cash system was being replaced",
        approved_by=_HEAD,
        approved_on=books.today,
        expires_on=later(books.today, 14),
    )

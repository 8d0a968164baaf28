"""The monthly write-off panel, for old debts of debtors who never paid."""

from collections import deque
from datetime import date
from typing import Final

from ingestion.simulator.accounts import Debtor, Habit, Invoice
from ingestion.simulator.diary import Process, later, months_after, working_day
from ingestion.simulator.office import Office
from ingestion.simulator.write_offs import Request

_ENOUGH: Final = frozenset(
    {
        "final_notice",
        "contact_attempt",
        "letter_of_claim",
        "agency_referral",
        "legal_referral",
        "write_off_review",
    }
)
_OLD_ENOUGH_DAYS: Final = 200
_PER_HUNDRED_DEBTORS: Final = 0.4


class WriteOffPanel:
    """Meets on the 10th of each month and approves no case that a rule refuses."""

    def __init__(self, office: Office, debtors: int) -> None:
        self._office = office
        self._places = max(1, round(debtors / 100 * _PER_HUNDRED_DEBTORS))
        self._debtors: deque[Debtor] = deque()

    def watch(self, debtor: Debtor) -> None:
        """Records a debtor whose debt the panel may consider."""
        if debtor.habit is Habit.NEVER:
            self._debtors.append(debtor)

    def meet(self, first: date) -> Process:
        """Considers the next few cases each month, in the order of their arrival."""
        month = 0
        while True:
            yield working_day(months_after(first, month).replace(day=10))
            month += 1
            for _ in range(self._places):
                invoice = self._next_case()
                if invoice is None:
                    break
                self._office.start(self._decide(invoice))

    def _next_case(self) -> Invoice | None:
        for _ in range(len(self._debtors)):
            debtor = self._debtors.popleft()
            case = next((one for one in debtor.open if self._is_ripe(one)), None)
            if case:
                return case
            if not debtor.settling:
                self._debtors.append(debtor)
        return None

    def _is_ripe(self, invoice: Invoice) -> bool:
        debtor = invoice.debtor
        today = self._office.today
        alone = not debtor.joint and not debtor.record["is_related_party"]
        return (
            alone
            and not debtor.credited
            and not invoice.blocked(today)
            and invoice.stage in _ENOUGH
            and invoice.owed == invoice.gross
            and later(invoice.due, _OLD_ENOUGH_DAYS) <= today
        )

    def _decide(self, invoice: Invoice) -> Process:
        office = self._office
        desk = office.write_offs
        gone = invoice.debtor.record["address_status"] == "gone_away"
        reason, evidence = (
            _gone_away(office) if gone else ("U2", {"cost_estimate": "Court and agent 190.00"})
        )
        request = desk.request(invoice, reason, evidence)
        yield working_day(later(office.today, 3))
        desk.check(request)
        yield working_day(later(office.today, 5))
        if office.chance.happens(0.1):
            desk.decline(request)
            return
        desk.approve(request)
        yield from self._post(request)

    def _post(self, request: Request) -> Process:
        office = self._office
        yield working_day(later(office.today, 12))
        write_off = office.write_offs.post(request)
        if office.chance.happens(0.12):
            yield working_day(later(office.today, 60))
            office.write_offs.write_back(write_off, request.invoice, request.amount)


def _gone_away(office: Office) -> tuple[str, dict[str, str]]:
    return "A1", {
        "trace_result_1": "nothing found",
        "trace_result_2": "nothing found",
        "returned_mail": "yes",
        "last_contact_on": f"{later(office.today, -200):%Y-%m-%d}",
    }

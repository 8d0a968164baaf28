"""Stories of affordability, promises to pay, and debtors who may soon fall behind."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor, Invoice
from ingestion.simulator.cashier import Quote
from ingestion.simulator.catalogue import SERVICE
from ingestion.simulator.diary import Process, later
from ingestion.simulator.stories.cast import Part, Scene, Story


@dataclass(frozen=True, slots=True)
class Means:
    """A financial statement some days before the last day, for a debt past its reminder."""

    owed: str
    assessed: int
    income: str
    essential: str
    priority: str = "0.00"
    savings: str | None = "0.00"
    debts: str | None = "1200.00"
    creditors: int = 2
    evidence: str | None = "bank statements"


_MEANS: Final = (
    Means("360.00", 25, "1640.00", "1420.00", "60.00", savings=None),
    Means("900.00", 40, "1310.00", "1255.00", "30.00", debts="6400.00", creditors=7),
    Means("240.00", 15, "980.00", "985.00", "25.00", debts="2100.00", creditors=4),
    Means("480.00", 210, "1500.00", "1300.00"),
    Means("150.00", 12, "1450.00", "1250.00", debts=None),
    Means("1500.00", 9, "1720.00", "1560.00", debts="3000.00", evidence=None),
)


def _assessed(scene: Scene, means: Means, debtor: Debtor) -> Process:
    yield scene.ago(means.assessed + 60)
    invoice = scene.bill(debtor, means.owed, due_ago=means.assessed + 32)
    yield from scene.chase(invoice, ("reminder", means.assessed + 20))
    yield scene.ago(means.assessed)
    _state(scene, debtor, means)


def _state(scene: Scene, debtor: Debtor, means: Means) -> None:
    scene.office.casework.state_means(
        debtor,
        monthly_income=Decimal(means.income),
        monthly_essential_expenditure=Decimal(means.essential),
        monthly_priority_payments=Decimal(means.priority),
        monthly_savings=None if means.savings is None else Decimal(means.savings),
        total_debt=None if means.debts is None else Decimal(means.debts),
        household_size=1,
        number_of_creditors=means.creditors,
        evidence_seen=means.evidence,
    )


def _teller(means: Means) -> Story:
    def tale(scene: Scene, debtor: Debtor) -> Process:
        return _assessed(scene, means, debtor)

    return Story(tale)


def _two_accounts(scene: Scene, first: Debtor, second: Debtor) -> Process:
    """A person with two accounts is assessed once and pays more than is available."""
    yield scene.ago(150)
    arranged = scene.bill(first, "400.00", due_ago=120)
    overdue = scene.bill(second, "200.00", due_ago=60)
    yield scene.ago(75)
    arrangement = scene.office.casework.arrange(
        first, [arranged], Decimal("25.00"), "weekly", scene.ago(70)
    )
    for due, amount in arrangement.plan[:10]:
        yield due
        _take(scene, first, amount, arranged)
    yield from scene.chase(overdue, ("reminder", 0))
    _state(scene, first, Means("", 0, "1380.00", "1290.00", debts="600.00"))


def _promises(scene: Scene, *cast: Debtor) -> Process:
    """Four promises of the same amount: kept, kept in part, broken, and still to be kept."""
    kept, in_part, broken, open_one = cast
    yield scene.ago(80)
    invoices = {debtor.debtor_id: scene.bill(debtor, "130.00", due_ago=52) for debtor in cast}
    yield scene.ago(24)
    for debtor in (kept, in_part, broken):
        _promise(scene, debtor, invoices[debtor.debtor_id], days=10)
    yield scene.ago(15)
    _take(scene, kept, Decimal("130.00"), invoices[kept.debtor_id])
    _take(scene, in_part, Decimal("55.00"), invoices[in_part.debtor_id])
    yield scene.ago(3)
    _promise(scene, open_one, invoices[open_one.debtor_id], days=8)


def _promise(scene: Scene, debtor: Debtor, invoice: Invoice, *, days: int) -> None:
    promised_on = later(scene.office.today, days)
    scene.office.casework.act(
        debtor,
        "phone_call",
        [invoice],
        outcome="promised",
        diary_on=promised_on,
        promised_amount=invoice.owed,
        promised_on=promised_on,
    )


def _often_late(scene: Scene, debtor: Debtor) -> Process:
    """Four bills are paid three weeks late, and the next one is nearly due."""
    for number in range(4):
        due = 150 - 30 * number
        yield scene.ago(due + 20)
        invoice = scene.bill(debtor, "85.00", due_ago=due)
        yield scene.ago(due - 21)
        _take(scene, debtor, Decimal("85.00"), invoice)
    yield scene.ago(18)
    scene.bill(debtor, "85.00", due_ago=-6)


def _unpaid_direct_debit(scene: Scene, debtor: Debtor) -> Process:
    yield scene.ago(30)
    invoice = scene.bill(debtor, "95.00", due_ago=5)
    yield scene.ago(5)
    receipt = scene.office.cashier.take(
        debtor, Decimal("95.00"), "direct_debit", Quote.NAMED, invoice=invoice
    )
    yield scene.ago(2)
    scene.office.cashier.reverse(receipt, "dd_unpaid")


def _first_missed(scene: Scene, debtor: Debtor) -> Process:
    """Two instalments of a bill are paid on time; the third was missed three days ago."""
    office = scene.office
    yield scene.ago(80)
    days = [scene.ago(63), scene.ago(33), scene.ago(3), later(scene.until, 27)]
    invoice = office.billing.issue(
        debtor,
        SERVICE["NURS"],
        Decimal("200.00"),
        due=days[0],
        instalments=[(day, Decimal("50.00")) for day in days],
    )
    for day in days[:2]:
        yield day
        _take(scene, debtor, Decimal("50.00"), invoice)


def _about_to_breach(scene: Scene, debtor: Debtor) -> Process:
    """The second instalment of an arrangement without a reminder was due two days ago."""
    yield scene.ago(70)
    invoice = scene.bill(debtor, "180.00", due_ago=42)
    yield scene.ago(46)
    arrangement = scene.office.casework.arrange(
        debtor, [invoice], Decimal("30.00"), "four_weekly", scene.ago(30)
    )
    yield scene.ago(30)
    _take(scene, debtor, arrangement.plan[0][1], invoice)


def _take(scene: Scene, debtor: Debtor, amount: Decimal, invoice: Invoice) -> None:
    scene.office.cashier.take(debtor, amount, "bank_transfer", Quote.NAMED, invoice=invoice)


MEANS: Final = (
    *(_teller(means) for means in _MEANS),
    Story(_two_accounts, (Part(), Part(details=(("party_id", "same"),)))),
    Story(_promises, (Part(),) * 4),
    Story(_often_late),
    Story(_unpaid_direct_debit),
    Story(_first_missed),
    Story(_about_to_breach),
)

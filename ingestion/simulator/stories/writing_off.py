"""Stories of write-offs: requests that must pass, and one that must fail for each rule."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor, Invoice
from ingestion.simulator.cashier import Quote
from ingestion.simulator.catalogue import officers
from ingestion.simulator.diary import Process, later
from ingestion.simulator.stories.cast import Part, Scene, Story
from ingestion.simulator.write_offs import Signatures

_ESTIMATE: Final = {"cost_estimate": "Court and agent 190.00"}
_TRACED: Final = {
    "trace_result_1": "nothing found",
    "trace_result_2": "nothing found",
    "returned_mail": "yes",
    "last_contact_on": "no answer for a year",
}
_CHASED: Final = ("reminder", "final_notice")
_LEADER: Final = officers("team_leader")[0].officer_id
_MANAGER: Final = officers("income_manager")[0].officer_id

Twist = Callable[[Scene, Invoice], object]
"""An event on the account just before the request."""


@dataclass(frozen=True, slots=True)
class Case:
    """A request and its outcome. Days are counted back from the last day."""

    tells: str
    gross: str = "300.00"
    reason: str = "U2"
    evidence: dict[str, str] = field(default_factory=lambda: dict(_ESTIMATE))
    due: int = 520
    stages: tuple[str, ...] = _CHASED
    asked: str = ""
    signatures: Signatures = Signatures()  # noqa: RUF009  (frozen)
    minute: str | None = None
    twist: Twist | None = None
    requested: int = 30
    fate: str = "approved"
    part: Part = Part()  # noqa: RUF009  (frozen)


def _credit_left_over(scene: Scene, invoice: Invoice) -> None:
    scene.office.billing.credit(
        invoice.debtor, Decimal("40.00"), "GOODWILL", service=invoice.service
    )


def _moratorium(scene: Scene, invoice: Invoice) -> None:
    today = scene.office.today
    scene.office.casework.hold(
        invoice.debtor, "breathing_space", today, later(today, 60), reference="BS-EXAMPLE-2"
    )


def _disputed(scene: Scene, invoice: Invoice) -> None:
    scene.office.casework.dispute(invoice.debtor, "already paid", invoice=invoice)


def _paid_in_part(scene: Scene, invoice: Invoice) -> None:
    scene.office.cashier.take(
        invoice.debtor, Decimal("50.00"), "card", Quote.NAMED, invoice=invoice
    )


def _died(scene: Scene, invoice: Invoice) -> None:
    scene.office.people.amend(invoice.debtor, date_of_death=scene.ago(260))


def _gone(scene: Scene, invoice: Invoice) -> None:
    scene.office.people.amend(invoice.debtor, address_status="gone_away")


def _insolvency(scene: Scene) -> dict[str, str]:
    return {
        "insolvency_order_number": "EXAMPLE 1 of 2099",
        "insolvency_order_date": f"{scene.ago(400):%Y-%m-%d}",
        "proof_lodged_on": f"{scene.ago(380):%Y-%m-%d}",
        "dividend_outcome": "nil",
    }


_GOOD: Final = (
    Case(
        "small balance",
        gross="18.40",
        reason="U1",
        stages=("reminder",),
        evidence={"no_activity_since": "a year", "no_other_open_debt": "yes"},
    ),
    Case("uneconomic"),
    Case("uneconomic, head of finance", gross="3400.00"),
    Case("section 151 officer", gross="7250.00"),
    Case("members, with minute", gross="12600.00", part=Part(party_type="business")),
    Case("gone away", gross="640.00", reason="A1", evidence=_TRACED, twist=_gone),
    Case(
        "deceased",
        gross="410.00",
        reason="D1",
        stages=(),
        twist=_died,
        part=Part("HOME"),
        evidence={
            "date_of_death": "known",
            "probate_search": "none",
            "estate_outcome": "no estate",
        },
    ),
    Case("bankrupt", gross="955.00", reason="B1", stages=()),
    Case(
        "statute barred",
        gross="275.00",
        reason="L1",
        due=2300,
        stages=(),
        evidence={
            "limitation_date": "past",
            "no_acknowledgment_or_payment": "none",
            "no_judgment_or_order": "none",
        },
    ),
    Case(
        "settled in part",
        reason="L3",
        asked="120.00",
        evidence={"order_or_settlement_reference": "EXAMPLE 7"},
    ),
    Case("higher role", gross="900.00", signatures=Signatures(role="section_151")),
    Case(
        "related party",
        gross="150.00",
        signatures=Signatures(role="section_151"),
        part=Part(details=(("is_related_party", True),)),
    ),
    Case("posted", gross="480.00", requested=150, fate="posted"),
    Case("posted and written back", gross="520.00", requested=200, fate="written back"),
    Case(
        "posted and written back in part", gross="360.00", requested=170, fate="part written back"
    ),
    Case("pending", gross="230.00", fate="pending"),
    Case("declined", gross="260.00", fate="declined"),
)
_BAD: Final = (
    Case("W01 paid since", twist=_paid_in_part, asked="300.00"),
    Case("W01 not the whole balance", asked="250.00"),
    Case(
        "W02 above the approver's band",
        gross="5000.01",
        signatures=Signatures(role="head_of_finance"),
    ),
    Case(
        "W03 approved by the requester",
        gross="24.00",
        signatures=Signatures(requester=_LEADER, approver=_LEADER, role="team_leader"),
    ),
    Case(
        "W04 evidence missing",
        reason="A1",
        evidence={key: value for key, value in _TRACED.items() if key != "last_contact_on"},
    ),
    Case("W05 only a reminder", stages=("reminder",)),
    Case("W06 moratorium", twist=_moratorium),
    Case("W06 dispute", twist=_disputed),
    Case(
        "W07 not yet barred",
        reason="L1",
        due=1500,
        stages=(),
        evidence={
            "limitation_date": "thought past",
            "no_acknowledgment_or_payment": "none",
            "no_judgment_or_order": "none",
        },
    ),
    Case("W08 debt after the order", reason="B1", stages=(), due=200),
    Case(
        "W09 no date of death",
        reason="D1",
        stages=(),
        evidence={
            "date_of_death": "said to be",
            "probate_search": "none",
            "estate_outcome": "none",
        },
    ),
    Case("W11 open credit", twist=_credit_left_over),
    Case("W12 council error", reason="C1", evidence={}),
    Case("W15 no minute", gross="11200.00", minute="", part=Part(party_type="business")),
    Case(
        "W19 related party",
        gross="140.00",
        signatures=Signatures(approver=_MANAGER, role="income_manager"),
        part=Part(details=(("is_related_party", True),)),
    ),
)


def _tell(scene: Scene, case: Case, debtor: Debtor) -> Process:
    yield scene.ago(case.due + 28)
    invoice = scene.bill(debtor, case.gross, due_ago=case.due)
    step = (case.due - case.requested) // (len(case.stages) + 1)
    yield from scene.chase(
        invoice,
        *((stage, case.due - step * number) for number, stage in enumerate(case.stages, start=1)),
    )
    yield scene.ago(case.requested + 2)
    if case.twist:
        case.twist(scene, invoice)
    yield scene.ago(case.requested)
    yield from _decide(scene, case, invoice)


def _decide(scene: Scene, case: Case, invoice: Invoice) -> Process:
    desk = scene.office.write_offs
    evidence = _insolvency(scene) if case.reason == "B1" else case.evidence
    request = desk.request(
        invoice,
        case.reason,
        evidence,
        amount=Decimal(case.asked) if case.asked else None,
        signatures=case.signatures,
    )
    if case.fate == "pending":
        return
    yield scene.ago(case.requested - 4)
    desk.check(request)
    yield scene.ago(case.requested - 9)
    if case.fate == "declined":
        desk.decline(request)
        return
    desk.approve(request, case.minute)
    if case.fate == "approved":
        return
    yield scene.ago(case.requested - 20)
    write_off = desk.post(request)
    if case.fate == "posted":
        return
    yield scene.ago(case.requested - 90)
    amount = request.amount if case.fate == "written back" else Decimal("100.00")
    desk.write_back(write_off, invoice, amount)


def _twice(scene: Scene, debtor: Debtor) -> Process:
    """W17: a second request for the same invoice. W16: two that together reach a higher band."""
    desk = scene.office.write_offs
    yield scene.ago(540)
    invoices = [scene.bill(debtor, "990.00", due_ago=520) for _ in range(2)]
    for invoice in invoices:
        scene.office.start(scene.chase(invoice, ("reminder", 500), ("final_notice", 480)))
    signatures = Signatures(role="head_of_finance")
    for days, invoice in ((80, invoices[0]), (30, invoices[1]), (26, invoices[1])):
        yield scene.ago(days)
        request = desk.request(invoice, "U2", _ESTIMATE, signatures=signatures)
        yield scene.ago(days - 2)
        desk.check(request)
        yield scene.ago(days - 3)
        desk.approve(request)


def _teller(case: Case) -> Story:
    def tale(scene: Scene, debtor: Debtor) -> Process:
        return _tell(scene, case, debtor)

    return Story(tale, (case.part,))


WRITING_OFF: Final = (*(_teller(case) for case in (*_GOOD, *_BAD)), Story(_twice))

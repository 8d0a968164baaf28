"""Gate `write_off`: the schedule holds what may be written off, all of it and nothing else.

Every request that is approved by today is judged first (population `requests`). A request that
breaks a check that blocks is refused and fails no gate. The schedule must then hold every other
one, as requested (`schedule`), and no request in it may break a check (`scheduled_requests`).
"""

from collections.abc import Callable, Mapping

import duckdb

from expectations.current_rows import Position
from expectations.expected import (
    Check,
    Expected,
    above,
    all_different,
    at_least,
    between,
    equal,
    is_blank,
    is_false,
    is_nil,
    is_stated,
    is_true,
    words_among,
    words_apart,
)
from expectations.populations.population import Population
from expectations.populations.write_off import write_off_populations

NAME = "write_off"
WITHHELD = ("write_off_schedule",)
INPUT_FEEDS = ("write_off_requests",)
IS_JUDGED_WITHOUT_INPUT = True

ON_FILE = is_stated("request_on_file")
"""The request is on file, approved, not declined and not posted."""


def _of_requests(
    code: str, words: str, why: str, *expected: Expected, feeds: tuple[str, ...] = ()
) -> Check:
    """A check of every request: of those waiting for the schedule, and of those in it."""
    every = (ON_FILE, *expected)
    return Check(
        code,
        words,
        ("write_off_requests", *feeds),
        why,
        expects={"requests": every, "scheduled_requests": every},
    )


W00 = Check(
    "W00",
    "The schedule lists every request that passes once, as the feed has it, and no other.",
    ("write_off_requests",),
    "Without it a request could be added, changed or lost between decision and schedule.",
    expects={
        "schedule": (
            equal("times_scheduled", "times_due"),
            equal("scheduled_invoice", "requested_invoice"),
            equal("scheduled_debtor", "requested_debtor"),
            equal("scheduled_pence", "requested_pence"),
            equal("scheduled_reason", "requested_reason"),
            equal("approver_in_schedule", "approver_of_request"),
            equal("scheduled_approved_on", "approved_on"),
        )
    },
)
W01 = _of_requests(
    "W01",
    "The amount is what is open on the invoice today (at most that, where the reason allows a "
    "part), and nothing was paid or credited since the request.",
    "Without it money that was paid, or more than is owed, would be written off.",
    at_least("balance_pence", "amount_pence"),
    at_least("amount_pence", "least_amount_pence"),
    above("requested_on", "credited_on"),
    feeds=("invoices",),
)
W02 = _of_requests(
    "W02",
    "The debtor's total requested in twelve months is within the limit of the approver's role, and "
    "the role is the one in officers.",
    "Without it somebody could approve more than the council allows them to.",
    equal("approver_role", "role_of_record"),
    between("least_rank", 1),
    between("approver_rank", 1),
    at_least("approver_rank", "least_rank"),
    at_least("greatest_rank", "approver_rank"),
    feeds=("officers",),
)
W03 = _of_requests(
    "W03",
    "Requester, approver and, where the band requires one, checker are recorded and are different "
    "people; the poster is not the approver.",
    "Without it one person could write off a debt alone.",
    words_among("actors_required", "actors_recorded"),
    all_different("requester", "approver"),
    all_different("requester", "checker", "approver"),
    all_different("poster", "approver"),
)
W04 = _of_requests(
    "W04",
    "The reason is known and covers the amount, and every piece of evidence it needs is on file "
    "and recent enough.",
    "Without it debts would be written off on somebody's word.",
    is_stated("reason_known"),
    at_least("reason_limit_pence", "amount_pence"),
    words_among("evidence_required", "evidence_fresh"),
)
W05 = _of_requests(
    "W05",
    "Recovery reached the stage that the reason requires.",
    "Without it debts would be written off before anybody tried to collect them.",
    words_among("stage_required", "stage_in_timetable"),
    at_least("reached_stage_place", "required_stage_place"),
)
W06 = _of_requests(
    "W06",
    "There is no moratorium, dispute, live arrangement, placement or legal case.",
    "Without it a protected or still recoverable debt would be closed.",
    is_blank("obstacles"),
)
W07 = _of_requests(
    "W07",
    "A debt written off as statute barred is barred today by its own dates, payments and "
    "acknowledgments, and no court gave judgment on it.",
    "Without it a debt that can still be sued for would be written off as too old.",
    words_among("barred_facts_required", "barred_facts_known"),
    above("looked_at_on", "limitation_ends_on"),
    is_false("has_judgment"),
    feeds=("invoices",),
)
W08 = _of_requests(
    "W08",
    "The debt of an insolvent debtor is dated before the order, the proof is lodged and the "
    "outcome is final.",
    "Without it a debt outside the insolvency, or one with a dividend to come, would be written "
    "off.",
    words_among("insolvency_facts_required", "insolvency_facts_known"),
    above("order_date", "invoice_date"),
    at_least("judged_on", "days_to_pass_end_on"),
    words_apart("insolvency_outcomes", "outcomes_not_final"),
    feeds=("invoices",),
)
W09 = _of_requests(
    "W09",
    "A deceased debtor has a date of death, the outcome of the estate is on file and final, and no "
    "direct debit is active.",
    "Without it the debt of a solvent estate, or of a living person, would be written off.",
    words_among("estate_facts_required", "estate_facts_known"),
    words_apart("estate_outcomes", "outcomes_not_final"),
    above("days_since_direct_debit", "direct_debit_active_days"),
    feeds=("debtors",),
)
W11 = _of_requests(
    "W11",
    "The debtor has no open credit.",
    "Without it a debt would be written off that the council's own books could settle.",
    is_nil("open_credit_pence"),
)
W12 = _of_requests(
    "W12",
    "The reason is not a council error.",
    "Without it the council's mistakes would hide among bad debts.",
    is_true("is_write_off_reason"),
)
_VAT = (
    ON_FILE,
    is_stated("vat_due_pence"),
    equal("vat_posted_pence", "vat_due_pence"),
    is_nil("postings_without_vat"),
)
W13 = Check(
    "W13",
    "The VAT is the invoice's VAT in proportion to the amount. What was posted, in however many "
    "parts, has that VAT to the penny.",
    ("write_off_requests", "invoices"),
    "Without it bad-debt relief would be lost or claimed twice.",
    expects={"requests": _VAT, "vat": _VAT},
)
W14 = _of_requests(
    "W14",
    "Policy gives a rate of provision for the debt, so that the charge to the service after the "
    "provision is known.",
    "Without it a service would learn of its loss only when it is booked.",
    words_among("open_bands", "bands_with_rate"),
    feeds=("debtors",),
)
W15 = _of_requests(
    "W15",
    "A request of the highest band has its minute reference. Where the paper of its batch is "
    "known, the batch has the paper's count, value and hash.",
    "Without it members would not have decided what is reserved to them, or the batch would not be "
    "the one that they signed.",
    at_least("minutes_recorded", "minutes_required"),
    equal("batch_requests", "paper_requests"),
    equal("batch_pence", "paper_pence"),
    equal("batch_sha256", "paper_sha256"),
)
W16 = _of_requests(
    "W16",
    "The debtor's requests within the period that policy sets do not reach a higher band together "
    "than the largest of them reaches alone.",
    "Without it a large debt could be split under an approver's limit.",
    at_least("band_alone_from_pence", "band_together_from_pence"),
)
W17 = _of_requests(
    "W17",
    "It is the first request for its invoice that is in force.",
    "Without it a debt would be written off twice.",
    equal("request_on_file", "first_request_for_invoice"),
)
W18 = Check(
    "W18",
    "Every write-back names a write-off, and the write-backs of one write-off do not exceed it in "
    "total.",
    ("write_backs",),
    "Without it a debt could be reinstated that was never written off, or for more than was.",
    expects={
        "write_backs": (
            is_stated("written_off_pence"),
            at_least("written_off_pence", "written_back_pence"),
        )
    },
)
W19 = _of_requests(
    "W19",
    "The debt of a related party is approved by an independent role.",
    "Without it a related party could be treated favourably.",
    between("independent_rank", 1),
    at_least("approver_rank", "independent_rank"),
    feeds=("debtors",),
)
W21 = Check(
    "W21",
    "Every write-off in the ledger that names a request, or was made or posted since the first "
    "request was, has a request for its invoice that was approved by then and not declined. "
    "Write-offs dated and posted before it were brought forward and are not checked.",
    ("write_off_requests", "write_offs"),
    "Without it a debt could be written off without anybody's authority.",
    expects={
        "write_offs": (
            is_stated("request_on_file"),
            equal("invoice_id", "requested_invoice"),
            is_stated("approved_on"),
            at_least("written_off_on", "approved_on"),
            is_blank("declined_on"),
        )
    },
)
W22 = Check(
    "W22",
    "Every credit note and negative adjustment above the limit of policy has an approver who is "
    "not the raiser, and none uses a write-off reason.",
    (),
    "Without it a bad debt could be credited away past the rules of write-off.",
    any_of=("credit_notes", "adjustments"),
    expects={
        "credits": (
            is_stated("approved_by"),
            all_different("raised_by", "approved_by"),
            is_false("is_write_off_reason"),
        )
    },
)
CHECKS = (W00, W01, W02, W03, W04, W05, W06, W07, W08, W09, W11, W12, W13, W14, W15, W16, W17, W18,
          W19, W21, W22)  # fmt: skip


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Does nothing: the current rows are all that this gate needs."""


def populations(
    con: duckdb.DuckDBPyConnection,
    position: Position,
    breaking: Callable[[Population], Mapping[str, frozenset[str]]],
) -> list[Population]:
    """The facts that the checks compare."""
    return write_off_populations(con, position, breaking, CHECKS)

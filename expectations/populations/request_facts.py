"""The facts of each request to write off: what policy requires or allows, and what is on file.

Everything comes from the inbound rows, independently of the models that decided the requests. The
suite `write_off` compares the columns; this module does not judge. A cell is blank where a fact
does not exist or does not apply.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from expectations.month_arithmetic import months_before
from expectations.policy import Cells, listed
from expectations.populations.dossiers import Dossier, Request
from expectations.populations.proofs import Proofs, day_told, last_day_of_limitation, vat_in
from expectations.populations.write_off_policy import WriteOffPolicy

Facts = dict[str, Any]
"""Some of the facts of a request, by column."""


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """The facts of one request; money in pence. A column is blank where its rule does not apply.

    Attributes:
        item_id: Id of the request.
        value_pence: The amount requested or scheduled.
        request_on_file: Its id where it is approved, not declined and not posted.
        amount_pence: The amount requested.
        balance_pence: What is open on its invoice.
        least_amount_pence: The balance, where its reason does not allow writing off only a part.
        requested_on: Day of the request.
        credited_on: Day of the last payment or credit on its invoice.
        value_tested_pence: The amount that the approver must have authority for.
        approver_role: Role of the approver, as the request states it.
        role_of_record: Role of the approver that policy uses.
        least_rank: Lowest rank of role that may approve the amount; 0 where policy names none.
        greatest_rank: The same rank, where policy does not allow a higher role to approve.
        approver_rank: Rank of the role of record; 0 where policy does not list it.
        actors_required: The roles in a request that policy requires different people for.
        actors_recorded: Those of them for which somebody is recorded.
        requester: Officer who requested it, where policy requires different people.
        checker: Officer who checked it, where policy requires a checker.
        approver: Officer who approved it, where policy requires different people.
        poster: Officer who posted it, where policy requires different people.
        reason_known: Its reason where policy lists it.
        reason_limit_pence: The highest amount that its reason covers.
        evidence_required: The pieces of evidence that its reason requires.
        evidence_fresh: Those of them on file with a day that policy accepts.
        stage_required: The recovery stage that its reason requires for the amount.
        stage_in_timetable: That stage where the timetable has it.
        required_stage_place: Place of that stage in the timetable.
        reached_stage_place: Place of the furthest stage reached; 0 for none.
        obstacles: Moratoria, disputes, arrangements, placements and cases on the day.
        looked_at_on: The day of the run.
        barred_facts_required: The facts required about a debt that is statute barred.
        barred_facts_known: Those of them that are known.
        limitation_ends_on: Last day on which a debt that is statute barred could be sued for.
        has_judgment: Whether a court gave judgment on a debt that is statute barred.
        insolvency_facts_required: The facts required about an insolvent debtor.
        insolvency_facts_known: Those of them that are known.
        invoice_date: Date of the invoice.
        order_date: Date of the insolvency order.
        judged_on: Day of the approval.
        days_to_pass_end_on: Last day in the evidence of an insolvency that must be past.
        insolvency_outcomes: The outcomes in the evidence of an insolvency.
        estate_facts_required: The facts required about a deceased debtor.
        estate_facts_known: Those of them that are known.
        estate_outcomes: The outcomes in the evidence of an estate.
        outcomes_not_final: The outcomes that are not final by policy.
        days_since_direct_debit: Days since the last direct debit of a deceased debtor.
        direct_debit_active_days: Days for which a direct debit counts as active.
        open_credit_pence: Open credit and unallocated cash of the debtor.
        is_write_off_reason: Whether its reason is for writing off, not for a credit note.
        vat_due_pence: The VAT in the amount, in proportion to the invoice.
        vat_posted_pence: The VAT of its write-offs in the ledger.
        postings_without_vat: How many of these have no VAT although the invoice has.
        open_bands: Age bands in which something is open on the invoice.
        bands_with_rate: Those for which policy gives a rate of provision.
        minutes_required: 1 where the band of authority requires a minute reference, else 0.
        minutes_recorded: 1 where the request has a minute reference, else 0.
        paper_requests: Number of requests by the paper of its batch.
        batch_requests: Number of requests in the batch.
        paper_pence: The total by the paper.
        batch_pence: The total of the batch.
        paper_sha256: The hash of the lines by the paper.
        batch_sha256: The hash of the lines of the batch.
        band_alone_from_pence: Lower limit of the band of the debtor's largest request, in the weeks
            in which it differs most from the next figure.
        band_together_from_pence: Lower limit of the band of the debtor's requests together.
        first_request_for_invoice: The first request for its invoice that is in force.
        independent_rank: Lowest rank of role that may approve for a related party; 0 where policy
            names none.
    """

    item_id: str
    value_pence: int
    request_on_file: str | None = None
    amount_pence: int | None = None
    balance_pence: int | None = None
    least_amount_pence: int | None = None
    requested_on: date | None = None
    credited_on: date | None = None
    value_tested_pence: int | None = None
    approver_role: str | None = None
    role_of_record: str | None = None
    least_rank: int | None = None
    greatest_rank: int | None = None
    approver_rank: int | None = None
    actors_required: str | None = None
    actors_recorded: str | None = None
    requester: str | None = None
    checker: str | None = None
    approver: str | None = None
    poster: str | None = None
    reason_known: str | None = None
    reason_limit_pence: int | None = None
    evidence_required: str | None = None
    evidence_fresh: str | None = None
    stage_required: str | None = None
    stage_in_timetable: str | None = None
    required_stage_place: int | None = None
    reached_stage_place: int | None = None
    obstacles: str | None = None
    looked_at_on: date | None = None
    barred_facts_required: str | None = None
    barred_facts_known: str | None = None
    limitation_ends_on: date | None = None
    has_judgment: bool | None = None
    insolvency_facts_required: str | None = None
    insolvency_facts_known: str | None = None
    invoice_date: date | None = None
    order_date: date | None = None
    judged_on: date | None = None
    days_to_pass_end_on: date | None = None
    insolvency_outcomes: str | None = None
    estate_facts_required: str | None = None
    estate_facts_known: str | None = None
    estate_outcomes: str | None = None
    outcomes_not_final: str | None = None
    days_since_direct_debit: int | None = None
    direct_debit_active_days: int | None = None
    open_credit_pence: int | None = None
    is_write_off_reason: bool | None = None
    vat_due_pence: int | None = None
    vat_posted_pence: int | None = None
    postings_without_vat: int | None = None
    open_bands: str | None = None
    bands_with_rate: str | None = None
    minutes_required: int | None = None
    minutes_recorded: int | None = None
    paper_requests: int | None = None
    batch_requests: int | None = None
    paper_pence: int | None = None
    batch_pence: int | None = None
    paper_sha256: str | None = None
    batch_sha256: str | None = None
    band_alone_from_pence: int | None = None
    band_together_from_pence: int | None = None
    first_request_for_invoice: str | None = None
    independent_rank: int | None = None


def facts_of(dossier: Dossier, policy: WriteOffPolicy) -> RequestFacts:
    """The facts of a request, from its dossier and the policy of the day of its approval."""
    request, on = dossier.request, dossier.judged_on
    proofs = dossier.proofs or Proofs(on)
    first = min((request, *dossier.rivals), key=lambda each: each.place)
    return RequestFacts(
        item_id=request.request_id,
        value_pence=_pence(request.amount),
        request_on_file=request.request_id,
        requested_on=request.requested_on,
        credited_on=dossier.credited_on,
        obstacles=_words(_obstacles_that_count(dossier, policy)),
        looked_at_on=dossier.proofs.as_of if dossier.proofs else None,
        invoice_date=proofs.invoice_date,
        judged_on=on,
        outcomes_not_final=_words(listed(policy.rule(on, "outcomes_not_final"))),
        open_credit_pence=_pence(dossier.open_credit),
        first_request_for_invoice=first.request_id,
        **_amounts(dossier, policy),
        **_authority(dossier, policy),
        **_actors(dossier, policy),
        **_reason(dossier, policy),
        **_stages(dossier, policy),
        **_limitation(dossier, policy, proofs),
        **_insolvency(dossier, policy, proofs),
        **_estate(dossier, policy, proofs),
        **_vat(dossier, proofs),
        **_provision(dossier, policy, proofs),
        **_batch_beside_paper(dossier),
        **_splitting(dossier, policy),
    )


def _amounts(dossier: Dossier, policy: WriteOffPolicy) -> Facts:
    reason = policy.reason(dossier.judged_on, dossier.request.reason_code)
    balance = _pence(dossier.balance)
    return {
        "amount_pence": _pence(dossier.request.amount),
        "balance_pence": balance,
        "least_amount_pence": None if reason.get("part_allowed") == "true" else balance,
    }


def _authority(dossier: Dossier, policy: WriteOffPolicy) -> Facts:
    on, request = dossier.judged_on, dossier.request
    value = value_tested(dossier, policy)
    band = _band(dossier, policy, value)
    role = _role_of_record(dossier, policy)
    least = policy.rank(on, band.get("lowest_role", ""))
    may_be_higher = policy.rule(on, "higher_role_may_approve") == "true"
    independent = policy.rank(on, policy.rule(on, "related_party_role"))
    return {
        "value_tested_pence": _pence(value),
        "approver_role": request.approver_role,
        "role_of_record": role,
        "least_rank": least,
        "greatest_rank": None if may_be_higher else least,
        "approver_rank": policy.rank(on, role),
        "minutes_required": int(band.get("needs_minute_reference") != "false"),
        "minutes_recorded": int(bool(request.minute_reference)),
        "independent_rank": independent if dossier.is_related_party else None,
    }


def _actors(dossier: Dossier, policy: WriteOffPolicy) -> Facts:
    if policy.rule(dossier.judged_on, "distinct_actors") == "false":
        return {}
    request = dossier.request
    actors = {"requester": request.requested_by, "approver": request.approved_by}
    band = _band(dossier, policy, value_tested(dossier, policy))
    if band.get("needs_checker") != "false":
        actors["checker"] = request.checked_by
    return {
        "actors_required": _words(actors),
        "actors_recorded": _words(part for part, officer in actors.items() if officer),
        **{part: officer or None for part, officer in actors.items()},
        "poster": request.posted_by or None,
    }


def _reason(dossier: Dossier, policy: WriteOffPolicy) -> Facts:
    on, code = dossier.judged_on, dossier.request.reason_code
    reason = policy.reason(on, code)
    band = reason.get("highest_band", "")
    return {
        "reason_known": code if reason else None,
        "reason_limit_pence": _pence(policy.upper_limit(on, band)) if band else None,
        "evidence_required": _words(policy.evidence_keys(on, code)),
        "evidence_fresh": _words(_fresh_evidence(dossier, policy)),
        "is_write_off_reason": reason.get("is_write_off") != "false",
    }


def _stages(dossier: Dossier, policy: WriteOffPolicy) -> Facts:
    order = policy.stage_order(dossier.judged_on)
    stage = _stage_required(dossier, policy)
    return {
        "stage_required": stage,
        "stage_in_timetable": stage if stage in order else None,
        "required_stage_place": order.get(stage) if stage else None,
        "reached_stage_place": max((order.get(each, 0) for each in dossier.stages_done), default=0),
    }


def _limitation(dossier: Dossier, policy: WriteOffPolicy, proofs: Proofs) -> Facts:
    if _family(dossier, policy) != "statute_barred":
        return {}
    periods = policy.limitation_periods
    last_day = last_day_of_limitation(proofs, dossier.debt_type, periods)
    return {
        "barred_facts_required": "limitation_end",
        "barred_facts_known": "limitation_end" if last_day else None,
        "limitation_ends_on": last_day,
        "has_judgment": proofs.is_judged,
    }


def _insolvency(dossier: Dossier, policy: WriteOffPolicy, proofs: Proofs) -> Facts:
    if _family(dossier, policy) != "insolvency":
        return {}
    proving, values = _proving(dossier, policy, proofs)
    order_date = max(_days(values, proving, "order_date"), default=proofs.order_held_on)
    known = {"invoice_date": proofs.invoice_date, "order_date": order_date}
    return {
        "insolvency_facts_required": _words([*known, *proving]),
        "insolvency_facts_known": _words([*(key for key, day in known.items() if day), *values]),
        "order_date": order_date,
        "days_to_pass_end_on": max(_days(values, proving, "day_past"), default=None),
        "insolvency_outcomes": _words(_outcomes(values, proving)),
    }


def _estate(dossier: Dossier, policy: WriteOffPolicy, proofs: Proofs) -> Facts:
    if _family(dossier, policy) != "deceased":
        return {}
    proving, values = _proving(dossier, policy, proofs)
    last_debit = proofs.direct_debit_on
    active_days = policy.rule(dossier.judged_on, "direct_debit_active_days")
    return {
        "estate_facts_required": _words(["date_of_death", *proving]),
        "estate_facts_known": _words([*["date_of_death"] * proofs.is_death_known, *values]),
        "estate_outcomes": _words(_outcomes(values, proving)),
        "days_since_direct_debit": (proofs.as_of - last_debit).days if last_debit else None,
        "direct_debit_active_days": int(active_days) if active_days else None,
    }


def _family(dossier: Dossier, policy: WriteOffPolicy) -> str:
    return policy.reason(dossier.judged_on, dossier.request.reason_code).get("family", "")


def _proving(
    dossier: Dossier, policy: WriteOffPolicy, proofs: Proofs
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What each required piece of evidence proves, and the values on file."""
    proving = policy.evidence_that_proves(dossier.judged_on, dossier.request.reason_code)
    return proving, {key: proofs.values[key] for key in proving if key in proofs.values}


def value_tested(dossier: Dossier, policy: WriteOffPolicy) -> Decimal:
    """The pounds that the approver must have authority for."""
    request, on = dossier.request, dossier.judged_on
    if policy.rule(on, "value_tested") == "amount":
        return request.amount
    months = int(policy.rule(on, "aggregate_months") or 0)
    begins = months_before(request.requested_on, months)
    return request.amount + sum(
        each.amount
        for each in dossier.siblings
        if each.invoice_id != request.invoice_id
        and begins < each.requested_on <= request.requested_on
    )


def _band(dossier: Dossier, policy: WriteOffPolicy, amount: Decimal) -> Cells:
    return policy.band(dossier.judged_on, amount, dossier.debt_type, dossier.request.reason_code)


def _role_of_record(dossier: Dossier, policy: WriteOffPolicy) -> str:
    from_officers = policy.rule(dossier.judged_on, "role_of_record") == "officers"
    return dossier.role_of_record if from_officers else dossier.request.approver_role


def _fresh_evidence(dossier: Dossier, policy: WriteOffPolicy) -> list[str]:
    on = dossier.judged_on
    oldest = months_before(on, int(policy.rule(on, "evidence_valid_months") or 0))
    required = policy.evidence_keys(on, dossier.request.reason_code)
    held = dossier.evidence or {}
    return [key for key, day in held.items() if key in required and day and oldest <= day <= on]


def _stage_required(dossier: Dossier, policy: WriteOffPolicy) -> str | None:
    """The stage that the reason requires; None also where a low amount needs no stage."""
    on, request = dossier.judged_on, dossier.request
    reason = policy.reason(on, request.reason_code)
    stage = reason.get("minimum_stage", "")
    is_waived_below = reason.get("stage_waived_below_minimum") == "true"
    if is_waived_below and request.amount < policy.minimum_balance(on, stage, dossier.debt_type):
        return None
    return stage or None


def _obstacles_that_count(dossier: Dossier, policy: WriteOffPolicy) -> list[str]:
    """Every obstacle, without the holds that are not moratoria by policy."""
    moratoria = listed(policy.rule(dossier.judged_on, "moratorium_hold_types"))
    return [
        obstacle
        for obstacle in dossier.obstacles
        if not obstacle.startswith("hold:") or obstacle.removeprefix("hold:") in moratoria
    ]


def _days(values: Mapping[str, str], proving: Mapping[str, str], proves: str) -> list[date]:
    """The days in the pieces of evidence that prove a certain fact."""
    days = (day_told(value) for key, value in values.items() if proving[key] == proves)
    return [day for day in days if day]


def _outcomes(values: Mapping[str, str], proving: Mapping[str, str]) -> list[str]:
    return [
        value.strip().lower().replace(" ", "_")
        for key, value in values.items()
        if proving[key] == "final_outcome"
    ]


def _vat(dossier: Dossier, proofs: Proofs) -> Facts:
    """VAT due on everything posted, or on the amount requested where nothing is posted."""
    posted = sum((amount for amount, _ in proofs.postings), Decimal(0))
    due = vat_in(posted if proofs.postings else dossier.request.amount, proofs)
    stated = [vat for _, vat in proofs.postings if vat is not None]
    return {
        "vat_due_pence": None if due is None else _pence(due),
        "vat_posted_pence": _pence(sum(stated, Decimal(0))) if proofs.postings else None,
        "postings_without_vat": len(proofs.postings) - len(stated) if proofs.vat_amount else 0,
    }


def _provision(dossier: Dossier, policy: WriteOffPolicy, proofs: Proofs) -> Facts:
    rated = (
        band
        for band in proofs.open_bands
        if policy.has_provision_rate(proofs.as_of, band, dossier.debt_type, proofs.party_type)
    )
    return {
        "open_bands": _words(map(_band_name, proofs.open_bands)),
        "bands_with_rate": _words(map(_band_name, rated)),
    }


def _batch_beside_paper(dossier: Dossier) -> Facts:
    """The batch and the figures of its paper; empty where no paper is known."""
    paper, batch = dossier.paper, dossier.batch
    if paper is None:
        return {}
    return {
        "paper_requests": paper.request_count,
        "batch_requests": len(batch),
        "paper_pence": _pence(paper.total_amount),
        "batch_pence": _pence(sum((each.amount for each in batch), Decimal(0))),
        "paper_sha256": paper.content_sha256.strip().lower() or None,
        "batch_sha256": hash_of_lines(batch),
    }


def hash_of_lines(batch: Iterable[Request]) -> str:
    """The hash of a batch's lines request|invoice|amount|reason, ordered by request."""
    lines = "\n".join(
        f"{each.request_id}|{each.invoice_id}|{each.amount:.2f}|{each.reason_code}"
        for each in sorted(batch, key=lambda each: each.request_id)
    )
    return hashlib.sha256(lines.encode()).hexdigest()


def _splitting(dossier: Dossier, policy: WriteOffPolicy) -> Facts:
    """Lower limits of two bands: of the largest request in some weeks, and of all requests there.

    Of all the spans of weeks that include the request, the one in which the two differ most.
    """
    days = timedelta(int(policy.rule(dossier.judged_on, "splitting_window_days") or 0))
    every = [dossier.request, *dossier.siblings]
    begins = {
        each.requested_on
        for each in every
        if timedelta(0) <= dossier.request.requested_on - each.requested_on <= days
    }
    periods = ([e for e in every if day <= e.requested_on <= day + days] for day in begins)
    pairs = [pair for each in periods if (pair := _bands(each, dossier, policy))]
    alone, together = max(pairs, key=lambda pair: (pair[1] - pair[0], pair), default=(None, None))
    return {"band_alone_from_pence": alone, "band_together_from_pence": together}


def _bands(
    requests: Sequence[Request], dossier: Dossier, policy: WriteOffPolicy
) -> tuple[int, int] | None:
    """Lower limits of the bands of the largest request and of all; each invoice counts once."""
    largest: dict[str, Decimal] = {}
    for each in requests:
        largest[each.invoice_id] = max(each.amount, largest.get(each.invoice_id, each.amount))
    alone = _band(dossier, policy, max(largest.values()))
    together = _band(dossier, policy, sum(largest.values(), Decimal(0)))
    if not alone or not together:
        return None
    return _pence(Decimal(alone["amount_from"])), _pence(Decimal(together["amount_from"]))


def _band_name(band: str) -> str:
    return band or "no_band"


def _words(words: Collection[str] | Iterable[str]) -> str | None:
    return " ".join(sorted(words)) or None


def _pence(pounds: Decimal) -> int:
    return int(pounds * 100)

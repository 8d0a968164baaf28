"""A request to write off judged again, check by check, in plain Python.

Each check is a function of a dossier and the policy; it says whether the request fails. The checks
of section 14 of the policy that this release makes are here; the others are not.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from expectations.dossiers import Dossier, Request
from expectations.month_arithmetic import months_before
from expectations.policy import Cells, listed
from expectations.proofs import day_told, is_vat_wrong, last_day_of_limitation
from expectations.write_off_policy import WriteOffPolicy

Check = Callable[[Dossier, WriteOffPolicy], bool]


def failed_checks(dossier: Dossier, policy: WriteOffPolicy) -> frozenset[str]:
    """Codes of the checks that a request fails."""
    return frozenset(code for code, fails in CHECKS.items() if fails(dossier, policy))


def is_refused(failed: frozenset[str], policy: WriteOffPolicy, on: date) -> bool:
    """Whether what a request fails refuses it: one failed blocking check is enough."""
    return any(policy.blocks(on, code) for code in failed)


def value_tested(dossier: Dossier, policy: WriteOffPolicy) -> Decimal:
    """The pounds that the approver must have authority over."""
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


def _balance_changed(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    reason = policy.reason(dossier.judged_on, dossier.request.reason_code)
    amount, balance = dossier.request.amount, dossier.balance
    fits = amount <= balance if reason.get("part_allowed") == "true" else amount == balance
    return not fits or dossier.is_paid_since


def _lacks_authority(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    on, request = dossier.judged_on, dossier.request
    band = _band(dossier, policy, value_tested(dossier, policy))
    role = _recorded_role(dossier, policy)
    needed, has = policy.rank(on, band.get("lowest_role", "")), policy.rank(on, role)
    if not needed or not has or request.approver_role != role:
        return True
    return has < needed if policy.rule(on, "higher_role_may_approve") == "true" else has != needed


def _recorded_role(dossier: Dossier, policy: WriteOffPolicy) -> str:
    from_officers = policy.rule(dossier.judged_on, "role_of_record") == "officers"
    return dossier.role_of_record if from_officers else dossier.request.approver_role


def _shares_actors(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    if policy.rule(dossier.judged_on, "distinct_actors") == "false":
        return False
    request = dossier.request
    actors = [request.requested_by, request.approved_by]
    if _band(dossier, policy, value_tested(dossier, policy)).get("needs_checker") != "false":
        actors.append(request.checked_by)
    is_shared = len(set(actors)) < len(actors) or request.posted_by == request.approved_by
    return is_shared or not all(actors)


def _lacks_evidence(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    on, request = dossier.judged_on, dossier.request
    reason = policy.reason(on, request.reason_code)
    if not reason:
        return True
    if reason["highest_band"] and request.amount > policy.upper_limit(on, reason["highest_band"]):
        return True
    oldest = months_before(on, int(policy.rule(on, "evidence_valid_months") or 0))
    held = dossier.evidence or {}
    fresh = {key for key, day in held.items() if day is not None and oldest <= day <= on}
    return not policy.evidence_keys(on, request.reason_code) <= fresh


def _stage_not_reached(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    on, request = dossier.judged_on, dossier.request
    reason = policy.reason(on, request.reason_code)
    minimum = reason.get("minimum_stage", "")
    if not minimum:
        return False
    if reason["stage_waived_below_minimum"] == "true" and request.amount < policy.minimum_balance(
        on, minimum, dossier.debt_type
    ):
        return False
    order = policy.stage_order(on)
    reached = max((order.get(stage, 0) for stage in dossier.stages_done), default=0)
    return minimum not in order or reached < order[minimum]


def _is_obstructed(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    moratoria = listed(policy.rule(dossier.judged_on, "moratorium_hold_types"))
    return any(
        not obstacle.startswith("hold:") or obstacle.removeprefix("hold:") in moratoria
        for obstacle in dossier.obstacles
    )


def _values_proved(dossier: Dossier, policy: WriteOffPolicy) -> Mapping[str, list[str | None]]:
    """By what a piece of evidence proves, its values; None for one that is missing."""
    told = dossier.proofs.values if dossier.proofs else {}
    found: dict[str, list[str | None]] = {}
    keys = policy.evidence_that_proves(dossier.judged_on, dossier.request.reason_code)
    for key, proves in keys.items():
        found.setdefault(proves, []).append(told.get(key))
    return found


def _is_outcome_open(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    """Whether evidence is missing, or the outcome that it tells is not final."""
    values = _values_proved(dossier, policy)
    open_ones = listed(policy.rule(dossier.judged_on, "outcomes_not_final"))
    return any(value is None for each in values.values() for value in each) or any(
        value.strip().lower().replace(" ", "_") in open_ones
        for value in values.get("final_outcome", [])
        if value is not None
    )


def _family(dossier: Dossier, policy: WriteOffPolicy) -> str:
    return policy.reason(dossier.judged_on, dossier.request.reason_code).get("family", "")


def _is_not_barred(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    if _family(dossier, policy) != "statute_barred":
        return False
    proofs = dossier.proofs
    if proofs is None or proofs.is_judged:
        return True
    last_day = last_day_of_limitation(proofs, dossier.debt_type, policy.limitation_periods)
    return last_day is None or proofs.as_of <= last_day


def _is_insolvency_unproven(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    if _family(dossier, policy) != "insolvency":
        return False
    proofs, values = dossier.proofs, _values_proved(dossier, policy)
    if proofs is None or proofs.invoice_date is None:
        return True
    orders = [day_told(value) for value in values.get("order_date", []) if value]
    ordered_on = max((day for day in orders if day), default=proofs.order_held_on)
    days = [day_told(value) for value in values.get("day_past", []) if value]
    return (
        ordered_on is None
        or proofs.invoice_date >= ordered_on
        or any(day is not None and day > dossier.judged_on for day in days)
        or _is_outcome_open(dossier, policy)
    )


def _is_estate_open(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    if _family(dossier, policy) != "deceased":
        return False
    proofs = dossier.proofs
    if proofs is None or not proofs.is_death_known or _is_outcome_open(dossier, policy):
        return True
    active_days = policy.rule(dossier.judged_on, "direct_debit_active_days")
    last_debit = proofs.direct_debit_on
    return bool(last_debit and active_days and (proofs.as_of - last_debit).days <= int(active_days))


def _is_vat_split_wrong(dossier: Dossier, _: WriteOffPolicy) -> bool:
    return dossier.proofs is None or is_vat_wrong(dossier.request.amount, dossier.proofs)


def _has_no_provision_rate(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    proofs = dossier.proofs
    return proofs is not None and any(
        not policy.has_provision_rate(proofs.as_of, band, dossier.debt_type, proofs.party_type)
        for band in proofs.open_bands
    )


def _has_open_credit(dossier: Dossier, _: WriteOffPolicy) -> bool:
    return dossier.has_open_credit


def _is_council_error(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    reason = policy.reason(dossier.judged_on, dossier.request.reason_code)
    return reason.get("is_write_off") == "false"


def _is_not_as_signed(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    band = _band(dossier, policy, value_tested(dossier, policy))
    return dossier.is_paper_at_odds or (
        band.get("needs_minute_reference") != "false" and not dossier.request.minute_reference
    )


def _is_split(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    days = int(policy.rule(dossier.judged_on, "splitting_window_days") or 0)
    every = [dossier.request, *dossier.siblings]
    begins = {
        each.requested_on
        for each in every
        if timedelta(0) <= dossier.request.requested_on - each.requested_on <= timedelta(days)
    }
    return any(
        _reaches_higher_band(
            [each for each in every if day <= each.requested_on <= day + timedelta(days)],
            dossier,
            policy,
        )
        for day in begins
    )


def _reaches_higher_band(requests: list[Request], dossier: Dossier, policy: WriteOffPolicy) -> bool:
    """Whether requests, an invoice counted once, together outgrow the band of the largest."""
    largest: dict[str, Decimal] = {}
    for each in requests:
        largest[each.invoice_id] = max(each.amount, largest.get(each.invoice_id, each.amount))
    alone = _band(dossier, policy, max(largest.values()))
    together = _band(dossier, policy, sum(largest.values(), Decimal(0)))
    if not alone or not together:
        return False
    return Decimal(together["amount_from"]) > Decimal(alone["amount_from"])


def _is_duplicate(dossier: Dossier, _: WriteOffPolicy) -> bool:
    return any(rival.place < dossier.request.place for rival in dossier.rivals)


def _lacks_independence(dossier: Dossier, policy: WriteOffPolicy) -> bool:
    on = dossier.judged_on
    needed = policy.rank(on, policy.rule(on, "related_party_role"))
    has = policy.rank(on, _recorded_role(dossier, policy))
    return dossier.is_related_party and (not needed or has < needed)


CHECKS: Mapping[str, Check] = {
    "W01": _balance_changed,
    "W02": _lacks_authority,
    "W03": _shares_actors,
    "W04": _lacks_evidence,
    "W05": _stage_not_reached,
    "W06": _is_obstructed,
    "W07": _is_not_barred,
    "W08": _is_insolvency_unproven,
    "W09": _is_estate_open,
    "W11": _has_open_credit,
    "W12": _is_council_error,
    "W13": _is_vat_split_wrong,
    "W14": _has_no_provision_rate,
    "W15": _is_not_as_signed,
    "W16": _is_split,
    "W17": _is_duplicate,
    "W19": _lacks_independence,
}

"""The explanation of a write-off request."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.explanation import movements
from reports.explanation.explanation import Account, Figure, Part
from reports.explanation.open_items import policy_words
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, joined, say
from reports.explanation.table import Column, Table
from reports.explanation.write_off_requests import DECISIONS

_UNDOING = ("write_off", "write_back")


def account(marts: RunMarts, request_id: str) -> Account | None:
    """The account of a request; None if the run has no request with this id."""
    row = marts.only("write_off_decisions", request_id=request_id)
    if row is None:
        return None
    invoice = marts.only("invoices", invoice_id=row["invoice_id"])
    naming = marts.matching("ledger_movements", invoice_id=row["invoice_id"])
    moved = movements.read(each for each in naming if each["movement_type"] in _UNDOING)
    scheduled = marts.only("write_off_schedule", request_id=request_id) is not None
    failed = _failed_checks(row)
    return Account(
        summary=_summary(marts, row, invoice),
        facts=row,
        balance=movements.balance_of(moved),
        movements=tuple(moved),
        allocations=(),
        figures=tuple(_figures(row, invoice, scheduled)),
        parts=(
            _decision_part(marts, row, failed, scheduled),
            _check_part(marts, failed),
            _authority_part(marts, row),
            _movement_part(moved),
        ),
    )


def _failed_checks(row: Row) -> list[str]:
    return [code for code in (row.get("failed_checks") or "").split(",") if code]


def _summary(marts: RunMarts, row: Row, invoice: Row | None) -> Sentence:
    reason = _policy(marts, row, "reason_policy_row")
    return joined(
        [
            say(
                "Request {id} to write off {amount} of invoice {invoice} (debtor {debtor}), reason "
                "{code}" + (" ({reason})" if reason else "") + ": {decision}.",
                id=row["request_id"],
                amount=row["amount"],
                invoice=row["invoice_id"],
                debtor=row["debtor_id"],
                code=row["reason_code"],
                reason=reason,
                decision=DECISIONS.get(row["decision"], row["decision"]),
            ),
            say("{open} is outstanding on the invoice.", open=invoice["outstanding_amount"])
            if invoice and "outstanding_amount" in invoice
            else None,
        ]
    )


def _policy(marts: RunMarts, row: Row, column: str) -> str | None:
    cited = row.get(column)
    return marts.policy(cited, row.get("approved_on")) if cited else None


def _figures(row: Row, invoice: Row | None, scheduled: bool) -> Iterator[Figure]:
    for column, label in (
        ("decision", "Decision"),
        ("failed_checks", "Failed checks"),
        ("amount", "Amount requested"),
        ("reason_code", "Reason"),
        ("approved_by", "Approved by"),
        ("approved_on", "Approved on"),
        ("aggregate_12m", "Twelve-month total"),
        ("authority_band", "Authority band"),
    ):
        yield Figure(column, say(label), row.get(column))
    yield Figure("is_scheduled", say("On the schedule"), scheduled)
    if invoice is not None:
        yield Figure(
            "outstanding_amount",
            say("Outstanding on the invoice"),
            invoice.get("outstanding_amount"),
        )


def _decision_part(marts: RunMarts, row: Row, failed: Sequence[str], scheduled: bool) -> Part:
    decision = row["decision"]
    sentences = [
        say("Requested on {day}.", day=row["requested_on"]) if row.get("requested_on") else None,
        say("Approved by officer {who} on {day}.", who=row["approved_by"], day=row["approved_on"])
        if row.get("approved_on")
        else say("No approval is recorded by this date."),
        _outcome(decision, failed),
    ]
    if decision == "approved" and "write_off_schedule" in marts.marts:
        sentences.append(
            say("It is on the schedule of write-offs to post.")
            if scheduled
            else say("It is not on the schedule of write-offs to post.")
        )
    return Part("status", "Why this decision", tuple(each for each in sentences if each))


def _outcome(decision: str, failed: Sequence[str]) -> Sentence | None:
    if decision == "refused":
        return say(
            "It is refused because it fails a check that refuses. All failed checks are below."
        )
    if failed and decision == "approved":
        return say("It fails the checks below, but they only warn and do not refuse it.")
    if failed and decision == "pending":
        return say("It currently fails the checks below.")
    if failed:
        return say("It fails the checks below today, but the decision no longer changes.")
    return say("It does not fail a check.")


_CHECKS = (
    Column("check_code", "Check"),
    Column("severity", "Effect"),
    Column("description", "What it checks"),
)
_EFFECTS = {"B": "refuses", "W": "warns"}


def _check_part(marts: RunMarts, failed: Sequence[str]) -> Part:
    described = {
        row["check_code"]: row for row in marts.among("data_quality_results", check_code=failed)
    }
    rows = tuple(
        (
            code,
            _EFFECTS.get(described.get(code, {}).get("severity", ""), ""),
            described.get(code, {}).get("description", "not described in this run"),
        )
        for code in failed
    )
    return Part(
        "failed_checks",
        "Failed checks",
        () if rows else (say("None."),),
        Table(_CHECKS, rows) if rows else None,
    )


def _authority_part(marts: RunMarts, row: Row) -> Part:
    band, authority, reason = (
        row.get(name) for name in ("authority_band", "authority_policy_row", "reason_policy_row")
    )
    on = row.get("approved_on")
    total = row.get("aggregate_12m")
    sentences = [
        say(
            "The debtor's requests within twelve months total {total}: authority band {band}.",
            total=total if total is not None else Decimal(0),
            band=band,
        )
        if band
        else say("No authority band covers the amount."),
        policy_words(marts, authority, on) if authority else None,
        policy_words(marts, reason, on)
        if reason
        else say("Policy has no reason code {code}.", code=row["reason_code"]),
    ]
    return Part("authority", "Authority and policy", tuple(each for each in sentences if each))


def _movement_part(moved: Sequence[movements.Movement]) -> Part:
    return Part(
        "movements",
        "Write-offs of the invoice in the ledger",
        () if moved else (say("None."),),
        movements.table_of(moved).without("counted_amount", "invoice_id") if moved else None,
    )

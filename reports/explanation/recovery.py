"""Owns where recovery stands: the stage of an invoice, a debtor's action of the day, and why."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.explanation.explanation import Figure, Part
from reports.explanation.open_items import policy_words
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, say
from reports.site import wording

_TITLE = "Where recovery stands, and why"


def of_invoice(marts: RunMarts, invoice_id: str) -> tuple[Part, tuple[Figure, ...]]:
    """The stage of an invoice, the rule that fired and why each other stage is not the next."""
    stages = marts.only("recovery_stages", invoice_id=invoice_id)
    clock = marts.only("limitation_clock", invoice_id=invoice_id)
    if stages is None:
        return Part("recovery", _TITLE, (say("No debit is open, so no stage is next."),)), ()
    sentences = [*_stages(stages)]
    if policy_row := stages.get("next_stage_policy_row"):
        sentences.append(policy_words(marts, policy_row))
    if clock is not None:
        sentences.extend(_limitation(clock))
    return Part("recovery", _TITLE, tuple(sentences)), tuple(_figures(stages))


def _stages(row: Row) -> Iterator[Sentence]:
    verdict, *others = (row.get("explanation") or "nothing is told of it").split("; ")
    yield say("{verdict}.", verdict=_begun(verdict))
    for other in others:
        stage, _, why = other.partition(": ")
        yield say("{stage}: {why}.", stage=wording.name(stage), why=why)


def _begun(text: str) -> str:
    return wording.name(text[: text.find(" ")]) + text[text.find(" ") :] if " " in text else text


def _limitation(row: Row) -> Iterator[Sentence]:
    if row.get("claim_last_day") is None:
        yield say("Policy gives its debt type no limitation period.")
        return
    words = "The last day for a claim is {day}, on the earliest reading of its limitation"
    words += ": it is barred for claims." if row["is_barred_for_claims"] else "."
    yield say(words, day=row["claim_last_day"])


def of_debtor(marts: RunMarts, debtor_id: str) -> Part:
    """The debtor's action of the day, and how its open invoices stand."""
    stages = marts.bearing("recovery_stages", debtor_id=debtor_id)
    if not stages:
        return Part("recovery", _TITLE, (say("No invoice is open."),))
    action = marts.only("recovery_worklist", debtor_id=debtor_id)
    sentences: list[Sentence] = []
    if action is not None:
        sentences.append(
            say(
                "Today: {action} by {channel} on {invoices}, {amount}; priority {priority}.",
                action=wording.name(action["action_code"]).lower(),
                channel=wording.name(action.get("channel") or "letter").lower(),
                invoices=wording.counted(len(action["invoice_ids"].split(",")), "invoice"),
                amount=action["amount"],
                priority=action.get("priority"),
            )
        )
        sentences.append(say("Why: {reason}.", reason=action.get("reason")))
    elif "recovery_worklist" in marts.marts:
        sentences.append(say("No action is due today."))
    sentences += _blocks(stages)
    wrong = marts.bearing("contacts_in_error", debtor_id=debtor_id)
    for row in sorted(wrong, key=lambda each: (each["acted_on"], each["action_id"])):
        sentences.append(
            say(
                "In error: {explanation}. {remedy}",
                explanation=row["explanation"],
                remedy=row["remedy"] or "",
            )
        )
    return Part("recovery", _TITLE, tuple(sentences))


def _blocks(stages: Sequence[Row]) -> Iterator[Sentence]:
    reasons = sorted({code for row in stages for code in (row.get("blocked_by") or "").split(",")})
    for reason in reasons:
        if not reason:
            continue
        some = [row for row in stages if reason in (row.get("blocked_by") or "").split(",")]
        yield say(
            "Blocked by {reason}: {invoices}, {amount}.",
            reason=wording.name(reason).lower(),
            invoices=wording.counted(len(some), "invoice"),
            amount=sum((row["balance"] for row in some), Decimal(0)),
        )


def _figures(row: Row) -> Iterator[Figure]:
    yield Figure("last_stage", say("Last stage done"), row.get("last_stage"))
    yield Figure("next_stage", say("Next stage"), row.get("next_stage"))
    yield Figure("next_stage_on", say("Day of the next stage"), row.get("next_stage_on"))
    yield Figure("blocked_by", say("Recovery blocked by"), row.get("blocked_by"))

"""Recovery: the stage of an invoice, a debtor's action of the day, and the reasons."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.explanation.explanation import Figure, Part
from reports.explanation.open_items import policy_words
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, say
from reports.site import wording

_TITLE = "Recovery stage and reasons"


def of_invoice(marts: RunMarts, invoice_id: str) -> tuple[Part, tuple[Figure, ...]]:
    """The next stage of an invoice, the rule it follows, and why each other stage is not next."""
    stages = marts.only("recovery_stages", invoice_id=invoice_id)
    clock = marts.only("limitation_clock", invoice_id=invoice_id)
    if stages is None:
        return Part(
            "recovery", _TITLE, (say("No debt is outstanding, so there is no next stage."),)
        ), ()
    sentences = [*_stages(stages)]
    if policy_row := stages.get("next_stage_policy_row"):
        sentences.append(policy_words(marts, policy_row))
    if clock is not None:
        sentences.extend(_limitation(clock))
    return Part("recovery", _TITLE, tuple(sentences)), tuple(_figures(stages))


def _stages(row: Row) -> Iterator[Sentence]:
    verdict, *others = (row.get("explanation") or "no explanation is published").split("; ")
    yield say("{verdict}.", verdict=wording.sentence_case(wording.plain_text(verdict)))
    for other in others:
        stage, _, why = other.partition(": ")
        yield say("{stage}: {why}.", stage=wording.name(stage), why=wording.plain_text(why))


def _limitation(row: Row) -> Iterator[Sentence]:
    if row.get("claim_last_day") is None:
        yield say("Policy has no limitation period for this type of debt.")
        return
    yield say(
        "The last day to start a claim is {day}, on the earliest reading of the limitation period."
        + (" The debt is barred for claims." if row["is_barred_for_claims"] else ""),
        day=row["claim_last_day"],
    )


def of_debtor(marts: RunMarts, debtor_id: str) -> Part:
    """The debtor's action of the day, and what blocks recovery of its invoices."""
    stages = marts.matching("recovery_stages", debtor_id=debtor_id)
    if not stages:
        return Part("recovery", _TITLE, (say("No invoice is outstanding."),))
    action = marts.only("recovery_worklist", debtor_id=debtor_id)
    sentences: list[Sentence] = []
    if action is not None:
        sentences.append(
            say(
                "Due today: {action} by {channel} for {invoices}, {amount}. Priority {priority}.",
                action=wording.name(action["action_code"]).lower(),
                channel=wording.name(action.get("channel") or "letter").lower(),
                invoices=wording.counted(len(action["invoice_ids"].split(",")), "invoice"),
                amount=action["amount"],
                priority=action.get("priority"),
            )
        )
        sentences.append(
            say("Reason: {reason}.", reason=wording.plain_text(action.get("reason") or ""))
        )
    elif "recovery_worklist" in marts.marts:
        sentences.append(say("No action is due today."))
    sentences += _blocks(stages)
    wrong = marts.matching("contacts_in_error", debtor_id=debtor_id)
    for row in sorted(wrong, key=lambda each: (each["acted_on"], each["action_id"])):
        sentences.append(
            say(
                "Contact in error: {explanation}. {remedy}",
                explanation=wording.plain_text(row["explanation"]),
                remedy=wording.plain_text(row["remedy"] or ""),
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
            "Recovery is blocked ({reason}): {invoices}, {amount}.",
            reason=wording.name(reason).lower(),
            invoices=wording.counted(len(some), "invoice"),
            amount=sum((row["balance"] for row in some), Decimal(0)),
        )


def _figures(row: Row) -> Iterator[Figure]:
    yield Figure("last_stage", say("Last stage completed"), row.get("last_stage"))
    yield Figure("next_stage", say("Next stage"), row.get("next_stage"))
    yield Figure("next_stage_on", say("Date of the next stage"), row.get("next_stage_on"))
    yield Figure("blocked_by", say("Recovery blocked by"), row.get("blocked_by"))

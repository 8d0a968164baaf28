"""Owns why an arrangement has its status, told from `arrangement_compliance`."""

from collections.abc import Iterable, Iterator, Sequence

from reports.explanation.movements import source_of
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, say
from reports.site import wording


def in_force(marts: RunMarts, arrangement_ids: Iterable[str | None]) -> list[Sentence]:
    """One sentence for each arrangement that is live or breached."""
    wanted = {each for each in arrangement_ids if each is not None}
    rows = marts.among("arrangement_compliance", arrangement_id=wanted)
    known = {row["arrangement_id"] for row in rows}
    told = [
        say("In arrangement {id}, {status}.", id=row["arrangement_id"], status=in_short(row))
        for row in sorted(rows, key=lambda each: each["arrangement_id"])
    ]
    return told + [say("In arrangement {id}.", id=each) for each in sorted(wanted - known)]


def in_short(row: Row) -> Sentence:
    """The status of an arrangement in a few words with its figures."""
    figures = {
        "actual": row.get("actual_balance"),
        "expected": row.get("expected_balance"),
        "short": row.get("shortfall_amount"),
        "next": row.get("next_due_on"),
        "since": row.get("breached_on"),
        "reason": row.get("reason"),
        "later": row.get("superseded_by"),
        "on": row.get("cancelled_on"),
    }
    return say(_SHORT.get(row["status"], wording.name(row["status"]).lower()), **figures)


_SHORT = {
    "live": "live: {actual} open where {expected} should be",
    "breached": "breached since {since}: {actual} open where {expected} should be, {short} behind",
    "completed": "completed: nothing of its invoices is open",
    "cancelled": "cancelled on {on}: {actual} open where {expected} should have been",
    "superseded": "superseded by arrangement {later}",
    "not_evaluated": "not evaluated, because {reason}",
}


def why(row: Row, instalments: Sequence[Row]) -> Iterator[Sentence]:
    """Why the status is what it is, one sentence each, the deciding one first."""
    status = row["status"]
    if status in _DECIDED:
        yield say(
            _DECIDED[status],
            actual=row.get("actual_balance"),
            expected=row.get("expected_balance"),
            limit=_limit(row),
            tolerance=row.get("tolerance_amount"),
            since=row.get("breached_on"),
            reason=row.get("reason"),
            later=row.get("superseded_by"),
            on=row.get("cancelled_on"),
        )
    if status in _WITH_PLAN:
        yield _expected(row, any(each["instalment_no"] == 0 for each in instalments))
    if status in ("live", "breached"):
        yield from _unmet(row, instalments)
    if row.get("days_past_due"):
        yield from _days(row)
    if row.get("shortfall_amount") and status not in ("live", "breached"):
        yield say("It was {short} behind its plan.", short=row["shortfall_amount"])


_DECIDED = {
    "live": "Live: {actual} is open, which is not more than {limit}.",
    "breached": "Breached since {since}: {actual} is open, which is more than {limit}.",
    "completed": "Completed: nothing of its invoices is open.",
    "cancelled": "Cancelled on {on}; that goes before any breach.",
    "superseded": "Superseded for good by arrangement {later}, agreed later for an invoice of it.",
    "not_evaluated": "Not evaluated: {reason}. So it has no figures but its total.",
}


_WITH_PLAN = ("live", "breached", "cancelled", "superseded")


def _limit(row: Row) -> Sentence:
    if row.get("tolerance_amount") is None:
        return say(
            "the {expected} expected and the tolerance", expected=row.get("expected_balance")
        )
    return say(
        "the {expected} expected and the tolerance of {tolerance}",
        expected=row.get("expected_balance"),
        tolerance=row["tolerance_amount"],
    )


def _expected(row: Row, has_initial: bool) -> Sentence:
    """What should have been paid by now."""
    tolerance = row.get("tolerance_days")
    return say(
        "Expected to be paid by now: {expected}, in {count} of {amount}"
        + (" and the initial amount" if has_initial else "")
        + ("" if tolerance is None else "; each counts from {days} after its due day")
        + ".",
        expected=row["total_amount"] - row["expected_balance"],
        count=wording.counted(row.get("instalments_expected") or 0, "instalment"),
        amount=row.get("instalment_amount"),
        days=wording.counted(tolerance or 0, "calendar day"),
    )


def _unmet(row: Row, instalments: Sequence[Row]) -> Iterator[Sentence]:
    """The first instalment that what was paid does not reach."""
    ordered = sorted(instalments, key=lambda each: each["instalment_no"])
    unmet = next((e for e in ordered if e["cumulative_amount"] > row["paid_to_date"]), None)
    if unmet is not None:
        is_past = unmet["due_on"] < row["as_of_date"]
        yield say(
            ("The first instalment not met" if is_past else "The next instalment to be met")
            + " is number {no} of {amount}, due {due}: {cumulative} due by then, {paid} paid.",
            no=str(unmet["instalment_no"]),
            amount=unmet["amount"],
            due=unmet["due_on"],
            cumulative=unmet["cumulative_amount"],
            paid=row["paid_to_date"],
        )


def _days(row: Row) -> Iterator[Sentence]:
    past, delinquent = row["days_past_due"], row.get("delinquent_days") or 0
    tolerance = row.get("tolerance_days")
    held = past - delinquent - (tolerance or 0)
    yield say(
        "{past} since the oldest instalment not met fell due; {delinquent} after tolerance"
        + (" and {held} on hold" if tolerance is not None and delinquent and held else "")
        + (" and days on hold" if tolerance is not None and not delinquent and held > 0 else "")
        + ".",
        past=wording.counted(past, "day"),
        delinquent=wording.counted(delinquent, "delinquent day"),
        held=wording.counted(held, "day"),
    )


def terms(row: Row) -> Sentence:
    """What was agreed, and the row that brought it."""
    if row.get("agreed_on") is None:
        return say("Its terms are not published by this run.")
    return say(
        "Agreed on {agreed} ({kind}); terms from {source}, known on {known}.",
        agreed=row["agreed_on"],
        kind="court order" if row["arrangement_kind"] == "court" else row["arrangement_kind"],
        source=source_of(row["source_file"], row["source_line"]),
        known=row["known_on"],
    )

"""The status of a payment arrangement and the reasons for it, from `arrangement_compliance`."""

from collections.abc import Iterable, Iterator, Sequence

from reports.explanation.movements import source_of
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, say
from reports.site import wording


def in_force(marts: RunMarts, arrangement_ids: Iterable[str | None]) -> list[Sentence]:
    """One sentence for each arrangement."""
    wanted = {each for each in arrangement_ids if each is not None}
    rows = marts.among("arrangement_compliance", arrangement_id=wanted)
    known = {row["arrangement_id"] for row in rows}
    sentences = [
        say(
            "Covered by arrangement {id}, {status}.", id=row["arrangement_id"], status=in_short(row)
        )
        for row in sorted(rows, key=lambda each: each["arrangement_id"])
    ]
    return sentences + [
        say("Covered by arrangement {id}.", id=each) for each in sorted(wanted - known)
    ]


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
    "live": "live: {actual} outstanding, {expected} expected",
    "breached": "in breach since {since}: {actual} outstanding, {expected} expected, "
    "{short} behind",
    "completed": "completed: its invoices are settled",
    "cancelled": "cancelled on {on}: {actual} outstanding, {expected} expected",
    "superseded": "superseded by arrangement {later}",
    "not_evaluated": "not evaluated, because {reason}",
}


def why(row: Row, instalments: Sequence[Row]) -> Iterator[Sentence]:
    """The reasons for the status, one sentence each, the decisive one first."""
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
        yield say("It was {short} behind plan.", short=row["shortfall_amount"])


_DECIDED = {
    "live": "Live: {actual} is outstanding, which is not more than {limit}.",
    "breached": "In breach since {since}: {actual} is outstanding, which is more than {limit}.",
    "completed": "Completed: its invoices are settled.",
    "cancelled": "Cancelled on {on}. A cancelled arrangement is not also reported as in breach.",
    "superseded": "Superseded by arrangement {later}, which was agreed later for the same invoice.",
    "not_evaluated": "Not evaluated: {reason}. Only its total is known.",
}


_WITH_PLAN = ("live", "breached", "cancelled", "superseded")


def _limit(row: Row) -> Sentence:
    if row.get("tolerance_amount") is None:
        return say(
            "the expected {expected} plus the tolerance", expected=row.get("expected_balance")
        )
    return say(
        "the expected {expected} plus the tolerance of {tolerance}",
        expected=row.get("expected_balance"),
        tolerance=row["tolerance_amount"],
    )


def _expected(row: Row, has_initial: bool) -> Sentence:
    """The amount that should have been paid by now."""
    tolerance = row.get("tolerance_days")
    return say(
        "Payments expected by now: {expected}, in {count} of {amount}"
        + (" and the initial payment" if has_initial else "")
        + ("" if tolerance is None else ". Each instalment counts from {days} after its due date")
        + ".",
        expected=row["total_amount"] - row["expected_balance"],
        count=wording.counted(row.get("instalments_expected") or 0, "instalment"),
        amount=row.get("instalment_amount"),
        days=wording.counted(tolerance or 0, "calendar day"),
    )


def _unmet(row: Row, instalments: Sequence[Row]) -> Iterator[Sentence]:
    """The first instalment that the payments do not cover."""
    ordered = sorted(instalments, key=lambda each: each["instalment_no"])
    unmet = next((e for e in ordered if e["cumulative_amount"] > row["paid_to_date"]), None)
    if unmet is not None:
        is_past = unmet["due_on"] < row["as_of_date"]
        yield say(
            ("The first unpaid instalment" if is_past else "The next instalment")
            + " is number {no}, {amount} due on {due}: {cumulative} due in total by then, "
            "{paid} paid.",
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
        "The oldest unpaid instalment is {past} overdue: {delinquent} after the tolerance"
        + (" and {held} on hold" if tolerance is not None and delinquent and held else "")
        + (" and any days on hold" if tolerance is not None and not delinquent and held > 0 else "")
        + ".",
        past=wording.counted(past, "day"),
        delinquent=wording.counted(delinquent, "day"),
        held=wording.counted(held, "day"),
    )


def terms(row: Row) -> Sentence:
    """When the arrangement was agreed, and the source row of its terms."""
    if row.get("agreed_on") is None:
        return say("This run does not publish its terms.")
    return say(
        "Agreed on {agreed} ({kind}). The terms are from {source}, known on {known}.",
        agreed=row["agreed_on"],
        kind="court order" if row["arrangement_kind"] == "court" else row["arrangement_kind"],
        source=source_of(row["source_file"], row["source_line"]),
        known=row["known_on"],
    )

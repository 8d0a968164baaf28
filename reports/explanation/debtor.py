"""The explanation of a debtor: by number only, without name, address or type of hold."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.explanation import (
    allocations,
    arrangement_status,
    movements,
    open_items,
    recovery,
    write_off_requests,
)
from reports.explanation.explanation import Account, Figure, Part
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, joined, say
from reports.site import wording


def account(marts: RunMarts, debtor_id: str) -> Account | None:
    """The account of a debtor; None if the run has no debtor with this id."""
    debtor = marts.only("debtors", debtor_id=debtor_id)
    items = open_items.read(marts.matching("open_items", debtor_id=debtor_id))
    moved = movements.read(marts.matching("ledger_movements", debtor_id=debtor_id))
    if debtor is None and not items and not moved:
        return None
    made = allocations.read(marts.matching("allocations", debtor_id=debtor_id))
    arrangements = sorted(
        marts.matching("arrangement_compliance", debtor_id=debtor_id),
        key=lambda row: row["arrangement_id"],
    )
    requests = sorted(
        marts.matching("write_off_decisions", debtor_id=debtor_id),
        key=lambda row: row["request_id"],
    )
    balance = movements.balance_of(moved) if moved else open_items.amount(items)
    return Account(
        summary=_summary(debtor_id, debtor or {}, balance, items),
        facts=debtor or {},
        balance=balance,
        movements=tuple(moved),
        allocations=tuple(made),
        figures=tuple(_figures(items, arrangements, requests)),
        parts=(
            open_items.band_part(marts, items),
            open_items.status_part(
                items,
                [
                    *(_arrangement(row) for row in arrangements),
                    *(write_off_requests.in_words(row) for row in requests),
                ],
            ),
            recovery.of_debtor(marts, debtor_id),
            _movement_part(moved),
            _allocation_part(made),
        ),
    )


def _summary(
    debtor_id: str, debtor: Row, balance: Decimal, items: Sequence[open_items.OpenItem]
) -> Sentence:
    owed = open_items.debits(items)
    credits_ = [each for each in items if each.is_credit]
    party = debtor.get("party_type")
    who = say(
        "Debtor {id}" + (" ({party})" if party else "") + ":",
        id=debtor_id,
        party=wording.name(party).lower() if party else None,
    )
    if not items:
        return joined([who, say("owes nothing and has no unallocated credit.")])
    credit = -open_items.amount(credits_)
    parts = [
        _owed(owed),
        say(
            "; less {credit} of unallocated credits; balance {balance}",
            credit=credit,
            balance=balance,
        )
        if credits_
        else None,
        say("."),
    ]
    return joined([who, joined(parts, "")])


def _owed(owed: Sequence[open_items.OpenItem]) -> Sentence:
    if not owed:
        return say("no debt outstanding")
    overdue = [each for each in owed if each.is_overdue]
    total = say(
        "{amount} outstanding in {count}, ",
        amount=open_items.amount(owed),
        count=wording.counted(len(owed), "item"),
    )
    if not overdue:
        return joined([total, say("none of it overdue")], "")
    late = say(
        _LATE[len(overdue) == len(owed), len(overdue) == 1],
        overdue=open_items.amount(overdue),
        old=open_items.how_old(overdue),
    )
    return joined([total, late], "")


# By whether all of the debt is overdue, and whether one item is.
_LATE = {
    (True, True): "{old}",
    (True, False): "all of it overdue; {old}",
    (False, True): "{overdue} of it {old}",
    (False, False): "{overdue} of it overdue; {old}",
}


def _arrangement(row: Row) -> Sentence:
    return say(
        "Arrangement {id}: {status}.",
        id=row["arrangement_id"],
        status=arrangement_status.in_short(row),
    )


def _figures(
    items: Sequence[open_items.OpenItem],
    arrangements: Sequence[Row],
    requests: Sequence[Row],
) -> Iterator[Figure]:
    overdue = [each for each in open_items.debits(items) if each.is_overdue]
    yield Figure("overdue_amount", say("Overdue"), open_items.amount(overdue))
    for row in arrangements:
        yield Figure(
            f"arrangements/{row['arrangement_id']}/status",
            say("Arrangement {id}", id=row["arrangement_id"]),
            row["status"],
        )
    for row in requests:
        yield Figure(
            f"requests/{row['request_id']}/decision",
            say("Write-off request {id}", id=row["request_id"]),
            row["decision"],
        )
    yield from open_items.figures(items)


def _movement_part(moved: Sequence[movements.Movement]) -> Part:
    return Part(
        "movements",
        "Movements",
        () if moved else (say("There are no movements."),),
        movements.table_of(moved).without("counted_amount") if moved else None,
        (say("Charges add to the balance, credits reduce it. The last balance is the net debt."),)
        if moved
        else (),
    )


def _allocation_part(made: Sequence[allocations.Allocation]) -> Part:
    return Part(
        "allocations",
        "Payments and credits matched to debts",
        () if made else (say("No payment or credit is matched to a debt."),),
        allocations.table_of(made) if made else None,
        allocations.rules_of(made),
    )

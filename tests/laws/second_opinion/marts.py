"""The marts of the ledger as the second opinion has them, with the columns that readers rely on."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date

from tests.laws.second_opinion.ageing import (
    MartRow,
    aged_debt,
    movement_proof,
    open_items,
    suspense,
)
from tests.laws.second_opinion.allocation import Allocation, allocate
from tests.laws.second_opinion.arrangements import (
    arrangement_of,
    compliance,
    has_usable_data,
    schedule,
)
from tests.laws.second_opinion.diary import diary
from tests.laws.second_opinion.movements import Movement, movements
from tests.laws.second_opinion.policy import Policy
from tests.laws.second_opinion.provision import bad_debt_provision
from tests.laws.second_opinion.records import open_the_books
from tests.laws.second_opinion.recovery import pursuits, worklist
from tests.laws.second_opinion.rows import Row

Marts = dict[str, list[MartRow]]


def second_opinion(
    rows: Iterable[Row],
    *,
    as_of: date,
    known_at: date,
    policy: Policy | None = None,
    incomplete: Collection[str] = (),
) -> Marts:
    """The marts of a day, from every accepted row of every feed.

    Args:
        rows: rows of all feeds with their lineage, in any order.
        as_of: the day looked at.
        known_at: what was known by then.
        policy: figures of policy; the shipped ones by default.
        incomplete: ids of debtors of whom a row was refused.

    Returns:
        Rows by name of the mart, in no particular order.
    """
    policy = policy or Policy()
    books = open_the_books(rows, as_of, known_at)
    ledger = allocate(books, policy)
    moved = movements(books, ledger)
    items = open_items(books, ledger, policy)
    standings = [compliance(books, ledger, policy, each) for each in books.arrangements.values()]
    pursued = pursuits(books, ledger, policy, items, standings, incomplete)
    return {
        "ledger_movements": [_movement_row(each) for each in moved],
        "allocations": [_allocation_row(each) for each in ledger.allocations],
        "open_items": [
            asdict(item) | {"arrangement_id": arrangement_of(books, standings, item.invoice_id)}
            for item in items
        ],
        "aged_debt": aged_debt(items),
        "suspense": suspense(books, ledger),
        "movement_proof": movement_proof(books, ledger, moved, items),
        "bad_debt_provision": bad_debt_provision(items, books.debtors, policy),
        "arrangement_instalments": [
            {"arrangement_id": arrangement.arrangement_id} | asdict(instalment)
            for arrangement in books.arrangements.values()
            if has_usable_data(arrangement)
            for instalment in schedule(arrangement)
        ],
        "arrangement_compliance": [asdict(standing) for standing in standings],
        "recovery_stages": [asdict(each) for each in pursued],
        "recovery_worklist": worklist(books, pursued),
        "diary": diary(books),
    }


def _movement_row(movement: Movement) -> MartRow:
    return {
        "movement_id": movement.movement_id,
        "movement_type": movement.movement_type,
        "debtor_id": movement.debtor_id,
        "invoice_id": movement.invoice_id,
        "effective_on": movement.effective_on,
        "known_on": movement.lineage.known_on,
        "amount": movement.amount,
        "source_file": movement.lineage.source_file,
        "source_line": movement.lineage.source_line,
    }


def _allocation_row(allocation: Allocation) -> MartRow:
    return {
        "source_type": allocation.credit.source_type,
        "source_id": allocation.credit.source_id,
        "invoice_id": allocation.debit.invoice_id,
        "instalment_no": allocation.debit.instalment_no,
        "debtor_id": allocation.debit.debtor_id,
        "allocated_amount": allocation.amount,
        "allocation_rule": allocation.rule,
    }

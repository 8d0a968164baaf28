"""What must hold of any council's marts; each law gives a line for everything that breaks it.

The first ones ask one answer, of the models or of the second opinion; `LAWS` ask a judged ledger.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from tests.laws.case_definition import with_ids
from tests.laws.comparison import (
    WITHOUT_IDS,
    council_of,
    differences,
    proof_totals,
    provision_lines,
)
from tests.laws.judged_ledger import JudgedLedger
from tests.laws.reversed_twins import RECEIPT, REVERSAL
from tests.laws.second_opinion.policy import SHIPPED_TIMETABLE

Mart = Iterable[Mapping[str, object]]
Answer = Mapping[str, Mart]
Lines = list[str]

# A row's line is where it came from, not what it says.
LINE = frozenset({"source_line"})


def totals(rows: Mart, by: str, amount: str) -> dict[object, Decimal]:
    """The sum of an amount by a column, without what is blank there or comes to nothing."""
    sums: dict[object, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row[by]] += Decimal(str(row[amount]))
    return {key: total for key, total in sums.items() if key is not None and total != 0}


def balances_that_differ(marts: Answer) -> Lines:
    """Debtors whose movements, open items and aged debt do not come to the same."""
    moved, left, aged = (
        totals(marts["ledger_movements"], "debtor_id", "amount"),
        totals(marts["open_items"], "debtor_id", "outstanding_amount"),
        totals(marts["aged_debt"], "debtor_id", "outstanding_amount"),
    )
    return [
        f"debtor {each}: moved {moved.get(each)}, open {left.get(each)}, aged {aged.get(each)}"
        for each in sorted(moved.keys() | left.keys() | aged.keys(), key=str)
        if not moved.get(each) == left.get(each) == aged.get(each)
    ]


def allocations_beyond_either_side(marts: Answer) -> Lines:
    """Credits that give more than they have, and invoices that take more than was charged."""
    credits: dict[object, Decimal] = defaultdict(Decimal)
    charged: dict[object, Decimal] = defaultdict(Decimal)
    for row in marts["ledger_movements"]:
        amount = Decimal(str(row["amount"]))
        if row["movement_type"] in ("invoice", "adjustment") and amount > 0:
            charged[row["invoice_id"] or row["debtor_id"]] += amount
        elif amount < 0:
            credits[row["movement_type"], row["movement_id"]] -= amount
    given: dict[object, Decimal] = defaultdict(Decimal)
    taken: dict[object, Decimal] = defaultdict(Decimal)
    for row in marts["allocations"]:
        amount = Decimal(str(row["allocated_amount"]))
        given[row["source_type"], row["source_id"]] += amount
        taken[row["invoice_id"] or row["debtor_id"]] += amount
    nothing = [row for row in marts["allocations"] if Decimal(str(row["allocated_amount"])) <= 0]
    return [
        *(f"allocation of nothing: {row}" for row in nothing),
        *(f"{each} gives {given[each]} of {credits[each]}" for each in _above(given, credits)),
        *(f"{each} takes {taken[each]} of {charged[each]}" for each in _above(taken, charged)),
    ]


def _above(amounts: Mapping[object, Decimal], limits: Mapping[object, Decimal]) -> list[object]:
    return sorted(
        (each for each, amount in amounts.items() if amount > limits.get(each, Decimal(0))), key=str
    )


def balances_of_invoices(marts: Answer) -> Mapping[tuple[object, object], Decimal]:
    """What is open on each invoice, by debtor and invoice, the adjustments on it included."""
    balances: dict[tuple[object, object], Decimal] = defaultdict(Decimal)
    for row in marts["open_items"]:
        if row["item_kind"] in ("invoice", "instalment", "adjustment"):
            amount = Decimal(str(row["outstanding_amount"]))
            balances[row["debtor_id"], row["invoice_id"]] += max(amount, Decimal(0))
    return balances


def stages_skipped(marts: Answer) -> Lines:
    """Invoices with a stage between the last and the next one whose minimum they reach."""
    balances = balances_of_invoices(marts)
    places = {stage.code: place for place, stage in enumerate(SHIPPED_TIMETABLE)}
    broken = []
    for row in marts["recovery_stages"]:
        if "no_timetable" in str(row["blocked_by"]):
            continue
        after = places[str(row["last_stage"])] + 1 if row["last_stage"] else 0
        until = places[str(row["next_stage"])] if row["next_stage"] else len(places)
        balance = balances[row["debtor_id"], row["invoice_id"]]
        broken += [
            f"{row['invoice_id']} with {balance} open skips {stage.code}"
            for stage in SHIPPED_TIMETABLE[after:until]
            if stage.minimum_balance <= balance
        ]
    return broken


def worklists_that_do_not_fit(marts: Answer) -> Lines:
    """Debtors without exactly the one action that the stages of their invoices ask for."""
    balances = balances_of_invoices(marts)
    places = [stage.code for stage in SHIPPED_TIMETABLE]
    due: dict[object, list[Mapping[str, object]]] = defaultdict(list)
    for row in marts["recovery_stages"]:
        if row["is_due"]:
            due[row["debtor_id"]].append(row)
    asked_for: Lines = []
    for debtor_id, rows in due.items():
        furthest = max((str(row["next_stage"]) for row in rows), key=places.index)
        ids = sorted(str(row["invoice_id"]) for row in rows if row["next_stage"] == furthest)
        amount = sum((balances[debtor_id, each] for each in ids), Decimal(0))
        asked_for.append(f"{debtor_id}: {furthest} {','.join(ids)} {amount:.2f}")
    listed = [
        f"{row['debtor_id']}: {row['action_code']} {row['invoice_ids']} {row['amount']:.2f}"
        for row in marts["recovery_worklist"]
    ]
    more, less = Counter(listed) - Counter(asked_for), Counter(asked_for) - Counter(listed)
    return [
        *(f"worklist has {line}" for line in more.elements()),
        *(f"missing from the worklist: {line}" for line in less.elements()),
    ]


def due_though_blocked(marts: Answer) -> Lines:
    """Invoices that are due though something blocks, or no day has been reached."""
    return [
        f"{row['invoice_id']} is due: {row['blocked_by']} {row['next_stage_on']}"
        for row in marts["recovery_stages"]
        if row["is_due"] and (row["blocked_by"] or not row["next_stage_on"])
    ]


def _opinions_differ(ledger: JudgedLedger) -> Lines:
    return [
        *answers_that_differ(ledger.earlier_opinion, ledger.earlier),
        *answers_that_differ(ledger.opinion, ledger.today),
    ]


def answers_that_differ(
    first: Answer, second: Answer, without: frozenset[str] = frozenset()
) -> Lines:
    """Rows that only one of two answers has, by council and mart, and months proved otherwise."""
    return [
        *(str(each) for each in differences(first, second, without)),
        *_proofs_that_differ(first["movement_proof"], second["movement_proof"]),
        *_provisions_that_differ(first["bad_debt_provision"], second["bad_debt_provision"]),
    ]


def _proofs_that_differ(first: Mart, second: Mart) -> Lines:
    """The months of a debt type in which the movement proofs of all councils together differ."""
    ours, theirs = proof_totals(first), proof_totals(second)
    return [
        f"movement proof {' '.join(period)}: {ours.get(period)} {theirs.get(period)}"
        for period in sorted(ours.keys() | theirs.keys())
        if ours.get(period) != theirs.get(period)
    ]


def _provisions_that_differ(first: Mart, second: Mart) -> Lines:
    """The rows of the provision of all councils together that only one of two answers has."""
    ours, theirs = provision_lines(first), provision_lines(second)
    return [
        *(f"provision only first: {' | '.join(line)}" for line in sorted(ours - theirs)),
        *(f"provision only second: {' | '.join(line)}" for line in sorted(theirs - ours)),
    ]


def _reversed_receipts_that_matter(ledger: JudgedLedger) -> Lines:
    councils = {twin: council for council, twin in ledger.twins.items()}
    plain: dict[str, list[Mapping[str, object]]] = {}
    twins: dict[str, list[Mapping[str, object]]] = {}
    for mart, rows in ledger.today.items():
        if mart in WITHOUT_IDS:
            continue
        plain[mart], twins[mart] = [], []
        for row in rows:
            council = council_of(row)
            if council not in councils:
                plain[mart].append(row)
            elif row.get("movement_id") not in (f"{council}.{RECEIPT}", f"{council}.{REVERSAL}"):
                twins[mart].append(_renamed(row, council, councils[council]))
    two = _movements_more(ledger)
    return [*two, *(str(each) for each in differences(plain, twins, LINE))]


def _renamed(row: Mapping[str, object], prefix: str, other: str) -> dict[str, object]:
    return {
        column: with_ids(cell, column, f"{prefix}.", f"{other}.") for column, cell in row.items()
    }


def _movements_more(ledger: JudgedLedger) -> Iterator[str]:
    """Twins in which the receipt and its reversal are not both there, or do not cancel out."""
    moved: dict[str, list[Decimal]] = {twin: [] for twin in ledger.twins.values()}
    for row in ledger.today["ledger_movements"]:
        twin, _, own_id = str(row["movement_id"]).partition(".")
        if twin in moved and own_id in (RECEIPT, REVERSAL):
            moved[twin].append(Decimal(str(row["amount"])))
    for twin, amounts in moved.items():
        if len(amounts) != len((RECEIPT, REVERSAL)) or sum(amounts) != 0:
            yield f"council {twin}, the reversed receipt: {amounts}"


LAWS: Mapping[str, Callable[[JudgedLedger], Lines]] = {
    "marts equal the second opinion row by row": _opinions_differ,
    "movements, open items and aged debt agree per debtor": lambda ledger: balances_that_differ(
        ledger.today
    ),
    "allocations never exceed either side": lambda ledger: allocations_beyond_either_side(
        ledger.today
    ),
    "no stage is skipped but for its minimum": lambda ledger: stages_skipped(ledger.today),
    "one action per debtor and day, the furthest stage due": lambda ledger: (
        worklists_that_do_not_fit(ledger.today)
    ),
    "nothing is due that is blocked": lambda ledger: due_though_blocked(ledger.today),
    "order of files and rows and number of threads change nothing": lambda ledger: (
        answers_that_differ(ledger.today, ledger.reordered, LINE)
    ),
    "what is known later changes nothing known earlier": lambda ledger: answers_that_differ(
        ledger.today, ledger.today_replayed
    ),
    "a reversed receipt leaves nothing but two movements": _reversed_receipts_that_matter,
    "replay equals history": lambda ledger: answers_that_differ(
        ledger.earlier, ledger.earlier_replayed
    ),
}

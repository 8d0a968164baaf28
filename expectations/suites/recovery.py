"""Gate `recovery`: nobody is pursued who must not be, or of whom we may not know enough.

Before anything is said of the worklist, its inputs are: a hold that was refused, cash that did not
come, a debtor who cannot be read might each be the reason not to write. Then every action is judged
again from the inbound rows, in other words than the models that chose it; and whatever else reaches
people is held against the worklist.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from expectations.expected import Check as Rule
from expectations.findings import Finding, finding_of, judged
from expectations.policy import load_policy
from expectations.populations.population import Population
from expectations.pursuits import (
    PROTECTIVE,
    Named,
    Pursuit,
    days_counted,
    protected_debtors,
    pursuits,
)
from expectations.refusals import (
    OTHER_FEEDS,
    PROTECTING_FEEDS,
    RefusedRow,
    files_by_fate,
    refused_rows,
)
from expectations.standing import Position
from expectations.supply import supply_of
from expectations.timetable import Timetable, last_done_on, next_stage, timetables_on

NAME = "recovery"
WITHHELD = (
    "recovery_worklist",
    "contact_list",
    "letter_lines",
    "agency_placements_proposed",
    "agency_placement_file",
    "legal_handover",
    "legal_handover_file",
    "arrangement_offers",
    "arrangement_warnings",
    "early_contact",
    "signposting_suggestions",
)
INPUT_FEEDS = ("invoices",)
IS_ASKED_WITHOUT_INPUT = False


def _rule(code: str, words: str, rests_on: str, *feeds: str) -> Rule:
    return Rule(code, words, feeds, rests_on)


_REFUSED_FILE = "was refused whole, unless a good delivery under its name was taken after it"
_STALE = "is missing though policy requires it, or older than policy allows"
_UNREADABLE = "lets nobody read whom it is about, unless it was mended since"

C01 = _rule(
    "C01",
    f"No file of debtors or holds {_REFUSED_FILE}.",
    "Without it a protected person would be written to because the file that says so was bad.",
)
C02 = _rule(
    "C02",
    f"Neither debtors nor holds {_STALE}.",
    "Without it yesterday's protection could be unknown today.",
)
C03 = _rule(
    "C03",
    f"No refused row of debtors or holds {_UNREADABLE}.",
    "Without it nobody could say who the protected person is.",
)
C04 = _rule(
    "C04",
    f"No file of disputes, receipts, reversals, arrangements or case actions {_REFUSED_FILE}.",
    "Without it people would be chased for what they paid, dispute or pay by arrangement.",
)
C05 = _rule(
    "C05",
    f"Neither disputes, receipts, reversals, arrangements nor case actions {_STALE}.",
    "Without it people would be chased for what they paid since.",
)
C06 = _rule(
    "C06",
    f"No refused row of disputes, receipts, reversals, arrangements or actions {_UNREADABLE}.",
    "Without it nobody could say whose payment or dispute is missing.",
)
C07 = _rule(
    "C07",
    "Nobody is pursued of whom a refused row waits to be mended.",
    "Without it a row that we could not read would count as one that never came.",
    "invoices",
)
C08 = _rule(
    "C08",
    "Nobody is pursued whose person is protected today by breathing space, mental health crisis, "
    "insolvency for the debt's date, or death, whichever debtor of the person the row names.",
    "Without it the council would break the law and hurt people.",
    "invoices",
)
C09 = _rule(
    "C09",
    "No pursued invoice is under a dispute or another hold today.",
    "Without it people would be chased for what is not settled to be owed.",
    "invoices",
)
C10 = _rule(
    "C10",
    "No pursued invoice is in a live arrangement, within the notice after a breach, with an "
    "agency or in court, and no pursued debtor has credits that reach all that is open.",
    "Without it people would be chased twice, or against our word.",
    "invoices",
)
C11 = _rule(
    "C11",
    "Each action is the first of the timetable after those recorded as done whose minimum the "
    "balance reaches.",
    "Without it somebody could face court who never had a reminder.",
    "invoices",
    "services",
)
C12 = _rule(
    "C12",
    "The days of the stage have passed since the due date and since the stage before, held days "
    "not counted.",
    "Without it people would not have the time that we promise them.",
    "invoices",
    "services",
)
C13 = _rule(
    "C13",
    "Nobody has more than one action.",
    "Without it people would be written to several times in a day.",
    "invoices",
)
C14 = _rule(
    "C14",
    "The invoices of an action are listed once and in order, are the debtor's own and open, and "
    "its amount is what is open on them.",
    "Without it people would be asked for what they do not owe.",
    "invoices",
)
C15 = _rule(
    "C15",
    "The worklist holds what the stages call due, each debtor's furthest stage with all invoices "
    "at it, and nothing else; nothing that is blocked is called due.",
    "Without it an action could be slipped in, changed or lost between stages and worklist.",
    "invoices",
)
C16 = _rule(
    "C16",
    "Letters, lists and packs hold what the worklist and the stages call due; nobody to whom an "
    "arrangement is offered, or who is warned or helped early, is protected or waits for a refused "
    "row to be mended.",
    "Without it somebody could be reached by another way than the worklist.",
    "invoices",
)
RULES = (C01, C02, C03, C04, C05, C06, C07, C08, C09, C10, C11, C12, C13, C14, C15, C16)
CHECKS = tuple(judged(rule) for rule in RULES)

TimetableOf = Callable[[str, str], Timetable]
"""The timetable of a debt type and a party type."""

_FEED_RULES = ((PROTECTING_FEEDS, C01, C02, C03), (OTHER_FEEDS, C04, C05, C06))


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the worklist; the amount in pence."""

    debtor_id: str
    action_code: str
    invoice_ids: tuple[str, ...]
    pence: int


@dataclass(frozen=True, slots=True)
class DueStage:
    """An invoice that is called due, as the stages mart has it."""

    debtor_id: str
    invoice_id: str
    stage: str
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something by which a debtor is reached, beside the worklist itself.

    Attributes:
        way: Which table it stands in.
        debtor_id: Whom it reaches.
        invoice_id: About which invoice; blank where it names none.
        action_code: For which stage; blank where it is for none, but an offer, a warning or help.
    """

    way: str
    debtor_id: str
    invoice_id: str
    action_code: str

    @property
    def name(self) -> str:
        """What tells it from the others, ids only."""
        return " ".join(filter(None, (self.way, self.debtor_id, self.invoice_id)))


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Nothing: the rows that stand are all this gate needs."""


def populations(con: duckdb.DuckDBPyConnection, position: Position, _: object) -> list[Population]:
    """What every rule finds; `prepare` must have run."""
    return [finding.as_population() for finding in find(con, position)]


def find(con: duckdb.DuckDBPyConnection, position: Position) -> tuple[Finding, ...]:
    """Ask whether enough is known, then judge every action again."""
    refused = refused_rows(con, position)
    policies = {
        table: load_policy(con, table, position.known_at)
        for table in ("hold_types", "arrangement_rules", "recovery_timetable")
    }
    due = _due_stages(con)
    worklist = _worklist(con, due)
    pursued = pursuits(
        con,
        position,
        _named(worklist, due),
        policies["hold_types"],
        policies["arrangement_rules"],
        frozenset(row.debtor_id for row in refused if row.debtor_id),
    )
    timetable = timetables_on(policies["recovery_timetable"], position.as_of)
    return (
        *_input_findings(con, position, refused),
        *judge_pursuits(pursued, timetable, position),
        *judge_worklist(worklist, pursued, due, timetable),
        judge_outgoing(
            _outgoing(con),
            worklist,
            due,
            protected_debtors(con, position, policies["hold_types"])
            | {row.debtor_id for row in refused if row.debtor_id},
        ),
    )


def _input_findings(
    con: duckdb.DuckDBPyConnection, position: Position, refused: Sequence[RefusedRow]
) -> Iterable[Finding]:
    for feeds, whole_files, fresh, readable in _FEED_RULES:
        files = files_by_fate(con, position, feeds)
        yield finding_of(
            whole_files,
            ((name, 0, is_refused) for name, is_refused in sorted(files.items())),
            len(files),
        )
        unfit = supply_of(con, position, feeds).unfit
        yield finding_of(fresh, ((feed, 0, feed in unfit) for feed in feeds), len(feeds))
        places = sorted({row.place for row in refused if row.feed in feeds and not row.debtor_id})
        items = [*((f"file {name}", 0, False) for name in sorted(files)),
                 *((place, 0, True) for place in places)]  # fmt: skip
        yield finding_of(readable, items, len(items))


def judge_pursuits(
    pursued: Sequence[Pursuit], timetable: TimetableOf, position: Position
) -> tuple[Finding, ...]:
    """What is found when each pursued invoice is judged from the rows that came in (C07 to C12)."""
    day = position.as_of

    def is_held(each: Pursuit, *, protective: bool) -> bool:
        return any(
            spell.holds(day) and (spell.kind == PROTECTIVE) is protective for spell in each.spells
        )

    def is_out_of_turn(each: Pursuit) -> bool:
        stages = timetable(each.debt_type, each.party_type)
        following = next_stage(stages, each.stages_done, each.pence)
        return following is None or following.code != each.action_code

    def is_early(each: Pursuit) -> bool:
        stages = timetable(each.debt_type, each.party_type)
        stage = next((stage for stage in stages if stage.code == each.action_code), None)
        if stage is None or each.counted_from is None:
            return False
        if days_counted(each.counted_from, day, each.spells) < stage.not_before_days:
            return True
        before = last_done_on(stages, each.stages_done, stage)
        return (
            before is not None
            and stage.after_previous_days is not None
            and days_counted(before, day, each.spells) < stage.after_previous_days
        )

    rules: tuple[tuple[Rule, Callable[[Pursuit], bool]], ...] = (
        (C07, lambda each: each.is_incomplete),
        (C08, lambda each: is_held(each, protective=True)),
        (C09, lambda each: is_held(each, protective=False)),
        (C10, lambda each: bool(each.obstacles)),
        (C11, is_out_of_turn),
        (C12, is_early),
    )
    return tuple(
        finding_of(
            rule,
            ((each.name, each.pence, is_at_fault(each)) for each in pursued),
            len({each.name for each in pursued}),
        )
        for rule, is_at_fault in rules
    )


def judge_worklist(
    worklist: Sequence[Action],
    pursued: Sequence[Pursuit],
    due: Sequence[DueStage],
    timetable: TimetableOf,
) -> tuple[Finding, ...]:
    """What is found when the worklist is held against invoices and stages (C13 to C15)."""
    by_invoice = {(each.debtor_id, each.invoice_id): each for each in pursued}
    times = Counter(action.debtor_id for action in worklist)
    listed = {(each.debtor_id, each.action_code, each.invoice_ids): each for each in worklist}
    offered: dict[str, set[tuple[str, tuple[str, ...]]]] = defaultdict(set)
    for debtor_id, code, invoice_ids in listed:
        offered[debtor_id].add((code, invoice_ids))
    wanted = _furthest(due, by_invoice, timetable)
    blocked = {each.debtor_id for each in due if each.is_blocked}
    debtors = sorted(offered.keys() | wanted.keys())
    return (
        finding_of(C13, ((each, 0, times[each] > 1) for each in sorted(times)), len(times)),
        finding_of(
            C14,
            (
                (" ".join((*key[:2], *key[2])), action.pence, _is_misstated(action, by_invoice))
                for key, action in sorted(listed.items())
            ),
            len(listed),
        ),
        finding_of(
            C15,
            ((each, 0, each in blocked or offered[each] != {wanted.get(each)}) for each in debtors),
            len(debtors),
        ),
    )


def judge_outgoing(
    outgoing: Sequence[Outgoing],
    worklist: Sequence[Action],
    due: Sequence[DueStage],
    left_alone: Collection[str],
) -> Finding:
    """What is found when everything else that reaches people is held against the worklist (C16)."""
    to_do = {(each.debtor_id, each.action_code, "") for each in worklist} | {
        (each.debtor_id, each.action_code, invoice_id)
        for each in worklist
        for invoice_id in each.invoice_ids
    }
    referred = {(each.debtor_id, each.stage, each.invoice_id) for each in due}

    def is_at_fault(each: Outgoing) -> bool:
        if not each.action_code:
            return each.debtor_id in left_alone
        asked = (each.debtor_id, each.action_code, each.invoice_id)
        return asked not in (referred if each.way in _PACKS else to_do)

    return finding_of(C16, ((each.name, 0, is_at_fault(each)) for each in outgoing), len(outgoing))


def _is_misstated(action: Action, by_invoice: Mapping[tuple[str, str], Pursuit]) -> bool:
    ids = action.invoice_ids
    found = [by_invoice[action.debtor_id, invoice_id] for invoice_id in ids]
    is_each_once_in_order = list(ids) == sorted(set(ids))
    return (
        not ids
        or not is_each_once_in_order
        or any(each.pence <= 0 for each in found)
        or sum(each.pence for each in found) != action.pence
    )


def _furthest(
    due: Sequence[DueStage],
    by_invoice: Mapping[tuple[str, str], Pursuit],
    timetable: TimetableOf,
) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Each debtor's furthest stage that is called due, with the sorted invoices at it."""

    def place(row: DueStage) -> int:
        pursuit = by_invoice[row.debtor_id, row.invoice_id]
        stages = timetable(pursuit.debt_type, pursuit.party_type)
        return next((stage.place for stage in stages if stage.code == row.stage), 0)

    of_debtor: dict[str, list[DueStage]] = defaultdict(list)
    for each in due:
        of_debtor[each.debtor_id].append(each)
    furthest = {}
    for debtor_id, rows in of_debtor.items():
        stage = min((-place(row), row.stage) for row in rows)[1]
        furthest[debtor_id] = (stage, _at_stage(rows, stage))
    return furthest


def _at_stage(rows: Iterable[DueStage], stage: str) -> tuple[str, ...]:
    return tuple(sorted(row.invoice_id for row in rows if row.stage == stage))


def _named(worklist: Sequence[Action], due: Sequence[DueStage]) -> set[Named]:
    """What is pursued: what the worklist lists, and what the stages call due."""
    return {
        *((each.debtor_id, each.invoice_id, each.stage) for each in due),
        *((each.debtor_id, each_id, each.action_code)
          for each in worklist for each_id in each.invoice_ids),
    }  # fmt: skip


def _worklist(con: duckdb.DuckDBPyConnection, due: Sequence[DueStage]) -> list[Action]:
    """The worklist with its lists taken apart.

    An id may hold a comma: a list that reads as what is due at the stage is that.
    """
    of_debtor: dict[str, list[DueStage]] = defaultdict(list)
    for each in due:
        of_debtor[each.debtor_id].append(each)
    rows = con.execute(
        "select debtor_id, coalesce(action_code, ''), coalesce(invoice_ids, ''), "
        "cast(coalesce(amount, 0) * 100 as bigint) from marts.recovery_worklist order by all"
    ).fetchall()
    actions = []
    for debtor_id, code, listed, pence in rows:
        ids = _at_stage(of_debtor[debtor_id], code)
        if ",".join(ids) != listed:
            ids = tuple(listed.split(",")) if listed else ()
        actions.append(Action(debtor_id, code, ids, pence))
    return actions


def _due_stages(con: duckdb.DuckDBPyConnection) -> list[DueStage]:
    rows = con.execute(
        "select debtor_id, invoice_id, coalesce(next_stage, ''), coalesce(blocked_by, '') != '' "
        "from marts.recovery_stages where is_due order by all"
    ).fetchall()
    return [DueStage(*row) for row in rows]


_PACKS = frozenset({"agency_placements_proposed", "legal_handover"})
_OUTGOING = """
    select 'contact_list', debtor_id, '', action_code from restricted.contact_list
    union
    select 'letter_lines', debtor_id, invoice_id, action_code from restricted.letter_lines
    union
    select 'agency_placements_proposed', debtor_id, invoice_id, 'agency_referral'
    from marts.agency_placements_proposed where is_proposed
    union
    select 'legal_handover', debtor_id, invoice_id, 'legal_referral'
    from marts.legal_handover where is_ready
    union
    select 'arrangement_offers', debtor_id, '', '' from marts.arrangement_offers
    union
    select 'arrangement_warnings', debtor_id, '', ''
    from marts.arrangement_warnings where warnings not in ('held', 'incomplete_data')
    union
    select 'early_contact', debtor_id, '', '' from marts.early_contact
    order by all
"""


def _outgoing(con: duckdb.DuckDBPyConnection) -> list[Outgoing]:
    return [Outgoing(*row) for row in con.execute(_OUTGOING).fetchall()]

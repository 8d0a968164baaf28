"""The facts that the gate `recovery` compares.

First the state of the inputs: refused files and rows, missing and stale feeds. Then each action by
the inbound rows, calculated independently of the models that chose it. Last, everything else by
which people are contacted, compared with the worklist.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from expectations.current_rows import Position
from expectations.expected import Check
from expectations.policy import load_policy
from expectations.populations.population import Population, population_from, population_of
from expectations.populations.pursuits import (
    PROTECTIVE,
    Named,
    Pursuit,
    days_counted,
    protected_debtors,
    pursuits,
)
from expectations.populations.refusals import (
    FATE_OF_FILES,
    FILES_COUNTED,
    OTHER_FEEDS,
    PROTECTING_FEEDS,
    RefusedRow,
    refused_rows,
)
from expectations.populations.timetable import Timetable, last_done_on, next_stage, timetables_on

TimetableOf = Callable[[str, str], Timetable]
"""Gives the timetable of a debt type and a party type."""


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the worklist; the amount in pence."""

    debtor_id: str
    action_code: str
    invoice_ids: tuple[str, ...]
    pence: int


@dataclass(frozen=True, slots=True)
class DueStage:
    """An invoice that the stages mart marks as due."""

    debtor_id: str
    invoice_id: str
    stage: str
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A contact with a debtor that another table than the worklist lists.

    Attributes:
        way: The table that lists it.
        debtor_id: The debtor.
        invoice_id: The invoice that it is about; blank where it names none.
        action_code: The stage that it is for; blank for an offer, a warning or help.
    """

    way: str
    debtor_id: str
    invoice_id: str
    action_code: str

    @property
    def name(self) -> str:
        """What distinguishes it from the others, ids only."""
        return " ".join(filter(None, (self.way, self.debtor_id, self.invoice_id)))


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """A feed that decides whether somebody may be pursued.

    Attributes:
        item_id: The feed.
        value_pence: Nil.
        is_known: 1 where a row of it is known, else 0.
        is_required: 1 where policy requires it, else 0.
        newest_file_on: Day of its newest accepted file; 1 January 1900 where there is none.
        oldest_allowed_on: The oldest day that policy allows; blank where policy has none.
    """

    item_id: str
    value_pence: int
    is_known: int
    is_required: int
    newest_file_on: date
    oldest_allowed_on: date | None


@dataclass(frozen=True, slots=True)
class ReadableFacts:
    """A file, or a refused row of which the debtor cannot be read."""

    item_id: str
    value_pence: int
    rows_without_debtor: int


@dataclass(frozen=True, slots=True)
class PursuitFacts:
    """An action on an invoice, with what forbids it and the days that it must wait.

    Attributes:
        item_id: Debtor, invoice and action.
        value_pence: What the debtor owes on the invoice.
        refused_rows: 1 where a refused row of the debtor is not corrected yet, else 0.
        protections_today: Legal protections of the person on the day.
        other_holds_today: Disputes and other holds on the invoice on the day.
        obstacles: Arrangements, notices, placements, cases and credits on the day.
        action_code: The stage to be taken.
        next_stage: The next stage of the timetable; empty where there is none.
        days_since_due: Days since the due date, without days on hold.
        days_required_after_due: The days that the stage requires since then.
        days_since_previous: Days since the stage before, without days on hold.
        days_required_after_previous: The days that the stage requires since then.
    """

    item_id: str
    value_pence: int
    refused_rows: int
    protections_today: int
    other_holds_today: int
    obstacles: str | None
    action_code: str
    next_stage: str
    days_since_due: int | None
    days_required_after_due: int | None
    days_since_previous: int | None
    days_required_after_previous: int | None


@dataclass(frozen=True, slots=True)
class DebtorFacts:
    """A debtor on the worklist, and how many actions it has."""

    item_id: str
    value_pence: int
    actions: int


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """An action: the invoices and amount that it lists, and what is open on those invoices.

    Attributes:
        item_id: Debtor, action and invoices.
        value_pence: Its amount.
        invoices_listed: The invoices, as it lists them; blank where it lists none.
        invoices_in_order: The same invoices, each once and in order.
        amount_pence: Its amount.
        open_pence: What the debtor owes on them in total.
        least_open_pence: The lowest amount that is open on one of them.
    """

    item_id: str
    value_pence: int
    invoices_listed: str | None
    invoices_in_order: str | None
    amount_pence: int
    open_pence: int
    least_open_pence: int | None


@dataclass(frozen=True, slots=True)
class WorklistFacts:
    """A debtor: the actions on the worklist, and the furthest stage that is due.

    Attributes:
        item_id: The debtor.
        value_pence: Nil.
        actions_listed: Its actions with their invoices, as on the worklist.
        action_due: Its furthest stage that is due, with all invoices at that stage.
        blocked_stages: Stages that are marked as due although something blocks them.
    """

    item_id: str
    value_pence: int
    actions_listed: str
    action_due: str
    blocked_stages: int


@dataclass(frozen=True, slots=True)
class OutgoingFacts:
    """A contact with a debtor, and the action that it is for.

    Attributes:
        item_id: Its table, the debtor and the invoice.
        value_pence: Nil.
        action_carried_out: The action that it is for; blank where it is for none.
        action_due: The same where the worklist, or for a pack the stages, mark it as due; else
            empty.
        reasons_to_leave_alone: For a contact without an action, 1 where the debtor is protected or
            has a refused row that is not corrected yet, else 0.
    """

    item_id: str
    value_pence: int
    action_carried_out: str | None
    action_due: str | None
    reasons_to_leave_alone: int


def recovery_populations(
    con: duckdb.DuckDBPyConnection, position: Position, checks: Sequence[Check]
) -> list[Population]:
    """The populations of the gate.

    Args:
        con: The warehouse, with the current rows and the receipts calculated from them.
        position: The day of the run.
        checks: The checks of the gate.
    """
    refused = refused_rows(con, position)
    hold_types = load_policy(con, "hold_types", position.known_at)
    due = _due_stages(con)
    worklist = _worklist(con, due)
    incomplete = frozenset(row.debtor_id for row in refused if row.debtor_id)
    pursued = pursuits(
        con,
        position,
        _named(worklist, due),
        hold_types,
        load_policy(con, "arrangement_rules", position.known_at),
        incomplete,
    )
    timetable = timetables_on(
        load_policy(con, "recovery_timetable", position.known_at), position.as_of
    )
    left_alone = protected_debtors(con, position, hold_types) | incomplete
    return [
        *_inputs(con, position, "protecting", PROTECTING_FEEDS, refused, checks),
        *_inputs(con, position, "other", OTHER_FEEDS, refused, checks),
        population_of(
            "pursuits",
            PursuitFacts,
            (_pursuit_facts(each, timetable, position.as_of) for each in pursued),
            len({each.name for each in pursued}),
            checks,
        ),
        *_worklist_populations(worklist, pursued, due, timetable, checks),
        _outgoing_beside_actions(_outgoing(con), worklist, due, left_alone, checks),
    ]


def _inputs(
    con: duckdb.DuckDBPyConnection,
    position: Position,
    kind: str,
    feeds: Sequence[str],
    refused: Sequence[RefusedRow],
    checks: Sequence[Check],
) -> Iterator[Population]:
    values = {"known": position.known_at, "feeds": list(feeds)}
    files = population_from(con, f"{kind}_files", FATE_OF_FILES, FILES_COUNTED, checks, **values)
    yield files
    facts = [_feed_facts(con, position, feed) for feed in feeds]
    yield population_of(f"{kind}_feeds", FeedFacts, facts, len(feeds), checks)
    places = sorted({row.place for row in refused if row.feed in feeds and not row.debtor_id})
    rows = [ReadableFacts(f"file {name}", 0, 0) for name in files.facts["item_id"].to_pylist()]
    rows += [ReadableFacts(place, 0, 1) for place in places]
    yield population_of(f"{kind}_refused_rows", ReadableFacts, rows, len(rows), checks)


def _feed_facts(con: duckdb.DuckDBPyConnection, position: Position, feed: str) -> FeedFacts:
    required = load_policy(con, "required_feeds", position.known_at)
    freshness = load_policy(con, "feed_freshness", position.known_at)
    days = freshness.row(position.as_of, feed).get("value")
    known, newest = con.execute(
        f"""
        select
            (select count(*) from raw.{feed} where _known_on <= $known),
            (
                select coalesce(max(file_day), date '1900-01-01') from raw.files
                where refused_code is null and known_on <= $known
                    and list_contains(string_split(feed, '+'), $feed)
            )
        """,
        {"known": position.known_at, "feed": feed},
    ).fetchone() or (0, date.min)
    return FeedFacts(
        feed,
        0,
        int(known > 0),
        int(bool(required.row(position.as_of, feed))),
        newest,
        position.known_at - timedelta(days=int(days)) if days is not None else None,
    )


def _pursuit_facts(each: Pursuit, timetable: TimetableOf, day: date) -> PursuitFacts:
    stages = timetable(each.debt_type, each.party_type)
    following = next_stage(stages, each.stages_done, each.pence)
    stage = next((stage for stage in stages if stage.code == each.action_code), None)
    holding = [spell.kind for spell in each.spells if spell.holds(day)]
    is_timed = stage is not None and each.counted_from is not None
    before = last_done_on(stages, each.stages_done, stage) if stage and is_timed else None
    return PursuitFacts(
        item_id=each.name,
        value_pence=each.pence,
        refused_rows=int(each.is_incomplete),
        protections_today=holding.count(PROTECTIVE),
        other_holds_today=len(holding) - holding.count(PROTECTIVE),
        obstacles=", ".join(sorted(each.obstacles)) or None,
        action_code=each.action_code,
        next_stage=following.code if following else "",
        days_since_due=(
            days_counted(each.counted_from, day, each.spells)
            if is_timed and each.counted_from
            else None
        ),
        days_required_after_due=stage.not_before_days if stage else None,
        days_since_previous=days_counted(before, day, each.spells) if before else None,
        days_required_after_previous=stage.after_previous_days if stage else None,
    )


def _worklist_populations(
    worklist: Sequence[Action],
    pursued: Sequence[Pursuit],
    due: Sequence[DueStage],
    timetable: TimetableOf,
    checks: Sequence[Check],
) -> Iterator[Population]:
    by_invoice = {(each.debtor_id, each.invoice_id): each for each in pursued}
    times = Counter(action.debtor_id for action in worklist)
    yield population_of(
        "debtors",
        DebtorFacts,
        (DebtorFacts(debtor_id, 0, times[debtor_id]) for debtor_id in sorted(times)),
        len(times),
        checks,
    )
    listed = {(each.debtor_id, each.action_code, each.invoice_ids): each for each in worklist}
    yield population_of(
        "actions",
        ActionFacts,
        (_action_facts(action, by_invoice) for _, action in sorted(listed.items())),
        len(listed),
        checks,
    )
    offered: dict[str, set[str]] = defaultdict(set)
    for debtor_id, code, invoice_ids in listed:
        offered[debtor_id].add(_as_text(code, invoice_ids))
    wanted = _furthest(due, by_invoice, timetable)
    blocked = Counter(each.debtor_id for each in due if each.is_blocked)
    debtors = sorted(offered.keys() | wanted.keys())
    yield population_of(
        "worklist",
        WorklistFacts,
        (
            WorklistFacts(
                debtor_id,
                0,
                "; ".join(sorted(offered[debtor_id])),
                _as_text(*wanted[debtor_id]) if debtor_id in wanted else "",
                blocked[debtor_id],
            )
            for debtor_id in debtors
        ),
        len(debtors),
        checks,
    )


def _as_text(code: str, invoice_ids: Iterable[str]) -> str:
    return f"{code}: {', '.join(invoice_ids)}"


def _action_facts(action: Action, by_invoice: Mapping[tuple[str, str], Pursuit]) -> ActionFacts:
    ids = action.invoice_ids
    pence = [by_invoice[action.debtor_id, invoice_id].pence for invoice_id in ids]
    return ActionFacts(
        item_id=" ".join((action.debtor_id, action.action_code, *ids)),
        value_pence=action.pence,
        invoices_listed=", ".join(ids) or None,
        invoices_in_order=", ".join(sorted(set(ids))) or None,
        amount_pence=action.pence,
        open_pence=sum(pence),
        least_open_pence=min(pence, default=None),
    )


def _outgoing_beside_actions(
    outgoing: Sequence[Outgoing],
    worklist: Sequence[Action],
    due: Sequence[DueStage],
    left_alone: Collection[str],
    checks: Sequence[Check],
) -> Population:
    to_do = {(each.debtor_id, each.action_code, "") for each in worklist} | {
        (each.debtor_id, each.action_code, invoice_id)
        for each in worklist
        for invoice_id in each.invoice_ids
    }
    referred = {(each.debtor_id, each.stage, each.invoice_id) for each in due}

    def facts(each: Outgoing) -> OutgoingFacts:
        if not each.action_code:
            return OutgoingFacts(each.name, 0, None, None, int(each.debtor_id in left_alone))
        carried_out = (each.debtor_id, each.action_code, each.invoice_id)
        is_due = carried_out in (referred if each.way in _PACKS else to_do)
        text = " ".join(carried_out)
        return OutgoingFacts(each.name, 0, text, text if is_due else "", 0)

    return population_of("outgoing", OutgoingFacts, map(facts, outgoing), len(outgoing), checks)


def _furthest(
    due: Sequence[DueStage],
    by_invoice: Mapping[tuple[str, str], Pursuit],
    timetable: TimetableOf,
) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Each debtor's furthest stage that is due, with the invoices at that stage, sorted."""

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
    """What is pursued: everything on the worklist, and every stage that is due."""
    return {
        *((each.debtor_id, each.invoice_id, each.stage) for each in due),
        *((each.debtor_id, each_id, each.action_code)
          for each in worklist for each_id in each.invoice_ids),
    }  # fmt: skip


def _worklist(con: duckdb.DuckDBPyConnection, due: Sequence[DueStage]) -> list[Action]:
    """The worklist with its lists of invoices split.

    An id may contain a comma, so a list that equals the invoices due at the stage is read as those.
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

"""The debtors and invoices that the worklist pursues, with the facts that forbid or allow it.

An invoice is pursued where the worklist lists it or its stage is marked as due. The facts come from
the inbound rows. Only open items and the status of arrangements come from the marts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from expectations.current_rows import Position
from expectations.policy import PolicyTable
from expectations.populations.recorded_stages import RECORDED_STAGES

PROTECTIVE = "protective"
Named = tuple[str, str, str]
"""What is pursued: debtor, invoice and action."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Days on which an invoice is on hold, first and last included; 9999-12-31 without an end.

    `kind` is the kind of hold in policy: protective, or internal.
    """

    kind: str
    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        """Whether the hold is in force on a day."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Pursuit:
    """An action on an invoice, and the facts about it.

    Attributes:
        debtor_id: Debtor whom the mart names.
        invoice_id: The invoice.
        action_code: The stage to be taken.
        pence: What the debtor owes on the invoice; nil where the debtor owes nothing on it.
        debt_type: Debt type of its service; blank where that is not known.
        party_type: Party type of the debtor; blank where that is not known.
        counted_from: Due date of the invoice, or of its earliest instalment still open.
        spells: Every hold that applies to it, past ones included.
        obstacles: Arrangements, notices, placements, cases and credits that block it.
        stages_done: The day on which each stage was done for it.
        is_incomplete: Whether a refused row of the debtor is not corrected yet.
    """

    debtor_id: str
    invoice_id: str
    action_code: str
    pence: int
    debt_type: str
    party_type: str
    counted_from: date | None
    spells: tuple[Spell, ...] = ()
    obstacles: frozenset[str] = frozenset()
    stages_done: Mapping[str, date] = field(default_factory=dict)
    is_incomplete: bool = False

    @property
    def name(self) -> str:
        """What distinguishes it from the others, ids only."""
        return f"debtor {self.debtor_id} invoice {self.invoice_id} {self.action_code}"


def days_counted(after: date, until: date, spells: Iterable[Spell]) -> int:
    """Days after one day up to and including another, without the days on hold."""
    days = (until - after).days
    counted_to = after
    for spell in sorted(spells, key=lambda spell: spell.starts_on):
        starts_on = max(spell.starts_on, counted_to + timedelta(days=1))
        ends_on = min(spell.ends_on, until)
        if ends_on >= starts_on:
            days -= (ends_on - starts_on).days + 1
            counted_to = ends_on
    return days


def pursuits(
    con: duckdb.DuckDBPyConnection,
    position: Position,
    named: Collection[Named],
    hold_types: PolicyTable,
    notice_days: PolicyTable,
    incomplete: frozenset[str],
) -> tuple[Pursuit, ...]:
    """The facts about each pursued invoice, by debtor, invoice and action.

    Args:
        con: The warehouse, with the current rows.
        position: The day of the run.
        named: What is pursued: debtor, invoice and action.
        hold_types: Policy `hold_types`.
        notice_days: Policy `arrangement_rules`, which has the days of notice after a breach.
        incomplete: Debtors with a refused row that is not corrected yet.
    """
    _write_pursued(con, named)
    kinds = {row["key"]: row["value"] for row in hold_types.in_force(position.as_of)}
    protective = [key for key, kind in kinds.items() if kind == PROTECTIVE]
    spells: dict[str, list[Spell]] = defaultdict(list)
    for name, kind, starts_on, ends_on in _rows(con, position, _SPELLS, protective=protective):
        spells[name].append(Spell(kind, starts_on, ends_on))
    obstacles: dict[str, set[str]] = defaultdict(set)
    for name, obstacle, since in _rows(con, position, _OBSTACLES):
        if obstacle != "breach" or _is_noticed(notice_days, since, position.as_of):
            obstacles[name].add(obstacle)
    done: dict[str, dict[str, date]] = defaultdict(dict)
    for invoice_id, code, day in _rows(
        con, position, f"from ({RECORDED_STAGES}) semi join pursued using (invoice_id)"
    ):
        done[invoice_id][code] = day
    return tuple(
        replace(
            each,
            spells=tuple(spells[f"{each.debtor_id} {each.invoice_id}"]),
            obstacles=frozenset(obstacles[f"{each.debtor_id} {each.invoice_id}"]),
            stages_done=done[each.invoice_id],
            is_incomplete=each.debtor_id in incomplete,
        )
        for each in (Pursuit(*row) for row in _rows(con, position, _FACTS))
    )


def protected_debtors(
    con: duckdb.DuckDBPyConnection, position: Position, hold_types: PolicyTable
) -> frozenset[str]:
    """Every debtor of every person whom the law protects on the day, for any debt.

    An insolvency order covers only debts up to its date, so it is not included here.
    """
    kinds = {row["key"]: row["value"] for row in hold_types.in_force(position.as_of)}
    protective = [key for key, kind in kinds.items() if kind == PROTECTIVE]
    return frozenset(row[0] for row in _rows(con, position, _PROTECTED, protective=protective))


def _write_pursued(con: duckdb.DuckDBPyConnection, named: Collection[Named]) -> None:
    columns = [list(column) for column in zip(*sorted(set(named)), strict=True)] or [[], [], []]
    names = ("debtor_id", "invoice_id", "action_code")
    table = pa.table(
        dict(zip(names, (pa.array(each, pa.string()) for each in columns), strict=True))
    )
    con.register("named", table)
    con.execute("create or replace temp table pursued as from named")
    con.unregister("named")


def _is_noticed(notice_days: PolicyTable, breached_on: date | None, day: date) -> bool:
    """Whether the notice after a breach still runs, by the policy of the day of the breach."""
    if breached_on is None:
        return False
    days = notice_days.row(breached_on, "breach_notice_days").get("value")
    return days is not None and day < breached_on + timedelta(days=int(days))


def _rows(
    con: duckdb.DuckDBPyConnection, position: Position, query: str, **more: object
) -> list[tuple[Any, ...]]:
    values = {"day": position.as_of, "known": position.known_at, **more}
    named = {name: value for name, value in values.items() if f"${name}" in query}
    return con.execute(query, named).fetchall()


_FACTS = """
    with balances as (
        select debtor_id, invoice_id, sum(outstanding_amount) as amount
        from marts.open_items
        where item_kind in ('invoice', 'instalment', 'adjustment') and outstanding_amount > 0
        group by all
    ),
    instalments as (
        select s.invoice_id, min(s.due_date) as due_date
        from current_invoice_instalments s
        join marts.open_items o
            on o.item_kind = 'instalment' and o.outstanding_amount > 0
            and o.item_id = s.invoice_id || '/' || s.instalment_no
        group by 1
    )
    select p.debtor_id, p.invoice_id, p.action_code, cast(coalesce(b.amount, 0) * 100 as bigint),
        coalesce(s.debt_type, ''), coalesce(d.party_type, ''), coalesce(n.due_date, i.due_date)
    from pursued p
    left join balances b using (debtor_id, invoice_id)
    left join current_invoices i using (invoice_id)
    left join current_services s using (service_code)
    left join current_debtors d on d.debtor_id = p.debtor_id
    left join instalments n on n.invoice_id = p.invoice_id
    order by 1, 2, 3
"""
_SPELLS = """
    with person as (
        select debtor_id, coalesce('party ' || d.party_id, 'debtor ' || debtor_id) as person
        from (
            select debtor_id from pursued
            union select debtor_id from current_holds
            union select debtor_id from current_debtors
        )
        left join current_debtors d using (debtor_id)
    ),
    protections as (
        select person, starts_on, ends_on,
            case when hold_type = 'insolvency' then order_date end as debts_until
        from current_holds join person using (debtor_id)
        where list_contains($protective, hold_type)
        union all
        select person, date_of_death, null, null
        from current_debtors join person using (debtor_id)
        where date_of_death <= $day
    ),
    others as (
        select debtor_id, invoice_id, arrangement_id, starts_on, ends_on
        from current_holds
        where not list_contains($protective, hold_type)
        union all
        select debtor_id, invoice_id, null, raised_on,
            case when resolved_on <= $day then cast(resolved_on - interval 1 day as date) end
        from current_disputes
        where kind = 'dispute'
    ),
    invoices_pursued as (
        select distinct debtor_id, invoice_id from pursued
    ),
    reaching as (
        select p.debtor_id, p.invoice_id, 'protective' as kind, h.starts_on, h.ends_on
        from invoices_pursued p
        join person using (debtor_id)
        join protections h using (person)
        left join current_invoices i on i.invoice_id = p.invoice_id
        where coalesce(i.invoice_date <= h.debts_until, true)
        union all
        select p.debtor_id, p.invoice_id, 'internal', h.starts_on, h.ends_on
        from invoices_pursued p join others h using (invoice_id)
        union all
        select p.debtor_id, p.invoice_id, 'internal', h.starts_on, h.ends_on
        from invoices_pursued p
        join current_arrangement_invoices a using (invoice_id)
        join others h on h.arrangement_id = a.arrangement_id and h.invoice_id is null
        union all
        select p.debtor_id, p.invoice_id, 'internal', h.starts_on, h.ends_on
        from invoices_pursued p
        join others h
            on h.debtor_id = p.debtor_id and h.invoice_id is null and h.arrangement_id is null
    )
    select debtor_id || ' ' || invoice_id, kind, starts_on, coalesce(ends_on, date '9999-12-31')
    from reaching
"""
_PROTECTED = """
    with person as (
        select debtor_id, coalesce('party ' || party_id, 'debtor ' || debtor_id) as person
        from current_debtors
        union
        select debtor_id, 'debtor ' || debtor_id
        from current_holds anti join current_debtors using (debtor_id)
    ),
    protected as (
        select person from current_holds join person using (debtor_id)
        where list_contains($protective, hold_type)
            and not (hold_type = 'insolvency' and order_date is not null)
            and starts_on <= $day and coalesce(ends_on >= $day, true)
        union
        select person from current_debtors join person using (debtor_id)
        where date_of_death <= $day
    )
    select debtor_id from person semi join protected using (person)
"""
_OBSTACLES = """
    with invoices_pursued as (
        select distinct debtor_id, invoice_id, debtor_id || ' ' || invoice_id as name from pursued
    )
    select p.name, case c.status when 'live' then 'arrangement' else 'breach' end, c.breached_on
    from invoices_pursued p
    join current_arrangement_invoices using (invoice_id)
    join marts.arrangement_compliance c using (arrangement_id)
    where c.status in ('live', 'breached')
    union all
    select p.name, 'placement', null
    from invoices_pursued p join current_agency_placements a using (invoice_id)
    where coalesce(a.closed_on > $day, true) and coalesce(a.recall_acknowledged_on > $day, true)
    union all
    select p.name, 'legal case', null
    from invoices_pursued p join current_legal_cases l using (invoice_id)
    where coalesce(l.closed_on > $day, true)
    union all
    select p.name, 'credit', null
    from invoices_pursued p
    join (
        select debtor_id from marts.open_items group by 1
        having min(outstanding_amount) < 0 and sum(outstanding_amount) <= 0
    ) using (debtor_id)
"""

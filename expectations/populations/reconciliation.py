"""The facts that the gate `reconciliation` compares, calculated again from the inbound rows.

Every figure is calculated in whole pence, independently of the models, and compared with the mart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from expectations.current_rows import Position
from expectations.expected import Check
from expectations.populations.bank_statement import bank_populations
from expectations.populations.closed_period import last_closed_period
from expectations.populations.control_accounts import Account, accounts_beside_ledger
from expectations.populations.population import Population, population_from, population_of


def reconciliation_populations(
    con: duckdb.DuckDBPyConnection, position: Position, checks: Sequence[Check]
) -> list[Population]:
    """The populations of the gate.

    Args:
        con: The warehouse, with the current rows and the inbound ledger.
        position: The day of the run.
        checks: The checks of the gate.
    """
    day = position.as_of.isoformat()

    def of(name: str, facts: str, rows_expected: str) -> Population:
        return population_from(con, name, facts, rows_expected, checks)

    return [
        of("movement_proof", _MOVEMENT_PROOF, _MOVEMENT_PROOF_COUNTED),
        of("months", _MONTHS.format(day=day), _MONTHS_COUNTED.format(day=day)),
        of("balances", _BALANCES, _BALANCES_COUNTED),
        of("suspense_months", _SUSPENSE_MONTHS, _SUSPENSE_MONTHS_COUNTED),
        _control_accounts(con, checks),
        of("aged_debt", _AGED_DEBT, _AGED_DEBT_COUNTED),
        *bank_populations(con, position, checks),
        of("settlements", _SETTLEMENTS, _SETTLEMENTS_COUNTED),
        _closed_month(con, position, checks),
    ]


_OPEN_BY_DEBT_TYPE = """
    select coalesce(s.debt_type, '') as debt_type, sum(o.outstanding_amount) * 100 as pence
    from marts.open_items o
    left join current_services s using (service_code)
    group by 1
"""
_MOVED_BY_MONTH = """
    select date_trunc('month', day)::date as month, kind, sum(pence) as pence
    from inbound_ledger where debtor_id is not null group by all
"""
_MOVEMENT_PROOF = f"""
    with proof as (select *, coalesce(debt_type, '') as kind_of_debt from marts.movement_proof),
    proved as (
        select 'period ' || period_start || ' ' || kind_of_debt as item_id,
            (opening_balance + invoices + credit_notes + receipts + reversals + refunds
                + adjustments + write_offs + write_backs) * 100 as expected,
            closing_balance * 100 as actual,
            difference * 100 as stated_difference
        from proof
    ),
    closed as (
        select 'closing ' || coalesce(p.kind_of_debt, o.debt_type) as item_id,
            coalesce(o.pence, 0) as expected,
            coalesce(p.closing_balance * 100, 0) as actual,
            0 as stated_difference
        from (
            select * from proof
            qualify row_number() over (partition by kind_of_debt order by period_start desc) = 1
        ) p
        full join ({_OPEN_BY_DEBT_TYPE}) o on o.debt_type = p.kind_of_debt
    ),
    published as (
        unpivot (
            select period_start as month, sum(invoices) as invoice,
                sum(credit_notes) as credit_note, sum(receipts) as receipt,
                sum(reversals) as receipt_reversal, sum(refunds) as refund,
                sum(adjustments) as adjustment, sum(write_offs) as write_off,
                sum(write_backs) as write_back
            from proof group by 1
        ) on columns(* exclude month) into name kind value amount
    ),
    moved as (
        select 'moved ' || coalesce(t.month, m.month) || ' ' || coalesce(t.kind, m.kind)
                as item_id,
            coalesce(m.pence, 0) as expected,
            coalesce(t.amount * 100, 0) as actual,
            0 as stated_difference
        from (from published where amount != 0) t
        full join (from ({_MOVED_BY_MONTH}) where pence != 0) m
            on m.month = t.month and m.kind = t.kind
    )
    select item_id, cast(actual - expected as bigint) as value_pence,
        cast(expected as bigint) as expected_pence, cast(actual as bigint) as actual_pence,
        cast(stated_difference as bigint) as stated_difference_pence
    from (from proved union all from closed union all from moved)
"""
_MOVEMENT_PROOF_COUNTED = f"""
    select
        (select count(*) from marts.movement_proof)
        + (select count(*) from (
            select coalesce(debt_type, '') from marts.movement_proof
            union select debt_type from ({_OPEN_BY_DEBT_TYPE})
        ))
        + (select count(*) from ({_MOVED_BY_MONTH}) where pence != 0)
"""

_MONTHS = """
    select
        'period ' || p.period_start || ' ' || coalesce(p.debt_type, '') as item_id,
        cast((p.opening_balance - coalesce(before.closing_balance, 0)) * 100 as bigint)
            as value_pence,
        cast(p.opening_balance * 100 as bigint) as opening_pence,
        cast(coalesce(before.closing_balance, 0) * 100 as bigint) as previous_closing_pence,
        cast(p.period_start as date) as period_start,
        cast(date_trunc('month', p.period_start) as date) as month_start,
        cast(p.period_end as date) as period_end,
        cast(least(last_day(p.period_start), date '{day}') as date) as expected_end
    from marts.movement_proof p
    left join marts.movement_proof before
        on before.debt_type is not distinct from p.debt_type
        and before.period_start = p.period_start - interval 1 month
"""
_MONTHS_COUNTED = """
    select coalesce(sum(date_diff('month', first_month, date '{day}') + 1), 0) from (
        select min(period_start) as first_month from marts.movement_proof group by debt_type
    )
"""

_BALANCES = """
    with came_in as (
        select debtor_id, sum(pence) as pence from inbound_ledger
        where debtor_id is not null group by 1
    ),
    ledger as (
        select debtor_id, sum(amount) * 100 as pence from marts.ledger_movements
        where debtor_id is not null group by 1
    ),
    opened as (
        select debtor_id, sum(outstanding_amount) * 100 as pence
        from marts.open_items group by 1
    ),
    every_balance as (
        select 'debtor ' || debtor_id as item_id, coalesce(c.pence, 0) as inbound,
            coalesce(l.pence, 0) as ledger, coalesce(o.pence, 0) as open_items
        from came_in c
        full join ledger l using (debtor_id)
        full join opened o using (debtor_id)
        union all
        select 'suspense',
            (select coalesce(sum(pence), 0) from inbound_suspense),
            (select -coalesce(sum(amount), 0) * 100 from marts.ledger_movements
                where debtor_id is null),
            (select coalesce(sum(amount), 0) * 100 from marts.suspense)
    )
    select item_id,
        cast(greatest(abs(ledger - inbound), abs(open_items - inbound)) as bigint) as value_pence,
        cast(inbound as bigint) as inbound_pence, cast(ledger as bigint) as ledger_pence,
        cast(open_items as bigint) as open_pence
    from every_balance
"""
_BALANCES_COUNTED = "select count(distinct debtor_id) + 1 from inbound_ledger"

# A month cannot have received less than is left of it.
_SUSPENSE_MONTHS = """
    with rolled as (
        select period_start, opening_balance * 100 as opened,
            (received + identifications + reversals + refunds) * 100 as moved,
            closing_balance * 100 as closed, difference * 100 as stated_difference,
            coalesce(lag(closing_balance) over (order by period_start), 0) * 100 as before,
            max(period_start) over () = period_start as is_last,
            received * 100 as received, reversals * 100 as reversals, refunds * 100 as refunds
        from marts.suspense_roll_forward
    ),
    left_over as (
        select date_trunc('month', received_on)::date as month, sum(pence) as pence
        from inbound_suspense group by 1
    ),
    every_month as (
        select coalesce(r.period_start, w.month) as month, r.*,
            coalesce(r.opened + r.moved, 0) as carried,
            coalesce(
                case
                    when r.is_last then (select coalesce(sum(pence), 0) from inbound_suspense)
                    else r.closed
                end,
                w.pence
            ) as due,
            w.pence as left_over
        from rolled r
        full join (from left_over where pence != 0) w on w.month = r.period_start
    )
    select 'suspense of ' || month as item_id,
        cast(greatest(abs(due - carried), abs(closed - carried)) as bigint) as value_pence,
        cast(period_start as date) as month_in_roll_forward,
        cast(opened as bigint) as opening_pence, cast(before as bigint) as previous_closing_pence,
        cast(carried as bigint) as carried_pence, cast(closed as bigint) as closing_pence,
        cast(due as bigint) as due_pence,
        cast(stated_difference as bigint) as stated_difference_pence,
        cast(received as bigint) as received_pence, cast(left_over as bigint) as left_over_pence,
        cast(reversals as bigint) as reversals_pence, cast(refunds as bigint) as refunds_pence
    from every_month
"""
_SUSPENSE_MONTHS_COUNTED = """
    select coalesce(date_diff('month', min(period_start), max(period_start)) + 1, 0)
    from marts.suspense_roll_forward
"""

_OPEN_BY_AGE = """
    select o.debtor_id, coalesce(s.debt_type, '') as debt_type,
        coalesce(o.service_code, '') as service_code, o.age_band,
        sum(o.outstanding_amount) * 100 as pence, count(*) as items
    from marts.open_items o left join current_services s using (service_code)
    group by all
"""
_AGED_DEBT = f"""
    select
        concat_ws(' ', debtor_id, debt_type, service_code, age_band) as item_id,
        cast(coalesce(a.pence, 0) - coalesce(o.pence, 0) as bigint) as value_pence,
        cast(coalesce(a.pence, 0) as bigint) as aged_pence,
        cast(coalesce(o.pence, 0) as bigint) as open_pence,
        cast(coalesce(a.items, 0) as bigint) as aged_items,
        cast(coalesce(o.items, 0) as bigint) as open_items
    from ({_OPEN_BY_AGE}) o
    full join (
        select debtor_id, coalesce(debt_type, '') as debt_type,
            coalesce(service_code, '') as service_code, age_band,
            outstanding_amount * 100 as pence, item_count as items
        from marts.aged_debt
    ) a using (debtor_id, debt_type, service_code, age_band)
"""
_AGED_DEBT_COUNTED = f"select count(*) from ({_OPEN_BY_AGE})"

_SETTLEMENTS = """
    with settled as (
        select source_type, source_id, item_kind, item_id, debtor_id,
            cast(allocated_amount * 100 as bigint) as pence
        from marts.allocations
    ),
    credit_side as (
        select coalesce(c.debtor_id, s.debtor_id) as debtor_id,
            greatest(
                coalesce(s.pence, 0) - greatest(coalesce(c.pence - c.undone_pence, 0), 0), 0
            ) as excess,
            0 as gap,
            coalesce(s.astray, 0) as astray
        from inbound_credits c
        full join (
            select a.source_type as kind, a.source_id as id, min(a.debtor_id) as debtor_id,
                sum(a.pence) as pence,
                count(*) filter (a.debtor_id is distinct from c.debtor_id) as astray
            from settled a
            left join inbound_credits c on c.kind = a.source_type and c.id = a.source_id
            group by 1, 2
        ) s using (kind, id)
    ),
    opened as (
        select item_kind as kind, item_id as id,
            cast(sum(outstanding_amount) * 100 as bigint) as pence
        from marts.open_items
        where item_kind in ('invoice', 'instalment', 'adjustment') and outstanding_amount > 0
        group by all
    ),
    debit_side as (
        select coalesce(d.debtor_id, s.debtor_id) as debtor_id,
            0 as excess,
            coalesce(s.pence, 0) + coalesce(o.pence, 0) - coalesce(d.pence, 0) as gap,
            cast(s.debtor_id is not null and s.debtor_id is distinct from d.debtor_id as bigint)
                as astray
        from inbound_debits d
        full join (
            select item_kind as kind, item_id as id, max(debtor_id) as debtor_id,
                sum(pence) as pence
            from settled group by 1, 2
        ) s using (kind, id)
        full join opened o using (kind, id)
    )
    select coalesce('debtor ' || debtor_id, 'suspense') as item_id,
        cast(sum(excess) + sum(abs(gap)) as bigint) as value_pence,
        cast(sum(excess) as bigint) as settled_beyond_credits_pence,
        cast(sum(abs(gap)) as bigint) as debits_not_settled_or_open_pence,
        cast(sum(astray) as bigint) as allocations_to_another_debtor
    from (from credit_side union all from debit_side)
    group by 1
"""
_SETTLEMENTS_COUNTED = """
    select count(*) from (
        select debtor_id from inbound_credits union select debtor_id from inbound_debits
    )
"""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A debtors control account by the general ledger, by the inbound rows and as published.

    Attributes:
        item_id: The account.
        value_pence: The difference.
        ledger_pence: Its balance in the general ledger.
        expected_pence: Its balance by the inbound rows; blank where they cannot give one.
        published_ledger_pence: Its balance as published.
        published_expected_pence: The expected balance as published.
        difference_pence: The difference.
        itemised_pence: The total of the items listed as its difference.
    """

    item_id: str
    value_pence: int
    ledger_pence: int | None
    expected_pence: int | None
    published_ledger_pence: int | None
    published_expected_pence: int | None
    difference_pence: int
    itemised_pence: int


def _control_accounts(con: duckdb.DuckDBPyConnection, checks: Sequence[Check]) -> Population:
    accounts = accounts_beside_ledger(con)
    published = {
        code: (expected, actual)
        for code, expected, actual in con.execute(
            "select account_code, cast(expected_amount * 100 as bigint), "
            "cast(actual_amount * 100 as bigint) from marts.control_reconciliation "
            "where control_code = 'R04' and status != 'no_data'"
        ).fetchall()
    }
    itemised = {
        code: int(pence)
        for code, pence in con.execute(
            "select account_code, cast(sum(amount) * 100 as bigint) "
            "from marts.reconciliation_exceptions where control_code = 'R04' group by 1"
        ).fetchall()
    }
    rows = [_account_facts(account, published, itemised) for account in accounts]
    published_alone = sorted(published.keys() - {account.code for account in accounts})
    rows += [
        AccountFacts(f"account {code}", 0, None, None, published[code][1], published[code][0], 0, 0)
        for code in published_alone
    ]
    return population_of("control_accounts", AccountFacts, rows, len(accounts), checks)


def _account_facts(
    account: Account, published: Mapping[str, tuple[int, int]], itemised: Mapping[str, int]
) -> AccountFacts:
    expected, actual = account.expected_pence, account.actual_pence
    gap = actual - expected if expected is not None else actual
    published_expected, published_actual = published.get(account.code, (None, None))
    return AccountFacts(
        f"account {account.code}",
        gap,
        actual,
        expected,
        published_actual,
        published_expected,
        gap,
        itemised.get(account.code, 0),
    )


@dataclass(frozen=True, slots=True)
class ClosedMonthFacts:
    """The last closed month end: its published total, and the total calculated again."""

    item_id: str
    value_pence: int
    published_pence: int
    calculated_again_pence: int


def _closed_month(
    con: duckdb.DuckDBPyConnection, position: Position, checks: Sequence[Check]
) -> Population:
    closed = last_closed_period(con, position)
    rows = (
        []
        if closed is None
        else [
            ClosedMonthFacts(
                f"as of {closed.position.as_of} known at {closed.position.known_at}",
                closed.again_pence - closed.published_pence,
                closed.published_pence,
                closed.again_pence,
            )
        ]
    )
    return population_of("closed_month", ClosedMonthFacts, rows, len(rows), checks)

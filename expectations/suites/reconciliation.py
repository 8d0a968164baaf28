"""Gate `reconciliation`: the ledger holds together and ties to the general ledger.

Every rule works its figures out again from the inbound rows, in other words than the models that
made the marts, and compares in whole pence.
"""

import duckdb

from expectations.bank_statement import bank_beside_receipts
from expectations.closed_period import last_closed_period
from expectations.control_accounts import Account, accounts_beside_ledger
from expectations.expected import Check as Rule
from expectations.findings import FINDING, Finding, finding_of, judged
from expectations.inbound_ledger import write_inbound_movements, write_inbound_sides
from expectations.populations.population import Population
from expectations.standing import Position

NAME = "reconciliation"
WITHHELD = ("movement_proof", "control_reconciliation")
INPUT_FEEDS = (
    "invoices",
    "credit_notes",
    "receipts",
    "adjustments",
    "refunds",
    "write_offs",
)
IS_ASKED_WITHOUT_INPUT = False

R01 = Rule(
    "R01",
    "Every month and debt type: the opening balance and the movements make the closing balance, "
    "the last closing balance is what is open, and a month's movements are those that came in.",
    ("invoices", "services"),
    "Without it money could appear in or vanish from a debt type unseen.",
)
R02 = Rule(
    "R02",
    "Every month opens with what the month before it closed with; the first opens at nil, none is "
    "missing, the last ends on the day looked at.",
    ("invoices", "services"),
    "Without it a closed month could be changed afterwards.",
)
R03 = Rule(
    "R03",
    "Debtor by debtor, the rows that came in, the ledger and the open items come to the same "
    "balance; what is in suspense is what came in without a debtor, less reversals and refunds, "
    "and month by month suspense rolls forward to it.",
    ("invoices",),
    "Without it a debtor could be chased for what is not owed.",
)
R04 = Rule(
    "R04",
    "Each debtors control account of the general ledger has the balance that the rows dated by "
    "that day make, suspense apart; what differs is itemised to the penny.",
    ("gl_balances", "invoices", "services"),
    "Without it the council's accounts and its income system could disagree.",
)
R05 = Rule(
    "R05",
    "Debtor by debtor, debt type, service and band, the aged debt is the total and the number of "
    "the open items.",
    ("invoices", "services"),
    "Without it the debt reported by age would not be the debt there is.",
)
R06 = Rule(
    "R06",
    "Account by account, the money that came to the bank is what the receipts come to, apart from "
    "what is too young to have met and from money that is no receipt's; every match is true, and "
    "whatever nobody explains is listed; and of each receipt as much is allocated, open, in "
    "suspense or refunded as its reversals leave.",
    ("receipts", "bank_transactions"),
    "Without it money could reach the bank and no debtor, or a debtor and no bank.",
)
R07 = Rule(
    "R07",
    "Debtor by debtor, no credit settles more than it has left, every debit is settled and open "
    "for exactly what it is, and no money crosses to another debtor.",
    ("invoices",),
    "Without it one debtor's payment could clear another's debt.",
)
R16 = Rule(
    "R16",
    "The rows with which the last closed month end was worked out still give what was published "
    "for it: what all debtors owed, less suspense.",
    (),
    "Without it what was signed could not be worked out again.",
)
RULES = (R01, R02, R03, R04, R05, R06, R07, R16)
CHECKS = tuple(judged(rule) for rule in RULES)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Work out the inbound ledger that the rules compare with."""
    write_inbound_movements(con)
    write_inbound_sides(con)


def populations(con: duckdb.DuckDBPyConnection, position: Position, _: object) -> list[Population]:
    """What every rule finds; `prepare` must have run."""
    return [finding.as_population() for finding in find(con, position)]


def find(con: duckdb.DuckDBPyConnection, position: Position) -> tuple[Finding, ...]:
    """Ask every rule; `prepare` must have run."""
    return (
        _proof_adds_up(con),
        _months_follow_each_other(con, position),
        _balances_agree(con),
        _accounts_agree(con),
        _ages_agree(con),
        _bank_agrees(con, position),
        _allocations_stay_within(con),
        _closed_period_stays(con, position),
    )


def _found(
    con: duckdb.DuckDBPyConnection,
    rule: Rule,
    rows: str,
    rows_expected: str,
    doubt: str = "false",
) -> Finding:
    """A finding from a query of item_id, difference_pence and fault, and one that counts rows."""
    table = con.execute(
        "select item_id::varchar as item_id, difference_pence::bigint as value_pence, "
        "(case when fault then 1 else 0 end)::bigint as fault, "
        f"(case when {doubt} then 1 else 0 end)::bigint as doubt from ({rows})"
    ).to_arrow_table()
    counted = con.execute(rows_expected).fetchone()
    return Finding(rule, table.cast(FINDING), int(counted[0]) if counted else 0)


_OPEN_BY_DEBT_TYPE = """
    select coalesce(s.debt_type, '') as debt_type, sum(o.outstanding_amount) * 100 as pence
    from marts.open_items o
    left join standing_services s using (service_code)
    group by 1
"""
_MOVED_BY_MONTH = """
    select date_trunc('month', day)::date as month, kind, sum(pence) as pence
    from inbound_ledger where debtor_id is not null group by all
"""


def _proof_adds_up(con: duckdb.DuckDBPyConnection) -> Finding:
    return _found(
        con,
        R01,
        f"""
        with proof as (select *, coalesce(debt_type, '') as kind_of_debt from marts.movement_proof),
        proved as (
            select 'period ' || period_start || ' ' || kind_of_debt as item_id,
                (opening_balance + invoices + credit_notes + receipts + reversals + refunds
                    + adjustments + write_offs + write_backs - closing_balance) * 100 as gap,
                difference != 0 as admitted
            from proof
        ),
        closed as (
            select 'closing ' || coalesce(p.kind_of_debt, o.debt_type) as item_id,
                coalesce(p.closing_balance * 100, 0) - coalesce(o.pence, 0) as gap,
                false as admitted
            from (
                select * from proof
                qualify row_number() over (partition by kind_of_debt order by period_start desc) = 1
            ) p
            full join ({_OPEN_BY_DEBT_TYPE}) o on o.debt_type = p.kind_of_debt
        ),
        told as (
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
                coalesce(t.amount * 100, 0) - coalesce(m.pence, 0) as gap,
                false as admitted
            from (from told where amount != 0) t
            full join (from ({_MOVED_BY_MONTH}) where pence != 0) m
                on m.month = t.month and m.kind = t.kind
        )
        select item_id, gap as difference_pence, admitted or gap != 0 as fault
        from (from proved union all from closed union all from moved)
        """,
        f"""
        select
            (select count(*) from marts.movement_proof)
            + (select count(*) from (
                select coalesce(debt_type, '') from marts.movement_proof
                union select debt_type from ({_OPEN_BY_DEBT_TYPE})
            ))
            + (select count(*) from ({_MOVED_BY_MONTH}) where pence != 0)
        """,
    )


def _months_follow_each_other(con: duckdb.DuckDBPyConnection, position: Position) -> Finding:
    day = position.as_of.isoformat()
    return _found(
        con,
        R02,
        f"""
        select
            'period ' || p.period_start || ' ' || coalesce(p.debt_type, '') as item_id,
            (p.opening_balance - coalesce(before.closing_balance, 0)) * 100 as difference_pence,
            p.opening_balance != coalesce(before.closing_balance, 0)
                or p.period_start != date_trunc('month', p.period_start)
                or p.period_end != least(last_day(p.period_start), date '{day}') as fault
        from marts.movement_proof p
        left join marts.movement_proof before
            on before.debt_type is not distinct from p.debt_type
            and before.period_start = p.period_start - interval 1 month
        """,
        f"""
        select coalesce(sum(date_diff('month', first_month, date '{day}') + 1), 0) from (
            select min(period_start) as first_month from marts.movement_proof group by debt_type
        )
        """,
    )


def _balances_agree(con: duckdb.DuckDBPyConnection) -> Finding:
    return _found(
        con,
        R03,
        """
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
        beside as (
            select 'debtor ' || debtor_id as item_id, coalesce(c.pence, 0) as came_in,
                coalesce(l.pence, 0) as ledger, coalesce(o.pence, 0) as opened
            from came_in c
            full join ledger l using (debtor_id)
            full join opened o using (debtor_id)
        ),
        suspense as (
            select 'suspense' as item_id,
                (select coalesce(sum(pence), 0) from inbound_suspense) as came_in,
                (select -coalesce(sum(amount), 0) * 100 from marts.ledger_movements
                    where debtor_id is null) as ledger,
                (select coalesce(sum(amount), 0) * 100 from marts.suspense) as opened
        ),
        rolled as (
            select period_start, opening_balance * 100 as opened,
                (received + identifications + reversals + refunds) * 100 as moved,
                closing_balance * 100 as closed, difference * 100 as admitted,
                coalesce(lag(closing_balance) over (order by period_start), 0) * 100 as before,
                max(period_start) over () = period_start as is_last,
                received * 100 as received,
                received < 0 or reversals > 0 or refunds > 0 as is_askew
            from marts.suspense_roll_forward
        ),
        -- No month took in less than is left of it.
        left_over as (
            select date_trunc('month', received_on)::date as month, sum(pence) as pence
            from inbound_suspense group by 1
        ),
        forward as (
            select 'suspense of ' || coalesce(r.period_start, w.month) as item_id,
                coalesce(r.opened + r.moved, 0) as came_in,
                coalesce(case when r.is_last then (select came_in from suspense) else r.closed end,
                    w.pence) as ledger,
                r.closed as opened,
                r.period_start is null or r.opened != r.before or r.admitted != 0 or r.is_askew
                    or coalesce(w.pence > r.received, false) as is_broken
            from rolled r
            full join (from left_over where pence != 0) w on w.month = r.period_start
        ),
        every_side as (
            select *, false as is_broken from beside
            union all
            select *, false from suspense
            union all
            from forward
        )
        select item_id, greatest(abs(ledger - came_in), abs(opened - came_in)) as difference_pence,
            ledger != came_in or opened != came_in or is_broken as fault
        from every_side
        """,
        """
        select count(distinct debtor_id) + 1 + coalesce(
            (select date_diff('month', min(period_start), max(period_start)) + 1
                from marts.suspense_roll_forward), 0)
        from inbound_ledger
        """,
    )


def _accounts_agree(con: duckdb.DuckDBPyConnection) -> Finding:
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
    rows = [_account_row(account, published, itemised) for account in accounts]
    unasked = sorted(published.keys() - {account.code for account in accounts})
    rows += [(f"account {code}", 0, True) for code in unasked]
    return finding_of(R04, rows, len(accounts))


def _account_row(
    account: Account, published: dict[str, tuple[int, int]], itemised: dict[str, int]
) -> tuple[str, int, bool]:
    """An account is at fault when it differs, or when the mart tells it otherwise than we do."""
    expected, actual = account.expected_pence, account.actual_pence
    gap = actual - expected if expected is not None else actual
    told = published.get(account.code) == (expected, actual)
    fault = expected is None or gap != 0 or not told or itemised.get(account.code, 0) != gap
    return f"account {account.code}", gap, fault


def _ages_agree(con: duckdb.DuckDBPyConnection) -> Finding:
    opened = """
        select o.debtor_id, coalesce(s.debt_type, '') as debt_type,
            coalesce(o.service_code, '') as service_code, o.age_band,
            sum(o.outstanding_amount) * 100 as pence, count(*) as items
        from marts.open_items o left join standing_services s using (service_code)
        group by all
    """
    return _found(
        con,
        R05,
        f"""
        select
            concat_ws(' ', debtor_id, debt_type, service_code, age_band) as item_id,
            coalesce(a.pence, 0) - coalesce(o.pence, 0) as difference_pence,
            a.pence is distinct from o.pence or a.items is distinct from o.items as fault
        from ({opened}) o
        full join (
            select debtor_id, coalesce(debt_type, '') as debt_type,
                coalesce(service_code, '') as service_code, age_band,
                outstanding_amount * 100 as pence, item_count as items
            from marts.aged_debt
        ) a using (debtor_id, debt_type, service_code, age_band)
        """,
        f"select count(*) from ({opened})",
    )


def _bank_agrees(con: duckdb.DuckDBPyConnection, position: Position) -> Finding:
    rows, rows_expected = bank_beside_receipts(con, position)
    return _found(con, R06, rows, rows_expected, "doubt")


def _allocations_stay_within(con: duckdb.DuckDBPyConnection) -> Finding:
    return _found(
        con,
        R07,
        """
        with settled as (
            select source_type, source_id, item_kind, item_id, debtor_id,
                cast(allocated_amount * 100 as bigint) as pence
            from marts.allocations
        ),
        credit_side as (
            select coalesce(c.debtor_id, s.debtor_id) as debtor_id,
                greatest(
                    coalesce(s.pence, 0) - greatest(coalesce(c.pence - c.undone_pence, 0), 0), 0
                ) as gap,
                coalesce(s.astray, false) as astray
            from inbound_credits c
            full join (
                select a.source_type as kind, a.source_id as id, min(a.debtor_id) as debtor_id,
                    sum(a.pence) as pence,
                    bool_or(a.debtor_id is distinct from c.debtor_id) as astray
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
                coalesce(s.pence, 0) + coalesce(o.pence, 0) - coalesce(d.pence, 0) as gap,
                s.debtor_id is not null and s.debtor_id is distinct from d.debtor_id as astray
            from inbound_debits d
            full join (
                select item_kind as kind, item_id as id, max(debtor_id) as debtor_id,
                    sum(pence) as pence
                from settled group by 1, 2
            ) s using (kind, id)
            full join opened o using (kind, id)
        )
        select coalesce('debtor ' || debtor_id, 'suspense') as item_id,
            sum(abs(gap)) as difference_pence, bool_or(astray) or sum(abs(gap)) != 0 as fault
        from (from credit_side union all from debit_side)
        group by 1
        """,
        """
        select count(*) from (
            select debtor_id from inbound_credits union select debtor_id from inbound_debits
        )
        """,
    )


def _closed_period_stays(con: duckdb.DuckDBPyConnection, position: Position) -> Finding:
    closed = last_closed_period(con, position)
    if closed is None:
        return finding_of(R16, [], 0)
    then, gap = closed.position, closed.again_pence - closed.published_pence
    return finding_of(R16, [(f"as of {then.as_of} known at {then.known_at}", gap, gap != 0)], 1)

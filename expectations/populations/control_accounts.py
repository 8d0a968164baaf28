"""Compares each debtors control account with the inbound rows on the day of its balance.

An account holds the debt of the services that name it. An account that no service names holds all
other debt, and so does the only account there is. A credit belongs to the account of the items it
settles. Money dated after the balance does not count, and suspense is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

_PARTS = """
    create or replace temp table account_parts as
    with named_services as (
        select invoice_id, debtor_id, service_code from current_invoices
    ),
    debits as (
        select service_code, day, day as settled_day, pence from inbound_debits
    ),
    undoings as (
        select n.service_code, l.day, l.day as settled_day, l.pence
        from inbound_ledger l
        join named_services n using (invoice_id, debtor_id)
        where l.kind in ('receipt_reversal', 'write_back')
        union all
        select n.service_code, c.day, c.day, -c.undone_pence
        from inbound_credits c
        join named_services n using (invoice_id, debtor_id)
    ),
    settled as (
        select d.service_code, c.day, d.day as settled_day,
            -cast(a.allocated_amount * 100 as bigint) as pence
        from marts.allocations a
        join inbound_credits c on c.kind = a.source_type and c.id = a.source_id
        join inbound_debits d on d.kind = a.item_kind and d.id = a.item_id
    ),
    every_part as (
        from debits union all from undoings union all from settled
    )
    select
        s.control_account_code as account_code,
        greatest(p.day, p.settled_day) as day,
        sum(p.pence) as pence
    from every_part p
    join current_services s using (service_code)
    where s.control_account_code is not null
    group by all
"""


@dataclass(frozen=True, slots=True)
class Account:
    """One control account on the day of its latest balance.

    Attributes:
        code: Account code.
        day: Day of the balance.
        actual_pence: Balance in the general ledger.
        expected_pence: Its balance by the inbound rows; None where no service names two or more
            accounts, because nothing then says which debt each of them holds.
    """

    code: str
    day: date
    actual_pence: int
    expected_pence: int | None


def accounts_beside_ledger(con: duckdb.DuckDBPyConnection) -> tuple[Account, ...]:
    """Compare every debtors control account that has a current balance, by code."""
    con.execute(_PARTS)
    balances = con.execute(
        "select account_code, max(balance_date), "
        "cast(arg_max(balance, balance_date) * 100 as bigint) from current_gl_balances "
        "where account_type = 'debtors_control' group by account_code order by account_code"
    ).fetchall()
    named = {
        code
        for (code,) in con.execute(
            "select distinct control_account_code from current_services "
            "where control_account_code is not null"
        ).fetchall()
    }
    holders = _holders_of_the_rest([code for code, _, _ in balances], named)
    return tuple(
        Account(code, day, actual, _expected(con, code, day, holders))
        for code, day, actual in balances
    )


def _holders_of_the_rest(codes: Sequence[str], named: set[str]) -> list[str]:
    unnamed = [code for code in codes if code not in named]
    if not unnamed and set(codes) == named and len(codes) == 1:
        return list(codes)
    return unnamed


def _expected(
    con: duckdb.DuckDBPyConnection, code: str, day: date, holders: Sequence[str]
) -> int | None:
    if code not in holders:
        return _held_by_services(con, day).get(code, 0)
    if len(holders) > 1:
        return None
    of_others = sum(pence for other, pence in _held_by_services(con, day).items() if other != code)
    whole = con.execute(
        "select coalesce(sum(pence), 0)::bigint from inbound_ledger "
        "where debtor_id is not null and day <= ?",
        [day],
    ).fetchone()
    return int(whole[0]) - of_others if whole else None


def _held_by_services(con: duckdb.DuckDBPyConnection, day: date) -> Mapping[str, int]:
    found = con.execute(
        "select account_code, sum(pence)::bigint from account_parts where day <= ? group by 1",
        [day],
    )
    return {code: int(pence) for code, pence in found.fetchall()}

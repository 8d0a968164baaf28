"""Whether bank and cash book tell the same, asked of what the mart `bank_matches` claims.

The models look for matches; here nothing is looked for. Each claim is held against the rows that
stand: that its two sides come to the same, on one account and near in time; that what people
decided is told and nothing else is told as decided; and that every line and every receipt which no
claim covers is still young enough to be on its way, a receipt as far as the statement reaches.
Last, that of each receipt neither more nor less became than it is.
"""

import duckdb

from expectations.policy import PolicyTable, load_policy
from expectations.standing import Position

_TABLE = "bank_matching_rules"

_CLAIMS = """
    create or replace temp table bank_claims as
    with claimed as (
        select m.bank_transaction_id as line_id, m.receipt_id, m.match_kind,
            l.bank_account as line_account, r.bank_account as receipt_account,
            cast(l.amount * 100 as bigint) as line_pence,
            cast(r.amount * 100 as bigint) as receipt_pence,
            coalesce(cast(v.amount * 100 as bigint), 0) as reversed_pence,
            abs(l.booked_on - max(r.received_on) over (
                partition by m.match_kind, m.bank_transaction_id)) as days_apart,
            min(m.receipt_id) over (partition by m.bank_transaction_id) as claim_id,
            m.match_kind = 'decided' as is_decided,
            l.bank_transaction_id is null or r.receipt_id is null as is_of_nothing,
            case when m.match_kind = 'exact' then p.days_single else p.days_batch end
                as days_allowed
        from marts.bank_matches m
        left join standing_bank_transactions l using (bank_transaction_id)
        left join standing_receipts r using (receipt_id)
        left join (
            select receipt_id, sum(amount) as amount from standing_receipt_reversals
            where reason_code is distinct from 'misposting' group by 1
        ) v using (receipt_id)
        left join bank_policy p on p.day = l.booked_on
        where m.match_kind in ('decided', 'exact', 'batch', 'split')
    ),
    -- Each side of a claim once, however many rows tell it.
    sides as (
        select claim_id, match_kind,
            sum(pence) filter (side = 'line') as line_pence,
            sum(pence) filter (side = 'receipt') as receipt_pence,
            sum(reversed_pence) as reversed_pence
        from (
            select distinct claim_id, match_kind, 'line' as side, line_id as id,
                line_pence as pence, 0 as reversed_pence
            from claimed where not is_decided
            union all
            select distinct claim_id, match_kind, 'receipt', receipt_id, receipt_pence,
                reversed_pence
            from claimed where not is_decided
        )
        group by 1, 2
    )
    select c.line_id, c.receipt_id, c.match_kind, c.is_decided, c.is_of_nothing,
        c.is_of_nothing or (not c.is_decided and (
            coalesce(c.line_account != c.receipt_account, false)
            or coalesce(c.days_apart > c.days_allowed, true)
            or (s.line_pence != s.receipt_pence and not (
                c.match_kind = 'batch' and s.line_pence = s.receipt_pence - s.reversed_pence
            ))
        )) as is_untrue,
        coalesce(c.line_pence, 0) as line_pence
    from claimed c
    left join sides s using (claim_id, match_kind)
"""

_LINES = """
    with lines as (
        select l.*, cast(l.amount * 100 as bigint) as pence, p.timing_days
        from standing_bank_transactions l
        left join bank_policy p on p.day = l.booked_on
        where l.amount > 0
    ),
    due as (
        select d.bank_transaction_id as line_id, count(*) as decisions
        from standing_bank_match_decisions d
        join standing_receipts using (receipt_id)
        group by 1
    ),
    told as (
        select line_id, count(*) filter (is_decided) as decisions,
            count(*) filter (not is_decided) as matches, bool_or(is_untrue) as is_untrue
        from bank_claims group by 1
    ),
    alone as (
        select bank_transaction_id as line_id, count(*) as lone_rows from marts.bank_matches
        where match_kind in ('timing', 'unexplained') and bank_transaction_id is not null
        group by 1
    )
    select 'bank line ' || l.bank_transaction_id as item_id, l.pence as difference_pence,
        coalesce(t.is_untrue, false)
        or coalesce(t.decisions, 0) != coalesce(d.decisions, 0)
        or (coalesce(t.decisions, 0) > 0 and t.matches > 0)
        or (t.line_id is null) != coalesce(a.lone_rows = 1, false)
        or (t.line_id is null and coalesce(date '{day}' - l.booked_on > l.timing_days, true))
            as fault
    from lines l
    left join due d on d.line_id = l.bank_transaction_id
    left join told t on t.line_id = l.bank_transaction_id
    left join alone a on a.line_id = l.bank_transaction_id
"""

_RECEIPTS = """
    with statements as (
        select bank_account, min(booked_on) as begins, max(booked_on) as ends
        from standing_bank_transactions group by 1
    ),
    claimed as (
        select receipt_id,
            count(*) filter (is_decided) as decisions,
            count(distinct match_kind) as kinds,
            count(*) filter (match_kind in ('exact', 'batch')) as lines,
            bool_or(is_of_nothing) as is_of_nothing
        from bank_claims where line_pence > 0 or not is_decided group by 1
    ),
    became as (
        select source_id as receipt_id, sum(allocated_amount) as amount
        from marts.allocations where source_type = 'receipt' group by 1
        union all
        select item_id, -sum(outstanding_amount) from marts.open_items
        where item_kind = 'unallocated_receipt' group by 1
        union all
        select receipt_id, sum(amount) from marts.suspense group by 1
    ),
    undone as (
        select receipt_id, sum(amount) as amount from standing_receipt_reversals group by 1
    ),
    accounted as (
        select r.receipt_id,
            cast((r.amount - coalesce(u.amount, 0) - coalesce(b.amount, 0)) * 100 as bigint)
                as missing_pence,
            r.amount < coalesce(u.amount, 0) as is_reversed_twice,
            f.receipt_id is not null or g.debtor_id is not null as may_be_refunded
        from inbound_receipts r
        left join undone u using (receipt_id)
        left join (select receipt_id, sum(amount) as amount from became group by 1) b
            using (receipt_id)
        left join (select distinct receipt_id from standing_refunds) f using (receipt_id)
        left join (select distinct debtor_id from standing_refunds where receipt_id is null) g
            on g.debtor_id = r.debtor_id
    )
    select 'receipt ' || r.receipt_id as item_id,
        greatest(
            cast(r.amount * 100 as bigint) * cast(is_missed or is_met_by_nothing as bigint),
            abs(a.missing_pence)
        ) as difference_pence,
        is_missed or is_claimed_twice or is_met_by_nothing or is_unaccounted as fault
    from (
        select r.*,
            c.receipt_id is null
            and coalesce(r.received_on >= s.begins, false)
            and not list_contains(
                string_split(replace(coalesce(p.outside, ''), ',', ' '), ' '), r.method
            )
            and coalesce(s.ends - r.received_on > p.timing_days, true) as is_missed,
            coalesce(c.kinds > 1 or c.lines > 1, false) as is_claimed_twice,
            coalesce(c.is_of_nothing, false) as is_met_by_nothing
        from standing_receipts r
        left join statements s using (bank_account)
        left join bank_policy p on p.day = r.received_on
        left join claimed c using (receipt_id)
    ) r
    join (
        select *, not is_reversed_twice
            and (missing_pence < 0 or (missing_pence > 0 and not may_be_refunded))
            as is_unaccounted
        from accounted
    ) a using (receipt_id)
"""


def bank_beside_receipts(con: duckdb.DuckDBPyConnection, position: Position) -> tuple[str, str]:
    """Makes what the bank statement is judged by and gives two queries.

    The first yields item_id, difference_pence and fault of every line that brought money and of
    every receipt; the second counts how many that must be. Both are of no row where no line of a
    bank statement stands.

    Args:
        con: With the rows that stand, the inbound ledger and the marts.
        position: The day looked at.
    """
    if not con.execute("select 1 from standing_bank_transactions limit 1").fetchone():
        nothing = "select null::varchar as item_id, 0 as difference_pence, false as fault"
        return f"{nothing} where false", "select 0"
    _write_policy(con, load_policy(con, _TABLE, ["key"], position.known_at))
    con.execute(_CLAIMS)
    day = position.as_of.isoformat()
    lines, receipts = _LINES.format(day=day), _RECEIPTS
    return (
        f"from ({lines}) union all from ({receipts})",
        "select (select count(*) from standing_bank_transactions where amount > 0) "
        "+ (select count(*) from standing_receipts)",
    )


def _write_policy(con: duckdb.DuckDBPyConnection, policy: PolicyTable) -> None:
    """Makes the temporary table `bank_policy`: what counts on each day that a row is of."""
    days = con.execute(
        "select booked_on from standing_bank_transactions "
        "union select received_on from standing_receipts order by 1"
    ).fetchall()
    con.execute(
        "create or replace temp table bank_policy "
        "(day date, days_single int, days_batch int, timing_days int, outside varchar)"
    )
    keys = ("days_apart_exact", "days_apart_batch", "timing_days", "methods_outside_bank")
    rows = [(day, *(policy.row(day, key).get("value") or None for key in keys)) for (day,) in days]
    con.executemany("insert into bank_policy values (?, ?, ?, ?, ?)", rows)

"""Whether bank and cash book tell the same, asked of what the mart `bank_matches` claims.

The models look for matches; here nothing is looked for. Each claim is held against the rows that
stand: that its two sides come to the same, on one account and near in time; that what people
decided is told and nothing else is told as decided; and that every line and every receipt which no
claim covers is told as what it is: young enough to be on its way, a receipt as far as the statement
reaches; other income, where nothing of ours explains the line; or unexplained. What is unexplained
is at fault where the totals of its account differ, and else worth a warning. Last, that of each
receipt neither more nor less became than it is.
"""

import duckdb

from expectations.policy import PolicyTable, load_policy
from expectations.standing import Position

_TABLE = "bank_matching_rules"

# A receipt reversed in full as misposted is not waited for, and of two that are alike but for that
# the other one is the bank's.
_BANK_RECEIPTS = """
    create or replace temp table bank_receipts as
    with undone as (
        select receipt_id,
            coalesce(sum(amount) filter (reason_code = 'misposting'), 0) as misposted,
            coalesce(sum(amount) filter (reason_code is distinct from 'misposting'), 0) as reversed
        from standing_receipt_reversals group by 1
    ),
    judged as (
        select r.receipt_id, r.bank_account, r.received_on, r.method, r.reference,
            r.paying_in_batch_id, cast(r.amount * 100 as bigint) as pence,
            coalesce(cast(u.reversed * 100 as bigint), 0) as reversed_pence,
            coalesce(u.misposted >= r.amount, false) as is_misposted
        from standing_receipts r left join undone u using (receipt_id)
    )
    from judged j
    where not (is_misposted and exists (
        from judged o
        where not o.is_misposted and o.reference = j.reference and o.pence = j.pence
            and o.bank_account = j.bank_account
            and abs(o.received_on - j.received_on)
                <= (select days_single from bank_policy where day = j.received_on)
    ))
"""

_CLAIMS = """
    create or replace temp table bank_claims as
    with claimed as (
        select m.bank_transaction_id as line_id, m.receipt_id, m.match_kind,
            l.bank_account as line_account, r.bank_account as receipt_account,
            cast(l.amount * 100 as bigint) as line_pence,
            r.pence as receipt_pence, coalesce(r.reversed_pence, 0) as reversed_pence,
            abs(l.booked_on - max(r.received_on) over (
                partition by m.match_kind, m.bank_transaction_id)) as days_apart,
            min(m.receipt_id) over (partition by m.bank_transaction_id) as claim_id,
            m.match_kind = 'decided' as is_decided,
            l.bank_transaction_id is null or r.receipt_id is null as is_of_nothing,
            case when m.match_kind = 'exact' then p.days_single else p.days_batch end
                as days_allowed
        from marts.bank_matches m
        left join standing_bank_transactions l using (bank_transaction_id)
        left join bank_receipts r using (receipt_id)
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
        coalesce(c.line_pence, 0) as line_pence,
        coalesce(c.receipt_pence, 0) as receipt_pence,
        case when c.match_kind = 'batch' then s.line_pence - s.receipt_pence else 0 end
            as kept_back_pence,
        c.claim_id, c.line_account
    from claimed c
    left join sides s using (claim_id, match_kind)
"""

# Both sides that no claim covers, and whether they have waited longer than is usual.
_ALONE = """
    create or replace temp table alone_lines as
    select l.bank_transaction_id as line_id, l.bank_account, l.booked_on,
        cast(l.amount * 100 as bigint) as pence, lower(trim(l.reference)) as quoted, p.days_scored,
        coalesce(date '{day}' - l.booked_on > p.timing_days, true) as is_old
    from standing_bank_transactions l
    anti join bank_claims c on c.line_id = l.bank_transaction_id
    left join bank_policy p on p.day = l.booked_on
    where l.amount > 0;
    create or replace temp table alone_receipts as
    with statements as (
        select bank_account, min(booked_on) as begins, max(booked_on) as ends
        from standing_bank_transactions group by 1
    )
    select r.receipt_id, r.bank_account, r.received_on, r.pence, r.paying_in_batch_id,
        coalesce(s.ends - r.received_on > p.timing_days, true) as is_old
    from bank_receipts r
    join statements s on s.bank_account = r.bank_account and r.received_on >= s.begins
    anti join (from bank_claims where line_pence > 0 or not is_decided) c
        on c.receipt_id = r.receipt_id
    left join bank_policy p on p.day = r.received_on
    where not r.is_misposted and not list_contains(
        string_split(replace(coalesce(p.outside, ''), ',', ' '), ' '), r.method
    )
"""

# An old line is other income unless it quotes one of our ids or references, or its amount is that
# of a receipt or a batch which is missing on near days: then as many lines as are missing are ours,
# first those that quote something, then the nearest.
_OTHER_INCOME = """
    create or replace temp table other_income as
    with old_lines as (from alone_lines where is_old),
    words as (
        select line_id, unnest(
            string_split(replace(quoted, ' ', ','), ',')
            || string_split_regex(quoted, '[- #/.:;(),]')
            || [quoted]
        ) as word
        from old_lines
    ),
    ours as (
        select lower(invoice_id) as word from standing_invoices
        union all select lower(arrangement_id) from standing_arrangements
        union all select lower(debtor_id) from standing_debtors
        union all select lower(receipt_id) from standing_receipts
        union all select lower(paying_in_batch_id) from standing_receipts
    ),
    quoting as (
        select line_id from words semi join ours using (word)
        union
        select line_id from old_lines l
        semi join standing_receipts r on lower(trim(r.reference)) = l.quoted
    ),
    missing as (
        select bank_account, pence, received_on from alone_receipts where is_old
        union all
        select bank_account, sum(pence)::bigint, max(received_on) from alone_receipts
        where is_old and paying_in_batch_id is not null
        group by bank_account, paying_in_batch_id having count(*) > 1
    ),
    held as (
        select l.line_id
        from old_lines l
        join (
            select bank_account, pence, list(distinct received_on) as days, count(*) as how_many
            from missing group by 1, 2
        ) m on m.bank_account = l.bank_account and m.pence = l.pence
        cross join lateral (select min(abs(l.booked_on - d)) as apart from unnest(m.days) as x (d))
        where apart <= l.days_scored
        qualify row_number() over (
            partition by l.bank_account, l.pence
            order by (l.line_id in (from quoting)) desc, apart, l.line_id
        ) <= max(how_many) over (partition by l.bank_account, l.pence)
    )
    select line_id, bank_account, pence from old_lines
    where line_id not in (from quoting) and line_id not in (from held)
"""

# Account by account what came by the statement, other income and what is timing apart, and what the
# receipts make of it: those claimed and those missing, what was kept back, what people accepted.
_ACCOUNTS = """
    create or replace temp table bank_accounts as
    with parts as (
        select bank_account, cast(amount * 100 as bigint) as actual, 0::bigint as expected
        from standing_bank_transactions where amount > 0
        union all
        select bank_account, -pence, 0 from other_income
        union all
        select bank_account, 0, pence from alone_lines where not is_old
        union all
        select bank_account, 0, pence from alone_receipts where is_old
        union all
        from (
            select line_account, 0, line_pence from bank_claims
            where is_decided and line_pence > 0 group by line_id, line_account, line_pence
        )
        union all
        from (
            select line_account, 0, receipt_pence from bank_claims
            where not is_decided group by receipt_id, line_account, receipt_pence
        )
        union all
        from (
            select line_account, 0, kept_back_pence from bank_claims
            where not is_decided and kept_back_pence < 0
            group by claim_id, match_kind, line_account, kept_back_pence
        )
    )
    select bank_account, sum(actual)::bigint as actual, sum(expected)::bigint as expected,
        sum(actual) != sum(expected) as differs
    from parts where bank_account is not null group by 1
"""

_LINES = """
    with lines as (
        select bank_transaction_id as line_id, cast(amount * 100 as bigint) as pence
        from standing_bank_transactions
        where amount > 0
    ),
    due as (
        select d.bank_transaction_id as line_id, count(*) as decisions
        from standing_bank_match_decisions d
        join bank_receipts using (receipt_id)
        group by 1
    ),
    told as (
        select line_id, count(*) filter (is_decided) as decisions,
            count(*) filter (not is_decided) as matches, bool_or(is_untrue) as is_untrue
        from bank_claims group by 1
    ),
    told_alone as (
        select bank_transaction_id as line_id, list(match_kind) as kinds from marts.bank_matches
        where match_kind in ('timing', 'unexplained', 'other_income')
            and bank_transaction_id is not null
        group by 1
    ),
    alone as (
        select a.line_id, a.is_old and o.line_id is null as is_unexplained, b.differs,
            case when not a.is_old then 'timing' when o.line_id is null then 'unexplained'
                else 'other_income' end as kind
        from alone_lines a
        left join other_income o using (line_id)
        left join bank_accounts b on b.bank_account = a.bank_account
    )
    select 'bank line ' || l.line_id as item_id, l.pence as difference_pence,
        coalesce(t.is_untrue, false)
        or coalesce(t.decisions, 0) != coalesce(d.decisions, 0)
        or (coalesce(t.decisions, 0) > 0 and t.matches > 0)
        or (a.line_id is null and s.kinds is not null)
        or (a.line_id is not null and s.kinds is distinct from [a.kind])
        or coalesce(a.is_unexplained and a.differs, false) as fault,
        coalesce(a.is_unexplained, false) as doubt
    from lines l
    left join due d using (line_id)
    left join told t using (line_id)
    left join told_alone s using (line_id)
    left join alone a using (line_id)
"""

_RECEIPTS = """
    with claimed as (
        select receipt_id,
            count(*) filter (is_decided) as decisions,
            count(distinct match_kind) as kinds,
            count(*) filter (match_kind in ('exact', 'batch')) as lines,
            bool_or(is_of_nothing) as is_of_nothing
        from bank_claims where line_pence > 0 or not is_decided group by 1
    ),
    told_alone as (
        select receipt_id, list(match_kind) as kinds from marts.bank_matches
        where bank_transaction_id is null group by 1
    ),
    alone as (
        select r.receipt_id, r.is_old, b.differs,
            case when r.is_old then 'unexplained' else 'timing' end as kind
        from alone_receipts r left join bank_accounts b using (bank_account)
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
            r.pence * cast(is_missed or is_ill_told as bigint),
            abs(a.missing_pence)
        ) as difference_pence,
        coalesce(is_missed and differs, false) or is_ill_told or is_unaccounted as fault,
        is_missed as doubt
    from (
        select r.receipt_id, coalesce(b.pence, 0) as pence, l.differs,
            coalesce(l.is_old, false) as is_missed,
            coalesce(c.kinds > 1 or c.lines > 1, false)
            or coalesce(c.is_of_nothing, false)
            or (l.receipt_id is null and t.kinds is not null)
            or (l.receipt_id is not null and t.kinds is distinct from [l.kind]) as is_ill_told
        from standing_receipts r
        left join bank_receipts b using (receipt_id)
        left join alone l using (receipt_id)
        left join told_alone t using (receipt_id)
        left join claimed c using (receipt_id)
    ) r
    join (
        select *, not is_reversed_twice
            and (missing_pence < 0 or (missing_pence > 0 and not may_be_refunded))
            as is_unaccounted
        from accounted
    ) a using (receipt_id)
"""

# What is published of each account beside what was found here: both sides, the verdict, and item by
# item what makes the difference.
_CONTROLS = """
    with listed as (
        select account_code, count(*) as items, cast(sum(amount) * 100 as bigint) as pence
        from marts.reconciliation_exceptions where control_code = 'R06' group by 1
    ),
    unexplained as (
        select bank_account, count(*) as items from (
            select bank_account from alone_lines
            where is_old and line_id not in (select line_id from other_income)
            union all
            select bank_account from alone_receipts where is_old
        ) group by 1
    )
    select 'bank account ' || a.bank_account as item_id,
        abs(a.actual - a.expected) as difference_pence,
        a.actual is distinct from cast(c.actual_amount * 100 as bigint)
        or a.expected is distinct from cast(c.expected_amount * 100 as bigint)
        or c.status is distinct from case when a.differs then 'difference' else 'agreed' end
        or coalesce(l.items, 0) != case when a.differs then coalesce(u.items, 0) else 0 end
        or coalesce(l.pence, 0) != a.actual - a.expected as fault,
        false as doubt
    from bank_accounts a
    left join marts.control_reconciliation c
        on c.control_code = 'R06' and c.account_code = a.bank_account
    left join listed l on l.account_code = a.bank_account
    left join unexplained u on u.bank_account = a.bank_account
"""


def bank_beside_receipts(con: duckdb.DuckDBPyConnection, position: Position) -> tuple[str, str]:
    """Makes what the bank statement is judged by and gives two queries.

    The first yields item_id, difference_pence, fault and doubt (unexplained, whether or not it is
    at fault) of every line that brought money, every receipt and every account; the second counts
    how many that must be. Both are of no row where no line of a bank statement stands.

    Args:
        con: With the rows that stand, the inbound ledger and the marts.
        position: The day looked at.
    """
    if not con.execute("select 1 from standing_bank_transactions limit 1").fetchone():
        nothing = "select null::varchar as item_id, 0 as difference_pence, false as fault"
        return f"{nothing}, false as doubt where false", "select 0"
    _write_policy(con, load_policy(con, _TABLE, position.known_at))
    alone = _ALONE.format(day=position.as_of.isoformat())
    for statement in (_BANK_RECEIPTS, _CLAIMS, alone, _OTHER_INCOME, _ACCOUNTS):
        con.execute(statement)
    return (
        " union all ".join(f"from ({part})" for part in (_LINES, _RECEIPTS, _CONTROLS)),
        "select (select count(*) from standing_bank_transactions where amount > 0) "
        "+ (select count(*) from standing_receipts) "
        "+ (select count(distinct bank_account) from standing_bank_transactions)",
    )


def _write_policy(con: duckdb.DuckDBPyConnection, policy: PolicyTable) -> None:
    """Makes the temporary table `bank_policy`: what counts on each day that a row is of."""
    days = con.execute(
        "select booked_on from standing_bank_transactions "
        "union select received_on from standing_receipts order by 1"
    ).fetchall()
    con.execute(
        "create or replace temp table bank_policy "
        "(day date, days_single int, days_batch int, days_scored int, timing_days int, "
        "outside varchar)"
    )
    keys = ("days_apart_exact", "days_apart_batch", "days_apart_scored", "timing_days",
            "methods_outside_bank")  # fmt: skip
    rows = [(day, *(policy.row(day, key).get("value") or None for key in keys)) for (day,) in days]
    con.executemany("insert into bank_policy values (?, ?, ?, ?, ?, ?)", rows)

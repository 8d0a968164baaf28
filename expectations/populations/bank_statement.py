"""The facts of bank lines, receipts and bank accounts, and what the mart `bank_matches` claims.

The models search for matches; this module only checks them. The facts of each claim come from the
current rows: the totals of its two sides, their accounts, and the days between them. Every line and
receipt without a claim is listed with the kind that the mart must report. It is `timing` where the
other side may still arrive, `other_income` where nothing of ours explains the line, and otherwise
`unexplained`. An unexplained item is an exception where the totals of its account differ, and
otherwise a warning. The last facts say where the money of each receipt is.
"""

from collections.abc import Sequence

import duckdb

from expectations.current_rows import Position
from expectations.expected import Check
from expectations.policy import PolicyTable, load_policy
from expectations.populations.population import Population, population_from

_TABLE = "bank_matching_rules"

# The bank is not expected to show a receipt that was reversed in full as misposted. Where a second
# receipt differs from it only in that, the second one belongs to the bank line.
_BANK_RECEIPTS = """
    create or replace temp table bank_receipts as
    with undone as (
        select receipt_id,
            coalesce(sum(amount) filter (reason_code = 'misposting'), 0) as misposted,
            coalesce(sum(amount) filter (reason_code is distinct from 'misposting'), 0) as reversed
        from current_receipt_reversals group by 1
    ),
    judged as (
        select r.receipt_id, r.bank_account, r.received_on, r.method, r.reference,
            r.paying_in_batch_id, cast(r.amount * 100 as bigint) as pence,
            coalesce(cast(u.reversed * 100 as bigint), 0) as reversed_pence,
            coalesce(u.misposted >= r.amount, false) as is_misposted
        from current_receipts r left join undone u using (receipt_id)
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
        left join current_bank_transactions l using (bank_transaction_id)
        left join bank_receipts r using (receipt_id)
        left join bank_policy p on p.day = l.booked_on
        where m.match_kind in ('decided', 'exact', 'batch', 'split')
    ),
    -- Each side of a claim once, however many rows list it.
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
        c.receipt_account, c.days_apart, c.days_allowed,
        s.line_pence as claimed_line_pence, s.receipt_pence as claimed_receipt_pence,
        case when c.match_kind = 'batch' then s.receipt_pence - s.reversed_pence end
            as receipt_pence_less_reversals,
        coalesce(c.line_pence, 0) as line_pence,
        coalesce(c.receipt_pence, 0) as receipt_pence,
        case when c.match_kind = 'batch' then s.line_pence - s.receipt_pence else 0 end
            as withheld_pence,
        c.claim_id, c.line_account
    from claimed c
    left join sides s using (claim_id, match_kind)
"""

# Lines and receipts that no claim covers, and whether they have waited longer than policy allows.
_ALONE = """
    create or replace temp table alone_lines as
    select l.bank_transaction_id as line_id, l.bank_account, l.booked_on,
        cast(l.amount * 100 as bigint) as pence, lower(trim(l.reference)) as quoted, p.days_scored,
        coalesce(date '{day}' - l.booked_on > p.timing_days, true) as is_old
    from current_bank_transactions l
    anti join bank_claims c on c.line_id = l.bank_transaction_id
    left join bank_policy p on p.day = l.booked_on
    where l.amount > 0;
    create or replace temp table alone_receipts as
    with statements as (
        select bank_account, min(booked_on) as begins, max(booked_on) as ends
        from current_bank_transactions group by 1
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

# An old line is other income unless it quotes one of our ids or references, or a receipt or batch
# of the same amount is missing at the bank on days close to it. For each one missing, one line is
# ours: first the lines that quote something, then the closest by day.
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
        select lower(invoice_id) as word from current_invoices
        union all select lower(arrangement_id) from current_arrangements
        union all select lower(debtor_id) from current_debtors
        union all select lower(receipt_id) from current_receipts
        union all select lower(paying_in_batch_id) from current_receipts
    ),
    quoting as (
        select line_id from words semi join ours using (word)
        union
        select line_id from old_lines l
        semi join current_receipts r on lower(trim(r.reference)) = l.quoted
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

# For each account, what came in by the statement, without other income and timing, and what the
# receipts give: those claimed and those missing, what a batch withheld, what officers decided.
_ACCOUNTS = """
    create or replace temp table bank_accounts as
    with parts as (
        select bank_account, cast(amount * 100 as bigint) as actual, 0::bigint as expected
        from current_bank_transactions where amount > 0
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
            select line_account, 0, withheld_pence from bank_claims
            where not is_decided and withheld_pence < 0
            group by claim_id, match_kind, line_account, withheld_pence
        )
    )
    select bank_account, sum(actual)::bigint as actual, sum(expected)::bigint as expected,
        sum(actual) != sum(expected) as differs
    from parts where bank_account is not null group by 1
"""

# For each incoming line, the claims on it and the kind that the mart must report. A claim may cover
# several receipts: then the row has their farthest day, and their first and last account.
_LINES = """
    with lines as (
        select bank_transaction_id as line_id, bank_account, cast(amount * 100 as bigint) as pence
        from current_bank_transactions
        where amount > 0
    ),
    due as (
        select d.bank_transaction_id as line_id, count(*) as decisions
        from current_bank_match_decisions d
        join bank_receipts using (receipt_id)
        group by 1
    ),
    claimed as (
        select line_id, count(*) filter (is_decided) as decisions,
            count(*) filter (not is_decided) as matches,
            count(*) filter (is_of_nothing) as of_nothing,
            min(receipt_account) filter (not is_decided) as first_account,
            max(receipt_account) filter (not is_decided) as last_account,
            max(days_apart) filter (not is_decided) as days_apart,
            min(coalesce(days_allowed, -1)) filter (not is_decided) as days_allowed,
            string_agg(distinct match_kind || ':' || claimed_line_pence, ' ')
                filter (not is_decided) as line_totals,
            string_agg(distinct match_kind || ':' || claimed_receipt_pence
                || coalesce(' ' || match_kind || ':' || receipt_pence_less_reversals, ''), ' ')
                filter (not is_decided) as receipt_totals
        from bank_claims group by 1
    ),
    reported as (
        select bank_transaction_id as line_id,
            string_agg(match_kind, ' ' order by match_kind) as kinds
        from marts.bank_matches
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
    select 'bank line ' || l.line_id as item_id, l.pence as value_pence,
        l.bank_account,
        coalesce(c.of_nothing, 0) as claims_of_nothing,
        c.first_account as first_receipt_account, c.last_account as last_receipt_account,
        cast(c.days_apart as bigint) as days_apart, cast(c.days_allowed as bigint) as days_allowed,
        c.line_totals as claimed_line_totals, c.receipt_totals as claimed_receipt_totals,
        coalesce(c.decisions, 0) as decisions_reported,
        coalesce(d.decisions, 0) as decisions_on_file,
        least(coalesce(c.decisions, 0), 1) + least(coalesce(c.matches, 0), 1) as ways_claimed,
        coalesce(r.kinds, '') as kind_reported, coalesce(a.kind, '') as kind_expected,
        coalesce(a.is_unexplained, false) as is_unexplained,
        coalesce(a.differs, false) as account_differs
    from lines l
    left join due d using (line_id)
    left join claimed c using (line_id)
    left join reported r using (line_id)
    left join alone a using (line_id)
"""
_LINES_COUNTED = "select count(*) from current_bank_transactions where amount > 0"

# For each receipt, the claims on it, the kind that the mart must report, and where its money is.
# That may be too much for a receipt reversed beyond its amount, and too little where the debtor was
# refunded: other checks list these. At stake is the whole receipt where its match is wrong, and
# otherwise the difference.
_RECEIPTS = """
    with claimed as (
        select receipt_id,
            count(distinct match_kind) as kinds,
            count(*) filter (match_kind in ('exact', 'batch')) as lines,
            count(*) filter (is_of_nothing) as of_nothing
        from bank_claims where line_pence > 0 or not is_decided group by 1
    ),
    reported as (
        select receipt_id, string_agg(match_kind, ' ' order by match_kind) as kinds
        from marts.bank_matches where bank_transaction_id is null group by 1
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
        select receipt_id, sum(amount) as amount from current_receipt_reversals group by 1
    ),
    accounted as (
        select r.receipt_id,
            cast((r.amount - coalesce(u.amount, 0)) * 100 as bigint) as due,
            cast(coalesce(b.amount, 0) * 100 as bigint) as became,
            r.amount < coalesce(u.amount, 0) as is_reversed_beyond,
            f.receipt_id is not null or g.debtor_id is not null as may_be_refunded
        from inbound_receipts r
        left join undone u using (receipt_id)
        left join (select receipt_id, sum(amount) as amount from became group by 1) b
            using (receipt_id)
        left join (select distinct receipt_id from current_refunds) f using (receipt_id)
        left join (select distinct debtor_id from current_refunds where receipt_id is null) g
            on g.debtor_id = r.debtor_id
    ),
    facts as (
        select r.receipt_id, coalesce(b.pence, 0) as pence,
            coalesce(c.kinds, 0) as kinds_of_claim, coalesce(c.lines, 0) as lines_that_claim,
            coalesce(c.of_nothing, 0) as claims_of_nothing,
            coalesce(t.kinds, '') as kind_reported, coalesce(l.kind, '') as kind_expected,
            coalesce(l.is_old, false) as is_unexplained,
            coalesce(l.differs, false) as account_differs
        from current_receipts r
        left join bank_receipts b using (receipt_id)
        left join alone l using (receipt_id)
        left join reported t using (receipt_id)
        left join claimed c using (receipt_id)
    )
    select 'receipt ' || receipt_id as item_id,
        greatest(
            case
                when is_unexplained or kinds_of_claim > 1 or lines_that_claim > 1
                    or claims_of_nothing > 0 or kind_reported != kind_expected
                    then pence
                else 0
            end,
            abs(due - became)
        ) as value_pence,
        f.* exclude (receipt_id, pence),
        case when not is_reversed_beyond then due end as due_pence,
        became as accounted_pence,
        case when not is_reversed_beyond and not may_be_refunded then due end
            as least_accounted_pence
    from facts f
    join accounted a using (receipt_id)
"""
_RECEIPTS_COUNTED = "select count(*) from current_receipts"

# For each account, the published figures and those of the inbound rows: both sides, the status, and
# the items that make up the difference.
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
        abs(a.actual - a.expected) as value_pence,
        a.actual as bank_pence, cast(c.actual_amount * 100 as bigint) as published_bank_pence,
        a.expected as receipts_pence,
        cast(c.expected_amount * 100 as bigint) as published_receipts_pence,
        coalesce(c.status, '') as published_status,
        case when a.differs then 'difference' else 'agreed' end as expected_status,
        coalesce(l.items, 0) as items_listed,
        case when a.differs then coalesce(u.items, 0) else 0 end as items_expected,
        coalesce(l.pence, 0) as pence_listed, a.actual - a.expected as difference_pence
    from bank_accounts a
    left join marts.control_reconciliation c
        on c.control_code = 'R06' and c.account_code = a.bank_account
    left join listed l on l.account_code = a.bank_account
    left join unexplained u on u.bank_account = a.bank_account
"""
_CONTROLS_COUNTED = "select count(distinct bank_account) from current_bank_transactions"


def bank_populations(
    con: duckdb.DuckDBPyConnection, position: Position, checks: Sequence[Check]
) -> list[Population]:
    """The incoming lines, the receipts and the accounts; empty without a bank statement.

    Args:
        con: The warehouse, with the current rows, the inbound ledger and the marts.
        position: The day of the run.
        checks: The checks of the gate.
    """
    if not con.execute("select 1 from current_bank_transactions limit 1").fetchone():
        return []
    _write_policy(con, load_policy(con, _TABLE, position.known_at))
    alone = _ALONE.format(day=position.as_of.isoformat())
    for statement in (_BANK_RECEIPTS, _CLAIMS, alone, _OTHER_INCOME, _ACCOUNTS):
        con.execute(statement)
    return [
        population_from(con, name, facts, counted, checks)
        for name, facts, counted in (
            ("bank_lines", _LINES, _LINES_COUNTED),
            ("bank_receipts", _RECEIPTS, _RECEIPTS_COUNTED),
            ("bank_accounts", _CONTROLS, _CONTROLS_COUNTED),
        )
    ]


def _write_policy(con: duckdb.DuckDBPyConnection, policy: PolicyTable) -> None:
    """Makes the temporary table `bank_policy`: the policy of each day that has a row."""
    days = con.execute(
        "select booked_on from current_bank_transactions "
        "union select received_on from current_receipts order by 1"
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

"""A large ledger under recovery: the plain one with most invoices open, and casework.

It has a quarter of the plain ledger's receipts, so one invoice in twenty is paid: the oldest of the
debtors who pay without a reference. Stages were done for the whole debtor or for listed invoices,
up to the fifth stage. One debtor in fifty is protected. One invoice in fifty is on hold for a
while, one in a hundred is disputed, two in a hundred are with an agency, and some are returned.
One debtor in thirty has an arrangement, and half of these keep it.
"""

import duckdb

from benchmarks.plain_ledger import FEEDS, LedgerSize, make_more_tables, make_tables

CASEWORK = (
    "case_actions",
    "case_action_invoices",
    "holds",
    "disputes",
    "arrangements",
    "arrangement_invoices",
    "agency_placements",
    "legal_cases",
)
PURSUED_FEEDS = (*FEEDS, *CASEWORK)

_TABLES = {
    "receipts": """
        select * replace (
            cast(greatest(floor(amount * 25) / 100, 0.01) as decimal(18, 2)) as amount
        )
        from receipts
    """,
    # One action per debtor and stage, the latest last month; a tenth name no invoice.
    "case_actions": """
        select
            format('A{}{}', debtor_id, stage.n) as action_id,
            debtor_id,
            [
                'reminder', 'final_notice', 'contact_attempt', 'letter_of_claim', 'agency_referral'
            ][stage.n + 1] as action_code,
            cast(
                date '{as_of}' - cast((5 - stage.n) * 32 + hash(debtor_id) % 30 as integer) as date
            ) as acted_on,
            case when hash(action_id) % 40 = 0 then 'returned' else 'done' end as outcome_code
        from debtors
        cross join range(5) as stage(n)
        where stage.n < hash(debtor_id) % 7
    """,
    "case_action_invoices": """
        select
            case_actions.action_id,
            invoices.invoice_id
        from case_actions
        inner join invoices on case_actions.debtor_id = invoices.debtor_id
        where
            invoices.due_date < case_actions.acted_on
            and hash(case_actions.debtor_id) % 10 > 0
            and hash(invoices.invoice_id) % 8 > 0
    """,
    "holds": """
        select
            format('P{}', debtor_id) as hold_id,
            debtor_id,
            cast(null as varchar) as invoice_id,
            ['breathing_space', 'mental_health_crisis', 'insolvency', 'deceased'][
                1 + cast(hash(debtor_id) % 4 as integer)
            ] as hold_type,
            cast(date '{as_of}' - cast(hash(debtor_id) % 300 as integer) as date) as starts_on,
            case when hold_type = 'breathing_space' then cast(starts_on + 59 as date) end as ends_on
        from debtors
        where hash(debtor_id) % 50 = 1
        union all
        select
            format('H{}', invoice_id) as hold_id,
            debtor_id,
            invoice_id,
            ['query', 'internal', 'payment_pending'][
                1 + cast(hash(invoice_id) % 3 as integer)
            ] as hold_type,
            cast(due_date + cast(hash(invoice_id) % 60 as integer) as date) as starts_on,
            cast(starts_on + 21 as date) as ends_on
        from invoices
        where hash(invoice_id) % 50 = 1
    """,
    "disputes": """
        select
            format('Q{}', invoice_id) as dispute_id,
            debtor_id,
            invoice_id,
            'dispute' as kind,
            cast(due_date - 10 as date) as raised_on,
            'wrong amount' as category,
            case when hash(invoice_id) % 3 > 0 then cast(due_date + 30 as date) end as resolved_on
        from invoices
        where hash(invoice_id) % 100 = 2
    """,
    "arrangement_invoices": """
        select
            format('R{}', debtor_id) as arrangement_id,
            invoice_id
        from invoices
        where hash(debtor_id) % 30 = 3 and hash(invoice_id) % 2 = 0
    """,
    "arrangements": """
        select
            arrangement_id,
            any_value(invoices.debtor_id) as debtor_id,
            cast(date '{as_of}' - 100 as date) as agreed_on,
            cast(date '{as_of}' - 80 as date) as first_due_on,
            'monthly' as frequency,
            cast(
                case when hash(arrangement_id) % 2 = 0 then 1 else 50 end as decimal(18, 2)
            ) as instalment_amount,
            cast(sum(invoices.gross_amount) as decimal(18, 2)) as total_amount
        from arrangement_invoices
        inner join invoices on arrangement_invoices.invoice_id = invoices.invoice_id
        group by arrangement_id
    """,
    "agency_placements": """
        select
            format('L{}', invoice_id) as placement_id,
            invoice_id,
            'AG1' as agency_id,
            cast(due_date + 70 as date) as placed_on,
            case when hash(invoice_id) % 3 = 0 then cast(due_date + 160 as date) end as closed_on
        from invoices
        where hash(invoice_id) % 50 = 4
    """,
    "legal_cases": """
        select
            format('C{}', invoice_id) as case_id,
            invoice_id,
            cast(due_date + 100 as date) as referred_on
        from invoices
        where hash(invoice_id) % 200 = 5
    """,
}


def make_pursued_tables(connection: duckdb.DuckDBPyConnection, size: LedgerSize) -> None:
    """Makes one temporary table per feed of `PURSUED_FEEDS`."""
    make_tables(connection, size)
    make_more_tables(connection, _TABLES)

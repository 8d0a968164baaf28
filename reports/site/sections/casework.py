"""Casework: what went wrong, what is proposed and what must be corrected."""

from dataclasses import dataclass

from reports.site import wording
from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence


@dataclass(frozen=True)
class Topic:
    """One group of lines of the table.

    Attributes:
        mart: The mart the lines come from.
        title: The heading of the group.
        sql: Returns `code`, `number` and `amount` in pounds, in display order.
    """

    mart: str
    title: str
    sql: str


@dataclass(frozen=True)
class TopicLines:
    """A topic with its lines, or why they are missing."""

    title: str
    lines: tuple[Row, ...]
    missing: str


@dataclass(frozen=True)
class Casework:
    """Every topic, including those that are withheld or empty."""

    topics: tuple[TopicLines, ...]


_EACH_CODE = """
    select code, count(*) as number, sum(amount) as amount
    from (select unnest(string_split({codes}, ',')) as code, {amount} as amount from {mart})
    group by code
    order by number desc, code
"""


def _by_code(mart: str, title: str, codes: str, amount: str) -> Topic:
    return Topic(mart, title, _EACH_CODE.format(codes=codes, amount=amount, mart=mart))


TOPICS = (
    Topic(
        "contacts_in_error",
        "Contacts made in error",
        """
        select
            replace(error_code, '_', ' ')
            || case when was_known_that_day then ', known on the day' else ', notified later' end
                as code,
            count(*) as number,
            sum(amount) as amount
        from contacts_in_error
        group by error_code, was_known_that_day
        order by was_known_that_day desc, number desc, error_code
        """,
    ),
    _by_code(
        "arrangement_warnings",
        "Arrangements that need action",
        "warnings",
        "coalesce(actual_balance, 0)",
    ),
    _by_code("arrangement_offers", "Arrangements to offer", "basis", "amount"),
    _by_code("promises", "Promises to pay", "status", "promised_amount"),
    _by_code("early_contact", "Early help, before a reminder", "signals", "open_amount"),
    _by_code(
        "agency_placements_proposed",
        "Invoices due for agency referral",
        "case when is_proposed then 'proposed' else refusal_reasons end",
        "outstanding_amount",
    ),
    _by_code(
        "agency_recalls",
        "Agency placements to recall",
        "case when is_overdue then 'recall overdue' when is_recall_proposed then 'recall proposed' "
        "else 'recall not yet acknowledged' end",
        "outstanding_amount",
    ),
    _by_code(
        "agency_reconciliation",
        "Agency remittances, receipts and direct payments",
        "status",
        "coalesce(gross_amount, ledger_amount, direct_amount, 0)",
    ),
    _by_code(
        "legal_handover",
        "Invoices due for legal referral",
        "case when is_ready then 'ready' else missing end",
        "outstanding_amount",
    ),
    Topic(
        "disputes",
        "Disputes and complaints",
        """
        select
            kind || case when is_response_overdue then ', reply overdue' else ', open' end as code,
            count(*) as number,
            sum(coalesce(disputed_amount, outstanding_amount)) as amount
        from disputes
        where is_open
        group by kind, is_response_overdue
        order by is_response_overdue desc, kind
        """,
    ),
    _by_code("holds_review", "Holds due for review", "review_reasons", "held_amount"),
    Topic(
        "caseload",
        "Cases overdue for review",
        """
        select
            coalesce(team, 'no team') as code,
            sum(unreviewed_count) as number,
            null::decimal(18, 2) as amount
        from caseload
        where unreviewed_count > 0
        group by team
        order by number desc, code
        """,
    ),
)


def section(marts: PublishedMarts, run: Run) -> Section:
    """Count the cases of each casework mart."""
    return Section(
        "casework", "Casework", Casework(tuple(_lines_of(each, marts, run) for each in TOPICS))
    )


def _lines_of(topic: Topic, marts: PublishedMarts, run: Run) -> TopicLines:
    if topic.mart not in marts:
        return TopicLines(topic.title, (), absence(topic.mart, run))
    lines = tuple(row | {"code": wording.name(row["code"])} for row in marts.rows(topic.sql))
    return TopicLines(topic.title, lines, "")

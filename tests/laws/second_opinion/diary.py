"""What somebody meant to come back to and has not."""

from tests.laws.second_opinion.ageing import MartRow
from tests.laws.second_opinion.records import Books


def diary(books: Books) -> list[MartRow]:
    """Every entry that is not done, whatever came of its action; before its day less than 0."""
    return [
        {
            "action_id": action.action_id,
            "debtor_id": action.debtor_id,
            "diary_on": action.diary_on,
            "days_overdue": (books.as_of - action.diary_on).days,
            "officer_id": action.officer_id,
        }
        for action in books.case_actions
        if action.diary_on is not None and not books.has_come(action.diary_done_on)
    ]

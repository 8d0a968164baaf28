"""Which invoices belong to an arrangement, and which one is current."""

from tests.laws.second_opinion.records import Arrangement, Books


def listed_invoices(books: Books, arrangement: Arrangement) -> set[str]:
    """Ids of the invoices that the arrangement lists, whether or not they are in the set."""
    return {
        row.invoice_id
        for row in books.arrangement_invoices
        if row.arrangement_id == arrangement.arrangement_id
    }


def invoices_of(books: Books, arrangement: Arrangement) -> set[str]:
    """Ids of the invoices that the arrangement owns: those it lists that are in the set."""
    return listed_invoices(books, arrangement) & books.invoices.keys()


def offered_invoices(books: Books, arrangement: Arrangement) -> set[str]:
    """The arrangement's invoices, but those that a later one names too, whatever its status."""
    later = [other for other in books.arrangements.values() if other.age > arrangement.age]
    taken = {invoice_id for other in later for invoice_id in invoices_of(books, other)}
    return invoices_of(books, arrangement) - taken


def is_cancelled(books: Books, arrangement: Arrangement) -> bool:
    """A cancellation after the day looked at has not happened yet."""
    return arrangement.cancelled_on is not None and arrangement.cancelled_on <= books.as_of


def is_superseded(books: Books, arrangement: Arrangement) -> bool:
    """A later informal arrangement with an invoice in common supersedes an informal one for good.

    Even if it is cancelled itself. A court arrangement neither supersedes nor is superseded.
    """
    if arrangement.kind == "court":
        return False
    own = listed_invoices(books, arrangement)
    return any(
        other.kind != "court"
        and other.age > arrangement.age
        and own & listed_invoices(books, other)
        for other in books.arrangements.values()
    )


def arrangement_in_force(books: Books, debtor_id: str) -> Arrangement | None:
    """The debtor's arrangement that is neither cancelled nor superseded; of several the latest."""
    standing = [
        arrangement
        for arrangement in books.arrangements.values()
        if arrangement.debtor_id == debtor_id
        and not is_cancelled(books, arrangement)
        and not is_superseded(books, arrangement)
    ]
    return max(standing, key=lambda arrangement: arrangement.age, default=None)

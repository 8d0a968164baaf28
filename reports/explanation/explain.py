"""Explains one id in one run, and what changed since the previous published day."""

from collections.abc import Callable, Mapping

from reports.explanation import arrangement, debtor, invoice, receipt, request
from reports.explanation.changes import changes
from reports.explanation.explanation import Account, Earlier, Explanation, Position, Subject
from reports.explanation.run_marts import RunMarts

_ACCOUNTS: Mapping[Subject, Callable[[RunMarts, str], Account | None]] = {
    Subject.INVOICE: invoice.account,
    Subject.DEBTOR: debtor.account,
    Subject.ARRANGEMENT: arrangement.account,
    Subject.RECEIPT: receipt.account,
    Subject.REQUEST: request.account,
}


def explain(
    subject: Subject, id_: str, marts: RunMarts, earlier: Earlier | None
) -> Explanation | None:
    """The explanation of an id; None if the run does not have it.

    Args:
        subject: The kind of id.
        id_: The id, matched exactly.
        marts: The run to read.
        earlier: The run of the newest earlier day; None if there is none.
    """
    account_of = _ACCOUNTS[subject]
    now = account_of(marts, id_)
    if now is None:
        return None
    before = account_of(earlier.marts, id_) if earlier and earlier.marts else None
    return Explanation(
        subject=subject,
        id=id_,
        position=Position(marts.run.as_of, marts.run.known_at, marts.run.run_id),
        unreconciled=marts.run.unreconciled,
        account=now,
        changes=changes(marts, now, earlier, before),
        compared_with=earlier.position if earlier else None,
        absences=marts.absences,
    )

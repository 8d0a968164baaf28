"""A write-off request in one sentence, wherever it is mentioned."""

from reports.explanation.run_marts import Row
from reports.explanation.sentence import Sentence, say

DECISIONS = {
    "approved": "approved, ready to be posted",
    "refused": "refused, because it fails checks",
    "pending": "pending, not approved yet",
    "declined": "declined",
    "posted": "posted to the ledger",
}


def in_words(row: Row) -> Sentence:
    """The decision on a request."""
    failed = row.get("failed_checks")
    return say(
        "Write-off request {id} for {amount} of invoice {invoice}: {decision}"
        + (" (fails {failed})." if failed else "."),
        id=row["request_id"],
        amount=row["amount"],
        invoice=row["invoice_id"],
        decision=DECISIONS.get(row["decision"], row["decision"]),
        failed=", ".join(failed.split(",")) if failed else None,
    )

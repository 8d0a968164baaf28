"""A council again, with one more receipt that was reversed in full: all else stays as it was."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from tests.laws.case_definition import Files
from tests.laws.council_author import AMOUNTS, Cells, Council

RECEIPT, REVERSAL = "RECEIVED", "REVERSED"


def reversed_twin(council: Council, chance: Random) -> Council:
    """The council with a receipt of any kind, and its reversal on the same day or later."""
    as_of = council.clock.as_of
    debtors, invoices, arrangements = (
        _ids(council.files, *each)
        for each in (
            ("debtors", "debtor_id"),
            ("invoices", "invoice_id"),
            ("arrangements", "arrangement_id"),
        )
    )
    days = chance.choice((0, 1, 30, 400))
    received = as_of - timedelta(days=days)
    amount = str(chance.choice([Decimal(each) for each in AMOUNTS]))
    receipt = {
        "receipt_id": RECEIPT,
        "received_on": received.isoformat(),
        "amount": amount,
        "method": "cheque",
        "debtor_id": chance.choice([*debtors, *debtors, ""]),
        "invoice_id": chance.choice([*invoices, "", "", ""]),
        "reference": chance.choice([*invoices, *arrangements, *debtors, "", ""]),
    }
    reversal = {
        "reversal_id": REVERSAL,
        "receipt_id": RECEIPT,
        "reversed_on": (received + timedelta(days=chance.randint(0, days))).isoformat(),
        "amount": amount,
        "reason_code": "bounced_cheque",
    }
    more: Files = {"receipts_more.csv": [receipt], "receipt_reversals_more.csv": [reversal]}
    return Council({**council.files, **more}, council.clock)


def _ids(files: Files, feed: str, column: str) -> list[str]:
    rows: list[Cells] = [
        dict(row)
        for name, rows in files.items()
        for row in rows
        if name.startswith(f"{feed}.") or name.startswith(f"{feed}_")
    ]
    return sorted({row[column] for row in rows if column in row})

"""A council whose bank agrees on 30 June 2026, and in which every limit is passed a day later.

Of the account ``INCOME`` a statement is known from 1 June on, of ``CARE`` none. ``T1`` brought a
transfer, ``T2`` a batch of cards two days after it was taken, ``T3`` what a person said it is;
``T9`` and the receipt ``P9`` of 23 June have no other side, and a penny lies between them; ``T10``
of that day is no receipt's. ``GONE`` was misposted in full and never was at the bank; ``MOVED``
was, for somebody else, ``TWICE`` was posted twice, and ``PART`` was misposted in part. ``WRONG``
was misposted and posted again as ``HERS`` and ``HIS``, of whose line a person decided. ``S`` is in
suspense since 31 May. The unpaid direct debit of ``P5`` was reversed on the working day after
the bank reported it, that of ``P6`` two days after it. ``OVER`` was taken back twice and ``BACK``
refunded in part. On 1 July a transfer has lost its other half, and an invoice is sent for a
service of March. What became known on
the days after it passes one limit each, of 30 June; on 5 July the bank puts the penny right.
"""

from datetime import date, timedelta

from tests.laws.canonical_files import Delivery
from tests.laws.case_rows import Row, debtor, invoice, receipt, refund, reversal, service

LIMIT = date(2026, 6, 30)
DAY_AFTER = date(2026, 7, 1)
PUT_RIGHT = date(2026, 7, 5)


def _line(bank_transaction_id: str, booked_on: str, amount: str, reference: str) -> Row:
    return {
        "bank_transaction_id": bank_transaction_id,
        "bank_account": "INCOME",
        "booked_on": booked_on,
        "amount": amount,
        "reference": reference,
    }


def _adjustment(adjustment_id: str, amount: str, adjusted_on: str, corresponding_id: str) -> Row:
    return {
        "adjustment_id": adjustment_id,
        "debtor_id": "D",
        "adjusted_on": adjusted_on,
        "amount": amount,
        "adjustment_type": "transfer_in" if amount.startswith("-") else "transfer_out",
        "corresponding_id": corresponding_id,
    }


INCOME = {"bank_account": "INCOME"}
CARD = {"method": "card", "paying_in_batch_id": "CARD-1", **INCOME}
_S = receipt("S", "15.00", "2026-05-31", debtor_id="", reference="WHO")
_V5 = reversal("V5", "P5", "60.00", "2026-06-15")
_C = invoice("C", "20.00", "2026-07-29", invoice_date="2026-07-01", supply_to="2026-03-31")
EARLIER = {
    "debtors.csv": [debtor("D"), debtor("E")],
    "services.csv": [service("SUN", "sundry")],
    "invoices_20260331.csv": [invoice("A", "900.00", "2026-04-12", invoice_date="2026-03-15")],
}
LATER = {
    "invoices_20260701.csv": [
        invoice("B", "10.00", "2026-06-29", invoice_date="2026-06-01", supply_to="2026-04-01"),
        _C,
    ],
    "receipts_20260701.csv": [
        receipt("OLD", "8.00", "2026-05-29", **INCOME),
        receipt("P1", "100.00", "2026-06-01", reference="A", **INCOME),
        receipt("P2", "30.00", "2026-06-03", **CARD),
        receipt("P3", "40.00", "2026-06-03", **CARD),
        receipt("P4", "50.00", "2026-06-08", **INCOME),
        receipt("P5", "60.00", "2026-06-08", method="direct_debit", reference="A", **INCOME),
        receipt("P6", "70.00", "2026-06-09", method="direct_debit", reference="A", **INCOME),
        receipt("P9", "9.00", "2026-06-23", **INCOME),
        receipt("GONE", "17.00", "2026-06-02", **INCOME),
        receipt("MOVED", "21.00", "2026-06-02", reference="MOVED", **INCOME),
        receipt("TWICE", "22.00", "2026-06-02", reference="AGAIN", **INCOME),
        receipt("AGAIN", "22.00", "2026-06-02", reference="AGAIN", **INCOME),
        receipt("PART", "40.00", "2026-06-02", reference="PART", **INCOME),
        receipt("WRONG", "33.00", "2026-06-02", reference="WRONG", **INCOME),
        receipt("HERS", "20.00", "2026-06-12", **INCOME),
        receipt("HIS", "13.00", "2026-06-12", **INCOME),
        receipt("CARE", "11.00", "2026-06-01", bank_account="CARE"),
        receipt("WAGES", "12.00", "2026-06-02", method="payroll", **INCOME),
        receipt("OVER", "13.00", "2026-06-02", debtor_id="E"),
        receipt("BACK", "14.00", "2026-06-02", debtor_id="E", invoice_id="GONE"),
        _S,
    ],
    "receipt_reversals_20260701.csv": [
        _V5,
        reversal("V6", "P6", "70.00", "2026-07-01"),
        reversal("V7", "OVER", "13.00", "2026-06-10") | {"reason_code": "misposting"},
        reversal("V8", "OVER", "5.00", "2026-06-11") | {"reason_code": "misposting"},
        reversal("V9", "GONE", "17.00", "2026-06-11") | {"reason_code": "misposting"},
        reversal("V11", "MOVED", "21.00", "2026-06-11") | {"reason_code": "misposting"},
        reversal("V12", "TWICE", "22.00", "2026-06-11") | {"reason_code": "misposting"},
        reversal("V13", "WRONG", "33.00", "2026-06-11") | {"reason_code": "misposting"},
        reversal("V10", "PART", "15.00", "2026-06-11") | {"reason_code": "misposting"},
    ],
    "refunds_20260701.csv": [
        refund("F1", "4.00", "2026-06-12", debtor_id="", receipt_id="BACK"),
        refund("F2", "3.00", "2026-06-13", debtor_id="E"),
    ],
    "adjustments_20260701.csv": [
        _adjustment("J1", "-25.00", "2026-06-20", "X"),
        _adjustment("J2", "25.00", "2026-06-20", "X"),
        _adjustment("J3", "1.00", "2026-07-01", "X"),
    ],
    "bank_transactions_20260701.csv": [
        _line("T1", "2026-06-01", "100.00", "A"),
        _line("T2", "2026-06-05", "70.00", "CARD-1"),
        _line("T3", "2026-06-20", "49.00", "MANY THANKS"),
        _line("T5", "2026-06-08", "60.00", "P5"),
        _line("T6", "2026-06-09", "70.00", "P6"),
        _line("U5", "2026-06-12", "-60.00", "P5"),
        _line("U6", "2026-06-29", "-70.00", "P6"),
        _line("Z1", "2026-06-30", "-1.00", "CHARGES"),
        _line("Z2", "2026-07-01", "-1.00", "CHARGES"),
        _line("T4", "2026-06-03", "22.00", "AGAIN"),
        _line("T8", "2026-06-03", "21.00", "MOVED"),
        _line("T7", "2026-06-04", "40.00", "PART"),
        _line("T11", "2026-06-04", "33.00", "WRONG"),
        _line("T9", "2026-06-23", "8.99", "RENT D"),
        _line("T10", "2026-06-23", "250.00", "BUSINESS RATES"),
    ],
    "bank_match_decisions_20260701.csv": [
        {"bank_transaction_id": "T3", "receipt_id": "P4", "decided_by": "O1",
         "decided_on": "2026-06-21"},
        {"bank_transaction_id": "T11", "receipt_id": "HERS", "decided_by": "O1",
         "decided_on": "2026-06-15"},
        {"bank_transaction_id": "T11", "receipt_id": "HIS", "decided_by": "O1",
         "decided_on": "2026-06-15"},
    ],
}  # fmt: skip
# By check: what passes its limit alone, and what puts it back.
FAULTS = {
    "R10": (date(2026, 7, 2), {
        "receipt_reversals_20260702.csv": [_V5 | {"reversed_on": "2026-06-16"}],
    }),
    "R11": (date(2026, 7, 3), {
        "receipt_reversals_20260703.csv": [_V5],
        "receipts_20260703.csv": [_S | {"received_on": "2026-05-30"}],
    }),
    "R14": (date(2026, 7, 4), {
        "receipts_20260704.csv": [_S],
        "invoices_20260704.csv": [_C | {"invoice_date": "2026-06-30"}],
    }),
}  # fmt: skip
CORRECTION = {
    "invoices_20260705.csv": [_C],
    "bank_transactions_20260705.csv": [_line("T9", "2026-06-23", "9.00", "RENT D")],
}
DELIVERIES = [
    Delivery(EARLIER, date(2026, 3, 31)),
    Delivery(LATER, DAY_AFTER, date(2026, 3, 31)),
    *(Delivery(files, known, known - timedelta(days=1)) for known, files in FAULTS.values()),
    Delivery(CORRECTION, PUT_RIGHT, PUT_RIGHT - timedelta(days=1)),
]

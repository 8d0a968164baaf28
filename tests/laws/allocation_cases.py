"""Worked examples A1 to A23: which credit settles which debit."""

from tests.laws.case_expectations import allocated, case, nothing, rows, still_open
from tests.laws.case_rows import (
    allocation,
    arrangement,
    credit_note,
    debtor,
    instalments,
    invoice,
    owned,
    receipt,
    refund,
    reversal,
    write_off,
)

ALLOCATION_CASES = (
    case(
        "A01",
        "an allocation row goes before the oldest debt",
        {
            "invoices.csv": [
                invoice("A", "100.00", "2026-03-01"),
                invoice("B", "100.00", "2026-05-01"),
            ],
            "receipts.csv": [receipt("R", "100.00", "2026-06-01")],
            "allocations.csv": [allocation("L", "R", "B", "100.00", "2026-06-02")],
        },
        still_open("invoice A 100.00"),
        allocated("R B 100.00 feed"),
    ),
    case(
        "A02",
        "the rest of a named receipt is not spread",
        {
            "invoices.csv": [
                invoice("A", "50.00", "2026-04-01"),
                invoice("B", "500.00", "2026-05-01"),
            ],
            "receipts.csv": [receipt("R", "500.00", "2026-06-01", invoice_id="A")],
        },
        still_open("invoice B 500.00", "unallocated_receipt R -450.00"),
        allocated("R A 50.00 named"),
    ),
    case(
        "A03",
        "nothing is rounded away",
        {
            "invoices.csv": [
                invoice("A", "100.00", "2026-04-01"),
                invoice("B", "0.01", "2026-05-01"),
            ],
            "receipts.csv": [receipt("R", "99.99", "2026-06-01", invoice_id="A")],
        },
        still_open("invoice A 0.01", "invoice B 0.01"),
    ),
    case(
        "A04",
        "there is no tolerance in money",
        {
            "invoices.csv": [invoice("A", "50.00", "2026-04-01")],
            "receipts.csv": [receipt("R", "50.10", "2026-06-01", invoice_id="A")],
        },
        still_open("unallocated_receipt R -0.10"),
        rows("ledger_movements", "movement_type amount", "invoice 50.00", "receipt -50.10"),
    ),
    case(
        "A05",
        "reference is an invoice id",
        {
            "invoices.csv": [invoice("A", "100.00", "2026-05-01")],
            "receipts.csv": [receipt("R", "120.00", "2026-06-01", debtor_id="", reference="A")],
        },
        still_open("unallocated_receipt R -20.00"),
        allocated("R A 100.00 reference"),
        rows("ledger_movements", "movement_id debtor_id invoice_id", "A D A", "R D A"),
        nothing("suspense"),
    ),
    case(
        "A06",
        "ids keep leading zeros and match exactly",
        {
            "invoices.csv": [
                invoice("OLD", "70.00", "2026-02-01"),
                invoice("0012", "100.00", "2026-05-01"),
            ],
            "receipts.csv": [
                receipt("R1", "70.00", "2026-06-01", reference="12"),
                receipt("R2", "30.00", "2026-06-02", reference="0012"),
            ],
        },
        still_open("invoice 0012 70.00"),
        allocated("R1 OLD 70.00 oldest_first", "R2 0012 30.00 reference"),
    ),
    case(
        "A07",
        "reference is an arrangement id, earliest due first",
        {
            "invoices.csv": [
                invoice("A", "60.00", "2026-03-01"),
                invoice("B", "50.00", "2026-02-01"),
            ],
            "arrangements.csv": [arrangement("P", "110.00", "50.00", "2026-05-01")],
            "arrangement_invoices.csv": owned("P", "A", "B"),
            "receipts.csv": [receipt("R", "50.00", "2026-06-01", reference="P")],
        },
        still_open("invoice A 60.00"),
        allocated("R B 50.00 reference"),
    ),
    case(
        "A08",
        "an equal amount does not matter",
        {
            "invoices.csv": [
                invoice("A", "100.00", "2026-02-01"),
                invoice("B", "200.00", "2026-03-01"),
                invoice("C", "300.00", "2026-04-01"),
            ],
            "receipts.csv": [receipt("R", "300.00", "2026-06-01")],
        },
        still_open("invoice C 300.00"),
        allocated("R A 100.00 oldest_first", "R B 200.00 oldest_first"),
    ),
    case(
        "A09",
        "due on one day, the older invoice goes first",
        {
            "invoices.csv": [
                invoice("A", "100.00", "2026-05-01", invoice_date="2026-04-01"),
                invoice("B", "100.00", "2026-05-01", invoice_date="2026-03-15"),
            ],
            "receipts.csv": [receipt("R", "130.00", "2026-06-01")],
        },
        still_open("invoice A 70.00"),
    ),
    case(
        "A10",
        "a receipt that nothing identifies is in suspense",
        {"receipts.csv": [receipt("R", "80.00", "2026-05-31", debtor_id="", reference="MISC")]},
        nothing("open_items"),
        rows("suspense", "receipt_id received_on amount days_in_suspense", "R 2026-05-31 80.00 30"),
        rows("ledger_movements", "movement_id debtor_id amount", "R - -80.00"),
    ),
    case(
        "A11",
        "earliest instalment first",
        {
            "invoices.csv": [invoice("A", "100.00", "2026-03-01")],
            "invoice_instalments.csv": instalments(
                "A", ("2026-03-01", "30.00"), ("2026-04-01", "50.00"), ("2026-05-01", "20.00")
            ),
            "receipts.csv": [receipt("R", "40.00", "2026-06-01", invoice_id="A")],
        },
        still_open("instalment A/2 40.00", "instalment A/3 20.00"),
        rows("allocations", "instalment_no allocated_amount", "1 30.00", "2 10.00"),
    ),
    case(
        "A12",
        "an instalment is settled before it is due",
        {
            "invoices.csv": [invoice("A", "3000.00", "2026-05-01")],
            "invoice_instalments.csv": instalments(
                "A", ("2026-05-01", "1000.00"), ("2026-06-01", "1000.00"), ("2026-07-01", "1000.00")
            ),
            "receipts.csv": [receipt("R", "1500.00", "2026-05-01", invoice_id="A")],
        },
        still_open("instalment A/2 500.00", "instalment A/3 1000.00"),
    ),
    case(
        "A13",
        "a credit note that names its invoice closes it",
        {
            "invoices.csv": [invoice("A", "100.00", "2026-05-01")],
            "credit_notes.csv": [credit_note("N", "100.00", "2026-06-01", invoice_id="A")],
        },
        nothing("open_items"),
        rows("allocations", "source_type source_id allocation_rule", "credit_note N named"),
    ),
    case(
        "A14",
        "a credit note without an invoice stays open",
        {
            "invoices.csv": [invoice("A", "100.00", "2026-05-01")],
            "credit_notes.csv": [credit_note("N", "100.00", "2026-06-01")],
        },
        still_open("invoice A 100.00", "unallocated_credit_note N -100.00"),
        nothing("allocations"),
    ),
    case(
        "A15",
        "a reversed receipt settles nothing",
        {
            "invoices.csv": [invoice("A", "500.00", "2026-06-01")],
            "receipts.csv": [
                receipt("R", "500.00", "2026-06-15", invoice_id="A", method="direct_debit")
            ],
            "receipt_reversals.csv": [reversal("V", "R", "500.00", "2026-06-20")],
        },
        still_open("invoice A 500.00"),
        nothing("allocations"),
        rows(
            "ledger_movements",
            "movement_type movement_id debtor_id invoice_id amount",
            "invoice A D A 500.00",
            "receipt R D A -500.00",
            "receipt_reversal V D A 500.00",
        ),
    ),
    case(
        "A16",
        "what is dated after the day looked at does not count",
        {
            "invoices.csv": [invoice("A", "100.00", "2026-05-01")],
            "receipts.csv": [receipt("R", "110.00", "2026-07-01", invoice_id="A")],
        },
        still_open("invoice A 100.00"),
        rows("ledger_movements", "movement_type movement_id", "invoice A"),
    ),
    case(
        "A17",
        "an earlier receipt settles a later invoice",
        {
            "invoices.csv": [
                invoice("A", "400.00", "2026-03-29", invoice_date="2026-03-01"),
            ],
            "receipts.csv": [receipt("R", "1000.00", "2026-01-05")],
        },
        still_open("unallocated_receipt R -600.00"),
    ),
    case(
        "A18",
        "a receipt does not reopen what was written off",
        {
            "invoices.csv": [invoice("A", "100.00", "2026-02-01")],
            "write_offs.csv": [write_off("W", "A", "100.00", "2026-05-01")],
            "receipts.csv": [receipt("R", "100.00", "2026-06-05")],
        },
        still_open("unallocated_receipt R -100.00"),
        rows("allocations", "source_type source_id allocation_rule", "write_off W named"),
    ),
    case(
        "A19",
        "a refund uses the receipt it names",
        {
            "invoices.csv": [invoice("A", "100.00", "2026-05-01")],
            "receipts.csv": [receipt("R", "150.00", "2026-06-01", invoice_id="A")],
            "refunds.csv": [refund("F", "50.00", "2026-06-10", receipt_id="R")],
        },
        nothing("open_items"),
        rows("ledger_movements", "movement_id amount", "A 100.00", "R -150.00", "F 50.00"),
    ),
    case(
        "A20",
        "a refund that names no receipt takes the oldest open credits",
        {
            "credit_notes.csv": [credit_note("N", "20.00", "2026-01-05")],
            "receipts.csv": [receipt("R", "50.00", "2026-03-01")],
            "refunds.csv": [refund("F", "30.00", "2026-06-10")],
        },
        still_open("unallocated_receipt R -40.00"),
    ),
    case(
        "A21",
        "reference is a debtor id",
        {
            "debtors.csv": [debtor("0042")],
            "invoices.csv": [invoice("A", "100.00", "2026-05-01", debtor_id="0042")],
            "receipts.csv": [receipt("R", "100.00", "2026-06-01", debtor_id="", reference="0042")],
        },
        nothing("open_items"),
        allocated("R A 100.00 oldest_first"),
        nothing("suspense"),
    ),
    case(
        "A22",
        "from the day of the agreement the arrangement goes first",
        {
            "invoices.csv": [
                invoice("A", "200.00", "2026-01-01"),
                invoice("B", "100.00", "2026-03-01"),
            ],
            "arrangements.csv": [
                arrangement("P", "100.00", "50.00", "2026-05-01", agreed_on="2026-04-01")
            ],
            "arrangement_invoices.csv": owned("P", "B"),
            "receipts.csv": [
                receipt("R1", "50.00", "2026-03-20"),
                receipt("R2", "30.00", "2026-05-05"),
            ],
        },
        still_open("invoice A 150.00", "invoice B 70.00"),
        allocated("R1 A 50.00 oldest_first", "R2 B 30.00 arrangement"),
    ),
    case(
        "A23",
        "a credit has the debt type of what it settles",
        {
            "invoices.csv": [
                invoice(
                    "C", "100.00", "2026-06-20", service_code="CARE", invoice_date="2026-06-01"
                ),
                invoice("S", "100.00", "2026-06-25", invoice_date="2026-06-01"),
            ],
            "receipts.csv": [receipt("R", "150.00", "2026-06-28")],
        },
        still_open("invoice S 50.00"),
        rows(
            "movement_proof",
            "debt_type period_start period_end opening_balance invoices receipts closing_balance"
            " difference",
            "adult_social_care 2026-06-01 2026-06-30 0.00 100.00 -100.00 0.00 0.00",
            "sundry 2026-06-01 2026-06-30 0.00 100.00 -50.00 50.00 0.00",
        ),
        alone=True,
    ),
)

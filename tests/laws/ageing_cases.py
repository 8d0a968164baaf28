"""Worked examples G1 to G15, P1, P2: how old a debt is, that months add up, what is provided."""

from tests.laws.case_expectations import ages, case, rows, still_open
from tests.laws.case_rows import (
    credit_note,
    debtor,
    instalments,
    invoice,
    receipt,
    write_off,
)

AGEING_CASES = (
    case(
        "G01",
        "due today is not overdue",
        {
            "invoices.csv": [
                invoice("A", "10.00", "2026-06-30"),
                invoice("B", "20.00", "2026-06-29"),
                invoice("C", "40.00", "2026-07-15"),
            ]
        },
        ages("A 10.00 not_due 0", "B 20.00 d001_030 1", "C 40.00 not_due -15"),
    ),
    case(
        "G02",
        "the upper bound of thirty days is inclusive",
        {
            "invoices.csv": [
                invoice("A", "10.00", "2026-05-31"),
                invoice("B", "20.00", "2026-05-30"),
            ]
        },
        ages("A 10.00 d001_030 30", "B 20.00 d031_060 31"),
    ),
    case(
        "G03",
        "the upper bounds of 120 and 180 days are inclusive",
        {
            "invoices.csv": [
                invoice("A", "10.00", "2026-03-02"),
                invoice("B", "20.00", "2026-03-01"),
                invoice("C", "40.00", "2026-01-01"),
                invoice("E", "80.00", "2025-12-31"),
            ]
        },
        ages(
            "A 10.00 d091_120 120",
            "B 20.00 d121_180 121",
            "C 40.00 d121_180 180",
            "E 80.00 d181_365 181",
        ),
    ),
    case(
        "G04",
        "the second anniversary belongs to the band it ends",
        {
            "invoices.csv": [
                invoice("A", "10.00", "2024-06-30"),
                invoice("B", "20.00", "2024-06-29"),
            ]
        },
        ages("A 10.00 y1_2 730", "B 20.00 y2_3 731"),
    ),
    case(
        "G05",
        "a leap year between does not move the anniversary",
        {
            "invoices.csv": [
                invoice("A", "10.00", "2024-03-01"),
                invoice("B", "20.00", "2024-02-28"),
            ]
        },
        ages("A 10.00 y1_2 730", "B 20.00 y2_3 732"),
        as_of="2026-03-01",
    ),
    case(
        "G06a",
        "29 February has its anniversary on 28 February",
        {"invoices.csv": [invoice("A", "10.00", "2024-02-29")]},
        ages("A 10.00 d181_365 365"),
        as_of="2025-02-28",
    ),
    case(
        "G06b",
        "the day after the anniversary of 29 February",
        {"invoices.csv": [invoice("A", "10.00", "2024-02-29")]},
        ages("A 10.00 y1_2 366"),
        as_of="2025-03-01",
    ),
    case(
        "G07",
        "one row for each band",
        {
            "invoices.csv": [
                invoice("I1", "500.00", "2018-01-15"),
                invoice("I2", "1000.00", "2017-12-15"),
                invoice("I3", "2000.00", "2017-11-15"),
                invoice("I4", "4000.00", "2017-10-15"),
                invoice("I5", "8000.00", "2017-09-15"),
                invoice("I6", "160000.00", "2017-08-15"),
            ]
        },
        rows(
            "aged_debt",
            "debtor_id debt_type service_code age_band outstanding_amount item_count",
            "D sundry SUN not_due 500.00 1",
            "D sundry SUN d001_030 1000.00 1",
            "D sundry SUN d031_060 2000.00 1",
            "D sundry SUN d061_090 4000.00 1",
            "D sundry SUN d091_120 8000.00 1",
            "D sundry SUN d121_180 160000.00 1",
        ),
        as_of="2017-12-31",
    ),
    case(
        "G08",
        "an instalment by its own due date",
        {
            "invoices.csv": [invoice("A", "90000.00", "2026-01-31")],
            "invoice_instalments.csv": instalments(
                "A",
                ("2026-05-29", "30000.00"),
                ("2026-06-28", "30000.00"),
                ("2026-07-28", "30000.00"),
            ),
        },
        rows(
            "open_items",
            "item_id item_kind instalment_no due_date outstanding_amount age_band",
            "A/1 instalment 1 2026-05-29 30000.00 d031_060",
            "A/2 instalment 2 2026-06-28 30000.00 d001_030",
            "A/3 instalment 3 2026-07-28 30000.00 not_due",
        ),
    ),
    case(
        "G09",
        "part payment never re-ages",
        {
            "invoices.csv": [invoice("A", "648.96", "2025-09-30")],
            "receipts.csv": [receipt("R", "500.00", "2026-06-25", invoice_id="A")],
        },
        ages("A 148.96 d181_365 273"),
    ),
    case(
        "G10",
        "an open credit is never netted into a band",
        {
            "invoices.csv": [invoice("A", "300.00", "2026-05-16")],
            "credit_notes.csv": [credit_note("N", "300.00", "2026-06-01")],
        },
        rows(
            "aged_debt",
            "debtor_id debt_type service_code age_band outstanding_amount item_count",
            "D sundry SUN d031_060 300.00 1",
            "D - - unallocated_credit -300.00 1",
        ),
    ),
    case(
        "G11",
        "a credit is never overdue",
        {
            "invoices.csv": [invoice("A", "20.00", "2023-02-01")],
            "receipts.csv": [receipt("R", "75.00", "2023-02-02", invoice_id="A")],
        },
        rows(
            "open_items",
            "item_kind item_id outstanding_amount age_band due_date days_past_due",
            "unallocated_receipt R -55.00 unallocated_credit - -",
        ),
    ),
    case(
        "G12",
        "a write back never re-ages",
        {
            "invoices.csv": [invoice("A", "180.00", "2024-03-10")],
            "write_offs.csv": [write_off("W", "A", "180.00", "2025-05-01")],
            "write_backs.csv": [
                {
                    "write_back_id": "B",
                    "write_off_id": "W",
                    "written_back_on": "2026-06-01",
                    "amount": "180.00",
                }
            ],
        },
        rows(
            "open_items",
            "item_id outstanding_amount due_date age_band",
            "A 180.00 2024-03-10 y2_3",
        ),
    ),
    case(
        "G13",
        "a rebill inherits the due date",
        {
            "invoices.csv": [
                invoice("A", "240.00", "2025-11-15"),
                invoice("B", "220.00", "2026-07-20", replaces_invoice_id="A"),
            ],
            "credit_notes.csv": [credit_note("N", "240.00", "2026-06-22", invoice_id="A")],
        },
        rows(
            "open_items",
            "item_id outstanding_amount due_date age_band",
            "B 220.00 2025-11-15 d181_365",
        ),
    ),
    case(
        "G14",
        "a later payment does not change the past",
        {
            "invoices.csv": [invoice("A", "10.00", "2026-04-30")],
            "receipts.csv": [receipt("R", "10.00", "2026-07-05", invoice_id="A")],
        },
        ages("A 10.00 d061_090 61"),
    ),
    case(
        "G15",
        "an invoice counts from its date",
        {
            "invoices.csv": [
                invoice("A", "70.00", "2026-07-28", invoice_date="2026-06-30"),
                invoice("B", "80.00", "2026-07-29", invoice_date="2026-07-01"),
            ]
        },
        still_open("invoice A 70.00"),
        ages("A 70.00 not_due -28"),
    ),
    case(
        "P01",
        "months are cut off by effective date and add up",
        {
            "invoices.csv": [
                invoice(invoice_id, gross, "2026-07-31", invoice_date=dated, service_code="RENT")
                for invoice_id, gross, dated in (
                    ("I1", "10.00", "2026-05-31"),
                    ("I2", "20.00", "2026-06-01"),
                    ("I3", "40.00", "2026-06-30"),
                    ("I4", "80.00", "2026-07-01"),
                )
            ]
        },
        rows(
            "movement_proof",
            "debt_type period_start period_end opening_balance invoices closing_balance difference",
            "commercial_rent 2026-05-01 2026-05-31 0.00 10.00 10.00 0.00",
            "commercial_rent 2026-06-01 2026-06-30 10.00 60.00 70.00 0.00",
        ),
        alone=True,
    ),
    case(
        "P02",
        "provision is rounded half up on the row and open credits lessen nothing",
        {
            "debtors.csv": [
                debtor("B", party_type="business"),
                debtor("P", party_type="public_body"),
            ],
            "invoices.csv": [
                invoice("I1", "10.10", "2025-06-29", debtor_id="B"),
                invoice("I2", "5.05", "2025-06-29", debtor_id="B", service_code="RENT"),
                invoice("I3", "5.05", "2025-06-28", debtor_id="B", service_code="RENT"),
                invoice("I4", "50.00", "2026-06-30", debtor_id="P"),
                invoice("I5", "50.00", "2025-06-29", debtor_id="P"),
                invoice("I6", "40.00", "2025-06-29", debtor_id="NOT_KNOWN"),
            ],
            "credit_notes.csv": [credit_note("N", "500.00", "2026-06-01", debtor_id="B")],
        },
        rows(
            "bad_debt_provision",
            "debt_type party_type age_band outstanding_amount rate provision_amount",
            "sundry business y1_2 10.10 65.00 6.57",
            "commercial_rent business y1_2 10.10 65.00 6.57",
            "sundry public_body not_due 50.00 0.00 0.00",
            "sundry public_body y1_2 50.00 5.00 2.50",
            "sundry - y1_2 40.00 - -",
        ),
        alone=True,
    ),
)

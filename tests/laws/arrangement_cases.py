"""Worked examples R1 to R19: what was promised, what came, and whether it still holds."""

from tests.laws.case_definition import SOMETHING, Case, Files
from tests.laws.case_expectations import allocated, case, compliance, rows, together
from tests.laws.case_rows import Row, arrangement, hold, invoice, owned, receipt


def one_arrangement(agreed: Row, *payments: tuple[str, str], due: str = "2025-10-01") -> Files:
    """An arrangement on one invoice of its total, and receipts (day, amount) that name it."""
    return {
        "invoices.csv": [invoice("A", agreed["total_amount"], due)],
        "arrangements.csv": [agreed],
        "arrangement_invoices.csv": owned(agreed["arrangement_id"], "A"),
        "receipts.csv": [
            receipt(f"R{number}", amount, day, invoice_id="A")
            for number, (day, amount) in enumerate(payments, start=1)
        ],
    }


def _two_one_offs() -> Files:
    """Two arrangements of 100.00 in one instalment, due 25 and 26 June, half paid each."""
    dues = {"1": "2026-06-25", "2": "2026-06-26"}
    return {
        "invoices.csv": [invoice(f"A{each}", "100.00", "2026-03-01") for each in dues],
        "arrangements.csv": [
            arrangement(f"P{each}", "100.00", "100.00", due, frequency="one_off")
            for each, due in dues.items()
        ],
        "arrangement_invoices.csv": together(owned(f"P{each}", f"A{each}") for each in dues),
        "receipts.csv": [
            receipt(f"R{each}", "50.00", "2026-06-20", invoice_id=f"A{each}") for each in dues
        ],
    }


def _two_nearly_kept(**paid: str) -> Files:
    """Arrangements of 200.00, monthly 50.00 from 1 May, agreed 20 April, one for each sum paid."""
    return {
        "invoices.csv": [invoice(f"A{each}", "200.00", "2026-03-01") for each in paid],
        "arrangements.csv": [
            arrangement(f"P{each}", "200.00", "50.00", "2026-05-01", agreed_on="2026-04-20")
            for each in paid
        ],
        "arrangement_invoices.csv": together(owned(f"P{each}", f"A{each}") for each in paid),
        "receipts.csv": [
            receipt(f"R{each}", amount, "2026-06-02", invoice_id=f"A{each}")
            for each, amount in paid.items()
        ],
    }


def _tolerance_cases() -> tuple[Case, ...]:
    files = one_arrangement(arrangement("P", "100.00", "50.00", "2025-11-01"))
    columns = "status expected_balance shortfall_amount instalments_expected"
    return (
        case(
            "R01a",
            "an instalment is not yet expected four days after it fell due",
            files,
            compliance(columns, "P live 100.00 0.00 0"),
            as_of="2025-11-05",
        ),
        case(
            "R01b",
            "an instalment is expected five days after it fell due",
            files,
            compliance(columns, "P breached 50.00 50.00 1"),
            as_of="2025-11-06",
        ),
    )


ARRANGEMENT_CASES = (
    *_tolerance_cases(),
    case(
        "R02",
        "three of four paid and the fourth not yet expected",
        one_arrangement(
            arrangement("P", "80.00", "20.00", "2026-03-26"),
            ("2026-03-26", "20.00"),
            ("2026-04-26", "20.00"),
            ("2026-05-26", "20.00"),
        ),
        compliance(
            "status expected_balance actual_balance instalments_expected paid_to_date",
            "P live 20.00 20.00 3 60.00",
        ),
    ),
    case(
        "R03",
        "a one off is expected five days after it fell due",
        _two_one_offs(),
        compliance("status shortfall_amount", "P1 breached 50.00", "P2 live 0.00"),
    ),
    case(
        "R04",
        "paid in full is completed though more was expected later",
        one_arrangement(
            arrangement("P", "100.00", "20.00", "2026-06-01"), ("2026-06-03", "100.00")
        ),
        compliance("status expected_balance actual_balance", "P completed 80.00 0.00"),
    ),
    case(
        "R05",
        "cancelled comes before breached",
        one_arrangement(
            arrangement("P", "100.00", "50.00", "2026-02-01", cancelled_on="2026-05-01")
        ),
        compliance(
            "status shortfall_amount next_due_on breached_on days_past_due delinquent_days",
            "P cancelled 100.00 - - 0 0",
        ),
    ),
    case(
        "R06",
        "back on track is live again",
        one_arrangement(
            arrangement("P", "1000.00", "100.00", "2026-02-10"), ("2026-06-14", "500.00")
        ),
        compliance(
            "status expected_balance actual_balance instalments_expected breached_on",
            "P live 500.00 500.00 5 -",
        ),
    ),
    case(
        "R07",
        "the expected balance is never below nil",
        one_arrangement(
            arrangement("P", "300.00", "100.00", "2025-11-01"), ("2025-12-01", "99.45")
        ),
        compliance("status expected_balance shortfall_amount", "P breached 0.00 200.55"),
    ),
    case(
        "R08",
        "days run from the oldest unmet instalment",
        one_arrangement(
            arrangement("P", "400.00", "100.00", "2026-03-10"), ("2026-03-10", "150.00")
        ),
        compliance("status shortfall_amount days_past_due", "P breached 250.00 81"),
    ),
    case(
        "R09",
        "the last instalment takes the remainder",
        one_arrangement(arrangement("P", "100.00", "30.00", "2026-06-01")),
        rows(
            "arrangement_instalments",
            "arrangement_id instalment_no amount cumulative_amount",
            "P 1 30.00 30.00",
            "P 2 30.00 60.00",
            "P 3 30.00 90.00",
            "P 4 10.00 100.00",
        ),
    ),
    case(
        "R10",
        "month ends do not drift",
        one_arrangement(arrangement("P", "70.00", "10.00", "2025-12-31")),
        rows(
            "arrangement_instalments",
            "instalment_no due_on",
            "1 2025-12-31",
            "2 2026-01-31",
            "3 2026-02-28",
            "4 2026-03-31",
            "5 2026-04-30",
            "6 2026-05-31",
            "7 2026-06-30",
        ),
        compliance("instalments_expected shortfall_amount", "P 6 60.00"),
    ),
    case(
        "R11",
        "an initial amount is expected but is no instalment",
        one_arrangement(
            arrangement(
                "P",
                "200.00",
                "50.00",
                "2026-05-01",
                agreed_on="2026-03-20",
                initial_amount="50.00",
                initial_due_on="2026-04-01",
            ),
            ("2026-04-01", "50.00"),
            ("2026-05-01", "50.00"),
            ("2026-06-01", "50.00"),
        ),
        compliance(
            "status expected_balance actual_balance instalments_expected", "P live 50.00 50.00 2"
        ),
    ),
    case(
        "R12",
        "other debts do not touch an arrangement",
        {
            "invoices.csv": [
                invoice("A", "200.00", "2026-03-01"),
                invoice("B", "300.00", "2026-06-01", invoice_date="2026-05-02"),
            ],
            "arrangements.csv": [arrangement("P", "200.00", "50.00", "2026-05-01")],
            "arrangement_invoices.csv": owned("P", "A"),
            "receipts.csv": [
                receipt("R1", "50.00", "2026-05-01", reference="P"),
                receipt("R2", "50.00", "2026-06-01", reference="P"),
            ],
        },
        compliance("status actual_balance", "P live 100.00"),
        allocated("R1 A 50.00 reference", "R2 A 50.00 reference"),
    ),
    case(
        "R13",
        "an arrangement is the sum of its invoices",
        {
            "invoices.csv": [
                invoice("A", "120.00", "2026-03-01"),
                invoice("B", "80.00", "2026-03-01"),
            ],
            "arrangements.csv": [arrangement("P", "200.00", "50.00", "2026-05-01")],
            "arrangement_invoices.csv": owned("P", "A", "B"),
            "receipts.csv": [
                receipt("R1", "20.00", "2026-05-01", invoice_id="A"),
                receipt("R2", "80.00", "2026-06-01", invoice_id="B"),
            ],
        },
        compliance("status expected_balance actual_balance", "P live 100.00 100.00"),
    ),
    case(
        "R14",
        "a later informal arrangement supersedes an earlier one",
        {
            "invoices.csv": [invoice("A", "200.00", "2026-01-01")],
            "arrangements.csv": [
                arrangement("P1", "200.00", "50.00", "2026-02-15", agreed_on="2026-02-01"),
                arrangement("P2", "200.00", "50.00", "2026-07-01", agreed_on="2026-05-01"),
            ],
            "arrangement_invoices.csv": [*owned("P1", "A"), *owned("P2", "A")],
        },
        compliance("status", "P1 superseded", "P2 live"),
        rows("open_items", "item_id arrangement_id", "A P2"),
    ),
    case(
        "R15",
        "a court arrangement is never superseded",
        {
            "invoices.csv": [invoice("A", "200.00", "2026-01-01")],
            "arrangements.csv": [
                arrangement(
                    "P1", "200.00", "50.00", "2026-06-01", agreed_on="2026-02-15", kind="court"
                ),
                arrangement(
                    "P2", "200.00", "50.00", "2026-07-01", agreed_on="2026-05-15", kind="informal"
                ),
            ],
            "arrangement_invoices.csv": [*owned("P1", "A"), *owned("P2", "A")],
            "receipts.csv": [receipt("R", "50.00", "2026-06-01", invoice_id="A")],
        },
        rows(
            "arrangement_compliance",
            "arrangement_id status actual_balance",
            "P1 live 150.00",
            where={"arrangement_id": "P1"},
        ),
    ),
    case(
        "R16",
        "without invoices there is no verdict",
        {"arrangements.csv": [arrangement("P", "200.00", "50.00", "2026-05-01")]},
        compliance(
            "status total_amount expected_balance actual_balance shortfall_amount paid_to_date"
            " instalments_expected next_due_on days_past_due delinquent_days breached_on reason",
            f"P not_evaluated 200.00 - - - - - - 0 0 - {SOMETHING}",
        ),
    ),
    case(
        "R17",
        "instalments continue in breathing space",
        {
            **one_arrangement(
                arrangement("P", "200.00", "50.00", "2026-05-01"),
                ("2026-05-01", "50.00"),
                ("2026-06-01", "50.00"),
            ),
            "holds.csv": [hold("H", "breathing_space", "2026-05-20", ends_on="2026-07-19")],
        },
        compliance("status expected_balance instalments_expected", "P live 100.00 2"),
        rows("open_items", "item_id is_held is_disputed", "A true false"),
    ),
    case(
        "R18",
        "breached only above the tolerance amount",
        _two_nearly_kept(**{"1": "99.00", "2": "98.99"}),
        compliance("status shortfall_amount", "P1 live 1.00", "P2 breached 1.01"),
    ),
    case(
        "R19",
        "a fee charged after the agreement does not count",
        {
            **_two_nearly_kept(**{"1": "99.00"}),
            "adjustments.csv": [
                {
                    "adjustment_id": "J",
                    "debtor_id": "D",
                    "invoice_id": "A1",
                    "adjusted_on": "2026-05-10",
                    "amount": "35.00",
                    "adjustment_type": "fee",
                }
            ],
        },
        compliance("status actual_balance shortfall_amount", "P1 live 101.00 1.00"),
    ),
)

"""Councils written by hand for what chance seldom meets; they join the random ones."""

from tests.laws.case_definition import Files
from tests.laws.case_rows import (
    SERVICES,
    allocation,
    arrangement,
    case_action,
    dealt_with,
    debtor,
    fee,
    hold,
    instalments,
    invoice,
    owned,
    receipt,
)
from tests.laws.council_author import Clock, Council


def awkward_councils(clock: Clock) -> list[Council]:
    """One council for each awkwardness, with days before either clock."""
    return [
        Council({"debtors.csv": [debtor()], "services.csv": SERVICES, **files}, clock)
        for files in (
            _a_reference_of_two_debtors(),
            _chains_that_bite_their_tail(),
            _a_long_chain(),
            _references_but_for_a_blank(),
            _rows_that_their_debit_refuses(),
            _debits_alike_but_for_their_ids(),
            _actions_that_reach_across(),
            _holds_that_touch(),
        )
    ]


def _a_reference_of_two_debtors() -> Files:
    """An invoice of one debtor has the id of another debtor's arrangement; a receipt quotes it."""
    return {
        "invoices.csv": [
            invoice("X", "30.00", "2024-01-29"),
            invoice("Y", "50.00", "2024-02-01", debtor_id="E"),
        ],
        "arrangements.csv": [arrangement("X", "50.00", "50.00", "2024-02-15", debtor_id="E")],
        "arrangement_invoices.csv": owned("X", "Y"),
        "receipts.csv": [receipt("R", "50.01", "2024-02-24", debtor_id="", reference="X")],
    }


def _chains_that_bite_their_tail() -> Files:
    """Invoices that replace each other, one that replaces itself, one that leads into a ring."""
    replaced = {"A": "B", "B": "A", "S": "S", "T": "A", "1": "2", "2": "3", "3": "1"}
    return {
        "invoices.csv": [
            invoice(own, "10.00", f"2024-01-{day:02}", replaces_invoice_id=other)
            for day, (own, other) in enumerate(replaced.items(), start=1)
        ]
    }


def _a_long_chain() -> Files:
    """Sixty invoices, each of which replaces the one before."""
    return {
        "invoices.csv": [
            invoice(
                f"L{number:02}",
                "1.00",
                f"20{18 + number // 12}-{number % 12 + 1:02}-15",
                replaces_invoice_id=f"L{number - 1:02}" if number else "",
            )
            for number in range(60)
        ]
    }


def _references_but_for_a_blank() -> Files:
    """A blank at the end, a blank in the middle, or the other case make another reference."""
    return {
        "invoices.csv": [
            invoice("A", "10.00", "2024-01-01"),
            invoice("A ", "20.00", "2024-01-02"),
            invoice("O", "40.00", "2023-01-01"),
        ],
        "receipts.csv": [
            receipt(f"R{number}", f"{number}.00", "2024-02-01", reference=reference)
            for number, reference in enumerate(("A", "A ", "a", "A\u00a0", "0A"), start=1)
        ],
    }


def _rows_that_their_debit_refuses() -> Files:
    """Allocation rows for a debit that is settled already, alone or before others."""
    return {
        "invoices.csv": [
            invoice(each, "60.00", f"2024-01-{day:02}") for day, each in enumerate("CAB", start=1)
        ],
        "receipts.csv": [
            receipt("Q", "60.00", "2024-02-01"),
            receipt("R", "60.00", "2024-02-01"),
            receipt("S", "60.00", "2024-02-01", debtor_id="", reference="D"),
        ],
        "allocations.csv": [
            allocation("1", "Q", "A", "60.00", "2024-02-02"),
            allocation("2", "R", "A", "60.00", "2024-02-03"),
            allocation("3", "R", "B", "60.00", "2024-02-04"),
            allocation("4", "S", "A", "60.00", "2024-02-05"),
        ],
    }


def _debits_alike_but_for_their_ids() -> Files:
    """Invoices, instalments and adjustments of one date and one due date, some of one id."""
    day = "2024-02-01"
    return {
        "invoices.csv": [
            invoice(each, "10.00", day, invoice_date=day) for each in ("Z", "10", "Y")
        ],
        "invoice_instalments.csv": [
            row | {"instalment_no": number}
            for row, number in zip(
                instalments("10", (day, "5.00"), (day, "5.00")), ("10", "2"), strict=True
            )
        ],
        "adjustments.csv": [fee(each, "", "10.00", day) for each in ("Y", "11", "A")],
        "receipts.csv": [receipt(f"R{number:02}", "5.00", day) for number in range(11)],
    }


def _actions_that_reach_across() -> Files:
    """Actions that name or list another debtor's invoice, an unknown one, or one twice over."""
    day = "2024-01-20"
    return {
        "invoices.csv": [
            *(invoice(each, "300.00", "2024-01-05") for each in ("A", "A,1", "a", "10", "9", "É")),
            invoice("R", "300.00", "2024-01-05", service_code="RENT"),
            invoice("E1", "300.00", day, debtor_id="E"),
            invoice("E2", "300.00", "2024-01-19", debtor_id="E"),
            invoice("N", "300.00", "2024-01-05", debtor_id="NOBODY"),
        ],
        "case_actions.csv": [
            case_action("1", "reminder", day, invoice_id="A", debtor_id="E"),
            case_action("2", "reminder", day, invoice_id="UNKNOWN"),
            case_action("3", "reminder", day, invoice_id="A,1"),
            case_action("4", "reminder", day, debtor_id="E"),
            case_action("5", "reminder", day, debtor_id="UNKNOWN", diary_on=day),
            case_action("6", "final_notice", "2024-02-20", invoice_id="A"),
        ],
        "case_action_invoices.csv": [
            *dealt_with("3", "R", "A,1", "UNKNOWN"),
            *dealt_with("UNKNOWN", "9"),
        ],
    }


def _holds_that_touch() -> Files:
    """Holds that end before they start, end where the next begins, or lie around the due date."""
    spells = (("10", "09"), ("05", "11"), ("12", "12"), ("13", "20"), ("01", "06"), ("06", "05"))
    return {
        "invoices.csv": [
            invoice("A", "300.00", "2024-02-05"),
            invoice("B", "300.00", "2024-01-01"),
        ],
        "holds.csv": [
            hold(f"H{number}", "internal", f"2024-02-{start}", ends_on=f"2024-02-{end}")
            for number, (start, end) in enumerate(spells)
        ],
        "case_actions.csv": [case_action("1", "reminder", "2024-02-04", invoice_id="B")],
    }

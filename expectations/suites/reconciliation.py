"""Gate `reconciliation`: the ledger is consistent and agrees with the general ledger.

Every figure is calculated again from the inbound rows, independently of the models that made the
marts, and compared with the marts in whole pence.
"""

import duckdb

from expectations.current_rows import Position
from expectations.expected import (
    Check,
    at_least,
    between,
    equal,
    is_false,
    is_nil,
    is_stated,
    words_among,
)
from expectations.populations.inbound_ledger import write_inbound_movements, write_inbound_sides
from expectations.populations.population import Population
from expectations.populations.reconciliation import reconciliation_populations

NAME = "reconciliation"
WITHHELD = ("movement_proof", "control_reconciliation")
INPUT_FEEDS = (
    "invoices",
    "credit_notes",
    "receipts",
    "adjustments",
    "refunds",
    "write_offs",
)
IS_JUDGED_WITHOUT_INPUT = False

R01 = Check(
    "R01",
    "For every month and debt type, the opening balance and the movements make the closing "
    "balance. The last closing balance equals the open items. The movements of a month are the "
    "rows that came in.",
    ("invoices", "services"),
    "Without it money could appear in or vanish from a debt type unseen.",
    expects={
        "movement_proof": (
            equal("actual_pence", "expected_pence"),
            is_nil("stated_difference_pence"),
        )
    },
)
R02 = Check(
    "R02",
    "Every month opens with what the month before it closed with. The first opens at nil, no month "
    "is missing, and the last ends on the day.",
    ("invoices", "services"),
    "Without it a closed month could be changed afterwards.",
    expects={
        "months": (
            equal("opening_pence", "previous_closing_pence"),
            equal("period_start", "month_start"),
            equal("period_end", "expected_end"),
        )
    },
)
R03 = Check(
    "R03",
    "For each debtor, the inbound rows, the ledger and the open items come to the same balance. "
    "Suspense is what came in without a debtor, less reversals and refunds, and it rolls forward "
    "month by month.",
    ("invoices",),
    "Without it a debtor could be chased for what is not owed.",
    expects={
        "balances": (
            equal("ledger_pence", "inbound_pence"),
            equal("open_pence", "inbound_pence"),
        ),
        "suspense_months": (
            is_stated("month_in_roll_forward"),
            equal("opening_pence", "previous_closing_pence"),
            equal("carried_pence", "due_pence"),
            equal("carried_pence", "closing_pence"),
            is_nil("stated_difference_pence"),
            between("received_pence", 0),
            between("reversals_pence", None, 0),
            between("refunds_pence", None, 0),
            at_least("received_pence", "left_over_pence"),
        ),
    },
)
R04 = Check(
    "R04",
    "Each debtors control account of the general ledger has the balance that the rows dated by "
    "that day make, without suspense. A difference is itemised to the penny.",
    ("gl_balances", "invoices", "services"),
    "Without it the council's accounts and its income system could disagree.",
    expects={
        "control_accounts": (
            is_stated("expected_pence"),
            equal("ledger_pence", "expected_pence"),
            is_stated("published_expected_pence"),
            equal("published_expected_pence", "expected_pence"),
            equal("published_ledger_pence", "ledger_pence"),
            equal("itemised_pence", "difference_pence"),
        )
    },
)
R05 = Check(
    "R05",
    "For each debtor, debt type, service and band, the aged debt is the total and the number of "
    "the open items.",
    ("invoices", "services"),
    "Without it the aged debt report could differ from the ledger.",
    expects={
        "aged_debt": (equal("aged_pence", "open_pence"), equal("aged_items", "open_items")),
    },
)
R06 = Check(
    "R06",
    "For each bank account, the money in equals the receipts, apart from items too recent to be "
    "matched and income that is not from receipts. Every match is true and everything unexplained "
    "is listed. Each receipt, less its reversals, is allocated, an open credit, in suspense or "
    "refunded.",
    ("receipts", "bank_transactions"),
    "Without it money at the bank could be missing from the debtors' ledger, or the ledger could "
    "show money that never reached the bank.",
    expects={
        "bank_lines": (
            is_nil("claims_of_nothing"),
            equal("bank_account", "first_receipt_account"),
            equal("bank_account", "last_receipt_account"),
            at_least("days_allowed", "days_apart"),
            words_among("claimed_line_totals", "claimed_receipt_totals"),
            equal("decisions_reported", "decisions_on_file"),
            between("ways_claimed", None, 1),
            equal("kind_reported", "kind_expected"),
            is_false("is_unexplained").where("account_differs"),
            is_false("is_unexplained").as_warning(),
        ),
        "bank_receipts": (
            between("kinds_of_claim", None, 1),
            between("lines_that_claim", None, 1),
            is_nil("claims_of_nothing"),
            equal("kind_reported", "kind_expected"),
            at_least("due_pence", "accounted_pence"),
            at_least("accounted_pence", "least_accounted_pence"),
            is_false("is_unexplained").where("account_differs"),
            is_false("is_unexplained").as_warning(),
        ),
        "bank_accounts": (
            is_stated("published_bank_pence"),
            equal("published_bank_pence", "bank_pence"),
            is_stated("published_receipts_pence"),
            equal("published_receipts_pence", "receipts_pence"),
            equal("published_status", "expected_status"),
            equal("items_listed", "items_expected"),
            equal("pence_listed", "difference_pence"),
        ),
    },
)
R07 = Check(
    "R07",
    "For each debtor, no credit settles more than is left of it, every debit is settled and open "
    "for exactly its amount, and no money is allocated to another debtor.",
    ("invoices",),
    "Without it one debtor's payment could clear another's debt.",
    expects={
        "settlements": (
            is_nil("settled_beyond_credits_pence"),
            is_nil("debits_not_settled_or_open_pence"),
            is_nil("allocations_to_another_debtor"),
        )
    },
)
R16 = Check(
    "R16",
    "The rows from which the last closed month end was calculated still give the total that was "
    "published for it: all debtors' balances, less cash in suspense.",
    (),
    "Without it what was signed could not be calculated again.",
    expects={"closed_month": (equal("calculated_again_pence", "published_pence"),)},
)
CHECKS = (R01, R02, R03, R04, R05, R06, R07, R16)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Calculate the inbound ledger that the facts come from."""
    write_inbound_movements(con)
    write_inbound_sides(con)


def populations(con: duckdb.DuckDBPyConnection, position: Position, _: object) -> list[Population]:
    """The facts that the checks compare; `prepare` must have run."""
    return reconciliation_populations(con, position, CHECKS)

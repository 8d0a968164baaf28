"""The worked examples of reconciliation as data: three accounts, one day.

Rents owe 70.00 and their account says so (P1); what is owed for care is 150.00 in both books (P3);
of the sundry debts, 150.00, the general ledger says 160.00 (P4), of which 4.00 is a receipt of May
that became known in June, after the balance.
"""

from datetime import date

from tests.laws.canonical_files import Delivery
from tests.laws.case_rows import Row, debtor, invoice, receipt, service

AS_OF = date(2026, 6, 30)


def _balance(account_code: str, balance: str, day: str = "2026-06-30") -> Row:
    return {
        "account_code": account_code,
        "balance_date": day,
        "balance": balance,
        "account_type": "debtors_control",
    }


RENT = {"service_code": "RENT", "debtor_id": "R"}
CARE = {"service_code": "CARE", "debtor_id": "C"}
EARLIER = {
    "debtors.csv": [debtor("R"), debtor("C"), debtor("S")],
    "services.csv": [
        service("RENT", "commercial_rent") | {"control_account_code": "1210"},
        service("CARE", "adult_social_care") | {"control_account_code": "1220"},
        service("SUN", "sundry") | {"control_account_code": "1200"},
    ],
    "invoices_20260531.csv": [
        invoice("A", "10.00", "2026-06-28", invoice_date="2026-05-31", **RENT),
        invoice("B", "20.00", "2026-06-29", invoice_date="2026-06-01", **RENT),
        invoice("E", "154.00", "2026-05-20", debtor_id="S", invoice_date="2026-05-01"),
        invoice("F", "150.00", "2026-05-20", invoice_date="2026-05-01", **CARE),
    ],
    "gl_balances_20260531.csv": [_balance("1200", "160.00", "2026-05-31")],
}
LATER = {
    "invoices_20260630.csv": [
        invoice("C", "40.00", "2026-07-28", invoice_date="2026-06-30", **RENT),
        invoice("D", "80.00", "2026-07-29", invoice_date="2026-07-01", **RENT),
    ],
    "receipts_20260630.csv": [
        receipt("P", "4.00", "2026-05-29", debtor_id="S", invoice_id="E"),
        receipt("U", "9.00", "2026-06-29", debtor_id="", reference="MISC"),
    ],
    "gl_balances_20260630.csv": [_balance("1210", "70.00"), _balance("1220", "150.00")],
}
DELIVERIES = [Delivery({**EARLIER, **LATER}, AS_OF)]

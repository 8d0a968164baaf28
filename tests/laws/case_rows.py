"""Rows of the canonical feeds for the worked examples, with what an example leaves out filled in.

Each function returns one row; extra cells come as keywords and take precedence. Days are ISO text.
By default an invoice is of debtor ``D``, of the sundry service ``SUN``, without VAT, and dated 28
days before it is due.
"""

from datetime import date, timedelta

Row = dict[str, str]


def days_before(day: str, days: int) -> str:
    """The day so many days before a day."""
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def debtor(debtor_id: str = "D", **cells: str) -> Row:
    return {
        "debtor_id": debtor_id,
        "party_id": "",
        "party_type": "individual",
        "name": f"Debtor {debtor_id}",
        "date_of_death": "",
    } | cells


def service(service_code: str, debt_type: str) -> Row:
    return {
        "service_code": service_code,
        "service_name": f"Service {service_code}",
        "debt_type": debt_type,
    }


SERVICES = (
    service("SUN", "sundry"),
    service("CARE", "adult_social_care"),
    service("RENT", "commercial_rent"),
    service("HBO", "housing_benefit_overpayment"),
)


def invoice(invoice_id: str, gross: str, due: str, **cells: str) -> Row:
    return {
        "invoice_id": invoice_id,
        "debtor_id": "D",
        "service_code": "SUN",
        "invoice_date": days_before(due, 28),
        "due_date": due,
        "net_amount": gross,
        "vat_amount": "0.00",
        "gross_amount": gross,
        "replaces_invoice_id": "",
    } | cells


def instalments(invoice_id: str, *dues_and_amounts: tuple[str, str]) -> list[Row]:
    return [
        {
            "invoice_id": invoice_id,
            "instalment_no": str(number),
            "due_date": due,
            "amount": amount,
        }
        for number, (due, amount) in enumerate(dues_and_amounts, start=1)
    ]


def credit_note(credit_note_id: str, gross: str, dated: str, **cells: str) -> Row:
    return {
        "credit_note_id": credit_note_id,
        "debtor_id": "D",
        "invoice_id": "",
        "credit_date": dated,
        "net_amount": gross,
        "vat_amount": "0.00",
        "gross_amount": gross,
    } | cells


def receipt(receipt_id: str, amount: str, received: str, **cells: str) -> Row:
    return {
        "receipt_id": receipt_id,
        "received_on": received,
        "amount": amount,
        "method": "bank_transfer",
        "debtor_id": "D",
        "invoice_id": "",
        "reference": "",
    } | cells


def reversal(reversal_id: str, receipt_id: str, amount: str, reversed_on: str) -> Row:
    return {
        "reversal_id": reversal_id,
        "receipt_id": receipt_id,
        "reversed_on": reversed_on,
        "amount": amount,
        "reason_code": "dd_unpaid",
    }


def refund(refund_id: str, amount: str, refunded_on: str, **cells: str) -> Row:
    return {
        "refund_id": refund_id,
        "debtor_id": "D",
        "receipt_id": "",
        "refunded_on": refunded_on,
        "amount": amount,
    } | cells


def allocation(allocation_id: str, receipt_id: str, invoice_id: str, amount: str, on: str) -> Row:
    return {
        "allocation_id": allocation_id,
        "source_type": "receipt",
        "source_id": receipt_id,
        "invoice_id": invoice_id,
        "instalment_no": "",
        "allocated_on": on,
        "amount": amount,
    }


def write_off(write_off_id: str, invoice_id: str, amount: str, on: str) -> Row:
    return {
        "write_off_id": write_off_id,
        "invoice_id": invoice_id,
        "debtor_id": "D",
        "written_off_on": on,
        "amount": amount,
        "reason_code": "U2",
    }


def arrangement(arrangement_id: str, total: str, each: str, first: str, **cells: str) -> Row:
    return {
        "arrangement_id": arrangement_id,
        "debtor_id": "D",
        "agreed_on": days_before(first, 14),
        "first_due_on": first,
        "frequency": "monthly",
        "instalment_amount": each,
        "total_amount": total,
        "initial_amount": "",
        "initial_due_on": "",
        "kind": "",
        "cancelled_on": "",
    } | cells


def owned(arrangement_id: str, *invoice_ids: str) -> list[Row]:
    """Rows of arrangement_invoices."""
    return [{"arrangement_id": arrangement_id, "invoice_id": each} for each in invoice_ids]


def hold(hold_id: str, hold_type: str, starts_on: str, **cells: str) -> Row:
    return {
        "hold_id": hold_id,
        "debtor_id": "D",
        "invoice_id": "",
        "hold_type": hold_type,
        "starts_on": starts_on,
        "ends_on": "",
    } | cells


def case_action(action_id: str, action_code: str, acted_on: str, **cells: str) -> Row:
    return {
        "action_id": action_id,
        "debtor_id": "D",
        "invoice_id": "",
        "action_code": action_code,
        "acted_on": acted_on,
        "officer_id": "",
        "outcome_code": "",
        "diary_on": "",
        "diary_done_on": "",
    } | cells


def dealt_with(action_id: str, *invoice_ids: str) -> list[Row]:
    """Rows of case_action_invoices."""
    return [{"action_id": action_id, "invoice_id": each} for each in invoice_ids]


def fee(adjustment_id: str, invoice_id: str, amount: str, on: str, **cells: str) -> Row:
    return {
        "adjustment_id": adjustment_id,
        "debtor_id": "D",
        "invoice_id": invoice_id,
        "adjusted_on": on,
        "amount": amount,
        "adjustment_type": "fee",
    } | cells


def dispute(dispute_id: str, raised_on: str, **cells: str) -> Row:
    return {
        "dispute_id": dispute_id,
        "debtor_id": "D",
        "invoice_id": "",
        "kind": "dispute",
        "raised_on": raised_on,
        "category": "billing",
        "resolved_on": "",
    } | cells


def placement(placement_id: str, invoice_id: str, **cells: str) -> Row:
    """A placement of 1 April 2026."""
    return {
        "placement_id": placement_id,
        "invoice_id": invoice_id,
        "agency_id": "X",
        "placed_on": "2026-04-01",
    } | cells


def legal_case(case_id: str, invoice_id: str, **cells: str) -> Row:
    """A case referred on 1 April 2026."""
    return {"case_id": case_id, "invoice_id": invoice_id, "referred_on": "2026-04-01"} | cells

"""Columns of the feeds, as the simulated source systems write them."""

from typing import Final

_PLAIN: Final = {
    "debtors": (
        "debtor_id party_id party_type name address_line_1 address_line_2 town postcode email "
        "telephone preferred_channel communication_needs language address_status "
        "date_of_death company_number is_related_party"
    ),
    "services": (
        "service_code service_name directorate debt_type cost_centre control_account_code"
    ),
    "officers": "officer_id name role team",
    "invoice_lines": (
        "invoice_id line_no service_code cost_centre description net_amount vat_code vat_rate "
        "vat_amount"
    ),
    "invoice_instalments": "invoice_id instalment_no due_date amount",
    "allocations": (
        "allocation_id source_type source_id invoice_id instalment_no allocated_on amount"
    ),
    "arrangements": (
        "arrangement_id debtor_id agreed_on first_due_on frequency instalment_amount "
        "total_amount initial_amount initial_due_on kind officer_id cancelled_on "
        "cancel_reason"
    ),
    "arrangement_invoices": "arrangement_id invoice_id",
    "case_actions": (
        "action_id debtor_id invoice_id action_code acted_on officer_id outcome_code note "
        "diary_on diary_done_on promised_amount promised_on"
    ),
    "case_action_invoices": "action_id invoice_id",
    "case_allocations": "debtor_id officer_id portfolio from_on",
    "holds": (
        "hold_id debtor_id invoice_id arrangement_id hold_type starts_on ends_on notified_on "
        "order_date reference raised_by approved_by"
    ),
    "disputes": (
        "dispute_id debtor_id invoice_id kind stage raised_on disputed_amount category "
        "root_cause response_due_on outcome resolved_on remedy_amount improvement"
    ),
    "agencies": "agency_id agency_name commission_rate vat_rate",
    "agency_placements": (
        "placement_id invoice_id agency_id placed_on recalled_on recall_acknowledged_on "
        "closed_on outcome"
    ),
    "agency_remittances": (
        "remittance_line_id agency_id placement_id collected_on gross_amount "
        "commission_amount net_amount remitted_on"
    ),
    "legal_cases": (
        "case_id invoice_id referred_on claim_number issued_on judgment_on judgment_amount "
        "enforcement costs closed_on"
    ),
    "write_off_requests": (
        "request_id invoice_id debtor_id amount reason_code requested_by requested_on "
        "checked_by approved_by approver_role approved_on posted_by batch_id minute_reference "
        "declined_on"
    ),
    "write_off_evidence": "request_id evidence_key evidence_value dated_on",
    "write_off_papers": (
        "batch_id request_count total_amount content_sha256 approved_by approved_on"
    ),
    "financial_statements": (
        "statement_id debtor_id assessed_on monthly_income monthly_essential_expenditure "
        "monthly_priority_payments monthly_savings household_size number_of_creditors "
        "total_debt evidence_seen"
    ),
    "gl_balances": "account_code balance_date balance account_type",
    "bank_transactions": (
        "bank_transaction_id bank_account booked_on amount reference transaction_type"
    ),
    "bank_match_decisions": "bank_transaction_id receipt_id decided_by decided_on reason",
    "suspense_notes": "receipt_id owner note noted_on",
    "sign_offs": "control_code period_end prepared_by reviewed_by signed_on",
    "gate_overrides": "override_id gate check_code reason approved_by approved_on expires_on",
}

_MOVEMENTS: Final = {
    "invoices": (
        "invoice_id debtor_id service_code invoice_date due_date net_amount vat_amount "
        "gross_amount supply_from supply_to description raised_by replaces_invoice_id"
    ),
    "credit_notes": (
        "credit_note_id debtor_id invoice_id credit_date net_amount vat_amount gross_amount "
        "reason_code raised_by approved_by"
    ),
    "receipts": (
        "receipt_id received_on amount method debtor_id invoice_id reference payer_name "
        "bank_account paying_in_batch_id"
    ),
    "receipt_reversals": "reversal_id receipt_id reversed_on amount reason_code",
    "refunds": "refund_id debtor_id receipt_id refunded_on amount requested_by approved_by",
    "adjustments": (
        "adjustment_id debtor_id invoice_id adjusted_on amount adjustment_type reason_code "
        "corresponding_id raised_by approved_by"
    ),
    "write_offs": (
        "write_off_id request_id invoice_id debtor_id written_off_on amount reason_code "
        "vat_amount posted_by"
    ),
    "write_backs": "write_back_id write_off_id written_back_on amount",
}

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    feed: (*columns.split(), "withdrawn_on") for feed, columns in _PLAIN.items()
} | {feed: (*columns.split(), "withdrawn_on", "posted_on") for feed, columns in _MOVEMENTS.items()}

EFFECTIVE: Final = {
    "invoices": "invoice_date",
    "credit_notes": "credit_date",
    "receipts": "received_on",
    "receipt_reversals": "reversed_on",
    "refunds": "refunded_on",
    "adjustments": "adjusted_on",
    "write_offs": "written_off_on",
    "write_backs": "written_back_on",
}
"""Effective date of each movement feed; a row known later also has a posting date."""

_KEYS_OF_TWO: Final = frozenset(
    {
        "arrangement_invoices",
        "bank_match_decisions",
        "case_action_invoices",
        "gl_balances",
        "invoice_instalments",
        "invoice_lines",
        "sign_offs",
        "write_off_evidence",
    }
)

KEY_WIDTH: Final = {feed: 2 if feed in _KEYS_OF_TWO else 1 for feed in COLUMNS}
"""Number of columns, from the first, that form the key of a feed."""

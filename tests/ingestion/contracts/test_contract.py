"""What the contracts of the feeds promise."""

import pytest
import yaml
from pydantic import ValidationError

from ingestion.contracts.contract import CellType, Contract, check_references, load_contracts
from ingestion.refusal import IngestionError

FEEDS = [
    "debtors", "services", "officers", "invoices", "invoice_lines", "invoice_instalments",
    "credit_notes", "receipts", "receipt_reversals", "refunds", "allocations", "adjustments",
    "write_offs", "write_backs", "arrangements", "arrangement_invoices", "case_actions",
    "case_action_invoices", "case_allocations", "holds", "disputes", "agencies",
    "agency_placements", "agency_remittances", "legal_cases", "write_off_requests",
    "write_off_evidence", "financial_statements", "gl_balances", "bank_transactions",
    "bank_match_decisions", "suspense_notes", "sign_offs", "gate_overrides",
    "write_off_papers",
]  # fmt: skip
MOVEMENTS = {
    "invoices", "credit_notes", "receipts", "receipt_reversals", "refunds", "adjustments",
    "write_offs", "write_backs",
}  # fmt: skip
IN_FORCE_WHEN_KNOWN = {
    "debtors", "services", "officers", "invoice_lines", "invoice_instalments",
    "arrangement_invoices", "case_action_invoices", "agencies", "write_off_evidence",
}  # fmt: skip
KEYS_OF_SEVERAL_COLUMNS = {
    "invoice_lines": ("invoice_id", "line_no"),
    "invoice_instalments": ("invoice_id", "instalment_no"),
    "arrangement_invoices": ("arrangement_id", "invoice_id"),
    "case_action_invoices": ("action_id", "invoice_id"),
    "write_off_evidence": ("request_id", "evidence_key"),
    "gl_balances": ("account_code", "balance_date"),
    "bank_match_decisions": ("bank_transaction_id", "receipt_id"),
    "sign_offs": ("control_code", "period_end"),
}
POSITIVE = {
    ("invoices", "gross_amount"), ("invoice_instalments", "amount"),
    ("credit_notes", "gross_amount"), ("receipts", "amount"), ("receipt_reversals", "amount"),
    ("refunds", "amount"), ("allocations", "amount"), ("write_offs", "amount"),
    ("write_backs", "amount"), ("arrangements", "instalment_amount"),
    ("arrangements", "total_amount"), ("write_off_requests", "amount"),
    ("write_off_papers", "total_amount"),
}  # fmt: skip


def contract_of(text: str) -> Contract:
    return Contract.model_validate(yaml.safe_load(text))


def test_every_feed_that_users_know_has_a_contract() -> None:
    assert set(FEEDS) <= set(load_contracts())
    assert len(FEEDS) == 35


def test_every_feed_may_say_from_when_a_row_is_withdrawn() -> None:
    assert all("withdrawn_on" in contract.names for contract in load_contracts().values())


def test_only_movements_may_say_when_they_were_posted() -> None:
    posted = {feed for feed in FEEDS if "posted_on" in load_contracts()[feed].names}
    assert posted == MOVEMENTS


def test_every_other_feed_takes_effect_on_a_date_of_its_own() -> None:
    without = {feed for feed in FEEDS if load_contracts()[feed].effective is None}
    assert without == IN_FORCE_WHEN_KNOWN


def test_an_effective_date_is_a_required_date() -> None:
    for contract in load_contracts().values():
        columns = {column.name: column for column in contract.columns}
        if contract.effective:
            assert columns[contract.effective].type is CellType.DATE, contract.feed
            assert columns[contract.effective].required, contract.feed


def test_keys_are_those_that_users_know() -> None:
    for feed in FEEDS:
        contract = load_contracts()[feed]
        expected = KEYS_OF_SEVERAL_COLUMNS.get(feed, contract.names[:1])
        assert contract.key == expected, feed


def test_amounts_are_positive_except_adjustments_which_are_not_zero() -> None:
    signs = {
        (feed, column.name): column.sign
        for feed in FEEDS
        for column in load_contracts()[feed].columns
        if column.sign
    }
    assert {place for place, sign in signs.items() if sign == "positive"} == POSITIVE
    assert {place for place, sign in signs.items() if sign == "not_zero"} == {
        ("adjustments", "amount")
    }


@pytest.mark.parametrize(
    ("feed", "column"),
    [
        ("debtors", "name"),
        ("debtors", "postcode"),
        ("receipts", "payer_name"),
        ("officers", "name"),
    ],
)
def test_names_and_addresses_are_classed_as_personal(feed: str, column: str) -> None:
    columns = {one.name: one for one in load_contracts()[feed].columns}
    assert columns[column].personal == "personal"


@pytest.mark.parametrize(
    ("feed", "column"),
    [("holds", "hold_type"), ("debtors", "communication_needs"), ("case_actions", "note")],
)
def test_what_may_speak_of_health_is_classed_as_special(feed: str, column: str) -> None:
    columns = {one.name: one for one in load_contracts()[feed].columns}
    assert columns[column].personal == "special"


def test_a_money_column_names_its_unit() -> None:
    for contract in load_contracts().values():
        for column in contract.columns:
            if column.type is CellType.MONEY:
                assert "pounds" in column.meaning, (contract.feed, column.name)
            if column.type is CellType.RATE:
                assert "per cent" in column.meaning, (contract.feed, column.name)


def test_every_column_that_is_named_after_an_officer_or_an_id_says_whose_row_it_names() -> None:
    """Those that name no row of a feed: groups of rows, and numbers that others give."""
    silent = {
        (feed, column.name)
        for feed in FEEDS
        for column in load_contracts()[feed].columns
        if column.name.endswith(("_id", "_by")) and column.references is None
        if load_contracts()[feed].key != (column.name,)
    }
    assert silent == {
        ("adjustments", "corresponding_id"),
        ("debtors", "party_id"),
        ("receipts", "paying_in_batch_id"),
        ("write_off_requests", "batch_id"),
    }


def test_a_reference_by_code_names_a_feed_for_each_code() -> None:
    reference = load_contracts()["allocations"].column("source_id").references
    assert reference is not None
    assert reference.targets == ("receipts", "credit_notes")


def test_dates_that_begin_and_end_something_are_in_order() -> None:
    assert ("starts_on", "ends_on") in load_contracts()["holds"].order
    assert load_contracts()["invoices"].order == (
        ("invoice_date", "due_date"),
        ("supply_from", "supply_to"),
    )


@pytest.mark.parametrize(
    ("references", "fault"),
    [("colours", "is not a feed"), ("invoice_lines", "key has several columns")],
)
def test_a_reference_finds_its_row_by_one_column(references: str, fault: str) -> None:
    contract = contract_of(
        f"{GOOD_CONTRACT}"
        f"  other_id: {{type: text, references: {references}, class: none, meaning: Other one.}}\n"
    )
    with pytest.raises(IngestionError, match=f"things.yml: other_id .*{fault}"):
        check_references(contract, load_contracts())


GOOD_CONTRACT = """
feed: things
meaning: Things that are counted.
columns:
  thing_id: {type: text, required: true, key: true, class: none, meaning: Number of the thing.}
"""


def test_a_contract_may_be_as_short_as_a_key() -> None:
    assert contract_of(GOOD_CONTRACT).key == ("thing_id",)


@pytest.mark.parametrize(
    ("change", "to"),
    [
        ("feed: things", "feed: things\ncolour: red"),
        ("key: true", "key: true, width: 3"),
        ("type: text", "type: letters"),
        ("type: text", "type: code"),
        ("type: text", "type: text, codes: [a]"),
        ("type: text", "type: text, sign: positive"),
        ("required: true, key: true", "key: true"),
        ("required: true, key: true", "required: true"),
        ("class: none", "class: secret"),
        ("feed: things", "feed: things\neffective: thing_on"),
        ("feed: things", "feed: things\norder: [[thing_id, withdrawn_on]]"),
        ("feed: things", "feed: things\norder: [[withdrawn_on, withdrawn_on]]"),
        ("feed: things", "feed: things\norder: [[begun_on, withdrawn_on]]"),
        ("type: text", "type: date, references: invoices"),
        ("type: text", "type: text, free_text: true, references: invoices"),
        ("type: text", "type: text, references: {by: thing_id, a: invoices}"),
        ("type: text", "type: text, references: {a: invoices}"),
    ],
)
def test_a_contract_that_is_not_well_formed_is_refused(change: str, to: str) -> None:
    with pytest.raises(ValidationError):
        contract_of(GOOD_CONTRACT.replace(change, to))

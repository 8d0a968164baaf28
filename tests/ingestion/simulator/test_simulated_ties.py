"""Sub-ledger, general ledger and bank agree, calculated again from the files alone."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.ingestion.simulator.inbox_rows import Inbox, Row

_NIL = Decimal(0)
_RENT = {"SHOP", "INDU"}


class _Books:
    """The debtors ledger as known on a day: (effective date, debtor or blank, signed amount)."""

    def __init__(self, council: Inbox, known: date) -> None:
        self.invoices = {row["invoice_id"]: row for row in council.known("invoices", known)}
        self._arrangements = {
            row["arrangement_id"]: row["debtor_id"] for row in council.known("arrangements", known)
        }
        self._debtors = {row["debtor_id"] for row in council.known("debtors", known)}
        self.receipts = {row["receipt_id"]: row for row in council.known("receipts", known)}
        self._council = council
        self._known = known

    def owner(self, receipt: Row) -> str:
        """The debtor of a receipt; blank in suspense."""
        if receipt["debtor_id"]:
            return receipt["debtor_id"]
        if receipt["invoice_id"]:
            return self.invoices[receipt["invoice_id"]]["debtor_id"]
        reference = receipt["reference"]
        if reference in self.invoices:
            return self.invoices[reference]["debtor_id"]
        if reference in self._arrangements:
            return self._arrangements[reference]
        return reference if reference in self._debtors else ""

    def movements(self) -> Iterator[tuple[str, str, Decimal]]:
        for row in self.invoices.values():
            yield row["invoice_date"], row["debtor_id"], Decimal(row["gross_amount"])
        for row in self.receipts.values():
            yield row["received_on"], self.owner(row), -Decimal(row["amount"])
        for row in self._rows("receipt_reversals"):
            owner = self.owner(self.receipts[row["receipt_id"]])
            yield row["reversed_on"], owner, Decimal(row["amount"])
        for row in self._rows("refunds"):
            named = row["receipt_id"]
            owner = self.owner(self.receipts[named]) if named else row["debtor_id"]
            yield row["refunded_on"], owner, Decimal(row["amount"])
        yield from self._own("credit_notes", "credit_date", "gross_amount", -1)
        yield from self._own("adjustments", "adjusted_on", "amount", 1)
        yield from self._own("write_offs", "written_off_on", "amount", -1)
        write_offs = {row["write_off_id"]: row for row in self._rows("write_offs")}
        for row in self._rows("write_backs"):
            owner = write_offs[row["write_off_id"]]["debtor_id"]
            yield row["written_back_on"], owner, Decimal(row["amount"])

    def rent_debtors(self) -> set[str]:
        return {row["debtor_id"] for row in self.invoices.values() if row["service_code"] in _RENT}

    def balances(self, cut: str) -> dict[str, Decimal]:
        """Control accounts and suspense at a balance date; a debit is positive."""
        rent = self.rent_debtors()
        found = {"1200": _NIL, "1210": _NIL, "1290": _NIL}
        for effective, owner, amount in self.movements():
            if effective <= cut:
                found["1290" if not owner else "1210" if owner in rent else "1200"] += amount
        return found

    def _own(
        self, feed: str, effective: str, amount: str, sign: int
    ) -> Iterator[tuple[str, str, Decimal]]:
        for row in self._rows(feed):
            yield row[effective], row["debtor_id"], sign * Decimal(row[amount])

    def _rows(self, feed: str) -> list[Row]:
        return self._council.known(feed, self._known)


def _stated(council: Inbox, known: date) -> dict[str, dict[str, Decimal]]:
    """Balances of the nominal ledger as known on a day, by balance date and account."""
    stated: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in council.known("gl_balances", known):
        stated[row["balance_date"]][row["account_code"]] = Decimal(row["balance"])
    return stated


def test_control_accounts_tie_to_the_ledger_at_every_balance_date(
    council: Inbox, until: date
) -> None:
    books = _Books(council, until)
    stated = _stated(council, until)
    assert max(stated) == f"{until}"
    for cut, balances in stated.items():
        assert {account: balances[account] for account in ("1200", "1210", "1290")} == (
            books.balances(cut)
        )


@pytest.mark.parametrize("days_before", [3, 9, 17, 26, 40, 77, 140, 300])
def test_they_tied_on_earlier_days_as_it_was_known_then(
    council: Inbox, until: date, days_before: int
) -> None:
    known = max(day for day in council.days() if day <= until - timedelta(days=days_before))
    stated = _stated(council, known)
    cut = max(stated)
    expected = _Books(council, known).balances(cut)
    assert {account: stated[cut][account] for account in expected} == expected


def test_a_balance_is_stated_again_when_a_late_row_changes_it(council: Inbox) -> None:
    versions = defaultdict(set)
    for row in council.all_rows("gl_balances"):
        versions[row["account_code"], row["balance_date"]].add(row["balance"])
    assert any(len(balances) > 1 for balances in versions.values())


def test_one_control_account_is_named_by_services_and_one_by_none(council: Inbox) -> None:
    named = {row["control_account_code"] for row in council.all_rows("services")} - {""}
    controls = {
        row["account_code"]
        for row in council.all_rows("gl_balances")
        if row["account_type"] == "debtors_control"
    }
    assert named < controls
    assert len(controls - named) == 1


def test_rent_debtors_owe_nothing_else_and_are_never_in_credit_on_an_invoice(
    council: Inbox, until: date
) -> None:
    books = _Books(council, until)
    rent = books.rent_debtors()
    services = {r["service_code"] for r in books.invoices.values() if r["debtor_id"] in rent}
    assert services <= _RENT
    left = {
        number: Decimal(row["gross_amount"])
        for number, row in books.invoices.items()
        if row["debtor_id"] in rent
    }
    reversed_amounts: dict[str, Decimal] = defaultdict(Decimal)
    for row in council.known("receipt_reversals", until):
        reversed_amounts[row["receipt_id"]] += Decimal(row["amount"])
    for receipt in books.receipts.values():
        if books.owner(receipt) in rent:
            named = receipt["invoice_id"] or receipt["reference"]
            left[named] -= Decimal(receipt["amount"]) - reversed_amounts[receipt["receipt_id"]]
    for feed, amount in (("credit_notes", "gross_amount"), ("write_offs", "amount")):
        for row in council.known(feed, until):
            if row["debtor_id"] in rent:
                left[row["invoice_id"]] -= Decimal(row[amount])
    assert left
    assert min(left.values()) >= 0
    assert not {row["debtor_id"] for row in council.known("adjustments", until)} & rent


def test_lines_add_up_to_their_invoice(council: Inbox, until: date) -> None:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in council.known("invoice_lines", until):
        totals[row["invoice_id"]] += Decimal(row["net_amount"]) + Decimal(row["vat_amount"])
    invoices = council.known("invoices", until)
    assert {row["invoice_id"]: Decimal(row["gross_amount"]) for row in invoices} == totals


def test_instalments_add_up_to_their_invoice_except_one_that_a_finding_lists(
    council: Inbox, until: date
) -> None:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in council.known("invoice_instalments", until):
        totals[row["invoice_id"]] += Decimal(row["amount"])
    gross = {
        row["invoice_id"]: Decimal(row["gross_amount"]) for row in council.known("invoices", until)
    }
    assert len(totals) > 3
    assert sum(total != gross[number] for number, total in totals.items()) == 1


def test_every_batch_reached_the_bank_whole_or_is_only_days_old(
    council: Inbox, until: date
) -> None:
    batches: dict[str, Decimal] = defaultdict(Decimal)
    paid_in: dict[str, str] = {}
    for row in council.known("receipts", until):
        if row["paying_in_batch_id"]:
            batches[row["paying_in_batch_id"]] += Decimal(row["amount"])
            paid_in[row["paying_in_batch_id"]] = row["received_on"]
    banked = {
        row["reference"]: Decimal(row["amount"])
        for row in council.known("bank_transactions", until)
        if row["reference"] in batches
    }
    on_the_way = batches.keys() - banked.keys()
    assert len(banked) > 100
    assert banked.items() <= batches.items()
    assert all(paid_in[batch] >= f"{until - timedelta(days=5)}" for batch in on_the_way)


def test_bank_accounts_of_the_nominal_ledger_are_the_sum_of_their_transactions(
    council: Inbox, until: date
) -> None:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in council.known("bank_transactions", until):
        totals[row["bank_account"]] += Decimal(row["amount"])
    stated = _stated(council, until)[f"{until}"]
    assert {"INCOME": stated["1000"], "CARE": stated["1001"]} == totals


def test_what_reached_the_bank_for_debtors_is_what_receipts_less_returns_say(
    council: Inbox, until: date
) -> None:
    receipts = {row["receipt_id"]: row for row in council.known("receipts", until)}
    transactions = council.known("bank_transactions", until)
    banked = {row["reference"] for row in transactions}
    expected = sum(
        (
            Decimal(row["amount"])
            for row in receipts.values()
            if row["bank_account"]
            and (not row["paying_in_batch_id"] or row["paying_in_batch_id"] in banked)
        ),
        _NIL,
    )
    for row in council.known("receipt_reversals", until):
        if receipts[row["receipt_id"]]["bank_account"] and row["reason_code"] != "misposting":
            expected -= Decimal(row["amount"])
    for row in council.known("refunds", until):
        expected -= Decimal(row["amount"])
    for row in council.known("agency_remittances", until):
        expected -= Decimal(row["commission_amount"])
    assert sum((Decimal(row["amount"]) for row in transactions), _NIL) == expected


def test_agency_remittances_are_gross_less_commission(council: Inbox, until: date) -> None:
    lines = council.known("agency_remittances", until)
    assert lines
    for row in lines:
        commission = Decimal(row["commission_amount"])
        assert Decimal(row["gross_amount"]) - commission == Decimal(row["net_amount"])


def test_transfers_between_accounts_net_to_nil(council: Inbox, until: date) -> None:
    pairs: dict[str, Decimal] = defaultdict(Decimal)
    for row in council.known("adjustments", until):
        if row["corresponding_id"]:
            pairs[row["corresponding_id"]] += Decimal(row["amount"])
    assert pairs
    assert set(pairs.values()) == {_NIL}


def test_a_receipt_names_only_what_was_already_there(council: Inbox, until: date) -> None:
    books = _Books(council, until)
    for receipt in books.receipts.values():
        named = receipt["invoice_id"] or receipt["reference"]
        if named in books.invoices:
            assert books.invoices[named]["invoice_date"] <= receipt["received_on"]

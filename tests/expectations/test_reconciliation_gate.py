"""The reconciliation gate: the ledger is consistent and agrees with the general ledger."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from expectations.suites import reconciliation
from tests.expectations.judging import check, failed, judged
from tests.expectations.small_council import (
    CAME_IN,
    CLOSED_MAY,
    Row,
    council,
    own_policy,
    pounds,
)

GATE = "reconciliation"
_WITHOUT_R04 = "delete from marts.control_reconciliation where control_code = 'R04'"


def test_a_ledger_that_ties_is_released(tmp_path: Path) -> None:
    outcome = judged(council(tmp_path, CLOSED_MAY), reconciliation)[GATE]
    assert (outcome.status, outcome.withheld) == ("passed", ())
    assert {each.check_code for each in outcome.checks} == {
        "R01", "R02", "R03", "R04", "R05", "R06", "R07", "R16",
    }  # fmt: skip
    assert all(each.status == "passed" and each.population for each in outcome.checks)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        pytest.param(
            "update marts.open_items set outstanding_amount = 300.01 where item_id = 'A'",
            ("R01", "R03", "R05", "R07"),
            id="a penny planted in an open item",
        ),
        pytest.param(
            "update marts.aged_debt set outstanding_amount = 299.99 where debtor_id = 'D1'",
            ("R05",),
            id="a penny taken from the aged debt",
        ),
        pytest.param(
            "update marts.aged_debt set item_count = 2 where debtor_id = 'D1'",
            ("R05",),
            id="an item counted twice in the aged debt",
        ),
        pytest.param(
            "update marts.ledger_movements set amount = 299.00 where movement_id = 'A'",
            ("R03",),
            id="a movement of another amount than came in",
        ),
        pytest.param(
            "delete from marts.ledger_movements where movement_id = 'V1'",
            ("R03",),
            id="a movement lost",
        ),
        pytest.param(
            "update marts.ledger_movements set debtor_id = 'D1' where movement_id = 'P3'",
            ("R03",),
            id="a movement on another debtor",
        ),
        pytest.param(
            "update marts.suspense_roll_forward set opening_balance = 0.01, received = 6.99",
            ("R03",),
            id="suspense that opens with a penny nobody brought",
        ),
        pytest.param(
            "update marts.suspense_roll_forward set difference = 0.01",
            ("R03",),
            id="a roll-forward of suspense that admits a difference",
        ),
        pytest.param(
            "delete from marts.suspense_roll_forward",
            ("R03",),
            id="suspense without a roll-forward",
        ),
        pytest.param(
            "delete from marts.suspense", ("R03", "R06"), id="a receipt dropped from suspense"
        ),
        pytest.param(
            "update marts.allocations set allocated_amount = 60.00",
            ("R06", "R07"),
            id="more allocated than the reversal left",
        ),
        pytest.param(
            "update marts.allocations set debtor_id = 'D1', item_id = 'A', invoice_id = 'A'",
            ("R07",),
            id="one debtor's payment on another's invoice",
        ),
        pytest.param(
            "insert into marts.allocations values "
            "('receipt', 'NONE', 'invoice', 'B', 'B', 'D2', date '2026-06-02', 0.01, 'named')",
            ("R07",),
            id="an allocation of a receipt that never came",
        ),
        pytest.param(
            "update marts.movement_proof set closing_balance = 359.00 "
            "where closing_balance = 360.00",
            ("R01",),
            id="a closing balance that hides a difference",
        ),
        pytest.param(
            "update marts.movement_proof set difference = 0.01 where closing_balance = 360.00",
            ("R01",),
            id="a difference that the proof itself admits",
        ),
        pytest.param(
            "update marts.movement_proof set invoices = 300.00, closing_balance = 300.00 "
            "where invoices = 400.00; "
            "update marts.movement_proof set opening_balance = 300.00, invoices = 100.00 "
            "where opening_balance = 400.00",
            ("R01",),
            id="an invoice moved to another month",
        ),
        pytest.param(
            "update marts.movement_proof set opening_balance = 390.00, adjustments = 10.00 "
            "where opening_balance = 400.00",
            ("R01", "R02"),
            id="an opening balance that is not what was closed with",
        ),
        pytest.param(
            "delete from marts.movement_proof where debt_type is null",
            ("R01",),
            id="a debt type left out of the proof",
        ),
    ],
)
def test_what_does_not_tie_is_noticed(tmp_path: Path, change: str, codes: tuple[str, ...]) -> None:
    assert failed(council(tmp_path, change), GATE) == codes


def test_a_failed_gate_withholds_its_marts_and_says_what_is_at_stake(tmp_path: Path) -> None:
    change = "update marts.open_items set outstanding_amount = 300.01 where item_id = 'A'"
    outcome = judged(council(tmp_path, change), reconciliation)[GATE]
    assert outcome.withheld == ("movement_proof", "control_reconciliation")
    r03 = check(outcome, "R03")
    assert (r03.population, r03.exceptions, r03.exceptions_value) == (4, 1, pounds("0.01"))
    assert (r03.severity, r03.owner) == ("B", "Systems accountant")


def test_a_row_that_came_in_and_never_reached_the_marts_is_noticed(tmp_path: Path) -> None:
    late = {"receipt_id": "P9", "received_on": "2026-06-28", "amount": "1.00", "debtor_id": "D1"}
    warehouse = council(tmp_path, receipts=[*CAME_IN["receipts"], late])
    assert failed(warehouse, GATE) == ("R01", "R03", "R04", "R06")


def test_marts_that_are_all_empty_do_not_pass_for_want_of_rows(tmp_path: Path) -> None:
    emptied = [
        f"delete from marts.{mart}"
        for mart in ("ledger_movements", "open_items", "aged_debt", "movement_proof", "suspense",
                     "allocations", "control_reconciliation")
    ]  # fmt: skip
    assert failed(council(tmp_path, *emptied), GATE) == ("R01", "R03", "R04", "R06", "R07")


class TestWhichRowsStand:
    """The last row of every key counts, if it is known, in force and not withdrawn."""

    def _with_receipt(self, tmp_path: Path, **cells: object) -> Path:
        again = {"receipt_id": "P3", "received_on": "2026-06-06", "amount": "4.00",
                 "debtor_id": "D2", "invoice_id": "GONE"}  # fmt: skip
        return council(tmp_path, receipts=[*CAME_IN["receipts"], again | cells])

    def test_a_later_version_counts(self, tmp_path: Path) -> None:
        assert failed(self._with_receipt(tmp_path), GATE) == ("R01", "R03", "R04", "R06")

    def test_a_version_of_an_earlier_file_does_not(self, tmp_path: Path) -> None:
        warehouse = self._with_receipt(tmp_path, _file_day="2026-06-07", _known_on="2026-06-07")
        assert failed(warehouse, GATE) == ()

    def test_a_version_not_known_yet_does_not(self, tmp_path: Path) -> None:
        warehouse = self._with_receipt(tmp_path, _file_day="2026-07-01", _known_on="2026-07-01")
        assert failed(warehouse, GATE) == ()

    def test_a_withdrawn_row_counts_no_more(self, tmp_path: Path) -> None:
        warehouse = self._with_receipt(tmp_path, amount="5.00", withdrawn_on="2026-06-30")
        assert failed(warehouse, GATE) == ("R01", "R03", "R04", "R06")

    def test_a_row_to_be_withdrawn_counts_until_then(self, tmp_path: Path) -> None:
        warehouse = self._with_receipt(tmp_path, amount="5.00", withdrawn_on="2026-07-01")
        assert failed(warehouse, GATE) == ()


class TestClosedPeriod:
    """R16: what was published for the last closed month end can be calculated again."""

    def test_the_same_rows_give_the_same_total(self, tmp_path: Path) -> None:
        outcome = judged(council(tmp_path, CLOSED_MAY), reconciliation)[GATE]
        found = check(outcome, "R16")
        assert (found.status, found.population) == ("passed", 1)

    def test_without_a_closed_month_end_there_is_nothing_to_ask(self, tmp_path: Path) -> None:
        outcome = judged(council(tmp_path), reconciliation)[GATE]
        assert check(outcome, "R16").status == "no_data"

    @pytest.mark.parametrize("penny", ["0.01", "-0.01"])
    def test_a_penny_is_a_difference(self, tmp_path: Path, penny: str) -> None:
        moved = (
            f"update raw.published_open_items set outstanding_amount = outstanding_amount + {penny}"
            " where item_id = 'B'"
        )
        warehouse = council(tmp_path, CLOSED_MAY, moved)
        assert failed(warehouse, GATE, reconciliation) == ("R16",)

    @pytest.mark.parametrize(
        "came_later",
        [
            "_known_on = date '2026-06-01', _run_id = '2'",
            "_known_on = date '2026-05-31', _run_id = '2'",
        ],
        ids=["known later", "known from the same day, brought by a later run"],
    )
    def test_what_came_after_it_was_published_changes_nothing(
        self, tmp_path: Path, came_later: str
    ) -> None:
        backdated = {
            "adjustment_id": "F", "debtor_id": "D1", "adjusted_on": "2026-05-15", "amount": "9.00",
        }  # fmt: skip
        warehouse = council(
            tmp_path,
            CLOSED_MAY,
            f"update raw.adjustments set {came_later}",
            adjustments=[backdated],
        )
        assert check(judged(warehouse, reconciliation)[GATE], "R16").status == "passed"

    def test_what_was_known_then_counts_though_it_was_corrected_since(self, tmp_path: Path) -> None:
        corrected = (
            "insert into raw.invoices by name select * replace (gross_amount + 1 as gross_amount, "
            "date '2026-06-30' as _known_on, '2' as _run_id, 9 as _source_line) from raw.invoices"
        )
        warehouse = council(tmp_path, CLOSED_MAY, corrected)
        assert check(judged(warehouse, reconciliation)[GATE], "R16").status == "passed"

    def test_suspense_is_part_of_it_and_a_refund_takes_no_more_than_is_left(
        self, tmp_path: Path
    ) -> None:
        in_suspense = (
            "update raw.receipts set _run_id = '1', _known_on = date '2026-05-31', "
            "received_on = date '2026-05-20' where receipt_id = 'P2'"
        )
        kept = (
            "insert into raw.published_suspense values "
            "('2026-05-31', '2026-05-31', 'P2', '2026-05-20', {amount})"
        )
        refund = {
            "refund_id": "F", "receipt_id": "P2", "refunded_on": "2026-05-21", "amount": "8.00",
            "_run_id": "1", "_known_on": "2026-05-31",
        }  # fmt: skip

        def status(name: str, *changes: str, **came_in: Sequence[Row]) -> str:
            (tmp_path / name).mkdir()
            warehouse = council(tmp_path / name, CLOSED_MAY, in_suspense, *changes, **came_in)
            return check(judged(warehouse, reconciliation)[GATE], "R16").status

        assert status("reported", kept.format(amount="7.00")) == "passed"
        assert status("forgotten") == "failed"
        assert status("refunded", refunds=[refund]) == "passed"

    def test_the_last_month_end_before_the_day_of_the_run_is_checked(self, tmp_path: Path) -> None:
        other_days = (
            "insert into raw.published_runs values "
            "('2026-06-29', '2026-06-29', '2'), ('2026-06-30', '2026-06-30', '3'), "
            "('2026-04-30', '2026-04-30', '0')"
        )
        warehouse = council(tmp_path, CLOSED_MAY, other_days)
        assert check(judged(warehouse, reconciliation)[GATE], "R16").status == "passed"


class TestBank:
    """R06: the claims of the mart of bank matches, compared with the inbound rows."""

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(
                "delete from marts.bank_matches where bank_transaction_id = 'T1'",
                id="a line that nobody speaks of",
            ),
            pytest.param(
                "update marts.bank_matches set match_kind = 'decided' where receipt_id = 'P3'",
                id="a decision that nobody took",
            ),
            pytest.param(
                "update marts.bank_matches set receipt_id = 'P2' where receipt_id = 'P3'",
                id="a receipt of another amount, and one claimed twice",
            ),
            pytest.param(
                "update marts.bank_matches set receipt_id = 'P0' where receipt_id = 'P3'",
                id="a receipt that is not current",
            ),
            pytest.param(
                "insert into marts.bank_matches values ('T1', null, 'timing')",
                id="a line both matched and waiting",
            ),
            pytest.param(
                "update raw.bank_transactions set amount = 5.01 where bank_transaction_id = 'T3'",
                id="a penny more at the bank",
            ),
            pytest.param(
                "update raw.bank_transactions set bank_account = 'OTHER' "
                "where bank_transaction_id = 'T3'",
                id="another account than the receipt names",
            ),
            pytest.param(
                "update raw.bank_transactions set booked_on = date '2026-06-10' "
                "where bank_transaction_id = 'T3'",
                id="a day further apart than a match allows",
            ),
            pytest.param(
                "update marts.open_items set outstanding_amount = -4.99 where item_id = 'P3'",
                id="a penny of a receipt that became nothing",
            ),
        ],
    )
    def test_a_claim_that_does_not_hold_is_noticed(self, tmp_path: Path, change: str) -> None:
        assert "R06" in failed(council(tmp_path, change), GATE)

    def test_days_as_far_apart_as_a_match_allows_are_near(self, tmp_path: Path) -> None:
        change = (
            "update raw.bank_transactions set booked_on = date '2026-06-09' "
            "where bank_transaction_id = 'T3'"
        )
        assert failed(council(tmp_path, change), GATE) == ()

    def _with_line(
        self, tmp_path: Path, *changes: str, kind: str = "unexplained", **cells: str
    ) -> Path:
        """One more line, reported as in the mart: it is on both sides, on one or on neither."""
        line = {"bank_transaction_id": "T9", "bank_account": "INCOME", "booked_on": "2026-06-22",
                "amount": "3.00", "reference": "D1", **cells}  # fmt: skip
        sides = {"timing": "expected_amount = 75, actual_amount = 75",
                 "unexplained": "actual_amount = 75, status = 'difference'",
                 "other_income": "actual_amount = 72"}  # fmt: skip
        listed = ["insert into marts.reconciliation_exceptions "
                  "values ('R06', 'INCOME', 'bank_transaction', 'T9', 3.00)"]  # fmt: skip
        return council(
            tmp_path,
            *(listed if kind == "unexplained" else []),
            f"insert into marts.bank_matches values ('T9', null, '{kind}')",
            f"update marts.control_reconciliation set {sides[kind]} where control_code = 'R06'",
            *changes,
            bank_transactions=[*CAME_IN["bank_transactions"], line],
        )

    def test_a_line_without_a_receipt_is_timing_for_seven_days(self, tmp_path: Path) -> None:
        warehouse = self._with_line(tmp_path, kind="timing", booked_on="2026-06-23")
        assert failed(warehouse, GATE) == ()
        assert check(judged(warehouse, reconciliation)[GATE], "R06").status == "passed"

    def test_a_line_of_ours_without_a_receipt_after_seven_days_makes_totals_differ(
        self, tmp_path: Path
    ) -> None:
        outcome = judged(self._with_line(tmp_path), reconciliation)[GATE]
        assert outcome.failed_checks == ("R06",)
        r06 = check(outcome, "R06")
        assert (r06.population, r06.exceptions, r06.exceptions_value) == (8, 1, pounds("3.00"))

    def test_a_difference_of_totals_must_be_itemised(self, tmp_path: Path) -> None:
        change = "delete from marts.reconciliation_exceptions"
        outcome = judged(self._with_line(tmp_path, change), reconciliation)[GATE]
        assert check(outcome, "R06").exceptions == 2

    @pytest.mark.parametrize("kind", ["timing", "unexplained"])
    def test_other_income_must_be_reported_as_such(self, tmp_path: Path, kind: str) -> None:
        warehouse = self._with_line(tmp_path, kind=kind, reference="BUSINESS RATES")
        assert failed(warehouse, GATE) == ("R06",)

    @pytest.mark.parametrize("reference", ["BUSINESS RATES", "", "XD1 A1"])
    def test_a_line_that_quotes_nothing_of_ours_is_other_income(
        self, tmp_path: Path, reference: str
    ) -> None:
        warehouse = self._with_line(tmp_path, kind="other_income", reference=reference)
        assert failed(warehouse, GATE) == ()
        assert check(judged(warehouse, reconciliation)[GATE], "R06").status == "passed"

    @pytest.mark.parametrize("reference", ["rent d1", "INV:A", "P2", "misc"])
    def test_a_line_that_quotes_something_of_ours_is_not(
        self, tmp_path: Path, reference: str
    ) -> None:
        warehouse = self._with_line(tmp_path, kind="other_income", reference=reference)
        assert failed(warehouse, GATE) == ("R06",)

    def _missed(self, tmp_path: Path, amount: str, *kinds: str) -> Path:
        """P1 has only a line that quotes nothing; the mart reports both as the kinds given.

        Items are listed where the account, which has receipts of 72.00, has a difference.
        """
        lines = [
            {**CAME_IN["bank_transactions"][0], "amount": amount, "reference": "X"},
            *CAME_IN["bank_transactions"][1:],
        ]
        actual = 12 + float(amount)
        sides = {"T1": ("bank_transaction", amount), "P1": ("receipt", "-60.00")}
        listed = (
            f"insert into marts.reconciliation_exceptions "
            f"values ('R06', 'INCOME', '{sides[item][0]}', '{item}', {sides[item][1]})"
            for item, kind in zip(sides, kinds, strict=True)
            if kind == "unexplained" and actual != 72
        )
        return council(
            tmp_path,
            *listed,
            "delete from marts.bank_matches where bank_transaction_id = 'T1'",
            f"insert into marts.bank_matches values ('T1', null, '{kinds[0]}'), "
            f"(null, 'P1', '{kinds[1]}')",
            f"update marts.control_reconciliation set actual_amount = {actual} "
            "where control_code = 'R06'",
            bank_transactions=lines,
        )

    def test_a_line_and_a_receipt_that_nobody_explains_warn_where_totals_agree(
        self, tmp_path: Path
    ) -> None:
        outcome = judged(
            self._missed(tmp_path, "60.00", "unexplained", "unexplained"), reconciliation
        )[GATE]
        assert (outcome.status, outcome.withheld) == ("passed", ())
        r06 = check(outcome, "R06")
        assert (r06.status, r06.exceptions, r06.exceptions_value) == ("warned", 2, pounds("120"))

    def test_a_penny_between_them_makes_the_totals_differ(self, tmp_path: Path) -> None:
        warehouse = self._missed(tmp_path, "60.01", "other_income", "unexplained")
        assert failed(warehouse, GATE) == ("R06",)

    def test_what_is_unexplained_must_be_listed(self, tmp_path: Path) -> None:
        warehouse = self._missed(tmp_path, "60.00", "unexplained", "timing")
        assert failed(warehouse, GATE) == ("R06",)

    def _decided(self, tmp_path: Path, match_kind: str) -> Path:
        decision = {"bank_transaction_id": "T3", "receipt_id": "P3", "decided_by": "clerk",
                    "decided_on": "2026-06-09"}  # fmt: skip
        reported = (
            f"update marts.bank_matches set match_kind = '{match_kind}' where receipt_id = 'P3'"
        )
        later = (
            "update raw.bank_transactions set booked_on = date '2026-06-29' "
            "where bank_transaction_id = 'T3'"
        )
        return council(tmp_path, reported, later, bank_match_decisions=[decision])

    def test_what_a_person_decided_needs_no_near_day(self, tmp_path: Path) -> None:
        assert failed(self._decided(tmp_path, "decided"), GATE) == ()

    def test_what_an_officer_decided_must_be_reported_as_such(self, tmp_path: Path) -> None:
        assert failed(self._decided(tmp_path, "exact"), GATE) == ("R06",)

    def test_without_a_bank_statement_nothing_is_judged(self, tmp_path: Path) -> None:
        outcome = judged(council(tmp_path, bank_transactions=()), reconciliation)[GATE]
        assert outcome.status == "passed"
        assert check(outcome, "R06").status == "no_data"


class TestControlAccount:
    """R04, case P3 and P4: the general ledger beside the ledger of debtors."""

    def _with_balance(self, tmp_path: Path, balance: str, *changes: str, **cells: str) -> Path:
        row = {**CAME_IN["gl_balances"][0], "balance": balance, **cells}
        return council(tmp_path, *changes, gl_balances=[row])

    def test_p3_an_account_that_agrees_is_released(self, tmp_path: Path) -> None:
        outcome = judged(self._with_balance(tmp_path, "355.00"), reconciliation)[GATE]
        assert check(outcome, "R04").status == "passed"
        assert outcome.withheld == ()

    def test_p4_an_account_that_differs_withholds_the_proof(self, tmp_path: Path) -> None:
        warehouse = self._with_balance(
            tmp_path,
            "365.00",
            "update marts.control_reconciliation set actual_amount = 365.00, status = 'difference' "
            "where control_code = 'R04'",
            "insert into marts.reconciliation_exceptions "
            "values ('R04', '1200', 'unexplained', 'unexplained', 10.00)",
        )
        outcome = judged(warehouse, reconciliation)[GATE]
        assert outcome.failed_checks == ("R04",)
        assert outcome.withheld == ("movement_proof", "control_reconciliation")
        assert check(outcome, "R04").exceptions_value == pounds("10.00")

    def test_a_difference_that_the_mart_hides_is_noticed(self, tmp_path: Path) -> None:
        assert failed(self._with_balance(tmp_path, "365.00"), GATE) == ("R04",)

    def test_agreement_that_the_mart_makes_up_is_noticed(self, tmp_path: Path) -> None:
        change = (
            "update marts.control_reconciliation set expected_amount = 354.00 "
            "where control_code = 'R04'"
        )
        assert failed(council(tmp_path, change), GATE) == ("R04",)

    def test_the_balance_of_an_earlier_day_is_held_against_that_day(self, tmp_path: Path) -> None:
        warehouse = self._with_balance(
            tmp_path,
            "335.00",
            "update marts.control_reconciliation "
            "set expected_amount = 335.00, actual_amount = 335.00 where control_code = 'R04'",
            balance_date="2026-06-19",
        )
        assert failed(warehouse, GATE) == ()

    def test_an_account_of_another_type_is_not_ours(self, tmp_path: Path) -> None:
        warehouse = self._with_balance(
            tmp_path,
            "1.00",
            _WITHOUT_R04,
            account_type="suspense",
        )
        assert check(judged(warehouse, reconciliation)[GATE], "R04").status == "no_data"

    def test_the_account_no_service_names_holds_the_rest(self, tmp_path: Path) -> None:
        balances = [
            {**CAME_IN["gl_balances"][0], "balance": "360.00"},
            {**CAME_IN["gl_balances"][0], "account_code": "1299", "balance": "-5.00"},
        ]
        warehouse = council(
            tmp_path,
            _WITHOUT_R04,
            "insert into marts.control_reconciliation values "
            "('R04', '1200', 360.00, 360.00, 'agreed'), ('R04', '1299', -5.00, -5.00, 'agreed')",
            gl_balances=balances,
        )
        assert failed(warehouse, GATE) == ()

    def test_two_accounts_that_no_service_names_cannot_be_judged(self, tmp_path: Path) -> None:
        balances = [
            {**CAME_IN["gl_balances"][0], "account_code": code} for code in ("1298", "1299")
        ]
        warehouse = council(tmp_path, _WITHOUT_R04, gl_balances=balances)
        assert failed(warehouse, GATE) == ("R04",)


class TestSupply:
    """Absent, empty and stale feeds."""

    def test_an_absent_feed_is_no_data_and_fails_nothing(self, tmp_path: Path) -> None:
        outcome = judged(council(tmp_path, _WITHOUT_R04, gl_balances=[]), reconciliation)[GATE]
        assert outcome.status == "passed"
        assert check(outcome, "R04").status == "no_data"

    def test_a_required_control_without_its_feed_fails(self, tmp_path: Path) -> None:
        warehouse = council(
            tmp_path,
            _WITHOUT_R04,
            own_policy("required_controls", key="R04"),
            gl_balances=[],
        )
        assert failed(warehouse, GATE) == ("R04",)

    def test_a_required_feed_without_a_row_fails_what_needs_it(self, tmp_path: Path) -> None:
        outcome = judged(council(tmp_path, services=[]), reconciliation)[GATE]
        assert {"R01", "R02", "R04", "R05"} <= set(outcome.failed_checks)
        assert "policy requires services" in check(outcome, "R02").description

    def test_a_stale_feed_fails_what_needs_it(self, tmp_path: Path) -> None:
        fresh = own_policy("feed_freshness", key="gl_balances", value="3", unit="days")
        old_file = (
            "insert into raw.files (source_file, feed, file_day, known_on) "
            "values ('gl_balances_20260626.csv', 'gl_balances', '2026-06-26', '2026-06-26')"
        )
        assert failed(council(tmp_path, fresh, old_file), GATE) == ("R04",)

    def test_a_feed_as_old_as_agreed_is_fresh(self, tmp_path: Path) -> None:
        fresh = own_policy("feed_freshness", key="gl_balances", value="3", unit="days")
        file = (
            "insert into raw.files (source_file, feed, file_day, known_on) "
            "values ('export.csv', 'receipts+gl_balances', '2026-06-27', '2026-06-27')"
        )
        assert failed(council(tmp_path, fresh, file), GATE) == ()

    def test_a_gate_without_any_input_is_no_data_and_publishes_nothing(
        self, tmp_path: Path
    ) -> None:
        nothing = dict.fromkeys(CAME_IN, ())
        outcome = judged(council(tmp_path, **nothing), reconciliation)[GATE]
        assert (outcome.status, outcome.withheld) == (
            "no_data",
            ("movement_proof", "control_reconciliation"),
        )


class TestOverride:
    """A row in force may override a failed check of a gate, which is then a warning."""

    PENNY = "update marts.aged_debt set outstanding_amount = 299.99 where debtor_id = 'D1'"

    def _overridden(self, tmp_path: Path, **cells: str) -> Path:
        row = {
            "override_id": "O1", "gate": GATE, "check_code": "R05", "reason": "known",
            "approved_by": "treasurer", "approved_on": "2026-06-29", "expires_on": "2026-06-30",
        } | cells  # fmt: skip
        return council(tmp_path, self.PENNY, gate_overrides=[row])

    def test_an_override_in_force_releases_and_is_named(self, tmp_path: Path) -> None:
        outcome = judged(self._overridden(tmp_path), reconciliation)[GATE]
        assert (outcome.status, outcome.withheld) == ("passed", ())
        r05 = check(outcome, "R05")
        assert (r05.status, r05.overridden_by, r05.exceptions) == ("warned", "O1", 1)
        assert r05.as_json()["override"] == {
            "override_id": "O1", "reason": "known", "approved_by": "treasurer",
            "approved_on": "2026-06-29", "expires_on": "2026-06-30",
        }  # fmt: skip

    def test_a_reason_is_shown_without_account_numbers_and_words_about_health(
        self, tmp_path: Path
    ) -> None:
        reason = "Paid back to 12-34-56 12345678 while in hospital"
        outcome = judged(self._overridden(tmp_path, reason=reason), reconciliation)[GATE]
        text = json.dumps(outcome.as_json(), default=str)
        assert "Paid back to [masked] while in [masked]" in text
        assert ("12345678" in text, "hospital" in text) == (False, False)

    def test_an_override_is_in_force_from_its_approval_to_its_last_day(
        self, tmp_path: Path
    ) -> None:
        day = {"approved_on": "2026-06-30", "expires_on": "2026-06-30"}
        assert failed(self._overridden(tmp_path, **day), GATE) == ()
        (tmp_path / "tomorrow").mkdir()
        tomorrow = {"approved_on": "2026-07-01", "expires_on": "2026-07-31"}
        assert failed(self._overridden(tmp_path / "tomorrow", **tomorrow), GATE) == ("R05",)

    def test_an_expired_override_releases_nothing(self, tmp_path: Path) -> None:
        assert failed(self._overridden(tmp_path, expires_on="2026-06-29"), GATE) == ("R05",)

    def test_an_override_of_another_check_releases_nothing(self, tmp_path: Path) -> None:
        assert failed(self._overridden(tmp_path, check_code="R04"), GATE) == ("R05",)

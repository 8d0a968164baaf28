"""The recovery gate: nobody is pursued who must not be, or about whom data may be missing."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from expectations.outcomes import GateOutcome
from expectations.overrides import NEVER_OVERRIDDEN
from expectations.populations.refusals import OTHER_FEEDS, PROTECTING_FEEDS
from expectations.suites import recovery
from tests.expectations.judging import check, failed, judged
from tests.expectations.small_council import CAME_IN, Row, council, own_policy, pounds

GATE = "recovery"
(A, B) = CAME_IN["invoices"]
WITHHELD = (
    "recovery_worklist",
    "contact_list",
    "letter_lines",
    "agency_placements_proposed",
    "agency_placement_file",
    "legal_handover",
    "legal_handover_file",
    "arrangement_offers",
    "arrangement_warnings",
    "early_contact",
    "signposting_suggestions",
)


def _failed(tmp_path: Path, *changes: str, **came_in: Sequence[Row]) -> tuple[str, ...]:
    return failed(council(tmp_path, *changes, **came_in), GATE, recovery)


def _outcome(tmp_path: Path, *changes: str, **came_in: Sequence[Row]) -> GateOutcome:
    return judged(council(tmp_path, *changes, **came_in), recovery)[GATE]


def _hold(**cells: object) -> Row:
    return {"hold_id": "H", "debtor_id": "D1", "hold_type": "internal", "starts_on": "2026-06-28",
            **cells}  # fmt: skip


def test_a_worklist_of_people_who_may_be_written_to_is_released(tmp_path: Path) -> None:
    outcome = _outcome(tmp_path)
    assert (outcome.status, outcome.withheld) == ("passed", ())
    assert [each.check_code for each in outcome.checks] == [
        f"C{number:02}" for number in range(1, 17)
    ]
    assert all(each.status == "passed" and each.population for each in outcome.checks)


def test_a_failed_gate_withholds_the_worklist_and_says_what_is_at_stake(tmp_path: Path) -> None:
    outcome = _outcome(tmp_path, holds=[_hold(hold_type="breathing_space")])
    assert outcome.withheld == WITHHELD
    c08 = check(outcome, "C08")
    assert (c08.population, c08.exceptions, c08.exceptions_value) == (2, 1, pounds("300.00"))
    assert (c08.severity, c08.owner) == ("B", "Income manager")
    assert outcome.evidence["checks"][7]["exception_ids"] == ["debtor D1 invoice A reminder"]


def test_without_an_invoice_nothing_is_published(tmp_path: Path) -> None:
    outcome = _outcome(tmp_path, **dict.fromkeys(CAME_IN, ()))
    assert (outcome.status, outcome.withheld) == ("no_data", WITHHELD)


def test_a_worklist_of_nobody_is_released(tmp_path: Path) -> None:
    nobody = ("delete from marts.recovery_worklist", "delete from marts.recovery_stages")
    assert _failed(tmp_path, *nobody) == ()


def _file(feed: str, name: str, code: str | None, run: str, known_on: str = "2026-06-30") -> str:
    refused = "null" if code is None else f"'{code}'"
    return (
        "insert into raw.files (run_id, source_file, sha256, feed, file_day, known_on, "
        f"refused_code) values ('{run}', '{name}', '{name}{run}', '{feed}', '2026-06-29', "
        f"'{known_on}', {refused})"
    )


@pytest.mark.parametrize(
    ("feed", "whole", "readable"),
    [
        *((feed, "C01", "C03") for feed in PROTECTING_FEEDS),
        *((feed, "C04", "C06") for feed in OTHER_FEEDS),
    ],
)
def test_a_feed_of_which_something_was_refused(
    tmp_path: Path, feed: str, whole: str, readable: str
) -> None:
    """A file refused whole, and a refused row that names nobody."""
    changes = (_file(feed, "bad.csv", "I04", "r1"), _refused(feed))
    assert _failed(tmp_path, *changes) == (whole, readable)


@pytest.mark.parametrize(
    ("feed", "whole", "fresh"), [("holds", "C01", "C02"), ("receipts", "C04", "C05")]
)
class TestFiles:
    """C01, C02, C04, C05: every file was taken or replaced, and none is too old."""

    def test_a_file_refused_whole(self, tmp_path: Path, feed: str, whole: str, fresh: str) -> None:
        del fresh
        assert _failed(tmp_path, _file(feed, "bad.csv", "I04", "r1")) == (whole,)

    def test_a_mapped_file_that_yields_the_feed(
        self, tmp_path: Path, feed: str, whole: str, fresh: str
    ) -> None:
        del fresh
        assert _failed(tmp_path, _file(f"invoices+{feed}", "bad.csv", "I04", "r1")) == (whole,)

    def test_replaced_or_not_known_yet(
        self, tmp_path: Path, feed: str, whole: str, fresh: str
    ) -> None:
        del whole, fresh
        changes = (
            _file(feed, "f.csv", "I04", "r1"),
            _file(feed, "f.csv", None, "r2"),
            _file(feed, "later.csv", "I04", "r1", "2026-07-01"),
            _file("invoices", "invoices.csv", "I04", "r1"),
        )
        assert _failed(tmp_path, *changes) == ()

    def test_a_file_that_was_good_before_it_was_refused(
        self, tmp_path: Path, feed: str, whole: str, fresh: str
    ) -> None:
        del fresh
        changes = (_file(feed, "f.csv", None, "r1"), _file(feed, "f.csv", "I04", "r2"))
        assert _failed(tmp_path, *changes) == (whole,)

    def test_a_good_file_of_another_name_replaces_nothing(
        self, tmp_path: Path, feed: str, whole: str, fresh: str
    ) -> None:
        del fresh
        changes = (_file(feed, "f.csv", "I04", "r1"), _file(feed, "g.csv", None, "r2"))
        assert _failed(tmp_path, *changes) == (whole,)

    @pytest.mark.parametrize(("day", "is_stale"), [("2026-06-26", True), ("2026-06-27", False)])
    def test_a_feed_is_stale_once_it_is_older_than_agreed(
        self, tmp_path: Path, feed: str, whole: str, fresh: str, day: str, is_stale: bool
    ) -> None:
        del whole
        changes = (
            own_policy("feed_freshness", key=feed, value="3", unit="days"),
            f"update raw.files set file_day = '{day}' where feed = '{feed}'",
        )
        assert _failed(tmp_path, *changes) == ((fresh,) if is_stale else ())


def test_a_required_feed_of_which_nothing_is_known(tmp_path: Path) -> None:
    assert _failed(tmp_path, debtors=[]) == ("C02",)


def _refused(feed: str, **cells: str | None) -> str:
    row: dict[str, object] = {
        "run_id": "run", "feed": feed, "source_file": f"{feed}_20260620.csv", "source_line": 5,
        "file_day": "2026-06-20", "known_on": "2026-06-20", "reason_code": "I10", "key_text": "K",
        **cells,
    }  # fmt: skip
    values = ", ".join("null" if cell is None else f"'{cell}'" for cell in row.values())
    return f"insert into raw.refused_ids ({', '.join(row)}) values ({values})"


class TestRefusedRows:
    """C07: a refused row blocks its debtor until a later good row of its key corrects it."""

    def _with_hold(self, tmp_path: Path, **lineage: object) -> tuple[str, ...]:
        """A refused row of hold K of D1, and a good one that ended long ago."""
        good = _hold(hold_id="K", starts_on="2026-01-01", ends_on="2026-01-02",
                     _source_file="holds_20260620.csv", **lineage)  # fmt: skip
        return _failed(tmp_path, _refused("holds", debtor_id="D1"), holds=[good])

    def test_a_debtor_with_a_refused_row_is_pursued(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, _refused("holds", debtor_id="D1")) == ("C07",)

    def test_the_row_is_not_known_yet(self, tmp_path: Path) -> None:
        change = _refused("holds", debtor_id="D1", known_on="2026-07-01")
        assert _failed(tmp_path, change) == ()

    def test_of_a_feed_that_protects_nobody(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, _refused("invoices", debtor_id="D1")) == ()

    def test_a_good_row_of_a_later_day_heals(self, tmp_path: Path) -> None:
        assert self._with_hold(tmp_path, _file_day="2026-06-21", _source_line=2) == ()

    def test_a_good_row_of_an_earlier_day_does_not(self, tmp_path: Path) -> None:
        assert self._with_hold(tmp_path, _file_day="2026-06-19", _source_line=9) == ("C07",)

    def test_a_good_row_further_down_heals(self, tmp_path: Path) -> None:
        assert self._with_hold(tmp_path, _file_day="2026-06-20", _source_line=6) == ()

    def test_a_good_row_further_up_does_not(self, tmp_path: Path) -> None:
        assert self._with_hold(tmp_path, _file_day="2026-06-20", _source_line=4) == ("C07",)

    def test_the_same_line_of_a_later_delivery_heals(self, tmp_path: Path) -> None:
        lineage = {"_file_day": "2026-06-20", "_source_line": 5, "_known_on": "2026-06-30"}
        assert self._with_hold(tmp_path, **lineage) == ()

    def test_a_good_row_that_is_not_known_yet_does_not(self, tmp_path: Path) -> None:
        lineage = {"_file_day": "2026-06-21", "_known_on": "2026-07-01"}
        assert self._with_hold(tmp_path, **lineage) == ("C07",)

    def test_a_good_row_heals_one_whose_debtor_could_not_be_read(self, tmp_path: Path) -> None:
        good = _hold(hold_id="K", starts_on="2026-01-01", ends_on="2026-01-02")
        assert _failed(tmp_path, _refused("holds"), holds=[good]) == ()

    def test_a_row_without_a_key_is_corrected_with_its_file(self, tmp_path: Path) -> None:
        refused = _refused("holds", key_text=None)
        again = _file("holds", "holds_20260620.csv", None, "s")
        assert _failed(tmp_path, refused, again) == ()

    def test_a_row_with_a_key_is_not(self, tmp_path: Path) -> None:
        again = _file("holds", "holds_20260620.csv", None, "s")
        assert _failed(tmp_path, _refused("holds"), again) == ("C03",)

    def test_a_receipt_that_names_an_invoice_is_its_debtors(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, _refused("receipts", invoice_id="A")) == ("C07",)

    def test_a_receipt_that_names_an_unknown_invoice_is_nobodys(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, _refused("receipts", invoice_id="GONE")) == ("C06",)

    def test_a_reversal_is_its_receipts_debtors(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, _refused("receipt_reversals", receipt_id="P3")) == ("C07",)

    def test_a_reversal_of_a_refused_receipt_is_its_debtors(self, tmp_path: Path) -> None:
        changes = (
            _refused("receipts", key_text="P9", receipt_id="P9", debtor_id="D9"),
            _refused("receipt_reversals", receipt_id="P9"),
        )
        assert _failed(tmp_path, *changes) == ()

    def test_a_reversal_of_a_receipt_in_suspense_is_nobodys(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, _refused("receipt_reversals", receipt_id="P2")) == ("C06",)


class TestProtection:
    """C08: a protective hold or a death applies to every debtor of the person."""

    @pytest.mark.parametrize(
        "hold_type", ["breathing_space", "mental_health_crisis", "insolvency", "deceased"]
    )
    def test_s6_s7_a_protected_debtor_is_pursued(self, tmp_path: Path, hold_type: str) -> None:
        assert _failed(tmp_path, holds=[_hold(hold_type=hold_type)]) == ("C08",)

    def test_the_hold_names_another_debtor_of_the_person(self, tmp_path: Path) -> None:
        debtors = [{"debtor_id": each, "party_id": "P"} for each in ("D1", "D2", "D9")]
        hold = _hold(debtor_id="D9", hold_type="breathing_space")
        outcome = _outcome(tmp_path, debtors=debtors, holds=[hold])
        assert outcome.failed_checks == ("C08",)
        assert check(outcome, "C08").exceptions == 2

    def test_the_hold_names_another_invoice(self, tmp_path: Path) -> None:
        hold = _hold(hold_type="breathing_space", invoice_id="B")
        assert _failed(tmp_path, holds=[hold]) == ("C08",)

    def test_the_hold_ends_today(self, tmp_path: Path) -> None:
        hold = _hold(hold_type="breathing_space", ends_on="2026-06-30")
        assert _failed(tmp_path, holds=[hold]) == ("C08",)

    def test_the_hold_ended_yesterday(self, tmp_path: Path) -> None:
        hold = _hold(hold_type="breathing_space", ends_on="2026-06-29")
        assert _failed(tmp_path, holds=[hold]) == ()

    def test_the_hold_begins_tomorrow(self, tmp_path: Path) -> None:
        hold = _hold(hold_type="breathing_space", starts_on="2026-07-01")
        assert _failed(tmp_path, holds=[hold]) == ()

    def test_a_debt_of_the_day_of_the_insolvency_order(self, tmp_path: Path) -> None:
        hold = _hold(hold_type="insolvency", order_date="2026-05-04")
        assert _failed(tmp_path, holds=[hold]) == ("C08",)

    def test_a_debt_after_the_insolvency_order(self, tmp_path: Path) -> None:
        hold = _hold(hold_type="insolvency", order_date="2026-05-03")
        assert _failed(tmp_path, holds=[hold]) == ()

    def test_the_debtor_died_today(self, tmp_path: Path) -> None:
        debtors = [{"debtor_id": "D1", "date_of_death": "2026-06-30"}, {"debtor_id": "D2"}]
        assert _failed(tmp_path, debtors=debtors) == ("C08",)

    def test_another_debtor_of_the_person_died(self, tmp_path: Path) -> None:
        debtors = [
            {"debtor_id": "D1", "party_id": "P"},
            {"debtor_id": "D2"},
            {"debtor_id": "D9", "party_id": "P", "date_of_death": "2026-06-01"},
        ]
        assert _failed(tmp_path, debtors=debtors) == ("C08",)

    def test_a_stage_that_is_called_due_is_judged_like_a_listed_one(self, tmp_path: Path) -> None:
        change = "delete from marts.recovery_worklist where debtor_id = 'D1'"
        assert _failed(tmp_path, change, holds=[_hold(hold_type="deceased")]) == ("C08", "C15")


class TestOtherHolds:
    """C09: disputes and other holds, each on what it applies to."""

    @pytest.mark.parametrize("hold_type", ["dispute", "vulnerability", "query", "internal"])
    def test_s8_an_invoice_under_a_hold_is_pursued(self, tmp_path: Path, hold_type: str) -> None:
        assert _failed(tmp_path, holds=[_hold(hold_type=hold_type, invoice_id="A")]) == ("C09",)

    def test_a_hold_of_the_whole_debtor(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, holds=[_hold()]) == ("C09",)

    def test_a_hold_of_another_invoice(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, holds=[_hold(invoice_id="Z")]) == ()

    def test_a_hold_of_the_arrangement_of_the_invoice(self, tmp_path: Path) -> None:
        owned = {"arrangement_id": "R", "invoice_id": "A"}
        hold = _hold(arrangement_id="R")
        assert _failed(tmp_path, holds=[hold], arrangement_invoices=[owned]) == ("C09",)

    def test_a_hold_of_another_arrangement(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, holds=[_hold(arrangement_id="R")]) == ()

    def test_a_hold_that_ended_yesterday(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, holds=[_hold(ends_on="2026-06-29")]) == ()

    def _disputed(self, tmp_path: Path, **cells: object) -> tuple[str, ...]:
        dispute = {"dispute_id": "X", "debtor_id": "D1", "invoice_id": "A", "kind": "dispute",
                   "raised_on": "2026-06-25", **cells}  # fmt: skip
        return _failed(tmp_path, disputes=[dispute])

    def test_an_open_dispute(self, tmp_path: Path) -> None:
        assert self._disputed(tmp_path) == ("C09",)

    def test_an_open_dispute_of_the_whole_debtor(self, tmp_path: Path) -> None:
        assert self._disputed(tmp_path, invoice_id=None) == ("C09",)

    def test_a_dispute_resolved_tomorrow(self, tmp_path: Path) -> None:
        assert self._disputed(tmp_path, resolved_on="2026-07-01") == ("C09",)

    def test_a_dispute_resolved_today(self, tmp_path: Path) -> None:
        assert self._disputed(tmp_path, resolved_on="2026-06-30") == ()

    def test_a_complaint_stops_nothing(self, tmp_path: Path) -> None:
        assert self._disputed(tmp_path, kind="complaint") == ()


class TestElsewhere:
    """C10: arrangements, notices, placements, cases and credits."""

    def _arranged(self, tmp_path: Path, status: str, breached_on: str = "null") -> tuple[str, ...]:
        change = f"insert into marts.arrangement_compliance values ('R', '{status}', {breached_on})"
        notice = own_policy("arrangement_rules", key="breach_notice_days", value="14", unit="days")
        owned = {"arrangement_id": "R", "invoice_id": "A"}
        return _failed(tmp_path, change, notice, arrangement_invoices=[owned])

    def test_s9_an_invoice_in_a_live_arrangement_is_pursued(self, tmp_path: Path) -> None:
        assert self._arranged(tmp_path, "live") == ("C10",)

    @pytest.mark.parametrize("status", ["completed", "cancelled", "superseded", "not_evaluated"])
    def test_an_arrangement_that_is_over_stops_nothing(self, tmp_path: Path, status: str) -> None:
        assert self._arranged(tmp_path, status) == ()

    def test_the_last_day_of_the_notice_after_a_breach(self, tmp_path: Path) -> None:
        assert self._arranged(tmp_path, "breached", "date '2026-06-17'") == ("C10",)

    def test_the_notice_after_a_breach_is_over(self, tmp_path: Path) -> None:
        assert self._arranged(tmp_path, "breached", "date '2026-06-16'") == ()

    def _placed(self, tmp_path: Path, **cells: object) -> tuple[str, ...]:
        placed = {"placement_id": "P", "invoice_id": "A", "agency_id": "G",
                  "placed_on": "2026-06-01", **cells}  # fmt: skip
        return _failed(tmp_path, agency_placements=[placed])

    def test_a_placement_recalled_and_not_acknowledged(self, tmp_path: Path) -> None:
        assert self._placed(tmp_path, recalled_on="2026-06-02") == ("C10",)

    def test_a_placement_whose_recall_was_acknowledged(self, tmp_path: Path) -> None:
        assert self._placed(tmp_path, recall_acknowledged_on="2026-06-30") == ()

    def test_a_placement_closed_tomorrow(self, tmp_path: Path) -> None:
        assert self._placed(tmp_path, closed_on="2026-07-01") == ("C10",)

    def _in_court(self, tmp_path: Path, closed_on: str | None) -> tuple[str, ...]:
        case = {"case_id": "L", "invoice_id": "A", "referred_on": "2026-06-01",
                "closed_on": closed_on}  # fmt: skip
        return _failed(tmp_path, legal_cases=[case])

    def test_an_open_legal_case(self, tmp_path: Path) -> None:
        assert self._in_court(tmp_path, None) == ("C10",)

    def test_a_legal_case_closed_today(self, tmp_path: Path) -> None:
        assert self._in_court(tmp_path, "2026-06-30") == ()

    def _credited(self, tmp_path: Path, amount: str) -> tuple[str, ...]:
        change = f"update marts.open_items set outstanding_amount = {amount} where item_id = 'P3'"
        return _failed(tmp_path, change)

    def test_credits_that_reach_what_is_open(self, tmp_path: Path) -> None:
        assert self._credited(tmp_path, "-60.00") == ("C10",)

    def test_credits_a_penny_short_of_it(self, tmp_path: Path) -> None:
        assert self._credited(tmp_path, "-59.99") == ()


def _worklist(action: str, debtor: str = "D2") -> tuple[str, str]:
    """The same action put into the worklist and into the stages."""
    return (
        f"update marts.recovery_worklist set action_code = '{action}' where debtor_id = '{debtor}'",
        f"update marts.recovery_stages set next_stage = '{action}' where debtor_id = '{debtor}'",
    )


def _action(code: str, acted_on: str, **cells: object) -> Row:
    return {"action_id": f"{code} {acted_on}", "debtor_id": "D2", "invoice_id": "B",
            "action_code": code, "acted_on": acted_on, **cells}  # fmt: skip


def _due(invoice: str, due_date: str) -> Sequence[Row]:
    return [{**row, "due_date": due_date} if row["invoice_id"] == invoice else row
            for row in CAME_IN["invoices"]]  # fmt: skip


def _balance(amount: str) -> tuple[str, str]:
    return (
        f"update marts.open_items set outstanding_amount = {amount} where item_id = 'B'",
        f"update marts.recovery_worklist set amount = {amount} where debtor_id = 'D2'",
    )


class TestStages:
    """C11: no stage is skipped, and those whose minimum is not reached are passed over."""

    def test_a_final_notice_without_a_reminder(self, tmp_path: Path) -> None:
        late = _due("B", "2026-05-01")
        assert _failed(tmp_path, *_worklist("final_notice"), invoices=late) == ("C11",)

    def test_a_final_notice_after_a_reminder(self, tmp_path: Path) -> None:
        done = [_action("reminder", "2026-06-10")]
        late = _due("B", "2026-05-01")
        change = _worklist("final_notice")
        assert _failed(tmp_path, *change, invoices=late, case_actions=done) == ()

    def test_a_reminder_that_was_done_before(self, tmp_path: Path) -> None:
        done = [_action("reminder", "2026-06-20")]
        assert _failed(tmp_path, case_actions=done) == ("C11",)

    @pytest.mark.parametrize("outcome", ["failed", "returned", "withdrawn"])
    def test_a_reminder_that_did_not_arrive_counts_for_nothing(
        self, tmp_path: Path, outcome: str
    ) -> None:
        done = [_action("reminder", "2026-06-20", outcome_code=outcome)]
        assert _failed(tmp_path, case_actions=done) == ()

    def test_an_action_that_lists_the_invoice_counts(self, tmp_path: Path) -> None:
        done = [_action("reminder", "2026-06-20", invoice_id=None)]
        listed = [{"action_id": "reminder 2026-06-20", "invoice_id": "B"}]
        assert _failed(tmp_path, case_actions=done, case_action_invoices=listed) == ("C11",)

    def test_an_action_for_the_debtor_counts_for_what_was_past_due(self, tmp_path: Path) -> None:
        done = [_action("reminder", "2026-06-11", invoice_id=None)]
        assert _failed(tmp_path, case_actions=done) == ("C11",)

    def test_an_action_for_the_debtor_on_the_due_day_does_not(self, tmp_path: Path) -> None:
        done = [_action("reminder", "2026-06-10", invoice_id=None)]
        assert _failed(tmp_path, case_actions=done) == ()

    def test_an_action_that_listed_another_invoice_does_not(self, tmp_path: Path) -> None:
        done = [_action("reminder", "2026-06-20", invoice_id=None)]
        listed = [{"action_id": "reminder 2026-06-20", "invoice_id": "Z",
                   "withdrawn_on": "2026-06-21"}]  # fmt: skip
        assert _failed(tmp_path, case_actions=done, case_action_invoices=listed) == ()

    def test_a_balance_of_the_minimum_is_reminded(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, *_balance("5.01"), "delete from marts.open_items "
                       "where item_id = 'P3'") == ()  # fmt: skip

    def test_s4_a_balance_below_the_minimum_passes_the_stage_over(self, tmp_path: Path) -> None:
        no_credit = "delete from marts.open_items where item_id = 'P3'"
        assert _failed(tmp_path, no_credit, *_balance("4.99")) == ("C11",)

    def test_s4_the_stage_behind_those_passed_over_may_come(self, tmp_path: Path) -> None:
        no_credit = "delete from marts.open_items where item_id = 'P3'"
        changes = (no_credit, *_balance("4.99"), *_worklist("write_off_review"))
        old = _due("B", "2025-06-29")
        assert _failed(tmp_path, *changes, invoices=old) == ()

    def test_a_debt_type_without_a_timetable(self, tmp_path: Path) -> None:
        services = [{**CAME_IN["services"][0], "debt_type": "adult_social_care"}]
        assert _failed(tmp_path, services=services) == ("C11",)

    def test_the_councils_own_minimum_is_the_one_that_counts(self, tmp_path: Path) -> None:
        row = own_policy(
            "recovery_timetable", stage="reminder", debt_type="sundry", sort="1",
            not_before_days="7", minimum_balance="60.01",
        )  # fmt: skip
        assert _failed(tmp_path, row) == ("C11",)


class TestDays:
    """C12: the days of a stage count from the due date and from the stage before."""

    def test_s1_the_seventh_day_after_the_due_date(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, invoices=_due("B", "2026-06-23")) == ()

    def test_s1_the_sixth_day(self, tmp_path: Path) -> None:
        assert _failed(tmp_path, invoices=_due("B", "2026-06-24")) == ("C12",)

    def test_s5_held_days_do_not_count(self, tmp_path: Path) -> None:
        hold = _hold(debtor_id="D2", starts_on="2026-06-12", ends_on="2026-06-26")
        assert _failed(tmp_path, holds=[hold]) == ("C12",)

    def test_s5_the_seventh_day_that_is_not_held(self, tmp_path: Path) -> None:
        hold = _hold(debtor_id="D2", starts_on="2026-06-14", ends_on="2026-06-26")
        assert _failed(tmp_path, holds=[hold]) == ()

    def test_overlapping_holds_count_once(self, tmp_path: Path) -> None:
        holds = [
            _hold(hold_id=name, debtor_id="D2", starts_on="2026-06-14", ends_on="2026-06-26")
            for name in "HI"
        ]
        assert _failed(tmp_path, holds=holds) == ()

    def test_a_past_dispute_takes_its_days_out_too(self, tmp_path: Path) -> None:
        dispute = {"dispute_id": "X", "debtor_id": "D2", "kind": "dispute",
                   "raised_on": "2026-06-13", "resolved_on": "2026-06-27"}  # fmt: skip
        assert _failed(tmp_path, disputes=[dispute]) == ("C12",)

    def _after_reminder(self, tmp_path: Path, done_on: str) -> tuple[str, ...]:
        done = [_action("reminder", done_on)]
        late = _due("B", "2026-05-01")
        change = _worklist("final_notice")
        return _failed(tmp_path, *change, invoices=late, case_actions=done)

    def test_fourteen_days_after_the_reminder(self, tmp_path: Path) -> None:
        assert self._after_reminder(tmp_path, "2026-06-16") == ()

    def test_thirteen_days_after_the_reminder(self, tmp_path: Path) -> None:
        assert self._after_reminder(tmp_path, "2026-06-17") == ("C12",)

    def test_days_count_from_the_earliest_instalment_still_open(self, tmp_path: Path) -> None:
        instalments = [
            {"invoice_id": "B", "instalment_no": number, "due_date": day, "amount": "50.00"}
            for number, day in ((1, "2026-05-01"), (2, "2026-06-24"))
        ]
        change = (
            "update marts.open_items set item_kind = 'instalment', item_id = 'B/2' "
            "where item_id = 'B'"
        )
        assert _failed(tmp_path, change, invoice_instalments=instalments) == ("C12",)


class TestWorklist:
    """C13 to C15: one action each, of open invoices of the debtor, as the stages have it."""

    def test_s12_two_actions_for_a_debtor(self, tmp_path: Path) -> None:
        twice = "insert into marts.recovery_worklist from marts.recovery_worklist"
        assert _failed(tmp_path, twice) == ("C13",)

    @pytest.mark.parametrize(
        ("cells", "codes"),
        [
            pytest.param("amount = 60.01", ("C14",), id="a penny more than is open"),
            pytest.param("amount = 59.99", ("C14",), id="a penny less"),
            pytest.param("amount = null", ("C14",), id="no amount"),
            pytest.param("invoice_ids = 'B,B', amount = 120.00", ("C14", "C15"), id="listed twice"),
            pytest.param("debtor_id = 'D9'", ("C11", "C14", "C15"), id="another's invoice"),
            pytest.param("invoice_ids = null", ("C14", "C15"), id="no invoice"),
            pytest.param("action_code = null", ("C11", "C15"), id="no action"),
        ],
    )
    def test_an_action_that_is_not_right(
        self, tmp_path: Path, cells: str, codes: tuple[str, ...]
    ) -> None:
        change = f"update marts.recovery_worklist set {cells} where debtor_id = 'D2'"
        assert _failed(tmp_path, change) == codes

    def test_a_debtor_left_out(self, tmp_path: Path) -> None:
        change = "delete from marts.recovery_worklist where debtor_id = 'D2'"
        assert _failed(tmp_path, change) == ("C15",)

    def test_a_debtor_whom_no_stage_calls_due(self, tmp_path: Path) -> None:
        change = "update marts.recovery_stages set is_due = false where debtor_id = 'D2'"
        assert _failed(tmp_path, change) == ("C15",)

    def test_a_stage_that_is_blocked_and_called_due(self, tmp_path: Path) -> None:
        change = "update marts.recovery_stages set blocked_by = 'hold' where debtor_id = 'D2'"
        assert _failed(tmp_path, change) == ("C15",)

    def _with_second_invoice(
        self, tmp_path: Path, stage: str, listed: str, *changes: str
    ) -> tuple[str, ...]:
        """D1 also owes C of 50.00, due long ago and reminded of; its next stage is marked due."""
        second = {**A, "invoice_id": "C", "gross_amount": "50.00", "due_date": "2026-05-10"}
        done = [*CAME_IN["case_actions"],
                _action("reminder", "2026-06-01", debtor_id="D1", invoice_id="C")]  # fmt: skip
        return _failed(
            tmp_path,
            "insert into marts.open_items values "
            "('invoice', 'C', 'D1', 'C', 'SUN', 50.00, 'd031_060', null)",
            f"insert into marts.recovery_stages values ('C', 'D1', '{stage}', true, null)",
            listed,
            *changes,
            invoices=[A, B, second],
            case_actions=done,
        )

    def test_the_furthest_stage_is_the_action(self, tmp_path: Path) -> None:
        listed = (
            "update marts.recovery_worklist set action_code = 'final_notice', invoice_ids = 'C', "
            "amount = 50.00 where debtor_id = 'D1'"
        )
        assert self._with_second_invoice(tmp_path, "final_notice", listed) == ()

    def test_an_action_that_is_not_the_furthest(self, tmp_path: Path) -> None:
        assert self._with_second_invoice(tmp_path, "final_notice", "select 1") == ("C15",)

    def test_an_invoice_at_the_stage_that_is_left_out(self, tmp_path: Path) -> None:
        unsent = "delete from raw.case_actions where invoice_id = 'C'"
        found = self._with_second_invoice(tmp_path, "reminder", "select 1", unsent)
        assert found == ("C15",)

    def test_s12_both_invoices_at_the_stage_are_one_action(self, tmp_path: Path) -> None:
        unsent = "delete from raw.case_actions where invoice_id = 'C'"
        both = (
            "update marts.recovery_worklist set invoice_ids = 'A,C', amount = 350.00 "
            "where debtor_id = 'D1'"
        )
        assert self._with_second_invoice(tmp_path, "reminder", both, unsent) == ()

    def test_an_id_may_hold_a_comma(self, tmp_path: Path) -> None:
        changes = (
            "update marts.open_items set item_id = 'B,1', invoice_id = 'B,1' where item_id = 'B'",
            "update marts.recovery_stages set invoice_id = 'B,1' where debtor_id = 'D2'",
            "update marts.recovery_worklist set invoice_ids = 'B,1' where debtor_id = 'D2'",
        )
        assert _failed(tmp_path, *changes, invoices=[A, {**B, "invoice_id": "B,1"}]) == ()

    def test_invoices_out_of_order(self, tmp_path: Path) -> None:
        unsent = "delete from raw.case_actions where invoice_id = 'C'"
        both = (
            "update marts.recovery_worklist set invoice_ids = 'C,A', amount = 350.00 "
            "where debtor_id = 'D1'"
        )
        assert self._with_second_invoice(tmp_path, "reminder", both, unsent) == ("C14", "C15")


class TestOverride:
    """An override allows a release, but not over a check that protects a person."""

    def _overridden(self, code: str) -> Row:
        return {"override_id": "O1", "gate": GATE, "check_code": code, "reason": "known",
                "approved_by": "treasurer", "approved_on": "2026-06-29",
                "expires_on": "2026-06-30"}  # fmt: skip

    def test_an_override_in_force_releases_and_is_named(self, tmp_path: Path) -> None:
        bad = _file("receipts", "bad.csv", "I04", "r1")
        outcome = _outcome(tmp_path, bad, gate_overrides=[self._overridden("C04")])
        assert (outcome.status, outcome.withheld) == ("passed", ())
        assert check(outcome, "C04").overridden_by == "O1"

    @pytest.mark.parametrize(
        ("code", "changes", "holds"),
        [
            ("C01", [_file("holds", "bad.csv", "I04", "r1")], []),
            ("C02", [own_policy("feed_freshness", key="holds", value="1", unit="days"),
                     "delete from raw.files where feed = 'holds'"], []),
            ("C03", [_refused("holds")], []),
            ("C07", [_refused("holds", debtor_id="D1")], []),
            ("C08", [], [_hold(hold_type="mental_health_crisis")]),
        ],
    )  # fmt: skip
    def test_no_override_reaches_what_protects_a_person(
        self, tmp_path: Path, code: str, changes: list[str], holds: list[Row]
    ) -> None:
        override = [self._overridden(code)]
        assert code in NEVER_OVERRIDDEN
        assert _failed(tmp_path, *changes, holds=holds, gate_overrides=override) == (code,)


class TestOtherWays:
    """C16: nobody is contacted who is not on the worklist or who must be left alone."""

    @pytest.mark.parametrize(
        "slipped_in",
        [
            "insert into restricted.letter_lines values ('D1', 'B', 'reminder')",
            "insert into restricted.letter_lines values ('D1', 'A', 'letter_of_claim')",
            "insert into restricted.letter_lines values ('D3', 'A', 'reminder')",
            "insert into marts.agency_placements_proposed values ('D1', 'A', true)",
            "insert into marts.legal_handover values ('D1', 'A', true)",
        ],
    )
    def test_what_the_worklist_and_the_stages_do_not_call_due(
        self, tmp_path: Path, slipped_in: str
    ) -> None:
        assert _failed(tmp_path, slipped_in) == ("C16",)

    def test_a_contact_that_is_not_on_the_worklist(self, tmp_path: Path) -> None:
        slipped_in = (
            "create or replace view restricted.contact_list as "
            "select 'D3' as debtor_id, 'reminder' as action_code"
        )
        assert _failed(tmp_path, slipped_in) == ("C16",)

    @pytest.mark.parametrize(
        "not_sent",
        [
            "insert into restricted.letter_lines values ('D1', 'A', 'reminder')",
            "insert into marts.agency_placements_proposed values ('D1', 'A', false)",
            "insert into marts.legal_handover values ('D1', 'A', false)",
            "insert into marts.arrangement_offers values ('D1')",
        ],
    )
    def test_what_is_due_or_only_looked_at_is_let_out(self, tmp_path: Path, not_sent: str) -> None:
        assert _failed(tmp_path, not_sent) == ()

    @pytest.mark.parametrize(
        "offered",
        [
            "insert into marts.arrangement_offers values ('D3')",
            "insert into marts.early_contact values ('D3')",
            "insert into marts.arrangement_warnings values ('D3', 'pay_to_stay_live')",
        ],
    )
    @pytest.mark.parametrize("hold_type", ["breathing_space", "mental_health_crisis", "deceased"])
    def test_nobody_protected_is_offered_warned_or_helped(
        self, tmp_path: Path, offered: str, hold_type: str
    ) -> None:
        hold = _hold(debtor_id="D3", hold_type=hold_type)
        assert _failed(tmp_path, offered, holds=[hold]) == ("C16",)

    def test_another_account_of_a_protected_person_is_left_alone_too(self, tmp_path: Path) -> None:
        same = [*CAME_IN["debtors"], {"debtor_id": "D3", "party_id": "P"},
                {"debtor_id": "D4", "party_id": "P"}]  # fmt: skip
        hold = _hold(debtor_id="D4", hold_type="breathing_space")
        offered = "insert into marts.arrangement_offers values ('D3')"
        assert _failed(tmp_path, offered, debtors=same, holds=[hold]) == ("C16",)

    @pytest.mark.parametrize(
        "hold",
        [
            {"hold_type": "breathing_space", "starts_on": "2026-07-01"},
            {"hold_type": "breathing_space", "ends_on": "2026-06-29"},
            {"hold_type": "insolvency", "order_date": "2026-01-01"},
            {"hold_type": "internal"},
        ],
    )
    def test_who_is_not_protected_today_may_be_offered_an_arrangement(
        self, tmp_path: Path, hold: Row
    ) -> None:
        offered = "insert into marts.arrangement_offers values ('D3')"
        assert _failed(tmp_path, offered, holds=[_hold(debtor_id="D3", **hold)]) == ()

    def test_a_warning_that_says_held_reaches_nobody(self, tmp_path: Path) -> None:
        warned = "insert into marts.arrangement_warnings values ('D3', 'held')"
        hold = _hold(debtor_id="D3", hold_type="breathing_space")
        assert _failed(tmp_path, warned, holds=[hold]) == ()

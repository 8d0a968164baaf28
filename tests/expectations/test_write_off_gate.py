"""The write-off gate: the schedule holds what may be written off, all of it and nothing else."""

from pathlib import Path

import pytest

from expectations.suites import write_off
from tests.expectations.judging import check, failed, judged
from tests.expectations.small_council import CAME_IN, Row, council, own_policy, pounds

GATE = "write_off"
(Q,) = CAME_IN["write_off_requests"]


def _with_request(tmp_path: Path, *changes: str, **cells: object) -> Path:
    return council(tmp_path, *changes, write_off_requests=[{**Q, **cells}])


def test_a_good_schedule_is_released(tmp_path: Path) -> None:
    outcome = judged(council(tmp_path), write_off)[GATE]
    assert (outcome.status, outcome.withheld) == ("passed", ())
    assert check(outcome, "W00").population == 1
    assert {each.status for each in outcome.checks} == {"passed", "no_data"}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("delete from marts.write_off_schedule", id="empty, with an approved request"),
        pytest.param(
            "insert into marts.write_off_schedule from marts.write_off_schedule",
            id="a request listed twice",
        ),
        pytest.param(
            "update marts.write_off_schedule set amount = 300.01", id="a penny added to the amount"
        ),
        pytest.param(
            "update marts.write_off_schedule set approved_by = 'leader'", id="an approver swapped"
        ),
        pytest.param(
            "update marts.write_off_schedule set approved_on = date '2026-06-09'",
            id="an approval backdated",
        ),
        pytest.param(
            "update marts.write_off_schedule set invoice_id = 'B', debtor_id = 'D2'",
            id="another debtor's invoice put in its place",
        ),
    ],
)
def test_a_schedule_that_is_not_what_was_approved_is_withheld(tmp_path: Path, change: str) -> None:
    assert failed(council(tmp_path, change), GATE) == ("W00",)


def test_a_request_nobody_made_fails_everything(tmp_path: Path) -> None:
    change = (
        "insert into marts.write_off_schedule values "
        "('FORGED', 'B', 'D2', 60.00, 'U2', 'manager', date '2026-06-10')"
    )
    assert {"W00", "W01", "W02", "W03"} <= set(failed(council(tmp_path, change), GATE))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        pytest.param({"amount": "299.00"}, "W01", id="W17 part of the balance"),
        pytest.param({"approved_by": "leader", "approver_role": "team_leader",
                      "checked_by": "manager"}, "W02", id="approver below the band"),
        pytest.param({"approver_role": "section_151"}, "W02", id="a role not of record"),
        pytest.param({"checked_by": "clerk"}, "W03", id="W6 requester and checker are one"),
        pytest.param({"requested_by": "manager"}, "W03", id="W6 requester approves"),
        pytest.param({"posted_by": "manager"}, "W03", id="approver posts"),
        pytest.param({"reason_code": "A1"}, "W04", id="W7 evidence missing"),
        pytest.param({"approved_on": "2026-05-14"}, "W04", id="evidence after the approval"),
        pytest.param({"reason_code": "C1"}, "W12", id="W15 a council error"),
    ],
)  # fmt: skip
def test_a_scheduled_request_that_must_be_refused_is_noticed(
    tmp_path: Path, cells: Row, code: str
) -> None:
    schedule = [
        f"update marts.write_off_schedule set {column} = '{value}'"
        for column, value in cells.items()
        if column in {"amount", "approved_by", "reason_code", "approved_on"}
    ]
    assert failed(_with_request(tmp_path, *schedule, **cells), GATE) == ("W00", code)


def test_w1_to_w3_a_refused_request_that_is_not_scheduled_fails_no_gate(tmp_path: Path) -> None:
    warehouse = _with_request(
        tmp_path, "delete from marts.write_off_schedule", checked_by="", approved_by="clerk"
    )
    assert failed(warehouse, GATE) == ()


def test_w4_the_requests_of_twelve_months_count_together(tmp_path: Path) -> None:
    before = {**Q, "request_id": "Q0", "invoice_id": "C", "amount": "700.01",
              "requested_on": "2025-06-02", "approved_on": None}  # fmt: skip
    assert failed(council(tmp_path, write_off_requests=[before, Q]), GATE) == ("W00", "W02")


def test_w4_a_year_to_the_day_is_not_within_twelve_months(tmp_path: Path) -> None:
    before = {**Q, "request_id": "Q0", "invoice_id": "C", "amount": "700.01",
              "requested_on": "2025-06-01", "approved_on": None}  # fmt: skip
    assert failed(council(tmp_path, write_off_requests=[before, Q]), GATE) == ()


def test_w16_a_split_is_a_warning_and_releases(tmp_path: Path) -> None:
    beside = {**Q, "request_id": "Q0", "invoice_id": "C", "amount": "800.00",
              "requested_on": "2026-06-02", "approved_on": None}  # fmt: skip
    outcome = judged(council(tmp_path, write_off_requests=[beside, Q]), write_off)[GATE]
    assert (outcome.status, check(outcome, "W16").status) == ("passed", "warned")


def test_w16_an_invoice_paid_since_the_request_is_noticed(tmp_path: Path) -> None:
    paid = {"receipt_id": "P9", "received_on": "2026-06-15", "amount": "300.00",
            "debtor_id": "D1", "invoice_id": "A"}  # fmt: skip
    warehouse = council(tmp_path, receipts=[*CAME_IN["receipts"], paid])
    assert failed(warehouse, GATE) == ("W00", "W01")


def test_w17_w19_the_second_request_for_an_invoice_is_noticed(tmp_path: Path) -> None:
    first = {**Q, "request_id": "P"}
    evidence = [{**CAME_IN["write_off_evidence"][0], "request_id": each} for each in ("P", "Q")]
    warehouse = council(tmp_path, write_off_requests=[first, Q], write_off_evidence=evidence)
    assert failed(warehouse, GATE) == ("W00", "W17")


def test_w18_an_open_credit_of_the_debtor_is_noticed(tmp_path: Path) -> None:
    change = (
        "insert into marts.open_items values "
        "('unallocated_receipt', 'P9', 'D1', null, null, -0.01, 'unallocated_credit', null)"
    )
    assert failed(council(tmp_path, change), GATE) == ("W00", "W11")


def test_w19_a_related_party_needs_an_independent_role(tmp_path: Path) -> None:
    debtors = [{"debtor_id": "D1", "is_related_party": True}, {"debtor_id": "D2"}]
    assert failed(council(tmp_path, debtors=debtors), GATE) == ("W00", "W19")


class TestObstacles:
    """W06, case W9: a moratorium, dispute, arrangement, placement or case blocks it."""

    def _with(self, tmp_path: Path, *changes: str, **came_in: list[Row]) -> tuple[str, ...]:
        return failed(council(tmp_path, *changes, **came_in), GATE)

    def test_breathing_space_of_the_same_person_elsewhere(self, tmp_path: Path) -> None:
        debtors: list[Row] = [{"debtor_id": each, "party_id": "P"} for each in ("D1", "D2")]
        hold: Row = {"hold_id": "H", "debtor_id": "D2", "hold_type": "breathing_space",
                     "starts_on": "2026-05-20", "ends_on": "2026-06-30"}  # fmt: skip
        assert self._with(tmp_path, debtors=debtors, holds=[hold]) == ("W00", "W06")

    def test_breathing_space_that_ended_yesterday(self, tmp_path: Path) -> None:
        hold: Row = {"hold_id": "H", "debtor_id": "D1", "hold_type": "breathing_space",
                     "starts_on": "2026-05-20", "ends_on": "2026-06-29"}  # fmt: skip
        assert self._with(tmp_path, holds=[hold]) == ()

    def test_a_hold_that_is_no_moratorium(self, tmp_path: Path) -> None:
        hold: Row = {"hold_id": "H", "debtor_id": "D1", "hold_type": "internal",
                     "starts_on": "2026-05-20"}  # fmt: skip
        assert self._with(tmp_path, holds=[hold]) == ()

    def test_a_dispute_not_resolved_yet(self, tmp_path: Path) -> None:
        dispute: Row = {"dispute_id": "X", "debtor_id": "D1", "invoice_id": "A",
                        "kind": "dispute", "raised_on": "2026-06-01",
                        "resolved_on": "2026-07-01"}  # fmt: skip
        assert self._with(tmp_path, disputes=[dispute]) == ("W00", "W06")

    def test_a_complaint_stops_nothing(self, tmp_path: Path) -> None:
        complaint: Row = {"dispute_id": "X", "debtor_id": "D1", "invoice_id": "A",
                          "kind": "complaint", "raised_on": "2026-06-01"}  # fmt: skip
        assert self._with(tmp_path, disputes=[complaint]) == ()

    def test_a_live_arrangement(self, tmp_path: Path) -> None:
        live = "insert into marts.arrangement_compliance values ('R', 'live', null)"
        owned: Row = {"arrangement_id": "R", "invoice_id": "A"}
        assert self._with(tmp_path, live, arrangement_invoices=[owned]) == ("W00", "W06")

    def test_a_placement_recalled_and_not_acknowledged(self, tmp_path: Path) -> None:
        placed: Row = {"placement_id": "P", "invoice_id": "A", "agency_id": "G",
                       "placed_on": "2026-06-01", "recalled_on": "2026-06-02"}  # fmt: skip
        assert self._with(tmp_path, agency_placements=[placed]) == ("W00", "W06")

    def test_no_override_reaches_what_protects_a_person(self, tmp_path: Path) -> None:
        hold: Row = {"hold_id": "H", "debtor_id": "D1", "hold_type": "mental_health_crisis",
                     "starts_on": "2026-05-20"}  # fmt: skip
        rows: list[Row] = [
            {"override_id": code, "gate": GATE, "check_code": code, "approved_on": "2026-06-01",
             "expires_on": "2026-12-31", "reason": "r", "approved_by": "treasurer"}
            for code in ("W00", "W06")
        ]  # fmt: skip
        assert self._with(tmp_path, holds=[hold], gate_overrides=rows) == ("W06",)


def test_w13_a_posted_write_off_without_the_vat_of_its_invoice_is_a_warning(tmp_path: Path) -> None:
    posted = {"write_off_id": "WO", "request_id": "Q", "invoice_id": "A", "debtor_id": "D1",
              "written_off_on": "2026-06-15", "amount": "300.00",
              "reason_code": "U2"}  # fmt: skip
    by_vat = {}
    for vat in ("50.00", None):
        (folder := tmp_path / str(vat)).mkdir()
        warehouse = council(
            folder,
            "delete from marts.write_off_schedule",
            invoices=[
                {**row, "vat_amount": "50.00"} if row["invoice_id"] == "A" else row
                for row in CAME_IN["invoices"]
            ],
            write_offs=[{**posted, "vat_amount": vat}],
        )
        outcome = judged(warehouse, write_off)[GATE]
        by_vat[vat] = (outcome.status, check(outcome, "W13").status)
    assert by_vat == {"50.00": ("passed", "passed"), None: ("passed", "warned")}


def test_w15_a_batch_that_is_not_what_its_paper_lists_is_noticed(tmp_path: Path) -> None:
    paper = {"batch_id": "BATCH", "request_count": 1, "total_amount": "300.00",
             "approved_on": "2026-06-10"}  # fmt: skip
    requests = [{**Q, "batch_id": "BATCH"}]
    failing = {}
    for total in ("300.00", "299.99"):
        (folder := tmp_path / total).mkdir()
        papers = [{**paper, "total_amount": total}]
        warehouse = council(folder, write_off_requests=requests, write_off_papers=papers)
        failing[total] = failed(warehouse, GATE)
    assert failing == {"300.00": (), "299.99": ("W00", "W15")}


class TestPostedWriteOffs:
    """W21: nothing is written off without an approved request."""

    def _posted(self, tmp_path: Path, request_cells: Row, **cells: str | None) -> tuple[str, ...]:
        write_off = {"write_off_id": "WO", "request_id": "Q", "invoice_id": "A",
                     "debtor_id": "D1", "written_off_on": "2026-06-15", "amount": "300.00",
                     "reason_code": "U2"} | cells  # fmt: skip
        warehouse = council(
            tmp_path,
            "delete from marts.write_off_schedule",
            write_off_requests=[{**Q, **request_cells}],
            write_offs=[write_off],
        )
        return failed(warehouse, GATE)

    def test_with_its_approved_request(self, tmp_path: Path) -> None:
        assert self._posted(tmp_path, {}) == ()

    def test_with_a_request_not_approved(self, tmp_path: Path) -> None:
        assert self._posted(tmp_path, {"approved_on": None}) == ("W21",)

    def test_with_a_request_approved_only_afterwards(self, tmp_path: Path) -> None:
        assert self._posted(tmp_path, {"approved_on": "2026-06-16"}) == ("W21",)

    def test_with_a_request_that_was_declined(self, tmp_path: Path) -> None:
        assert self._posted(tmp_path, {"declined_on": "2026-06-12"}) == ("W21",)

    def test_with_a_request_for_another_invoice(self, tmp_path: Path) -> None:
        assert self._posted(tmp_path, {}, invoice_id="B") == ("W21",)

    def test_without_any_request_since_the_register_began(self, tmp_path: Path) -> None:
        posted = self._posted(tmp_path, {}, request_id=None, invoice_id="B", debtor_id="D2")
        assert posted == ("W00", "W21")

    def test_from_before_the_register_of_requests_began(self, tmp_path: Path) -> None:
        write_off: Row = {"write_off_id": "OLD", "invoice_id": "B", "debtor_id": "D2",
                          "written_off_on": "2026-05-31", "amount": "1.00",
                          "reason_code": "U2"}  # fmt: skip
        assert failed(council(tmp_path, write_offs=[write_off]), GATE) == ()

    def test_dated_before_the_register_began_and_posted_since(self, tmp_path: Path) -> None:
        write_off: Row = {"write_off_id": "OLD", "invoice_id": "B", "debtor_id": "D2",
                          "written_off_on": "2026-05-31", "posted_on": "2026-06-30",
                          "amount": "1.00", "reason_code": "U2"}  # fmt: skip
        assert "W21" in failed(council(tmp_path, write_offs=[write_off]), GATE)


class TestWriteBacks:
    """W18: what is written back was written off."""

    def _written_back(self, tmp_path: Path, *amounts: str, write_off_id: str = "OLD") -> list[str]:
        write_off: Row = {"write_off_id": "OLD", "invoice_id": "B", "debtor_id": "D2",
                          "written_off_on": "2026-05-31", "amount": "300.00",
                          "reason_code": "U2"}  # fmt: skip
        write_backs: list[Row] = [
            {"write_back_id": f"BACK{number}", "write_off_id": write_off_id,
             "written_back_on": "2026-06-20", "amount": amount}
            for number, amount in enumerate(amounts)
        ]  # fmt: skip
        return list(
            failed(council(tmp_path, write_offs=[write_off], write_backs=write_backs), GATE)
        )

    def test_in_two_parts_to_the_penny(self, tmp_path: Path) -> None:
        assert "W18" not in self._written_back(tmp_path, "100.00", "200.00")

    def test_a_penny_more(self, tmp_path: Path) -> None:
        assert "W18" in self._written_back(tmp_path, "100.00", "200.01")

    def test_of_a_write_off_that_nobody_knows(self, tmp_path: Path) -> None:
        assert "W18" in self._written_back(tmp_path, "1.00", write_off_id="NOBODY_KNOWS")


class TestLargeCredits:
    """W22: a large credit is approved by somebody other than its raiser, and is not a bad debt."""

    def _credited(self, tmp_path: Path, gross: str = "1000.01", **cells: str) -> tuple[str, ...]:
        credit: Row = {"credit_note_id": "C", "debtor_id": "D2", "credit_date": "2026-06-15",
                       "gross_amount": gross, "raised_by": "clerk", "approved_by": "manager",
                       "reason_code": "PRICE"} | cells  # fmt: skip
        return failed(council(tmp_path, credit_notes=[credit]), GATE)

    def test_approved_by_another(self, tmp_path: Path) -> None:
        assert self._credited(tmp_path) == ()

    def test_approved_by_its_raiser(self, tmp_path: Path) -> None:
        assert self._credited(tmp_path, approved_by="clerk") == ("W22",)

    def test_approved_by_nobody(self, tmp_path: Path) -> None:
        assert self._credited(tmp_path, approved_by="") == ("W22",)

    def test_of_exactly_the_limit_needs_nobody(self, tmp_path: Path) -> None:
        assert self._credited(tmp_path, gross="1000.00", approved_by="") == ()

    def test_for_a_reason_of_writing_off(self, tmp_path: Path) -> None:
        assert self._credited(tmp_path, reason_code="U2") == ("W22",)

    def test_for_the_councils_own_error(self, tmp_path: Path) -> None:
        assert self._credited(tmp_path, reason_code="C1") == ()

    def test_a_large_negative_adjustment_too(self, tmp_path: Path) -> None:
        adjustment: Row = {"adjustment_id": "J", "debtor_id": "D2", "amount": "-1000.01",
                           "adjusted_on": "2026-06-15"}  # fmt: skip
        assert failed(council(tmp_path, adjustments=[adjustment]), GATE) == ("W22",)

    def test_where_no_request_is_known_too(self, tmp_path: Path) -> None:
        credit: Row = {"credit_note_id": "C", "debtor_id": "D2", "credit_date": "2026-06-15",
                       "gross_amount": "1000.01", "raised_by": "clerk"}  # fmt: skip
        schedule = "delete from marts.write_off_schedule"
        outcome = judged(council(tmp_path, schedule, write_off_requests=[], credit_notes=[credit]))[
            GATE
        ]
        assert (outcome.status, outcome.failed_checks) == ("failed", ("W22",))


class TestSupply:
    """Absent, empty and stale feeds."""

    def test_without_any_request_nothing_is_published(self, tmp_path: Path) -> None:
        outcome = judged(
            council(tmp_path, "delete from marts.write_off_schedule", write_off_requests=[])
        )[GATE]
        assert (outcome.status, outcome.withheld) == ("no_data", ("write_off_schedule",))

    def test_a_required_control_without_any_request_fails(self, tmp_path: Path) -> None:
        warehouse = council(
            tmp_path,
            "delete from marts.write_off_schedule",
            own_policy("required_controls", key="W02"),
            write_off_requests=[],
        )
        assert failed(warehouse, GATE) == ("W02",)

    def test_a_required_control_with_nothing_to_look_at_passes_once_its_feed_is_there(
        self, tmp_path: Path
    ) -> None:
        small: Row = {"credit_note_id": "C", "debtor_id": "D2", "credit_date": "2026-06-15",
                      "gross_amount": "20.00", "raised_by": "clerk"}  # fmt: skip
        warehouse = council(
            tmp_path, own_policy("required_controls", key="W22"), credit_notes=[small]
        )
        w22 = check(judged(warehouse, write_off)[GATE], "W22")
        assert (w22.status, w22.population) == ("passed", 0)

    def test_without_any_credit_no_approver_is_required(self, tmp_path: Path) -> None:
        warehouse = council(tmp_path, credit_notes=[], adjustments=[])
        assert check(judged(warehouse, write_off)[GATE], "W22").status == "no_data"

    def test_what_a_check_waits_for_is_not_forgotten_by_a_row_of_the_council(
        self, tmp_path: Path
    ) -> None:
        own = own_policy("check_codes", check_code="R16", description="Ours", severity="B")
        assert check(judged(council(tmp_path, own))["reconciliation"], "R16").status == "no_data"

    def test_without_officers_nobody_has_authority(self, tmp_path: Path) -> None:
        warehouse = council(tmp_path, officers=[])
        outcome = judged(warehouse, write_off)[GATE]
        assert check(outcome, "W02").status == "no_data"
        assert outcome.failed_checks == ("W00",)

    def test_stale_requests_withhold_the_schedule(self, tmp_path: Path) -> None:
        fresh = own_policy("feed_freshness", key="write_off_requests", value="1", unit="days")
        assert "W00" in failed(council(tmp_path, fresh), GATE)


def test_the_councils_own_limit_is_the_one_that_counts(tmp_path: Path) -> None:
    lower = own_policy(
        "write_off_authority", band="B", amount_from="25.01", amount_to="1000.00",
        lowest_role="head_of_finance", needs_checker="true", needs_minute_reference="false",
    )  # fmt: skip
    assert failed(council(tmp_path, lower), GATE) == ("W00", "W02")


def test_what_is_at_stake_is_shown_in_pounds(tmp_path: Path) -> None:
    outcome = judged(council(tmp_path, "delete from marts.write_off_schedule"), write_off)[GATE]
    assert check(outcome, "W00").exceptions_value == pounds("300.00")

"""A request to write off judged again, on the shipped policy, at every boundary."""

import csv
import hashlib
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from expectations.month_arithmetic import months_before
from expectations.policy import PolicyTable
from expectations.populations.dossiers import Dossier, Paper, Request
from expectations.populations.proofs import Proofs, last_day_of_limitation, vat_in
from expectations.populations.request_facts import hash_of_lines, value_tested
from expectations.populations.write_off import is_refused
from expectations.populations.write_off_policy import WriteOffPolicy, write_off_policy
from expectations.registry import POLICY
from expectations.suites.write_off import CHECKS
from tests.expectations.judging import failed_checks
from tests.house.repository import ROOT

APPROVED_ON = date(2026, 6, 10)
# A debt of December 2023 without VAT, judged on 30 June 2026.
PROVED = Proofs(
    as_of=date(2026, 6, 30),
    last_due_on=date(2024, 1, 15),
    invoice_date=date(2023, 12, 18),
    vat_amount=Decimal("0.00"),
    gross_amount=Decimal("300.00"),
)


def _shipped(table: str) -> PolicyTable:
    seed = ROOT / "dbt_project" / "seeds" / "policy" / f"{table}.csv"
    groups = defaultdict(list)
    with seed.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            row["in_force_until"] = row["effective_to"] or "9999-12-31"
            groups[tuple(row[column] for column in POLICY[table].key)].append(row)
    return PolicyTable(groups)


@pytest.fixture(scope="module")
def policy() -> WriteOffPolicy:
    return write_off_policy(_shipped)


def dossier(amount: str = "300.00", role: str = "income_manager", **facts: object) -> Dossier:
    """The request of example W1 and its facts, some of them replaced."""
    request_cells = {name: facts.pop(name) for name in list(facts) if name in _REQUEST_CELLS}
    request = Request(
        "Q",
        "A",
        "D",
        Decimal(amount),
        "U2",
        "clerk",
        date(2026, 6, 1),
        checked_by="leader",
        approved_by="approver",
        approver_role=role,
        approved_on=APPROVED_ON,
    )
    dossier = Dossier(
        replace(request, **request_cells),  # type: ignore[arg-type]
        APPROVED_ON,
        debt_type="sundry",
        balance=Decimal(amount),
        stages_done=frozenset({"reminder", "final_notice"}),
        evidence={"cost_estimate": date(2026, 5, 15)},
        role_of_record=role,
        proofs=PROVED,
    )
    return replace(dossier, **facts)  # type: ignore[arg-type]


_REQUEST_CELLS = frozenset(Request.__dataclass_fields__)


def sibling(amount: str, requested_on: date, invoice_id: str = "B") -> Request:
    return Request("S", invoice_id, "D", Decimal(amount), "U2", "clerk", requested_on)


def test_w1_the_request_as_described_fails_nothing(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(), policy) == frozenset()


@pytest.mark.parametrize(
    ("amount", "lowest_role"),
    [
        ("0.01", "team_leader"),
        ("25.00", "team_leader"),
        ("25.01", "income_manager"),
        ("1000.00", "income_manager"),
        ("1000.01", "head_of_finance"),
        ("5000.00", "head_of_finance"),
        ("5000.01", "section_151"),
        ("10000.00", "section_151"),
        ("10000.01", "cabinet"),
    ],
)
def test_w2_each_band_needs_its_role_and_no_lower_one(
    amount: str, lowest_role: str, policy: WriteOffPolicy
) -> None:
    roles = [
        "officer",
        "team_leader",
        "income_manager",
        "head_of_finance",
        "section_151",
        "cabinet",
    ]
    enough = [
        role
        for role in roles
        if "W02" not in failed_checks(dossier(amount, role, minute_reference="CAB/1"), policy)
    ]
    assert enough == roles[roles.index(lowest_role) :]


def test_w3_a_higher_role_may_approve(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier("900.00", "section_151"), policy) == frozenset()


@pytest.mark.parametrize(
    ("days_before", "counted"), [(0, True), (60, True), (364, True), (365, False)]
)
def test_w4_requests_of_a_year_count_together(
    days_before: int, counted: bool, policy: WriteOffPolicy
) -> None:
    before = sibling("990.00", date(2026, 6, 1) - timedelta(days_before))
    together = value_tested(dossier("990.00", siblings=(before,)), policy)
    assert together == Decimal("1980.00" if counted else "990.00")


def test_w4_a_later_request_and_one_for_the_same_invoice_do_not_count(
    policy: WriteOffPolicy,
) -> None:
    siblings = (
        sibling("50.00", date(2026, 6, 2)),
        sibling("60.00", date(2026, 5, 1), invoice_id="A"),
    )
    assert value_tested(dossier(siblings=siblings), policy) == Decimal("300.00")


def test_w5_the_highest_band_needs_its_minute_reference(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier("12000.00", "cabinet"), policy) == {"W15"}
    assert not failed_checks(dossier("12000.00", "cabinet", minute_reference="CAB/1"), policy)


@pytest.mark.parametrize(
    "cells",
    [
        {"checked_by": ""},
        {"checked_by": "clerk"},
        {"checked_by": "approver"},
        {"requested_by": "approver"},
        {"posted_by": "approver"},
    ],
    ids=str,
)
def test_w6_actors_are_there_and_different(cells: dict[str, str], policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(**cells), policy) == {"W03"}


def test_w6_the_lowest_band_needs_no_checker(policy: WriteOffPolicy) -> None:
    assert not failed_checks(dossier("25.00", "team_leader", checked_by=""), policy)
    assert failed_checks(
        dossier("24.00", "team_leader", checked_by="", requested_by="approver"), policy
    ) == {"W03"}


@pytest.mark.parametrize(
    ("dated_on", "holds"),
    [
        (date(2025, 12, 9), False),
        (date(2025, 12, 10), True),
        (APPROVED_ON, True),
        (date(2026, 6, 11), False),
        (None, False),
    ],
)
def test_w7_evidence_is_dated_in_the_six_months_before_approval(
    dated_on: date | None, holds: bool, policy: WriteOffPolicy
) -> None:
    failed = failed_checks(dossier(evidence={"cost_estimate": dated_on}), policy)
    assert failed == (frozenset() if holds else {"W04"})


def test_w7_every_piece_of_evidence_is_needed(policy: WriteOffPolicy) -> None:
    keys = ("trace_result_1", "trace_result_2", "returned_mail", "last_contact_on")
    for left_out in (None, *keys):
        held = {key: date(2026, 5, 15) for key in keys if key != left_out}
        failed = failed_checks(dossier(reason_code="A1", evidence=held), policy)
        assert failed == ({"W04"} if left_out else frozenset())


def test_w8_the_minimum_stage_or_a_later_one(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(stages_done=frozenset({"reminder"})), policy) == {"W05"}
    assert not failed_checks(dossier(stages_done=frozenset({"legal_referral"})), policy)
    assert failed_checks(dossier(stages_done=frozenset({"phone_call"})), policy) == {"W05"}


def test_w8_a_debt_type_without_a_timetable_has_its_stages_too(policy: WriteOffPolicy) -> None:
    care = dossier(debt_type="adult_social_care", stages_done=frozenset({"reminder"}))
    assert failed_checks(care, policy) == {"W05"}


@pytest.mark.parametrize("obstacle", ["dispute", "arrangement", "hold:mental_health_crisis"])
def test_w9_an_obstacle_refuses(obstacle: str, policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(obstacles=(obstacle,)), policy) == {"W06"}


def test_w9_a_hold_that_is_no_moratorium_does_not(policy: WriteOffPolicy) -> None:
    assert not failed_checks(dossier(obstacles=("hold:insolvency",)), policy)


def test_w15_a_council_error_is_a_credit_note(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(reason_code="C1"), policy) == {"W12"}


def test_w15_a_reason_nobody_knows_is_refused(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(reason_code="Z9"), policy) == {"W04"}


def test_w16_paid_since_the_request(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(credited_on=date(2026, 6, 1)), policy) == {"W01"}


@pytest.mark.parametrize("balance", ["299.99", "300.01", "0.00"])
def test_w17_the_amount_is_the_balance_to_the_penny(balance: str, policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(balance=Decimal(balance)), policy) == {"W01"}


def test_w18_an_open_credit(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(open_credit=Decimal("0.01")), policy) == {"W11"}


def test_w19_the_first_request_for_an_invoice_passes(policy: WriteOffPolicy) -> None:
    day = date(2026, 6, 1)
    first = replace(sibling("300.00", day, "A"), request_id="P")
    second = replace(sibling("300.00", day, "A"), request_id="R")
    assert failed_checks(dossier(rivals=(first,)), policy) == {"W17"}
    assert not failed_checks(dossier(rivals=(second,)), policy)


def test_w19_a_related_party_needs_an_independent_role(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(is_related_party=True), policy) == {"W19"}
    assert not failed_checks(dossier(role="section_151", is_related_party=True), policy)


def test_w21_a_part_where_the_reason_allows_it(policy: WriteOffPolicy) -> None:
    settled = {"evidence": {"order_or_settlement_reference": date(2026, 5, 15)}}
    part = dossier("120.00", reason_code="L3", balance=Decimal("300.00"), **settled)
    more = dossier("300.01", reason_code="L3", balance=Decimal("300.00"), **settled)
    assert not failed_checks(part, policy)
    assert failed_checks(more, policy) == {"W01"}


@pytest.mark.parametrize(("days", "split"), [(90, True), (91, False), (-90, True), (-91, False)])
def test_splitting_looks_ninety_days_either_way(
    days: int, split: bool, policy: WriteOffPolicy
) -> None:
    other = sibling("990.00", date(2026, 6, 1) + timedelta(days))
    asked = dossier("990.00", "head_of_finance", siblings=(other,))
    assert failed_checks(asked, policy) == ({"W16"} if split else frozenset())


def test_splitting_that_reaches_no_higher_band_is_none(policy: WriteOffPolicy) -> None:
    small = dossier("300.00", siblings=(sibling("600.00", date(2026, 5, 1)),))
    assert not failed_checks(small, policy)


def test_two_requests_for_one_invoice_are_no_split(policy: WriteOffPolicy) -> None:
    twice = dossier("990.00", siblings=(sibling("990.00", date(2026, 5, 1), "A"),))
    assert not failed_checks(twice, policy)


def test_a_failed_warning_refuses_nothing_and_a_failed_block_does(policy: WriteOffPolicy) -> None:
    assert not is_refused(frozenset({"W16"}), policy, APPROVED_ON)
    assert is_refused(frozenset({"W16", "W01"}), policy, APPROVED_ON)


def test_a_role_that_is_not_the_role_of_record_has_no_authority(policy: WriteOffPolicy) -> None:
    assert failed_checks(dossier(approver_role="cabinet"), policy) == {"W02"}
    assert failed_checks(dossier(role_of_record=""), policy) == {"W02"}


def test_before_any_policy_nothing_passes(policy: WriteOffPolicy) -> None:
    early = replace(dossier(), judged_on=date(2019, 12, 31))
    assert {"W02", "W04", "W15"} <= failed_checks(early, policy)


def test_every_check_that_is_made_is_a_check_of_policy() -> None:
    codes = _shipped("check_codes")
    assert all(codes.row(APPROVED_ON, check.check_code) for check in CHECKS)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-06-10", 6, "2025-12-10"),
        ("2026-08-31", 6, "2026-02-28"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2026-01-31", 12, "2025-01-31"),
        ("2026-12-31", 12, "2025-12-31"),
    ],
)
def test_months_are_counted_back_to_the_last_day_of_a_shorter_month(
    day: str, months: int, before: str
) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


def test_w10_the_same_day_six_years_after_the_due_date_is_the_last_day(
    policy: WriteOffPolicy,
) -> None:
    proofs = replace(PROVED, last_due_on=date(2020, 1, 10))
    assert last_day_of_limitation(proofs, "sundry", policy.limitation_periods) == date(2026, 1, 10)
    leap = replace(PROVED, last_due_on=date(2020, 2, 29))
    assert last_day_of_limitation(leap, "sundry", policy.limitation_periods) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("restarts", "last_day"),
    [
        ((date(2023, 9, 1),), date(2029, 9, 1)),
        ((date(2024, 3, 31),), date(2030, 3, 31)),
        ((date(2024, 4, 1),), date(2024, 3, 31)),
        ((date(2024, 4, 1), date(2024, 4, 2)), date(2024, 3, 31)),
        ((date(2020, 5, 1), date(2026, 5, 1)), date(2032, 5, 1)),
        ((date(2018, 3, 31),), date(2024, 3, 31)),
    ],
)
def test_w12_a_part_payment_restarts_limitation_on_or_before_the_last_day_only(
    restarts: tuple[date, ...], last_day: date, policy: WriteOffPolicy
) -> None:
    proofs = replace(PROVED, last_due_on=date(2018, 3, 31), restarts=restarts)
    assert last_day_of_limitation(proofs, "sundry", policy.limitation_periods) == last_day


@pytest.mark.parametrize(
    ("facts", "fails"),
    [
        ({"last_due_on": date(2020, 6, 29)}, False),
        ({"last_due_on": date(2020, 6, 30)}, True),
        ({"last_due_on": date(2020, 6, 29), "is_judged": True}, True),
        ({"last_due_on": None}, True),
    ],
)
def test_w07_is_judged_on_the_day_looked_at(
    facts: dict[str, object], fails: bool, policy: WriteOffPolicy
) -> None:
    proofs = replace(PROVED, **facts)  # type: ignore[arg-type]
    each = dossier(reason_code="L1", proofs=proofs, evidence=_held("L1", policy))
    assert failed_checks(each, policy) == ({"W07"} if fails else frozenset())


def _held(reason_code: str, policy: WriteOffPolicy) -> dict[str, date]:
    keys = policy.evidence_keys(APPROVED_ON, reason_code)
    return dict.fromkeys(keys, date(2026, 5, 15))


BANKRUPT = {
    "insolvency_order_date": "2025-03-01",
    "proof_lodged_on": "2025-04-10",
    "dividend_outcome": "nil",
}


@pytest.mark.parametrize(
    ("values", "fails"),
    [
        ({}, False),
        ({"insolvency_order_date": "2023-12-19"}, False),
        ({"insolvency_order_date": "2023-12-18"}, True),
        ({"insolvency_order_date": "on file"}, True),
        ({"insolvency_order_date": "2025/03/01"}, True),
        ({"insolvency_order_date": "20250301"}, True),
        ({"insolvency_order_date": " 2025-03-01 "}, False),
        ({"insolvency_order_date": "2025-02-30"}, True),
        ({"proof_lodged_on": "on file"}, False),
        ({"proof_lodged_on": "2026-06-10"}, False),
        ({"proof_lodged_on": "2026-06-11"}, True),
        ({"dividend_outcome": "None yet"}, True),
        ({"dividend_outcome": " PENDING "}, True),
    ],
)
def test_w08_an_insolvents_debt_is_older_than_the_order_and_its_outcome_final(
    values: dict[str, str], fails: bool, policy: WriteOffPolicy
) -> None:
    proofs = replace(PROVED, values=BANKRUPT | values)
    each = dossier(reason_code="B1", proofs=proofs, evidence=_held("B1", policy))
    assert failed_checks(each, policy) == ({"W08"} if fails else frozenset())


def test_w08_a_hold_tells_the_order_where_the_evidence_does_not(policy: WriteOffPolicy) -> None:
    values = BANKRUPT | {"insolvency_order_date": "on file"}
    proofs = replace(PROVED, values=values, order_held_on=date(2025, 3, 1))
    each = dossier(reason_code="B1", proofs=proofs, evidence=_held("B1", policy))
    assert failed_checks(each, policy) == frozenset()


@pytest.mark.parametrize(
    ("facts", "fails"),
    [
        ({}, False),
        ({"is_death_known": False}, True),
        ({"values": {}}, True),
        ({"values": {"estate_outcome": "awaited"}}, True),
        ({"direct_debit_on": date(2026, 4, 29)}, True),
        ({"direct_debit_on": date(2026, 4, 28)}, False),
    ],
)
def test_w09_an_estate_is_closed_and_no_direct_debit_active(
    facts: dict[str, object], fails: bool, policy: WriteOffPolicy
) -> None:
    closed = replace(PROVED, is_death_known=True, values={"estate_outcome": "no estate"})
    proofs = replace(closed, **facts)  # type: ignore[arg-type]
    each = dossier(reason_code="D1", proofs=proofs, evidence=_held("D1", policy))
    assert failed_checks(each, policy) == ({"W09"} if fails else frozenset())


def test_w13_vat_is_the_share_of_the_invoice_rounded_half_up(policy: WriteOffPolicy) -> None:
    taxed = replace(PROVED, vat_amount=Decimal("20.00"), gross_amount=Decimal("120.00"))
    assert vat_in(Decimal("60.00"), taxed) == Decimal("10.00")
    assert vat_in(Decimal("0.03"), taxed) == Decimal("0.01")
    unknown = replace(PROVED, vat_amount=None, gross_amount=None)
    assert failed_checks(dossier(proofs=unknown), policy) == {"W13"}


@pytest.mark.parametrize(
    ("vat_on_invoice", "postings", "fails"),
    [
        ("50.00", [("300.00", "50.00")], False),
        ("50.00", [("300.00", "50.01")], True),
        ("50.00", [("300.00", "49.99")], True),
        ("50.00", [("300.00", None)], True),
        ("0.00", [("300.00", None)], False),
        ("0.00", [("300.00", "0.01")], True),
        ("50.00", [("0.03", "0.01"), ("299.97", "49.99")], False),
        ("50.00", [("100.00", "16.67"), ("200.00", "33.34")], True),
        ("50.00", [("180.00", "50.00"), ("120.00", None)], True),
        ("50.00", [("120.00", "20.00")], False),
    ],
)
def test_w13_the_vat_of_all_parts_posted_is_judged_against_what_they_wrote_off(
    vat_on_invoice: str,
    postings: list[tuple[str, str | None]],
    fails: bool,
    policy: WriteOffPolicy,
) -> None:
    posted = replace(
        PROVED,
        vat_amount=Decimal(vat_on_invoice),
        postings=tuple((Decimal(amount), vat and Decimal(vat)) for amount, vat in postings),
    )
    assert failed_checks(dossier(proofs=posted), policy) == ({"W13"} if fails else frozenset())


@pytest.mark.parametrize(
    ("count", "pounds", "listed", "at_odds"),
    [
        (2, "315.00", None, False),
        (3, "315.00", None, True),
        (2, "315.01", None, True),
        (2, "315.00", ["P|B|15.00|U2", "Q|A|300.00|U2"], False),
        (2, "315.00", ["Q|A|300.00|U2", "P|B|15.00|U2"], True),
        (2, "315.00", ["P|B|15.00|U2", "Q|A|300.00|U1"], True),
    ],
)
def test_w15_a_batch_is_what_its_paper_lists_in_order_of_the_request(
    count: int, pounds: str, listed: list[str] | None, at_odds: bool, policy: WriteOffPolicy
) -> None:
    lines = "\n".join(listed or [])
    stated = hashlib.sha256(lines.encode()).hexdigest().upper() if listed else ""
    first = replace(dossier().request, batch_id="BATCH")
    other = replace(first, request_id="P", invoice_id="B", amount=Decimal("15.00"))
    paper = Paper(count, Decimal(pounds), stated)
    signed = dossier(batch_id="BATCH", paper=paper, batch=(first, other))
    assert failed_checks(signed, policy) == (frozenset({"W15"}) if at_odds else frozenset())
    assert not failed_checks(dossier(batch_id="BATCH"), policy)


def test_w15_a_request_of_a_batch_that_is_not_as_signed_is_refused(policy: WriteOffPolicy) -> None:
    batch = (dossier().request,)
    paper = Paper(1, Decimal("300.01"), hash_of_lines(batch))
    failed = failed_checks(dossier(batch_id="BATCH", paper=paper, batch=batch), policy)
    assert failed == {"W15"}
    assert is_refused(failed, policy, APPROVED_ON)


@pytest.mark.parametrize(("party_type", "fails"), [("individual", False), ("", True)])
def test_w14_without_a_rate_of_provision_the_charge_is_not_known(
    party_type: str, fails: bool, policy: WriteOffPolicy
) -> None:
    proofs = replace(PROVED, party_type=party_type, open_bands=("y1_2",))
    assert failed_checks(dossier(proofs=proofs), policy) == ({"W14"} if fails else frozenset())

"""`income policy check`: each kind of fault is found by the name of its row, with file and line."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from flows.cli import answer
from flows.errors import ExitCode
from ingestion.policy.policy_check import as_text, check_policy
from ingestion.policy.policy_contract import load_policy_contracts
from ingestion.policy.policy_rules import Fault, FaultKind
from ingestion.policy.policy_tables import POLICY_SEEDS

STAGE = {
    "stage": "reminder",
    "debt_type": "sundry",
    "sort": "1",
    "not_before_days": "10",
    "minimum_balance": "5.00",
    "usage": "used",
    "effective_from": "2026-07-01",
}


def found(
    folder: Path, rows: Sequence[Mapping[str, str]], name: str = "recovery_timetable_20260701.csv"
) -> list[Fault]:
    """The faults of the shipped policy with these rows of the council over it."""
    write_rows(folder / name, rows)
    return list(check_policy(folder).faults)


def write_rows(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    table = max((each for each in load_policy_contracts() if path.name.startswith(each)), key=len)
    with (POLICY_SEEDS / f"{table}.csv").open(encoding="utf-8", newline="") as seed:
        header = next(csv.reader(seed))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows([{"policy_row": f"own/{line}", **row} for line, row in enumerate(rows, 2)])


def places(faults: list[Fault]) -> list[tuple[FaultKind, str, str | None, int | None]]:
    return [(each.kind, each.policy_row, each.file, each.line) for each in faults]


def altered_seeds(folder: Path, table: str, old: str, new: str) -> Path:
    """The shipped tables, with another text in one of them."""
    seeds = folder / "seeds"
    shutil.copytree(POLICY_SEEDS, seeds)
    text = (seeds / f"{table}.csv").read_text("utf-8")
    assert old in text
    (seeds / f"{table}.csv").write_text(text.replace(old, new), "utf-8")
    return seeds


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"kpi_code": "collection_rate", "target": "95.00"}, FaultKind.UNKNOWN),
        ({"unit": "per cent", "target": "95.00"}, FaultKind.UNKNOWN),
        ({"direction": "more", "target": "95.00"}, FaultKind.UNKNOWN),
        ({"target": "most of it"}, FaultKind.NO_FIGURE),
    ],
)
def test_a_target_of_no_known_key_figure_or_without_a_number_is_named(
    tmp_path: Path, cells: Mapping[str, str], kind: FaultKind
) -> None:
    row = {
        "kpi_code": "sundry_collection_rate",
        "unit": "%",
        "direction": "at_least",
        "definition": "as shipped",
        "effective_from": "2026-07-01",
    }
    assert found(tmp_path, [{**row, "target": "95.00"}], "kpi_targets.csv") == []
    faults = found(tmp_path, [{**row, **cells}], "kpi_targets.csv")
    assert places(faults) == [(kind, "own/2", "kpi_targets.csv", 2)]


def test_the_shipped_policy_has_no_fault(tmp_path: Path) -> None:
    checked = check_policy(tmp_path)
    assert checked.faults == ()
    tables = len(list(POLICY_SEEDS.glob("*.csv")))
    assert checked.tables == tables
    shipped = sum(
        len(list(csv.DictReader(path.read_text("utf-8").splitlines())))
        for path in POLICY_SEEDS.glob("*.csv")
    )
    assert as_text(checked).startswith(f"no fault found in {shipped} rows of {tables} tables")


def test_a_row_over_a_shipped_one_is_no_overlap(tmp_path: Path) -> None:
    assert found(tmp_path, [STAGE, {**STAGE, "effective_from": "2020-01-01"}]) == []


def test_days_and_intervals_that_do_not_rise_are_no_fault(tmp_path: Path) -> None:
    late = {**STAGE, "not_before_days": "400", "after_previous_days": "400"}
    assert found(tmp_path, [late]) == []


@pytest.mark.parametrize("key", ["month_ends_whole", "year_ends_whole"])
def test_a_retention_that_thins_month_ends_or_31_march_is_named(tmp_path: Path, key: str) -> None:
    row = {"key": key, "effective_from": "2026-07-01"}
    file = "publication_retention.csv"
    assert found(tmp_path, [{**row, "value": "true"}], file) == []
    faults = found(tmp_path, [{**row, "value": "false"}], file)
    assert places(faults) == [(FaultKind.PROMISED, "own/2", file, 2)]


def test_how_many_of_the_newest_runs_stay_whole_is_the_councils_own(tmp_path: Path) -> None:
    row = {"key": "runs_whole", "value": "5", "effective_from": "2026-07-01"}
    assert found(tmp_path, [row], "publication_retention.csv") == []


# Ranges.


@pytest.mark.parametrize("ends", ["2026-06-30", "2026-07-01"])
def test_a_range_that_ends_before_it_begins_is_named(tmp_path: Path, ends: str) -> None:
    faults = found(tmp_path, [{**STAGE, "effective_to": ends}])
    assert places(faults)[0] == (
        FaultKind.RANGE,
        "own/2",
        "recovery_timetable_20260701.csv",
        2,
    )
    assert faults[0].table == "recovery_timetable"


def test_days_without_a_row_between_two_of_one_key_are_a_gap(tmp_path: Path) -> None:
    rows = [
        {**STAGE, "effective_to": "2026-09-01"},
        {**STAGE, "effective_from": "2026-09-02"},
    ]
    faults = found(tmp_path, rows)
    assert places(faults) == [(FaultKind.GAP, "own/2", "recovery_timetable_20260701.csv", 2)]
    assert "own/3 (recovery_timetable_20260701.csv line 3)" in faults[0].says
    assert found(tmp_path, [{**rows[0], "effective_to": "2026-09-02"}, rows[1]]) == []


def test_a_row_that_lasts_beyond_the_beginning_of_the_next_overlaps(tmp_path: Path) -> None:
    rows = [
        {**STAGE, "effective_to": "2026-09-03"},
        {**STAGE, "effective_from": "2026-09-02"},
    ]
    faults = found(tmp_path, rows)
    assert places(faults) == [(FaultKind.OVERLAP, "own/2", "recovery_timetable_20260701.csv", 2)]


def test_two_rows_of_one_file_for_one_key_and_day_overlap(tmp_path: Path) -> None:
    faults = found(tmp_path, [STAGE, {**STAGE, "not_before_days": "11"}])
    assert places(faults) == [(FaultKind.OVERLAP, "own/3", "recovery_timetable_20260701.csv", 3)]


def test_a_later_file_corrects_a_row_and_an_earlier_one_does_not(tmp_path: Path) -> None:
    wrong = {**STAGE, "minimum_balance": ""}
    write_rows(tmp_path / "recovery_timetable_20260630.csv", [STAGE])
    faults = found(tmp_path, [wrong])
    assert places(faults) == [(FaultKind.MISSING, "own/2", "recovery_timetable_20260701.csv", 2)]
    assert found(tmp_path, [STAGE], "recovery_timetable_20260702.csv") == []


def test_a_single_figure_that_ends_for_good_leaves_a_gap(tmp_path: Path) -> None:
    row = {"key": "tolerance_days", "value": "5", "effective_from": "2026-07-01"}
    name = "arrangement_rules_20260701.csv"
    faults = found(tmp_path, [{**row, "effective_to": "2026-12-01"}], name)
    assert places(faults) == [(FaultKind.GAP, "own/2", name, 2)]
    assert "from 2026-12-01 on" in faults[0].says


def test_a_hold_type_that_ends_for_good_leaves_a_gap(tmp_path: Path) -> None:
    row = {"key": "breathing_space", "value": "protective", "effective_from": "2026-07-01"}
    name = "hold_types.csv"
    faults = found(tmp_path, [{**row, "effective_to": "2026-12-01"}], name)
    assert places(faults) == [(FaultKind.GAP, "own/2", name, 2)]


# Figures and codes.


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("minimum_balance", "ten"),
        ("minimum_balance", "5.005"),
        ("minimum_balance", "-1.00"),
        ("not_before_days", "7.5"),
        ("not_before_days", "-7"),
        ("after_previous_days", "a week"),
        ("sort", "first"),
    ],
)
def test_a_figure_that_is_none_is_named(tmp_path: Path, column: str, cell: str) -> None:
    faults = found(tmp_path, [STAGE, {**STAGE, "stage": "final_notice", "sort": "2", column: cell}])
    assert places(faults) == [(FaultKind.NO_FIGURE, "own/3", "recovery_timetable_20260701.csv", 3)]
    assert column in faults[0].says
    assert cell in faults[0].says


@pytest.mark.parametrize(
    ("table", "key", "value", "kind"),
    [
        ("arrangement_rules", "tolerance_days", "five", FaultKind.NO_FIGURE),
        ("arrangement_rules", "breach_notice_days", "14.5", FaultKind.NO_FIGURE),
        ("contact_rules", "recovery_contacts_per_debtor_7_days", "few", FaultKind.NO_FIGURE),
        ("ledger_rules", "invoice_minimum", "ten", FaultKind.NO_FIGURE),
        ("write_off_rules", "distinct_actors", "yes", FaultKind.NO_FIGURE),
        ("casework_rules", "review_every_days", "a quarter", FaultKind.NO_FIGURE),
        ("agency_rules", "limitation_days_left", "half a year", FaultKind.NO_FIGURE),
        ("agency_rules", "same_agency_twice", "never", FaultKind.NO_FIGURE),
        ("agency_rules", "direct_payment_methods", "card barter", FaultKind.UNKNOWN),
        ("agency_rules", "vulnerability_check_asked_of", "individual charity", FaultKind.UNKNOWN),
        ("agency_rules", "commission", "10", FaultKind.UNKNOWN),
        ("legal_rules", "reply_window_individual", "a month", FaultKind.NO_FIGURE),
        ("legal_rules", "expected_recovery_pct", "half", FaultKind.NO_FIGURE),
        ("legal_rules", "notice_before_issue", "", FaultKind.MISSING),
        ("sampling_rules", "random_items", "some", FaultKind.NO_FIGURE),
        ("sampling_rules", "round_sum", "a thousand", FaultKind.NO_FIGURE),
        ("sampling_rules", "seed", "", FaultKind.MISSING),
        ("bank_matching_rules", "timing_days", "a week", FaultKind.NO_FIGURE),
        ("bank_matching_rules", "points_amount", "thirty", FaultKind.NO_FIGURE),
        ("bank_matching_rules", "least_score", "", FaultKind.MISSING),
        ("bank_matching_rules", "methods_outside_bank", "payroll barter", FaultKind.UNKNOWN),
        ("casework_rules", "promise_tolerance_amount", "a pound", FaultKind.NO_FIGURE),
        ("affordability_rules", "savings_share", "a tenth", FaultKind.NO_FIGURE),
        ("affordability_rules", "savings_most", "20.005", FaultKind.NO_FIGURE),
        ("affordability_rules", "savings", "10", FaultKind.UNKNOWN),
        ("early_help_rules", "points_broken_promise", "many", FaultKind.NO_FIGURE),
        ("early_help_rules", "points_late_pattern", "2", FaultKind.UNKNOWN),
        ("early_help_rules", "quiet_days", "", FaultKind.MISSING),
        ("limitation_periods", "simple_contract_years", "six", FaultKind.NO_FIGURE),
        ("limitation_periods", "simple_contract", "6", FaultKind.UNKNOWN),
        ("ledger_rules", "invoice_minimum", "", FaultKind.MISSING),
        ("ledger_rules", "invoice_minimun", "10.00", FaultKind.UNKNOWN),
        ("hold_types", "breathing_space", "some", FaultKind.UNKNOWN),
        ("hold_types", "breathing_spaces", "protective", FaultKind.UNKNOWN),
        ("required_feeds", "invoice", "", FaultKind.UNKNOWN),
    ],
)
def test_a_rule_whose_value_or_key_is_none_is_named(
    tmp_path: Path, table: str, key: str, value: str, kind: FaultKind
) -> None:
    row = {"key": key, "effective_from": "2026-07-01", **({"value": value} if value else {})}
    faults = found(tmp_path, [row], f"{table}.csv")
    assert places(faults) == [(kind, "own/2", f"{table}.csv", 2)]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"signal_code": "broken_promises"}, FaultKind.UNKNOWN),
        ({"signal_code": "broken_promise", "repeat_months": "half a year"}, FaultKind.NO_FIGURE),
    ],
)
def test_a_support_offer_for_no_known_signal_or_without_months_is_named(
    tmp_path: Path, cells: Mapping[str, str], kind: FaultKind
) -> None:
    row = {
        "support_code": "free_debt_advice",
        "wording": "free advice",
        "effective_from": "2026-07-01",
    }
    faults = found(tmp_path, [{**row, **cells}], "support_offers.csv")
    assert places(faults) == [(kind, "own/2", "support_offers.csv", 2)]


def test_a_figure_of_the_shipped_tables_is_asked_too(tmp_path: Path) -> None:
    seeds = altered_seeds(tmp_path, "arrangement_rules", ",5,calendar days", ",five,calendar days")
    (fault,) = check_policy(tmp_path, seeds).faults
    assert (fault.kind, fault.policy_row, fault.file, fault.line) == (
        FaultKind.NO_FIGURE,
        "arrangement_rules/tolerance_days",
        None,
        None,
    )


def test_a_day_that_does_not_exist_is_named(tmp_path: Path) -> None:
    faults = found(tmp_path, [{**STAGE, "effective_from": "2026-02-30"}])
    assert places(faults) == [(FaultKind.NO_DAY, "own/2", "recovery_timetable_20260701.csv", 2)]


@pytest.mark.parametrize(
    ("column", "cell"),
    [("debt_type", "sundri"), ("party_type", "charity"), ("usage", "off")],
)
def test_an_unknown_debt_type_party_type_or_status_is_named(
    tmp_path: Path, column: str, cell: str
) -> None:
    faults = found(tmp_path, [{**STAGE, column: cell}])
    assert places(faults) == [(FaultKind.UNKNOWN, "own/2", "recovery_timetable_20260701.csv", 2)]
    assert f"{column} '{cell}'" in faults[0].says


def test_a_file_that_fits_no_table_and_one_without_its_columns_are_named(tmp_path: Path) -> None:
    (tmp_path / "rota.csv").write_text("who,when\n", "utf-8")
    (tmp_path / "age_bands.csv").write_text("band,effective_from\nx,2026-07-01\n", "utf-8")
    faults = check_policy(tmp_path).faults
    assert [(each.kind, each.table, each.file) for each in faults] == [
        (FaultKind.REFUSED, "", "rota.csv"),
        (FaultKind.REFUSED, "age_bands", "age_bands.csv"),
    ]


# Timetables.


@pytest.mark.parametrize("column", ["sort", "not_before_days", "minimum_balance"])
def test_a_stage_with_a_figure_missing_can_never_be_reached(tmp_path: Path, column: str) -> None:
    faults = found(tmp_path, [{**STAGE, column: ""}])
    assert places(faults) == [(FaultKind.MISSING, "own/2", "recovery_timetable_20260701.csv", 2)]
    assert f"{column} is missing, so that no stage of sundry can be reached" in faults[0].says


def test_a_stage_left_out_needs_no_figures(tmp_path: Path) -> None:
    row = {**STAGE, "stage": "letter_of_claim", "usage": "left_out"}
    assert found(tmp_path, [{**row, "sort": "", "not_before_days": ""}]) == []


def test_a_stage_that_repeats_a_sort_order_is_named(tmp_path: Path) -> None:
    faults = found(tmp_path, [{**STAGE, "stage": "visit", "sort": "3"}])
    assert places(faults) == [(FaultKind.ORDER, "own/2", "recovery_timetable_20260701.csv", 2)]
    assert "recovery_timetable/sundry/contact_attempt" in faults[0].says


def test_a_repeated_sort_order_is_found_for_one_party_type(tmp_path: Path) -> None:
    row = {**STAGE, "stage": "contact_attempt", "party_type": "public_body", "sort": "4"}
    faults = found(tmp_path, [row])
    assert places(faults) == [(FaultKind.ORDER, "own/2", "recovery_timetable_20260701.csv", 2)]
    assert "sundry of public_body" in faults[0].says


@pytest.mark.parametrize(("minimum", "at_fault"), [("0.01", False), ("0.02", True)])
def test_a_balance_below_every_minimum_could_never_leave_the_timetable(
    tmp_path: Path, minimum: str, at_fault: bool
) -> None:
    row = {**STAGE, "stage": "write_off_review", "sort": "7", "minimum_balance": minimum}
    faults = found(tmp_path, [row])
    named = (FaultKind.NO_END, "own/2", "recovery_timetable_20260701.csv", 2)
    assert places(faults) == ([named] if at_fault else [])


def test_a_timetable_whose_last_stage_ends_keeps_small_balances_for_ever(tmp_path: Path) -> None:
    row = {**STAGE, "stage": "write_off_review", "sort": "7", "minimum_balance": "0.01"}
    faults = found(tmp_path, [{**row, "effective_to": "2027-01-01"}])
    assert places(faults) == [(FaultKind.NO_END, "own/2", "recovery_timetable_20260701.csv", 2)]
    assert "it ends on 2027-01-01" in faults[0].says


def test_one_fault_of_a_timetable_does_not_hide_another(tmp_path: Path) -> None:
    rows = [
        {**STAGE, "not_before_days": ""},
        {**STAGE, "stage": "final_notice", "sort": "3"},
        {**STAGE, "stage": "write_off_review", "sort": "7", "minimum_balance": "20.00"},
    ]
    assert [each[:2] for each in places(found(tmp_path, rows))] == [
        (FaultKind.MISSING, "own/2"),
        (FaultKind.ORDER, "own/3"),
        (FaultKind.NO_END, "own/4"),
    ]


def test_a_debt_type_with_only_left_out_stages_is_named(tmp_path: Path) -> None:
    row = {**STAGE, "debt_type": "adult_social_care", "usage": "left_out"}
    faults = found(tmp_path, [row, {**row, "stage": "final_notice"}])
    assert places(faults) == [(FaultKind.LEFT_OUT, "own/2", "recovery_timetable_20260701.csv", 2)]
    assert "own/3 (recovery_timetable_20260701.csv line 3)" in faults[0].says


def test_a_party_type_with_only_left_out_stages_is_named(tmp_path: Path) -> None:
    with (POLICY_SEEDS / "recovery_timetable.csv").open(encoding="utf-8", newline="") as seed:
        stages = [row["stage"] for row in csv.DictReader(seed) if row["debt_type"] == "sundry"]
    rows = [
        {**STAGE, "stage": stage, "party_type": "public_body", "usage": "left_out"}
        for stage in dict.fromkeys(stages)
    ]
    (fault,) = found(tmp_path, rows)
    assert fault.kind is FaultKind.LEFT_OUT
    assert "sundry of public_body has no stage in use from 2026-07-01 on" in fault.says


def test_an_example_switched_on_without_an_end_is_named(tmp_path: Path) -> None:
    faults = found(tmp_path, [{**STAGE, "debt_type": "adult_social_care"}])
    assert places(faults) == [(FaultKind.NO_END, "own/2", "recovery_timetable_20260701.csv", 2)]


# Bands.


def band(band: str, lower: str, upper: str, sort: str) -> dict[str, str]:
    row = {"band": band, "lower": lower, "upper": upper, "sort": sort, "unit": "days"}
    return {**row, "effective_from": "2026-07-01"}


@pytest.mark.parametrize(("upper", "kind"), [("59", FaultKind.GAP), ("61", FaultKind.OVERLAP)])
def test_an_age_band_that_ends_elsewhere_leaves_a_gap_or_overlaps_the_next(
    tmp_path: Path, upper: str, kind: FaultKind
) -> None:
    faults = found(tmp_path, [band("d031_060", "31", upper, "3")], "age_bands.csv")
    assert places(faults) == [(kind, "own/2", "age_bands.csv", 2)]
    assert "age_bands/d061_090 begins at 61" in faults[0].says


@pytest.mark.parametrize(("lower", "kind"), [("32", FaultKind.GAP), ("30", FaultKind.OVERLAP)])
def test_an_age_band_that_begins_elsewhere_is_named(
    tmp_path: Path, lower: str, kind: FaultKind
) -> None:
    faults = found(tmp_path, [band("d031_060", lower, "60", "3")], "age_bands.csv")
    assert places(faults) == [(kind, "own/2", "age_bands.csv", 2)]


def bands_with_one_split_in_two() -> list[dict[str, str]]:
    rows = [band("d031_060", "31", "45", "3"), band("d046_060", "46", "60", "4")]
    shipped = ["d061_090", "d091_120", "d121_180"]
    days = ["61", "90", "91", "120", "121", "180"]
    rows += [
        band(name, days[2 * place], days[2 * place + 1], str(5 + place))
        for place, name in enumerate(shipped)
    ]
    years = ["d181_365,181,1", "y1_2,1,2", "y2_3,2,3", "y3_6,3,6", "y6_plus,6,"]
    for place, text in enumerate(years):
        name, lower, upper = text.split(",")
        rows.append({**band(name, lower, upper, str(8 + place)), "unit": "years"})
    return rows


def test_an_age_band_split_in_two_is_no_fault(tmp_path: Path) -> None:
    assert found(tmp_path, bands_with_one_split_in_two(), "age_bands.csv") == []


@pytest.mark.parametrize(
    "row",
    [
        band("not_due", "0", "0", "1"),
        {**band("y6_plus", "6", "9", "11"), "unit": "years"},
    ],
)
def test_age_bands_without_a_first_or_a_last_leave_a_gap(
    tmp_path: Path, row: dict[str, str]
) -> None:
    faults = found(tmp_path, [row], "age_bands.csv")
    assert places(faults) == [(FaultKind.GAP, "own/2", "age_bands.csv", 2)]


def authority(band: str, amount_from: str, amount_to: str, **more: str) -> dict[str, str]:
    row = {"band": band, "amount_from": amount_from, "amount_to": amount_to}
    row |= {"lowest_role": "team_leader", "needs_checker": "false"}
    return row | {"needs_minute_reference": "false", "effective_from": "2026-07-01"} | more


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (authority("A", "0.01", "24.99"), FaultKind.GAP),
        (authority("A", "0.01", "25.01"), FaultKind.OVERLAP),
        (authority("B", "25.00", "1000.00"), FaultKind.OVERLAP),
        (authority("A", "0.02", "25.00"), FaultKind.GAP),
        (authority("B", "25.02", "1000.00"), FaultKind.GAP),
        (authority("E", "10000.01", "50000.00"), FaultKind.GAP),
    ],
)
def test_bands_of_authority_neither_overlap_nor_leave_a_gap(
    tmp_path: Path, row: dict[str, str], kind: FaultKind
) -> None:
    faults = found(tmp_path, [row], "write_off_authority.csv")
    assert places(faults) == [(kind, "own/2", "write_off_authority.csv", 2)]


def test_a_band_of_authority_that_ends_below_where_it_begins_is_named(tmp_path: Path) -> None:
    faults = found(tmp_path, [authority("B", "1000.00", "25.01")], "write_off_authority.csv")
    assert places(faults)[0] == (FaultKind.GAP, "own/2", "write_off_authority.csv", 2)
    assert (FaultKind.RANGE, "own/2") in [each[:2] for each in places(faults)]


def test_a_band_of_authority_of_one_debt_type_goes_over_the_general_ones(tmp_path: Path) -> None:
    rows = [
        authority("S", "0.01", "50.00", debt_type="adult_social_care"),
        authority("T", "50.00", "75.00", debt_type="adult_social_care"),
    ]
    assert found(tmp_path, rows[:1], "write_off_authority.csv") == []
    faults = found(tmp_path, rows, "write_off_authority.csv")
    assert places(faults) == [(FaultKind.OVERLAP, "own/3", "write_off_authority.csv", 3)]


# Tiers of court fees, and agencies.


def tier(number: str, claim_from: str, claim_to: str, **more: str) -> dict[str, str]:
    row = {"fee": "issue_fee", "tier": number, "claim_from": claim_from, "claim_to": claim_to}
    return row | {"amount": "60.00", "effective_from": "2026-07-01"} | more


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (tier("2", "300.01", "499.99"), FaultKind.GAP),
        (tier("2", "300.01", "500.01"), FaultKind.OVERLAP),
        (tier("2", "300.02", "500.00"), FaultKind.GAP),
        (tier("2", "300.00", "500.00"), FaultKind.OVERLAP),
        (tier("2", "", "500.00"), FaultKind.MISSING),
        (tier("2", "300.01", "500.00", amount=""), FaultKind.MISSING),
        (tier("2", "300.01", "500.00", rate_pct="5"), FaultKind.MISSING),
        (tier("9", "200000.01", "900000.00"), FaultKind.GAP),
        (tier("2", "300.01", "500.00", fee="hearing_fee"), FaultKind.UNKNOWN),
        (tier("2", "300.01", "500.00", amount="sixty"), FaultKind.NO_FIGURE),
    ],
)
def test_tiers_of_a_court_fee_meet_and_cost_an_amount_or_a_rate(
    tmp_path: Path, row: dict[str, str], kind: FaultKind
) -> None:
    faults = found(tmp_path, [row], "court_fees.csv")
    assert (kind, "own/2") in [each[:2] for each in places(faults)]
    assert found(tmp_path, [tier("2", "300.01", "500.00")], "court_fees.csv") == []


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("usage", "example", FaultKind.UNKNOWN),
        ("debt_type", "sundri", FaultKind.UNKNOWN),
        ("party_type", "charity", FaultKind.UNKNOWN),
        ("preference", "first", FaultKind.NO_FIGURE),
    ],
)
def test_a_row_of_the_agency_panel_that_says_nothing_known_is_named(
    tmp_path: Path, column: str, cell: str, kind: FaultKind
) -> None:
    row = {"agency_id": "A1", "usage": "used", "effective_from": "2026-07-01"}
    faults = found(tmp_path, [{**row, column: cell}], "agency_panel.csv")
    assert [each[:2] for each in places(faults)] == [(kind, "own/2")]
    assert found(tmp_path, [row], "agency_panel.csv") == []


# Rates of provision.

RATE = {"band": "y1_2", "party_type": "business", "rate": "60.5", "effective_from": "2026-07-01"}


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("rate", "100.01", FaultKind.NO_FIGURE),
        ("rate", "-1", FaultKind.NO_FIGURE),
        ("rate", "half", FaultKind.NO_FIGURE),
        ("rate", "", FaultKind.MISSING),
        ("band", "unallocated_credit", FaultKind.UNKNOWN),
        ("band", "y7_plus", FaultKind.UNKNOWN),
        ("debt_type", "sundri", FaultKind.UNKNOWN),
        ("party_type", "charity", FaultKind.UNKNOWN),
        ("status", "poor", FaultKind.UNKNOWN),
    ],
)
def test_a_rate_of_provision_that_is_none_or_speaks_of_nothing_known_is_named(
    tmp_path: Path, column: str, cell: str, kind: FaultKind
) -> None:
    faults = found(tmp_path, [{**RATE, column: cell}], "provision_rates.csv")
    assert [each[:2] for each in places(faults)] == [(kind, "own/2")]


@pytest.mark.parametrize("rate", ["0", "60.5", "100"])
def test_a_rate_of_provision_may_be_all_or_nothing(tmp_path: Path, rate: str) -> None:
    general = {"rate": rate, "effective_from": "2026-07-01"}
    assert found(tmp_path, [{**RATE, "rate": rate}, general], "provision_rates.csv") == []


def test_an_age_band_of_the_councils_own_may_have_a_rate(tmp_path: Path) -> None:
    write_rows(tmp_path / "age_bands.csv", bands_with_one_split_in_two())
    assert found(tmp_path, [{**RATE, "band": "d046_060"}], "provision_rates.csv") == []


# The command.


def test_the_command_ends_with_0_and_says_what_it_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["policy", "check", "--home", str(tmp_path)]) == ExitCode.DONE
    assert capsys.readouterr().out.startswith("no fault found in ")
    assert answer(["policy", "check", "--home", str(tmp_path), "--json"]) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["tables"], told["own_rows"], told["faults"]) == (
        len(list(POLICY_SEEDS.glob("*.csv"))),
        0,
        [],
    )
    assert list(tmp_path.iterdir()) == [], "looking changes nothing"


def test_the_command_ends_with_2_and_one_line_for_each_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy").mkdir()
    rows = [{**STAGE, "party_type": "charity"}, {**STAGE, "effective_to": "2026-06-01"}]
    write_rows(tmp_path / "policy" / "recovery_timetable_20260701.csv", rows)
    words = ["policy", "check", "--home", str(tmp_path)]
    assert answer(words) == ExitCode.USAGE
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == (
        "own/2 of recovery_timetable (recovery_timetable_20260701.csv line 2): unknown_code: "
        "party_type 'charity' is not known; use one of business, individual, public_body, "
        "sole_trader"
    )
    assert second.startswith(
        "own/3 of recovery_timetable (recovery_timetable_20260701.csv line 3): "
        "range_ends_before_it_begins: "
    )
    assert answer([*words, "--json"]) == ExitCode.USAGE
    fault = json.loads(capsys.readouterr().out)["faults"][0]
    assert (fault["kind"], fault["policy_row"], fault["table"], fault["file"], fault["line"]) == (
        "unknown_code",
        "own/2",
        "recovery_timetable",
        "recovery_timetable_20260701.csv",
        2,
    )


def test_a_row_without_a_name_is_called_after_its_key_and_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy").mkdir()
    text = "policy_code,key,value,unit,effective_from\nledger_rules,invoice_minimum,x,,2026-07-01\n"
    (tmp_path / "policy" / "ours.csv").write_text(text, "utf-8")
    assert answer(["policy", "check", "--home", str(tmp_path)]) == ExitCode.USAGE
    assert capsys.readouterr().out.startswith(
        "own/ledger_rules/invoice_minimum@2026-07-01 of ledger_rules (ours.csv line 2): "
    )


def test_a_workspace_that_is_not_there_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["policy", "check", "--home", str(tmp_path / "none")]) == ExitCode.USAGE
    assert f"--home {tmp_path / 'none'} does not exist" in capsys.readouterr().err


def test_the_command_loads_neither_prefect_nor_dbt_nor_great_expectations(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom flows.cli import answer\n"
        f"code = answer(['policy', 'check', '--home', {str(tmp_path)!r}])\n"
        "heavy = {'prefect', 'dbt', 'great_expectations'} & set(sys.modules)\n"
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

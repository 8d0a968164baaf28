"""The report: every figure comes from the marts or the manifest, and nothing is netted."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from reports.errors import ReportError
from reports.site.build import write_site
from tests.reports.page import Page, read_page
from tests.reports.published_day import (
    AS_OF,
    ITEMS,
    PublishedDay,
    aged,
    arrangement,
    check,
    credits,
    decision,
    file,
    item,
    proof,
)

# --- the file -----------------------------------------------------------------------------------


def test_report_is_one_page_and_one_for_each_debtor_it_names(day: PublishedDay) -> None:
    read_page(day)
    written = (day.folder / "reports").rglob("*.*")
    names = sorted(each.relative_to(day.folder / "reports").as_posix() for each in written)
    assert names == ["debtors/D1.html", "debtors/D2.html", "index.html"]


def test_same_day_gives_the_same_bytes(day: PublishedDay) -> None:
    assert read_page(day).html == read_page(day).html


def test_text_of_the_data_cannot_become_markup(day: PublishedDay) -> None:
    day.manifest["inputs"] = [file("<b>x</b>.csv", "invoices", 1, 1, 0, notes=["<i>n</i>"])]
    day.tables["control_reconciliation"] = [
        ("R04", "1000", Decimal(1), Decimal(1), Decimal(0), "agreed", "<u>e</u>")
    ]
    page = read_page(day)
    assert "<b>x</b>.csv" in page.words("files")
    assert not page.root.all("b", "i", "u")


def test_missing_folder_of_marts_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"^\S+nowhere: no such folder of marts") as raised:
        write_site(tmp_path / "nowhere", {"as_of_date": "2026-06-30", "known_at": "2026-06-30"},
                   tmp_path / "out")  # fmt: skip
    assert "\n" not in str(raised.value)


def test_broken_mart_is_named(day: PublishedDay) -> None:
    marts = day.write_marts()
    (marts / "suspense.parquet").write_bytes(b"not parquet")
    with pytest.raises(ReportError, match=r"suspense\.parquet: not a readable Parquet file"):
        write_site(marts, day.manifest, day.folder / "reports")


def test_mart_without_a_column_is_one_clear_line(day: PublishedDay) -> None:
    marts = day.write_marts()
    (marts / "suspense.parquet").unlink()
    (marts / "write_off_schedule.parquet").rename(marts / "suspense.parquet")
    with pytest.raises(ReportError, match="cannot read the published marts") as raised:
        write_site(marts, day.manifest, day.folder / "reports")
    assert "\n" not in str(raised.value)


def test_manifest_without_a_position_is_one_clear_line(day: PublishedDay) -> None:
    del day.manifest["as_of_date"]
    with pytest.raises(ReportError, match="manifest: as_of_date is not a date"):
        read_page(day)


# --- verdict ------------------------------------------------------------------------------------


def test_verdict_comes_first_with_both_dates(ordinary_page: Page) -> None:
    first = ordinary_page.root.all("section")[0]
    assert first.attributes["id"] == "verdict"
    assert "✓ RECONCILED" in first.text()
    assert "As of 30 June 2026" in first.text()
    assert "As known on 1 July 2026" in first.text()


def test_failed_reconciliation_marks_the_whole_page_unreconciled(day: PublishedDay) -> None:
    day.withhold("reconciliation", "movement_proof", "control_reconciliation", failed=["R01"])
    page = read_page(day)
    assert "UNRECONCILED" in page.words("verdict")
    assert "UNRECONCILED" in page.root.all("title")[0].text()
    assert "UNRECONCILED" in page.root.all("header")[0].text()
    for anchor in ("headline", "aged-debt"):
        assert page.section(anchor).all("h2")[0].text().endswith(": UNRECONCILED")
    page.table(
        "aged-debt", "Open debt by ageing band and debt type, aged by due date, UNRECONCILED"
    )


@pytest.mark.parametrize("status", ["failed", "no_data", ""])
def test_figures_are_reconciled_only_where_the_gate_passed(day: PublishedDay, status: str) -> None:
    day.gate("reconciliation")["status"] = status
    assert "UNRECONCILED" in read_page(day).words("verdict")


def test_figures_without_a_gate_are_unreconciled(day: PublishedDay) -> None:
    day.manifest["gates"] = []
    words = read_page(day).words("verdict")
    assert "UNRECONCILED" in words
    assert "No gate checked this run." in words


def test_manifest_can_mark_figures_unreconciled_whatever_the_gates_say(day: PublishedDay) -> None:
    day.manifest["unreconciled"] = True
    assert "UNRECONCILED" in read_page(day).words("verdict")


def test_failed_check_is_on_the_first_page_with_count_value_and_owner(day: PublishedDay) -> None:
    day.gate("write_off")["checks_detail"] = [
        check("W21", "failed", exceptions=3, exceptions_value="1234.50", owner="head_of_finance")
    ]
    words = read_page(day).words("verdict")
    assert "W21 What W21 checks: 3 exceptions, £1,234.50. Owner: Head of finance." in words


def test_an_override_is_on_the_first_page_with_who_why_and_until_when(day: PublishedDay) -> None:
    override = {
        "override_id": "O1", "reason": "Ledger feed a day late", "approved_by": "treasurer",
        "approved_on": "2026-06-29", "expires_on": "2026-06-30",
    }  # fmt: skip
    day.gate("reconciliation")["checks_detail"] = [
        check("R05", "warned", exceptions=1, exceptions_value="0.01", override=override)
    ]
    words = read_page(day).words("verdict")
    assert "RELEASED BY OVERRIDE" in words
    assert (
        "R05 What R05 checks: 1 exception, £0.01. Override O1, approved by treasurer on "
        "29 June 2026, expires on 30 June 2026. Reason: Ledger feed a day late"
    ) in words
    assert "agree to the penny" not in words


def test_withheld_mart_is_named_with_its_reason(day: PublishedDay) -> None:
    day.withhold("write_off", "write_off_schedule", failed=["W20", "W21"])
    page = read_page(day)
    sentence = (
        "Schedule of approved write-offs: withheld, because the write-off gate failed "
        "(checks W20, W21)."
    )
    assert sentence in page.words("verdict")
    assert sentence in page.words("write-offs")
    assert page.table("verdict", "Gates")["Write-off"] == [
        "✗ Failed", "Schedule of approved write-offs"
    ]  # fmt: skip


def test_check_without_data_is_on_the_face_of_the_verdict(day: PublishedDay) -> None:
    day.gate("reconciliation")["checks_detail"].append(check("R04", "no_data"))
    words = read_page(day).words("verdict")
    assert "RECONCILED. 1 check had no data" in words
    assert "The check without data could not be made and is listed below." in words
    assert "R04 What R04 checks" in words


def test_check_that_no_gate_could_make_is_on_the_face_of_the_verdict_too(
    day: PublishedDay,
) -> None:
    day.gate("reconciliation")["checks_detail"].append(check("R04", "no_data"))
    day.tables["data_quality_results"] += [
        ("R04", "Control account", "B", 0, 0, Decimal(0), "no_data", "accountant", "gl_balances",
         "reconciliation"),
        ("R09", "Payouts less fees", "B", 0, 0, Decimal(0), "no_data", "accountant",
         "card_payouts", "reconciliation"),
        ("I02", "Trailers", "B", 0, 0, Decimal(0), "no_data", "systems team", "a trailer", None),
    ]  # fmt: skip
    words = read_page(day).words("verdict")
    assert "RECONCILED. 2 checks had no data" in words
    assert "The checks without data could not be made and are listed below." in words
    assert "R09 Payouts less fees (missing: card payouts)" in words
    assert "R04 What R04 checks" in words
    assert "Control account" not in words
    assert "I02" not in words


def test_gate_without_input_says_so(day: PublishedDay) -> None:
    day.gate("write_off").update(status="no_data", withheld=["write_off_schedule"])
    del day.tables["write_off_schedule"]
    words = read_page(day).words("write-offs")
    assert "withheld, because the write-off gate had no data to check." in words


def test_refused_rows_mapping_notes_and_open_policy_are_on_the_first_page(
    ordinary_page: Page,
) -> None:
    words = ordinary_page.words("verdict")
    assert "2 rows were refused and are not in any figure on this page" in words
    assert "USD treated as pounds" in words
    assert "2 policy figures are marked PROPOSED or GENERAL KNOWLEDGE" in words


# --- headline -----------------------------------------------------------------------------------


def _headline(page: Page) -> dict[str, list[str]]:
    cards = [card.children for card in page.section("headline").all("div")]
    return {card[0].text(): [part.text() for part in card[1:]] for card in cards}


def test_headline_figures_are_the_open_items_to_the_penny(ordinary_page: Page) -> None:
    assert _headline(ordinary_page) == {
        "Total open debt": ["£3,601.50", "5 items"],
        "Overdue": ["£3,501.40", "4 items, 97.2% of open debt"],
        "Over 90 days overdue": ["£3,301.20", "3 items, 91.7% of open debt"],
        "Over a year overdue": ["£2,000.50", "1 item, 55.5% of open debt"],
        "Unallocated credits": ["\N{MINUS SIGN}£50.05", "1 item"],
        "In suspense": ["£1,012.34", "2 receipts"],
    }


@pytest.mark.parametrize(
    ("due", "overdue", "over_90_days", "over_year"),
    [
        (date(2026, 6, 30), "£0.00", "£0.00", "£0.00"),
        (date(2026, 6, 29), "£1.00", "£0.00", "£0.00"),
        (date(2026, 4, 1), "£1.00", "£0.00", "£0.00"),
        (date(2026, 3, 31), "£1.00", "£1.00", "£0.00"),
        (date(2025, 6, 30), "£1.00", "£1.00", "£0.00"),
        (date(2025, 6, 29), "£1.00", "£1.00", "£1.00"),
    ],
)
def test_due_today_is_not_overdue_and_a_year_ends_on_its_anniversary(
    day: PublishedDay, due: date, overdue: str, over_90_days: str, over_year: str
) -> None:
    day.tables["open_items"] = [item(1, "1.00", due=due, band="any")]
    figures = _headline(read_page(day))
    found = [
        figures[each][0] for each in ("Overdue", "Over 90 days overdue", "Over a year overdue")
    ]
    assert found == [overdue, over_90_days, over_year]


def test_headline_is_compared_with_the_last_position_known_by_then(day: PublishedDay) -> None:
    older, newer = date(2026, 5, 31), date(2026, 6, 29)
    day.earlier = {
        (older, older): [("sundry", "S1", "not_due", Decimal("1.00"), 1)],
        (newer, newer): [("sundry", "S1", "not_due", Decimal("2.00"), 1)],
        (newer, date(2026, 6, 30)): [
            ("sundry", "S1", "not_due", Decimal("100.00"), 1),
            ("sundry", "S1", "d001_030", Decimal("4000.00"), 1),
            (None, None, "unallocated_credit", Decimal("-50.05"), 1),
        ],
        (newer, date(2026, 7, 2)): [("sundry", "S1", "not_due", Decimal("3.00"), 1)],
    }
    figures = _headline(read_page(day))
    assert figures["Total open debt"][-1] == "Down £498.50 since 29 June 2026"
    assert figures["Overdue"][-1] == "Down £498.60 since 29 June 2026"
    assert figures["Unallocated credits"][-1] == "No change since 29 June 2026"


# --- aged debt ----------------------------------------------------------------------------------


def test_aged_table_ties_across_and_down(ordinary_page: Page) -> None:
    assert ordinary_page.table("aged-debt", "Open debt by ageing band") == {
        "Ageing band": ["Adult social care", "Sundry debt", "All debt", "Share", "Items"],
        "Not yet due": ["£0.00", "£100.10", "£100.10", "2.8%", "1"],
        "1 to 30 days": ["£0.00", "£200.20", "£200.20", "5.6%", "1"],
        "91 to 120 days": ["£0.00", "£300.30", "£300.30", "8.3%", "1"],
        "181 days to 1 year": ["£1,000.40", "£0.00", "£1,000.40", "27.8%", "1"],
        "1 to 2 years": ["£2,000.50", "£0.00", "£2,000.50", "55.5%", "1"],
        "Total debt": ["£3,000.90", "£600.60", "£3,601.50", "100.0%", "5"],
    }


def test_age_basis_is_printed(ordinary_page: Page) -> None:
    assert "Age basis: aged by due date" in ordinary_page.words("aged-debt")


def test_unallocated_credits_are_shown_separately(ordinary_page: Page) -> None:
    words = ordinary_page.words("aged-debt")
    assert "1 credit of \N{MINUS SIGN}£50.05 in total" in words
    assert "Debt less credits is £3,551.45." in words


def test_aged_debt_says_that_it_ties_to_the_open_items(ordinary_page: Page) -> None:
    assert "✓ Aged debt and open items agree to the penny" in ordinary_page.words("aged-debt")


def test_a_penny_between_aged_debt_and_open_items_is_an_alarm(day: PublishedDay) -> None:
    day.tables["aged_debt"].append(("D1", "sundry", "S1", "not_due", Decimal("0.01"), 1))
    words = read_page(day).words("aged-debt")
    assert "✗ Aged debt and open items differ: debt £3,601.51 against £3,601.50" in words


def test_credits_that_differ_are_an_alarm_too(day: PublishedDay) -> None:
    day.tables["aged_debt"] = aged(ITEMS[:-1])
    words = read_page(day).words("aged-debt")
    assert "credits £0.00 against \N{MINUS SIGN}£50.05" in words


def test_debt_without_a_type_has_a_column_of_its_own_at_the_end(day: PublishedDay) -> None:
    refund = item(9, "7.00", due=date(2026, 6, 30), band="not_due", debt_type=None)
    day.tables["open_items"].append(refund)
    day.tables["aged_debt"] += aged([refund])
    table = read_page(day).table("aged-debt", "Open debt by ageing band")
    assert table["Ageing band"][:3] == ["Adult social care", "Sundry debt", "No debt type"]
    assert table["Not yet due"][:3] == ["£0.00", "£100.10", "£7.00"]


def test_overdue_items_are_counted_once_dispute_first(ordinary_page: Page) -> None:
    assert ordinary_page.table("aged-debt", "Overdue debt by dispute") == {
        "Position": ["Overdue", "Items"],
        "No dispute, hold or arrangement": ["£2,000.50", "1"],
        "In a live or breached arrangement": ["£1,000.40", "1"],
        "On hold": ["£300.30", "1"],
        "In dispute": ["£200.20", "1"],
    }


def test_largest_debtors_are_numbers_with_overdue_debt_only(ordinary_page: Page) -> None:
    assert ordinary_page.table("aged-debt", "Largest overdue") == {
        "Debtor": ["Overdue", "Items", "Oldest (days overdue)"],
        "D1": ["£2,200.70", "2", "366"],
        "D2": ["£1,300.70", "2", "365"],
    }


def test_day_without_debt_says_so(day: PublishedDay) -> None:
    day.tables["open_items"] = []
    day.tables["aged_debt"] = []
    page = read_page(day)
    assert "No debt is open on this date." in page.words("aged-debt")
    assert "There are no unallocated credits." in page.words("aged-debt")
    assert not page.root.all("svg")


# --- arrangements -------------------------------------------------------------------------------


def test_arrangements_are_summed_by_status(ordinary_page: Page) -> None:
    table = ordinary_page.table("arrangements", "Payment arrangements by status")
    assert list(table) == ["Status", "Live", "Breached", "Not evaluated"]
    assert table["Breached"] == ["1", "£600.00", "£99.75", "£300.00", "£500.25", "£200.25"]
    assert table["Not evaluated"] == ["1", "£600.00", "n/a", "n/a", "n/a", "n/a"]


def test_current_arrangements_are_the_live_and_the_breached(ordinary_page: Page) -> None:
    words = ordinary_page.words("arrangements")
    assert "2 current arrangements have £850.25 still to pay." in words
    assert ("1 of them is in breach, £200.25 behind plan; 1 is more than 30 days behind.") in words


def test_completed_arrangements_are_not_current(day: PublishedDay) -> None:
    day.tables["arrangement_compliance"] = [
        arrangement(1, "completed", ["0.00", "0.00", "0.00", "600.00"])
    ]
    words = read_page(day).words("arrangements")
    assert "0 current arrangements have £0.00 still to pay. None is in breach." in words


# --- recovery -----------------------------------------------------------------------------------


def test_actions_are_summed_by_stage_in_the_order_of_the_timetable(ordinary_page: Page) -> None:
    table = ordinary_page.table("recovery", "Actions due by stage")
    assert list(table) == ["Stage", "Reminder", "Final notice"]
    assert table["Reminder"] == ["2", "3", "£1,120.40", "30", "1"]
    words = ordinary_page.words("recovery")
    assert "3 debtors have a recovery action due today, for £1,170.40" in words


def test_an_invoice_blocked_for_two_reasons_counts_under_each(ordinary_page: Page) -> None:
    table = ordinary_page.table("recovery", "Why recovery is blocked")
    assert table["Hold"] == ["2", "£500.50"]
    assert table["Dispute"] == ["1", "£200.20"]
    words = ordinary_page.words("recovery")
    assert (
        "Recovery is blocked for 2 of 3 invoices with a balance: £500.50 of £1,500.90."
    ) in words


def test_diary_shows_due_overdue_and_later(ordinary_page: Page) -> None:
    words = ordinary_page.words("recovery")
    assert "Diary: 2 entries are due, 1 of them overdue; 1 due later." in words


# --- key figures --------------------------------------------------------------------------------


def test_a_key_figure_has_target_result_and_trend_in_words(ordinary_page: Page) -> None:
    table = ordinary_page.table("kpis", "Key figures and targets")
    assert table["Sundry collection rate"] == [
        "last 12 months", "89.99%", "at least 90.00%", "not met", "better, was 88.50%",
    ]  # fmt: skip
    assert table["Suspense over 30 days without a note"] == [
        "on this date", "£0.00", "at most £0.00", "met", "no comparison",
    ]  # fmt: skip


def test_a_key_figure_without_data_has_no_result(ordinary_page: Page) -> None:
    table = ordinary_page.table("kpis", "Key figures and targets")
    assert table["Arrangements kept"] == [
        "June 2026", "n/a", "at least 75.00%", "no data", "no comparison",
    ]  # fmt: skip


def test_a_key_figure_is_shown_once_for_the_most_useful_period(ordinary_page: Page) -> None:
    table = ordinary_page.table("kpis", "Key figures and targets")
    assert table["Average days to collect"] == [
        "last 12 months", "32.7 days", "no target", "", "unchanged",
    ]  # fmt: skip
    assert "Cohort collection rate" not in table


def test_cohorts_are_shown_by_month_newest_first(ordinary_page: Page) -> None:
    table = ordinary_page.table("kpis", "Collected so far from each month's invoices")
    assert list(table)[-2:] == ["June 2026", "May 2026"]
    assert table["May 2026"] == ["£100.00", "£75.00", "75.00%"]
    assert table["June 2026"] == ["£0.00", "£0.00", "n/a"]


# --- casework -----------------------------------------------------------------------------------


def test_casework_separates_known_mistakes_from_late_notices(ordinary_page: Page) -> None:
    table = ordinary_page.table("casework", "Casework by topic")
    assert table["Stage skipped, known on the day"] == ["1", "£5.50"]
    assert table["Statutory hold, known on the day"] == ["1", "£20.00"]
    assert table["Statutory hold, notified later"] == ["1", "£80.00"]


def test_an_invoice_refused_for_two_reasons_counts_under_each(ordinary_page: Page) -> None:
    table = ordinary_page.table("casework", "Casework by topic")
    assert table["Proposed"] == ["1", "£60.00"]
    assert table["Hold"] == ["2", "£100.00"]
    assert table["Statute barred"] == ["1", "£70.00"]


def test_a_topic_without_rows_says_none_and_one_without_a_mart_says_why(
    ordinary_page: Page,
) -> None:
    table = ordinary_page.table("casework", "Casework by topic")
    assert list(table)[list(table).index("Promises to pay") + 1] == "none"
    assert "Legal handover: not published by this run." in ordinary_page.words("casework")


# --- movement proof and controls ----------------------------------------------------------------


def test_movement_proof_runs_from_the_first_of_april(ordinary_page: Page) -> None:
    table = ordinary_page.table("movement-proof", "Movement proof by debt type")
    assert "From 1 April 2026" in ordinary_page.words("movement-proof")
    assert table["Line"] == ["Sundry debt", "No debt type", "All debt types"]
    assert table["Opening balance"] == ["£500.00", "£0.00", "£500.00"]
    assert table["Invoices"] == ["£200.60", "£0.00", "£200.60"]
    assert table["Receipts"] == [
        "\N{MINUS SIGN}£100.00",
        "\N{MINUS SIGN}£50.05",
        "\N{MINUS SIGN}£150.05",
    ]
    assert table["Closing balance"] == ["£600.60", "\N{MINUS SIGN}£50.05", "£550.55"]
    assert table["Difference"] == ["£0.00", "£0.00", "£0.00"]


def test_proof_that_closes_says_so(ordinary_page: Page) -> None:
    words = ordinary_page.words("movement-proof")
    assert "✓ Opening balance plus movements equals closing balance to the penny" in words


def test_gap_between_months_is_an_alarm_even_if_each_month_closes(day: PublishedDay) -> None:
    day.tables["movement_proof"] = [
        proof(date(2026, 4, 1), date(2026, 4, 30), "sundry", "0", "10", "0", "10"),
        proof(date(2026, 5, 1), date(2026, 5, 31), "sundry", "11", "0", "0", "11"),
    ]
    words = read_page(day).words("movement-proof")
    assert "✗ The proof does not close" in words
    assert "differs from closing balance by \N{MINUS SIGN}£1.00 in total" in words


def test_two_gaps_that_cancel_out_are_still_an_alarm(day: PublishedDay) -> None:
    day.tables["movement_proof"] = [
        proof(date(2026, 4, 1), date(2026, 4, 30), "sundry", "0", "10", "0", "11", "-1"),
        proof(date(2026, 4, 1), date(2026, 4, 30), "commercial_rent", "0", "10", "0", "9", "1"),
    ]
    assert "✗ The proof does not close" in read_page(day).words("movement-proof")


def test_withheld_proof_is_a_sentence_and_no_table(day: PublishedDay) -> None:
    day.withhold("reconciliation", "movement_proof", "control_reconciliation", failed=["R02"])
    page = read_page(day)
    assert "withheld, because the reconciliation gate failed (check R02)." in page.words(
        "movement-proof"
    )
    assert not page.section("movement-proof").all("table")


@pytest.mark.parametrize(
    ("as_of", "start"),
    [("2026-03-31", "From 1 April 2025"), ("2026-04-01", "From 1 April 2026")],
)
def test_financial_year_starts_on_the_first_of_april(
    day: PublishedDay, as_of: str, start: str
) -> None:
    day.manifest["as_of_date"] = as_of
    assert start in read_page(day).words("movement-proof")


def test_control_shows_both_sides_and_the_difference(ordinary_page: Page) -> None:
    row = ordinary_page.table("controls", "Controls")["R04"]
    assert row[:5] == ["1000", "£3,601.50", "£3,601.50", "£0.00", "✓ Agreed"]
    assert "No control shows a difference." in ordinary_page.words("controls")


def test_days_in_explanations_are_written_out(day: PublishedDay) -> None:
    nil = Decimal(0)
    day.tables["control_reconciliation"] = [("R04", "1", nil, nil, nil, "agreed", "at 2026-06-30")]
    assert read_page(day).table("controls", "Controls")["R04"][-1] == "At 30 June 2026"


def test_unexplained_items_are_listed_although_the_totals_agree(day: PublishedDay) -> None:
    day.tables["reconciliation_exceptions"] = [
        ("R06", "INCOME", "bank_transaction", "T1", Decimal("9.00"), "no receipt matches the line"),
        ("R06", "INCOME", "receipt", "P1", Decimal("-9.00"), "no bank line matches the receipt"),
    ]
    words = read_page(day).words("controls")
    assert "Unexplained items in R06, account INCOME (the totals agree)" in words
    assert "Items without an explanation" in words


def test_items_behind_a_difference_are_shown_though_the_control_is_withheld(
    day: PublishedDay,
) -> None:
    day.withhold("reconciliation", "movement_proof", "control_reconciliation", failed=["R04"])
    day.tables["reconciliation_exceptions"] = [
        ("R04", "1000", "invoice", f"I{n:02}", Decimal(n), "not in the general ledger")
        for n in range(1, 26)
    ]
    page = read_page(day)
    table = page.table("controls", "Items behind the difference, the largest 20 of 25")
    assert list(table)[1] == "I25"
    assert "I05" not in table
    assert table["All 25 items"] == ["£325.00", ""]


# --- write-offs and suspense --------------------------------------------------------------------


def test_write_off_requests_are_summed_by_outcome(ordinary_page: Page) -> None:
    assert ordinary_page.table("write-offs", "Write-off requests by outcome") == {
        "Outcome": ["Requests", "Amount"],
        "Approved": ["2", "£195.00"],
        "Pending": ["1", "£40.00"],
        "Refused": ["2", "£9,010.00"],
        "All requests": ["5", "£9,245.00"],
    }


def test_schedule_total_is_the_approved_requests(ordinary_page: Page) -> None:
    words = ordinary_page.words("write-offs")
    assert ("is ready to post: 2 requests worth £195.00. It equals the approved requests.") in words


def test_schedule_that_is_not_what_was_approved_is_an_alarm(day: PublishedDay) -> None:
    day.tables["write_off_decisions"][0] = decision(1, "74.99", "approved")
    assert ("which differs from the approved requests. Do not post it.") in read_page(day).words(
        "write-offs"
    )


def test_refusals_are_counted_for_each_failed_check(ordinary_page: Page) -> None:
    assert ordinary_page.table("write-offs", "Why requests were refused") == {
        "Check": ["What it checks", "Requests", "Amount"],
        "W04": ["\N{EN DASH}", "2", "£9,010.00"],
        "W02": ["The approver's authority reaches the amount", "1", "£9,000.00"],
    }


def test_credits_are_shown_by_who_raised_them_and_reason_largest_first(ordinary_page: Page) -> None:
    table = ordinary_page.table("credits", "Credits by who raised them and reason, largest first")
    assert list(table.items()) == [
        ("Raised by", ["Kind and reason", "Amount", "Credits", "Largest", "Above the limit",
                       "Without approver"]),
        ("O2", ["Recharged to service, no reason given", "£2,600.00", "3", "£1,300.00", "1", "3"]),
        ("O1", ["Credit note, PRICE", "£50.00", "2", "£25.00", "0", "2"]),
        ("Not recorded", ["Credit note, PRICE", "£20.00", "1", "£10.00", "0", "1"]),
        ("All credits", ["", "£2,670.00", "6", "£1,300.00", "1", "6"]),
    ]  # fmt: skip
    assert "Since 1 July 2025, 6 credits worth £2,670.00" in ordinary_page.words("credits")


def test_what_an_auditor_looks_for_in_credits_is_counted_over_all_of_them(
    ordinary_page: Page,
) -> None:
    table = ordinary_page.table("credits", "What an auditor looks for")
    assert table["Above the limit that needs an approver"] == ["1"]
    assert table["Without an approver, any amount"] == ["6"]
    assert table["Approved by the person who raised it"] == ["0"]
    assert table["Close to 31 March"] == ["3"]


def test_small_groups_of_credits_are_summed_up_so_that_the_table_still_adds_up(
    day: PublishedDay,
) -> None:
    day.tables["credits_review"] = [
        credits(f"O{number}", f"{number}.00", 1, 0) for number in range(1, 23)
    ]
    table = read_page(day).table("credits", "Credits by who raised them")
    assert table["2 other rows"] == ["", "£3.00", "2", "£1.00", "0", "2"]
    assert table["All credits"][1:3] == ["£253.00", "22"]


def test_suspense_is_shown_by_age_with_its_total(ordinary_page: Page) -> None:
    assert ordinary_page.table("suspense", "Suspense by days") == {
        "Age": ["Receipts", "Amount"],
        "0 to 30 days": ["1", "£12.34"],
        "Over 365 days": ["1", "£1,000.00"],
        "All suspense": ["2", "£1,012.34"],
    }


@pytest.mark.parametrize(
    ("days", "age"),
    [(30, "0 to 30 days"), (31, "31 to 90 days"), (90, "31 to 90 days"), (91, "91 to 365 days"),
     (365, "91 to 365 days"), (366, "Over 365 days")],
)  # fmt: skip
def test_bounds_of_suspense_ages_are_inclusive(day: PublishedDay, days: int, age: str) -> None:
    day.tables["suspense"] = [("R1", date(2026, 1, 1), Decimal(1), days, None, None)]
    assert age in read_page(day).table("suspense", "Suspense by days")


def test_suspense_shows_its_owners_and_their_latest_notes(ordinary_page: Page) -> None:
    owners = ordinary_page.table("suspense", "Suspense by owner")
    assert owners == {
        "Owner": ["Receipts", "Amount", "Oldest (days)", "Latest note"],
        "No owner yet": ["1", "£12.34", "10", "\N{EN DASH}"],
        "O3": ["1", "£1,000.00", "545", "4 May 2026"],
    }


def test_suspense_rolls_forward_in_the_last_month(ordinary_page: Page) -> None:
    moved = ordinary_page.table("suspense", "Suspense movements since 1 June 2026")
    assert moved["Opening balance"] == ["£1,050.00"]
    assert moved["Identified"] == ["\N{MINUS SIGN}£30.00"]
    assert moved["Closing balance"] == ["£1,012.34"]


def test_a_run_without_a_suspense_roll_forward_still_shows_its_items(day: PublishedDay) -> None:
    del day.tables["suspense_roll_forward"]
    page = read_page(day)
    assert "No owner yet" in page.table("suspense", "Suspense by owner")
    assert "Suspense movements" not in page.words("suspense")


# --- checks, files, policy, run -----------------------------------------------------------------


def test_checks_show_population_exceptions_value_result_and_owner(day: PublishedDay) -> None:
    day.gate("write_off")["checks_detail"] = [
        check("W22", "failed", population=1200, exceptions=3, exceptions_value="-5.10")
    ]
    assert read_page(day).table("checks", "Checks of the write-off gate")["W22"] == [
        "✗ Failed", "What W22 checks", "1,200", "3", "\N{MINUS SIGN}£5.10", "Blocks",
        "Income manager",
    ]  # fmt: skip


def test_checks_without_a_gate_are_separate_and_none_is_listed_twice(day: PublishedDay) -> None:
    day.tables["data_quality_results"].append(
        ("I20", "Volume in range", "W", 0, 0, Decimal(0), "no_data", "systems team",
         "eight days of files", None)
    )  # fmt: skip
    page = read_page(day)
    table = page.table("checks", "Other checks with exceptions")
    assert list(table) == ["Check", "I12", "W02"]
    assert [table["I12"][0], *table["I12"][2:5]] == ["! Warned", "120", "2", "£310.00"]
    assert list(page.table("checks", "Other checks without exceptions")) == ["Check", "I20"]
    missing = page.table("checks", "Data that each check is missing")
    assert missing["I20"] == ["Volume in range", "eight days of files", "Systems team"]


def test_exceptions_are_compared_with_those_of_earlier_runs(day: PublishedDay) -> None:
    day.tables["data_quality_history"] = [
        ("I12", exceptions, Decimal("310.00") * exceptions, "systems team",
         AS_OF - timedelta(days=before), AS_OF - timedelta(days=before))
        for before, exceptions in enumerate((2, 5, 0, 1, 0, 3, 9))
    ]  # fmt: skip
    table = read_page(day).table("checks", "Exceptions in this run and in earlier")
    assert table["I12"] == [
        "2", "£620.00", "29 June: 5, 28 June: 0, 27 June: 1, 26 June: 0, 25 June: 3",
        "Systems team",
    ]  # fmt: skip


def test_files_are_counted_by_feed_with_totals(ordinary_page: Page) -> None:
    assert ordinary_page.table("files", "Rows read by feed") == {
        "Feed": ["Files", "Read", "Accepted", "Refused", "Set aside"],
        "Invoices": ["2", "1,500", "1,498", "2", "0"],
        "Invoices, receipts": ["1", "40", "30", "0", "10"],
        "All feeds": ["3", "1,540", "1,528", "2", "10"],
    }


def test_every_file_is_listed_under_its_feed(ordinary_page: Page) -> None:
    folded = ordinary_page.section("files").all("details")
    assert [each.all("summary")[0].text() for each in folded] == [
        "Invoices: 2 files, 2 rows refused",
        "Invoices, receipts: 1 file, 0 rows refused",
    ]
    table = ordinary_page.table("files", "Files of invoices")
    assert table["invoices_20260629.csv"] == [
        "canonical", "29 June 2026", "1,000", "998", "2", "0", "£123.45", "\N{EN DASH}",
        "dddddddddddd",
    ]  # fmt: skip


def test_file_whose_counts_do_not_add_up_is_an_alarm(day: PublishedDay) -> None:
    day.manifest["inputs"] = [file("lost.csv", "invoices", 10, 8, 1)]
    assert "✗ The counts of 1 file do not add up: lost.csv" in read_page(day).words("files")


def test_file_refused_in_full_is_named_with_its_reason(day: PublishedDay) -> None:
    day.manifest["inputs"] = [
        file("bad.csv", "invoices", 0, 0, 0, refused_code="F02", refused_message="no due_date")
    ]
    page = read_page(day)
    assert "bad.csv: no due_date" in page.words("files")
    assert "1 file was refused in full" in page.words("verdict")


def test_files_not_read_are_named_and_unreadable_ones_are_an_alarm(
    day: PublishedDay,
) -> None:
    day.manifest.update(
        inputs=[], left_alone=["a.csv.part", "locked.csv"], unreadable=["locked.csv"]
    )
    words = read_page(day).words("files")
    assert "✗ 1 file could not be read and may be missing from the figures: locked.csv." in words
    assert "without a date: a.csv.part." in words


def test_notes_of_mappings_name_their_files(ordinary_page: Page) -> None:
    assert "USD treated as pounds (1 file: export.csv)" in ordinary_page.words("files")


def test_note_of_an_earlier_file_is_shown_while_its_rows_are_in_the_figures(
    day: PublishedDay,
) -> None:
    day.manifest.update(inputs=[], notes=["EUR treated as pounds"])
    page = read_page(day)
    assert "EUR treated as pounds (a file of an earlier run)" in page.words("files")
    assert "EUR treated as pounds" in page.words("verdict")


def test_file_has_a_remark_for_everything_unusual(day: PublishedDay) -> None:
    day.manifest["inputs"] = [
        file("same.csv", "invoices", 0, 0, 0, unchanged=True),
        file("wide.csv", "invoices", 1, 1, 0, unknown_columns=["colour", "mood"]),
    ]
    table = read_page(day).table("files", "Files of invoices")
    assert table["same.csv"][-2] == "Same name and content as an earlier file: nothing new."
    assert table["wide.csv"][-2] == "Unknown columns ignored: colour, mood."


def test_newest_file_of_each_feed_is_shown(day: PublishedDay) -> None:
    day.manifest["feeds"] = [
        {"feed": "holds", "latest_file_day": "2026-06-12", "files": 28},
        {"feed": "officers", "latest_file_day": None, "files": 1},
    ]
    table = read_page(day).table("files", "Newest file of each feed")
    assert table["Holds"] == ["12 June 2026", "28"]
    assert table["Officers"] == ["n/a", "1"]


def test_refused_rows_can_be_found_in_quarantine(ordinary_page: Page) -> None:
    assert (
        "in quarantine with its line and the reason, folder 20260701T053000Z-ab12."
        in ordinary_page.words("files")
    )


def test_policy_figures_carry_their_marks(ordinary_page: Page) -> None:
    words = ordinary_page.words("policy")
    assert "3 policy figures; 2 are not confirmed." in words
    assert ordinary_page.table("policy", "Hold types")["Deceased"][-2] == "GENERAL KNOWLEDGE"
    assert ordinary_page.table("policy", "Age bands")["1 to 30 days"][-2:] == [
        "PROPOSED", "age_bands/d001_030",
    ]  # fmt: skip


def test_run_facts_let_an_auditor_find_the_run(ordinary_page: Page) -> None:
    facts = {key: cells[0] for key, cells in ordinary_page.table("run", "Facts").items()}
    assert facts == {
        "Run": "20260701T053000Z-ab12",
        "As of": "30 June 2026",
        "As known on": "1 July 2026",
        "Status": "Published",
        "Started (London time)": "1 July 2026 at 06:30",
        "Code version": "0.1.0+5156b7b",
        "Lock file hash (SHA-256)": "aa" * 32,
        "Policy hash (SHA-256)": "bb" * 32,
        "Previous manifest hash (SHA-256)": "cc" * 32,
        "Calculated on": "duckdb",
    }


@pytest.mark.parametrize(
    ("mart", "anchor", "sentence"),
    [
        ("open_items", "headline", "Open items: not published by this run."),
        ("aged_debt", "aged-debt", "Aged debt: not published by this run."),
        ("arrangement_compliance", "arrangements", "Arrangement compliance: not published"),
        ("recovery_worklist", "recovery", "Recovery worklist: not published by this run."),
        ("recovery_stages", "recovery", "Recovery stages: not published by this run."),
        ("write_off_decisions", "write-offs", "Write-off decisions: not published"),
        ("credits_review", "credits", "Credits review: not published by this run."),
        ("suspense", "suspense", "Suspense: not published by this run."),
        ("data_quality_results", "checks", "Data quality results: not published"),
    ],
)
def test_missing_mart_is_a_sentence(
    day: PublishedDay, mart: str, anchor: str, sentence: str
) -> None:
    del day.tables[mart]
    assert sentence in read_page(day).words(anchor)


@pytest.mark.parametrize(
    ("mart", "anchor", "sentence"),
    [
        ("arrangement_compliance", "arrangements", "There are no payment arrangements."),
        ("recovery_worklist", "recovery", "No recovery action is due today."),
        (
            "movement_proof",
            "movement-proof",
            "There were no movements from 1 April 2026 to 30 June 2026.",
        ),
        ("control_reconciliation", "controls", "No control account was reconciled"),
        ("write_off_decisions", "write-offs", "There are no write-off requests."),
        ("credits_review", "credits", "No credit note or adjustment reduced a debt"),
        ("suspense", "suspense", "Nothing is in suspense"),
    ],
)
def test_empty_mart_is_a_sentence(day: PublishedDay, mart: str, anchor: str, sentence: str) -> None:
    day.tables[mart] = []
    assert sentence in read_page(day).words(anchor)

"""Explanations: in plain words, with figures that add up, from published marts only."""

import json
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from reports.explanation import changes
from reports.explanation.explain import explain
from reports.explanation.explanation import Earlier, Position, Subject
from reports.explanation.machine import as_mapping
from reports.explanation.run_marts import RunMarts
from reports.explanation.sentence import say
from reports.site import wording
from reports.site.published import PublishedMarts
from reports.site.run import read_run
from tests.house.repository import ROOT
from tests.reports.small_ledger import (
    AS_OF,
    Tables,
    an_invoice_partly_paid,
    arrangement,
    explained,
    instalments,
    invoice,
    manifest,
    movement,
    open_credit,
    open_item,
    opened,
    part,
    pounds,
    rows,
    settles,
    words,
)


def _summary(subject: str, id_: str, tables: Tables) -> str:
    return explained(subject, id_, tables).account.summary.written()


# --- sentences ----------------------------------------------------------------------------------


def test_text_of_an_id_is_never_read_as_words() -> None:
    sentence = say("Invoice {id} of {day}", id="{day} 2026-05-01 {0}", day=date(2026, 5, 2))
    assert sentence.written() == "Invoice {day} 2026-05-01 {0} of 2 May 2026"


@pytest.mark.parametrize("id_", ["O'Brien", "a;b", "{x}", "10%", "Ünï", "a b"])
def test_ids_are_arbitrary_text(id_: str) -> None:
    tables: Tables = {"open_items": [open_item(id_, "2026-05-29", "40", "d031_060")]}
    tables["invoices"] = [invoice(id_, "2026-05-01", "2026-05-29", "40")]
    assert f"Invoice {id_} to debtor D" in _summary("invoice", id_, tables)


@pytest.mark.parametrize("id_", ["01001", "1001 ", "100", "1001/1"])
def test_ids_are_matched_exactly(id_: str) -> None:
    with opened(an_invoice_partly_paid(), manifest(), ()) as marts:
        assert explain(Subject.INVOICE, id_, marts, None) is None


# --- invoices -----------------------------------------------------------------------------------


def test_invoice_summary_is_one_sentence_with_figures() -> None:
    assert _summary("invoice", "1001", an_invoice_partly_paid()) == (
        "Invoice 1001 to debtor D: £120.00 raised on 1 May 2026, due on 29 May 2026; £80.00 paid; "
        "£40.00 outstanding, 32 days overdue (ageing band: 31 to 60 days)."
    )


def test_movements_are_in_order_with_running_balance_and_source() -> None:
    found = explained("invoice", "1001", an_invoice_partly_paid())
    columns = ("effective_on", "amount", "running_balance", "source_file", "source_line")
    assert rows(found, "movements", *columns) == [
        (date(2026, 5, 1), pounds("120"), pounds("120"), "invoices_20260501.csv", 2),
        (date(2026, 6, 5), pounds("-80"), pounds("40"), "receipts_20260605.csv", 7),
    ]
    assert found.account.balance == pounds("40")


def test_bounced_payment_counts_when_received_and_again_when_reversed() -> None:
    tables = an_invoice_partly_paid()
    tables["allocations"] = []
    tables["ledger_movements"].append(
        movement("receipt_reversal", "V1", "2026-06-09", "80", invoice_id="1001", undone_id="R1")
    )
    found = explained("invoice", "1001", tables)
    assert rows(found, "movements", "movement_type", "counted_amount", "running_balance") == [
        ("invoice", pounds("120"), pounds("120")),
        ("receipt", pounds("-80"), pounds("40")),
        ("receipt_reversal", pounds("80"), pounds("120")),
    ]


def test_payment_that_settles_several_invoices_counts_only_for_its_share() -> None:
    tables = an_invoice_partly_paid()
    tables["ledger_movements"][1] |= {"amount": pounds("-200"), "invoice_id": None}
    found = explained("invoice", "1001", tables)
    assert rows(found, "movements", "amount", "counted_amount", "running_balance")[1] == (
        pounds("-200"),
        pounds("-80"),
        pounds("40"),
    )
    assert "Counts here" in words(found, "movements")


def test_charge_that_names_another_debtors_invoice_does_not_count() -> None:
    tables = an_invoice_partly_paid()
    stray = movement("adjustment", "X", "2026-06-01", "9", invoice_id="1001", debtor_id="E")
    tables["ledger_movements"].append(stray)
    assert explained("invoice", "1001", tables).account.balance == pounds("40")


def test_refund_of_an_overpayment_does_not_count_on_the_invoice() -> None:
    tables = an_invoice_partly_paid()
    more = {"invoice_id": "1001", "undone_id": "R1"}
    tables["ledger_movements"].append(movement("refund", "F", "2026-06-09", "5", **more))
    assert explained("invoice", "1001", tables).account.balance == pounds("40")


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("feed", "the source system allocated it"),
        ("named", "the credit names this invoice"),
        ("reference", "the receipt quotes this invoice, or an arrangement that covers it"),
        ("arrangement", "the debtor's current arrangement covers it"),
        ("oldest_first", "it settles the debtor's oldest due date first"),
    ],
)
def test_every_allocation_rule_is_explained_in_words(rule: str, reason: str) -> None:
    tables = an_invoice_partly_paid()
    tables["allocations"][0]["allocation_rule"] = rule
    found = explained("invoice", "1001", tables)
    [(source, item, code, why)] = rows(
        found, "allocations", "source_id", "item_id", "allocation_rule", "why"
    )
    assert (source, item, code) == ("R1", "1001", rule)
    assert reason in why
    assert f"{wording.name(rule)}: {why}." in words(found, "allocations")


def test_age_band_is_explained_with_due_date_days_policy_row_its_bound_and_its_mark() -> None:
    found = words(explained("invoice", "1001", an_invoice_partly_paid()), "open_items")
    assert "due on 29 May 2026, 32 days before 30 June 2026" in found
    assert "its ageing band is 31 to 60 days." in found
    assert "d031_060)" not in found
    assert "Policy row age_bands/d031_060: up to 60 days past due [PROPOSED]." in found


@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        ("2026-06-29", "It was due on 29 June 2026, 1 day before 30 June 2026"),
        ("2026-06-30", "It is due on 30 June 2026, the day of this report, so it is not overdue"),
        ("2026-07-01", "It is due on 1 July 2026, 1 day after 30 June 2026, so it is not overdue"),
    ],
)
def test_due_today_is_not_overdue(due: str, sentence: str) -> None:
    tables: Tables = {"invoices": [invoice("1", "2026-05-01", due, "40")]}
    tables["open_items"] = [open_item("1", due, "40", "not_due")]
    assert sentence in words(explained("invoice", "1", tables), "open_items")


def _rebilled() -> Tables:
    """Invoice 3 replaces 2, which replaces 1; the due date is that of 1."""
    inherited = {"due_date": date(2026, 1, 31)}
    return {
        "invoices": [
            invoice("1", "2026-01-01", "2026-01-31", "40"),
            invoice("2", "2026-02-01", "2026-02-28", "40", replaces_invoice_id="1", **inherited),
            invoice("3", "2026-03-01", "2026-03-31", "40", replaces_invoice_id="2", **inherited),
        ],
        "open_items": [open_item("3", "2026-01-31", "40", "d121_180")],
    }


def test_inherited_due_date_names_every_invoice_it_came_through() -> None:
    found = explained("invoice", "3", _rebilled())
    assert (
        "Its own due date is 31 March 2026. It replaces invoice 2 to the same debtor (which "
        "replaces 1) and so keeps the earlier due date, 31 January 2026"
    ) in words(found, "open_items")
    assert "due on 31 January 2026 (inherited; its own due date is 31 March 2026)" in (
        found.account.summary.written()
    )


def test_invoices_that_replace_each_other_in_a_ring_are_still_explained() -> None:
    tables = _rebilled()
    tables["invoices"][0]["replaces_invoice_id"] = "3"
    assert "replaces invoice 2" in words(explained("invoice", "3", tables), "open_items")


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({}, "There is no dispute, hold or arrangement."),
        (
            {"is_held": True},
            "On hold: a current hold covers it. The type of hold is not published.",
        ),
        ({"is_disputed": True}, "Disputed: an open dispute, or a hold for a dispute, covers it."),
        (
            {"arrangement_id": "A"},
            "Covered by arrangement A, in breach since 6 June 2026: £120.00 outstanding, "
            "£80.00 expected, £40.00 behind.",
        ),
    ],
    ids=["free", "held", "disputed", "arrangement"],
)
def test_disputes_holds_and_arrangements_are_explained(
    flags: dict[str, Any], sentence: str
) -> None:
    tables = an_invoice_partly_paid()
    tables["open_items"][0] |= flags
    late = {"breached_on": date(2026, 6, 6)}
    tables["arrangement_compliance"] = [arrangement("breached", "120", "80", **late)]
    assert sentence in words(explained("invoice", "1001", tables), "status")


def test_settled_invoice_has_nothing_open() -> None:
    tables = an_invoice_partly_paid()
    tables["open_items"] = []
    tables["invoices"][0] |= {"paid_amount": pounds("120"), "outstanding_amount": pounds("0")}
    found = explained("invoice", "1001", tables)
    assert found.account.summary.written().endswith("£120.00 paid; nothing outstanding.")
    assert "there is nothing to recover" in words(found, "status")


# --- debtors ------------------------------------------------------------------------------------


def test_debtor_summary_has_debt_and_credits_separately() -> None:
    tables = an_invoice_partly_paid()
    tables["open_items"].append(open_credit("R2", "-15"))
    tables["ledger_movements"].append(movement("receipt", "R2", "2026-06-20", "-15"))
    found = explained("debtor", "D", tables)
    assert found.account.summary.written() == (
        "Debtor D (business): £40.00 outstanding in 1 item, 32 days overdue (ageing band: "
        "31 to 60 days); less £15.00 of unallocated credits; balance £25.00."
    )
    assert "never netted" in words(found, "open_items")


def test_debtor_who_owes_nothing_is_explained_too() -> None:
    tables: Tables = {"debtors": [{"debtor_id": "E"}]}
    assert (
        _summary("debtor", "E", tables) == "Debtor E: owes nothing and has no unallocated credit."
    )


def test_debts_of_a_debtor_are_added_up_by_band() -> None:
    tables = an_invoice_partly_paid()
    tables["open_items"] += [
        open_item("1002", "2026-05-10", "5.05", "d031_060"),
        open_item("1003", "2026-07-10", "7", "not_due"),
    ]
    found = words(explained("debtor", "D", tables), "open_items")
    assert "By ageing band: not yet due £7.00; 31 to 60 days £45.05." in found


def test_rows_of_other_debtors_are_not_included() -> None:
    tables = an_invoice_partly_paid()
    tables["ledger_movements"].append(
        movement("invoice", "2", "2026-06-01", "9", debtor_id="d", invoice_id="2")
    )
    assert explained("debtor", "D", tables).account.balance == pounds("40")


# --- arrangements -------------------------------------------------------------------------------


def _arranged(row: dict[str, Any]) -> Tables:
    return {"arrangement_compliance": [row], "arrangement_instalments": instalments()}


@pytest.mark.parametrize(
    ("row", "sentences"),
    [
        (
            arrangement("breached", "60", "40", breached_on=date(2026, 6, 6)),
            [
                "In breach since 6 June 2026: £60.00 is outstanding, which is more than the "
                "expected £40.00 plus the tolerance of £1.00.",
                "Payments expected by now: £80.00, in 2 instalments of £40.00. Each instalment "
                "counts from 5 calendar days after its due date.",
                "The first unpaid instalment is number 2, £40.00 due on 1 June 2026: £80.00 due in "
                "total by then, £60.00 paid.",
            ],
        ),
        (
            arrangement("live", "41", "40"),
            [
                "Live: £41.00 is outstanding, which is not more than the expected £40.00 plus the "
                "tolerance"
            ],
        ),
        (
            arrangement("live", "40", "40"),
            ["The next instalment is number 3, £40.00 due on 1 July 2026"],
        ),
        (arrangement("completed", "0", "40"), ["Completed: its invoices are settled."]),
        (
            arrangement("cancelled", "90", "40", cancelled_on=date(2026, 6, 2)),
            [
                "Cancelled on 2 June 2026. A cancelled arrangement is not also reported as in "
                "breach.",
                "£50.00 behind plan",
            ],
        ),
        (
            arrangement("superseded", "40", "40", superseded_by="B"),
            ["Superseded by arrangement B, which was agreed later for the same invoice."],
        ),
        (
            arrangement("not_evaluated", None, None, reason="none of its invoices is known"),
            ["Not evaluated: none of its invoices is known. Only its total is known."],
        ),
    ],
    ids=lambda given: given["status"] if isinstance(given, dict) else "",
)
def test_status_of_an_arrangement_is_explained_with_the_deciding_reason(
    row: dict[str, Any], sentences: list[str]
) -> None:
    found = words(explained("arrangement", "A", _arranged(row)), "status")
    for sentence in sentences:
        assert sentence in found
    assert "terms are from arrangements_20260421.csv, line 7, known on 21 April 2026" in found


def test_days_overdue_are_explained_with_tolerance_and_hold() -> None:
    late = {"days_past_due": 29, "delinquent_days": 14, "breached_on": date(2026, 6, 6)}
    row = arrangement("breached", "60", "40", **late)
    assert (
        "The oldest unpaid instalment is 29 days overdue: 14 days after the tolerance and 10 days "
        "on hold."
    ) in words(explained("arrangement", "A", _arranged(row)), "status")


def test_movements_of_an_arrangement_add_up_to_the_balance_of_its_invoices() -> None:
    tables = an_invoice_partly_paid() | _arranged(arrangement("live", "40", "80"))
    tables["arrangement_invoices"] = [{"arrangement_id": "A", "invoice_id": "1001"}]
    later = movement("adjustment", "COST", "2026-06-20", "30", invoice_id="1001")
    tables["ledger_movements"].append(later)
    paid = movement("receipt", "R9", "2026-06-21", "-30", invoice_id="1001")
    tables["ledger_movements"].append(paid)
    of_cost = {"item_kind": "adjustment", "item_id": "COST"}
    tables["allocations"].append(settles(("receipt", "R9"), "1001", "30", "named", **of_cost))
    found = explained("arrangement", "A", tables)
    assert found.account.balance == pounds("40"), "an adjustment after the agreement does not count"
    assert [row[0] for row in rows(found, "instalments", "is_met")] == [True, True, False]


# --- receipts -----------------------------------------------------------------------------------


def _receipt(**more: Any) -> Tables:
    return {"ledger_movements": [movement("receipt", "R", "2026-06-05", "-100", **more)]}


def test_receipt_shows_what_was_matched_unallocated_reversed_and_refunded() -> None:
    tables = _receipt(invoice_id="1001")
    undone = {"invoice_id": "1001", "undone_id": "R"}
    tables["ledger_movements"] += [
        movement("receipt_reversal", "V", "2026-06-09", "20", **undone),
        movement("refund", "F", "2026-06-10", "10", **undone),
    ]
    tables["allocations"] = [settles(("receipt", "R"), "1001", "55", "named")]
    tables["open_items"] = [open_credit("R", "-12")]
    found = explained("receipt", "R", tables)
    assert found.account.summary.written() == (
        "Receipt R from debtor D: £100.00 received on 5 June 2026; £20.00 reversed, £10.00 "
        "refunded, £55.00 matched to debts, £12.00 unallocated, £3.00 used for refunds of the "
        "debtor's credits."
    )
    assert "so £80.00 of the receipt remains" in words(found, "status")
    assert rows(found, "movements", "running_balance")[-1] == (pounds("-70"),)


@pytest.mark.parametrize(
    ("row", "rule", "sentence"),
    [
        (
            {"invoice_id": "1"},
            "named",
            "Identified by invoice 1, which it names. It belongs to debtor D.",
        ),
        ({"invoice_id": "1"}, "reference", "Identified by its reference, which is invoice 1"),
        (
            {},
            "reference",
            "Identified by its reference, which is an arrangement. It belongs to debtor D.",
        ),
        ({}, "feed", "Identified by the allocations feed. It belongs to debtor D."),
        ({}, "oldest_first", "It belongs to debtor D: the row names the debtor, or its reference"),
    ],
)
def test_receipt_says_how_it_was_identified(row: dict[str, Any], rule: str, sentence: str) -> None:
    tables = _receipt(**row)
    tables["allocations"] = [settles(("receipt", "R"), "1", "100", rule)]
    assert sentence in words(explained("receipt", "R", tables), "identification")


def test_receipt_in_suspense_says_since_when() -> None:
    tables = _receipt(debtor_id=None)
    tables["suspense"] = [
        {
            "receipt_id": "R",
            "received_on": date(2026, 6, 5),
            "amount": pounds("100"),
            "days_in_suspense": 25,
        }
    ]
    found = explained("receipt", "R", tables)
    assert "£100.00 in suspense for 25 days" in found.account.summary.written()
    assert "in suspense since 5 June 2026 (25 days), on no debtor's balance" in words(
        found, "status"
    )
    assert words(found, "identification").startswith("It is not identified")


# --- requests -----------------------------------------------------------------------------------


def _request(decision: str, failed: str = "", **more: Any) -> Tables:
    row = {
        "request_id": "Q",
        "invoice_id": "1001",
        "debtor_id": "D",
        "amount": pounds("40"),
        "reason_code": "U2",
        "decision": decision,
        "failed_checks": failed,
        "aggregate_12m": pounds("40"),
        "authority_band": "B",
        "requested_on": date(2026, 6, 1),
        "approved_by": "O1",
        "approved_on": date(2026, 6, 10),
        "authority_policy_row": "write_off_authority/B",
        "reason_policy_row": "write_off_reasons/U2",
    }
    return an_invoice_partly_paid() | {
        "write_off_decisions": [row | more],
        "data_quality_results": [
            {"check_code": "W04", "description": "Evidence is there", "severity": "B"},
            {"check_code": "W16", "description": "No splitting", "severity": "W"},
        ],
        "policy_rows": [
            {
                "policy_row": "write_off_authority/B",
                "meaning": "25.01 to 1000.00, approved by income manager or above",
                "effective_from": date(2020, 1, 1),
                "effective_to": date(2026, 6, 20),
            },
            {
                "policy_row": "write_off_authority/B",
                "meaning": "a later limit",
                "effective_from": date(2026, 6, 20),
            },
            {
                "policy_row": "write_off_reasons/U2",
                "meaning": "uneconomic to pursue",
                "effective_from": date(2020, 1, 1),
            },
        ],
    }


def test_refused_request_shows_each_failed_check_in_words() -> None:
    found = explained("request", "Q", _request("refused", "W04,W16"))
    assert found.account.summary.written() == (
        "Request Q to write off £40.00 of invoice 1001 (debtor D), reason U2 (uneconomic to "
        "pursue): refused, because it fails checks. £40.00 is outstanding on the invoice."
    )
    assert rows(found, "failed_checks", "check_code", "severity", "description") == [
        ("W04", "refuses", "Evidence is there"),
        ("W16", "warns", "No splitting"),
    ]


def test_request_names_the_policy_row_that_was_in_force_on_the_day_of_approval() -> None:
    found = words(explained("request", "Q", _request("approved")), "authority")
    assert "total £40.00: authority band B" in found
    assert "write_off_authority/B: 25.01 to 1000.00, approved by income manager" in found


def test_request_without_approval_says_so() -> None:
    found = explained("request", "Q", _request("pending", approved_on=None, approved_by=None))
    assert "No approval is recorded by this date." in words(found, "status")


def test_withheld_schedule_is_reported_as_withheld() -> None:
    gate = {
        "name": "write_off",
        "status": "failed",
        "failed_checks": ["W21"],
        "withheld": ["write_off_schedule"],
    }
    run = manifest(gates=[gate])
    found = explained(
        "request", "Q", _request("approved"), withheld=["write_off_schedule"], run=run
    )
    assert found.absences == (
        "Schedule of approved write-offs: withheld, because the write-off gate failed (check W21)."
        ,
    )  # fmt: skip
    assert "on the schedule" not in words(found, "status")


# --- what changed -------------------------------------------------------------------------------


def _changes(now: Tables, before: Tables, subject: str = "invoice", id_: str = "1001") -> Any:
    found = explained(subject, id_, now, before)
    columns = ("change", "what", "before", "now", "source_file", "source_line")
    table = [
        (change, what.written(), *others)
        for change, what, *others in rows(found, "changes", *columns)
    ]
    return words(found, "changes"), table


def test_no_change_is_reported() -> None:
    text, table = _changes(an_invoice_partly_paid(), an_invoice_partly_paid())
    assert text == "Nothing has changed since 29 June 2026 (as known on 29 June 2026)."
    assert table == []


def test_new_movement_names_its_source_file_and_line() -> None:
    before = an_invoice_partly_paid()
    before["ledger_movements"].pop()
    before["allocations"] = []
    before["open_items"][0]["outstanding_amount"] = pounds("120")
    text, table = _changes(an_invoice_partly_paid(), before)
    assert "The balance is £40.00. It was £120.00." in text
    assert table == [
        ("new", "receipt R1", None, pounds("-80"), "receipts_20260605.csv", 7),
        ("new", "receipt R1 settles invoice 1001", None, pounds("80"), None, None),
        ("changed", "Outstanding on invoice 1001", pounds("120"), pounds("40"), None, None),
    ]


def test_corrected_row_names_the_file_that_corrected_it() -> None:
    now = an_invoice_partly_paid()
    now["ledger_movements"][0] |= {"source_file": "fix_20260630.csv", "source_line": 9}
    _, table = _changes(now, an_invoice_partly_paid())
    assert table == [
        ("corrected", "invoice 1001", pounds("120"), pounds("120"), "fix_20260630.csv", 9)
    ]


def test_withdrawn_movement_is_gone() -> None:
    now = an_invoice_partly_paid()
    now["ledger_movements"].pop()
    now["allocations"] = []
    found = explained("debtor", "D", now, an_invoice_partly_paid())
    gone = rows(found, "changes", "change", "explanation")[0]
    assert gone[0] == "gone"
    assert "withdrawn, or now dated later; it came from receipts_20260605.csv, line 7" in (
        gone[1].written()
    )


def test_movement_that_went_to_another_debtor_says_whose_it_is_now() -> None:
    now = an_invoice_partly_paid()
    now["ledger_movements"][1] |= {"debtor_id": "E", "source_file": "moved.csv", "source_line": 3}
    found = explained("debtor", "D", now, an_invoice_partly_paid())
    columns = ("change", "source_file", "source_line", "explanation")
    change, file, line, how = rows(found, "changes", *columns)[0]
    assert (change, file, line, how.written()) == (
        "gone",
        "moved.csv",
        3,
        "now belongs to debtor E",
    )


def test_band_that_changed_by_the_day_alone_says_so() -> None:
    before = an_invoice_partly_paid()
    before["open_items"][0] |= {"age_band": "d001_030"}
    text, table = _changes(an_invoice_partly_paid(), before)
    was, now = "1 to 30 days", "31 to 60 days"
    assert table == [("changed", "Ageing band of invoice 1001", was, now, None, None)]
    assert "The balance is the same: £40.00." in text
    assert "The passing of time" in text


def test_hold_on_every_debt_is_one_change() -> None:
    def tables(*, is_held: bool) -> Tables:
        items = [
            open_item(str(number), "2026-05-29", "1", "d031_060", is_held=is_held)
            for number in range(1, 6)
        ]
        return {"debtors": [{"debtor_id": "D"}], "open_items": items}

    found = explained("debtor", "D", tables(is_held=True), tables(is_held=False))
    [(what, before, now, how)] = rows(found, "changes", "what", "before", "now", "explanation")
    assert (what.written(), before, now) == ("Hold on 5 items", False, True)
    assert how.written() == "invoice 1, invoice 2, invoice 3 and 2 more"


def test_arrangement_shows_its_earlier_status() -> None:
    late = arrangement("breached", "60", "40", breached_on=AS_OF)
    text, table = _changes(
        _arranged(late), _arranged(arrangement("live", "60", "80")), "arrangement", "A"
    )
    assert ("changed", "Status", "live", "breached", None, None) in table
    assert ("changed", "In breach since", "none", AS_OF, None, None) in table
    assert text.startswith("Compared with 29 June 2026")


def test_mart_missing_on_the_previous_day_is_named_beside_changes_that_only_look_new() -> None:
    yesterday = AS_OF - timedelta(days=1)
    position = Position(yesterday, yesterday, "r")
    with (
        opened(an_invoice_partly_paid(), manifest(), ()) as now,
        opened(an_invoice_partly_paid(), manifest(yesterday), ["allocations"]) as before,
    ):
        found = explain(Subject.INVOICE, "1001", now, Earlier(position, before))
    assert found is not None
    assert "On 29 June 2026: Allocations: not published by this run." in words(found, "changes")


def test_id_that_the_previous_day_does_not_have_is_new() -> None:
    text, _ = _changes(an_invoice_partly_paid(), {})
    assert text == (
        "New since 29 June 2026: invoice 1001 of £120.00 from invoices_20260501.csv, line 2."
    )


def test_first_day_has_nothing_to_compare_with() -> None:
    found = explained("invoice", "1001", an_invoice_partly_paid())
    assert words(found, "changes") == "There is no earlier published day to compare with."


def test_previous_day_that_was_thinned_is_reported() -> None:
    yesterday = AS_OF - timedelta(days=1)
    earlier = Earlier(Position(yesterday, yesterday, "r"), None)
    with opened(an_invoice_partly_paid(), manifest(), ()) as marts:
        found = explain(Subject.INVOICE, "1001", marts, earlier)
    assert found is not None
    assert "Only the manifest of that run is kept" in words(found, "changes")


# --- for machines -------------------------------------------------------------------------------


def test_machines_get_stable_keys_money_as_text_and_iso_days() -> None:
    before = an_invoice_partly_paid()
    before["ledger_movements"].pop()
    found = json.loads(
        json.dumps(as_mapping(explained("invoice", "1001", an_invoice_partly_paid(), before)))
    )
    assert list(found) == [
        "kind", "id", "as_of_date", "known_at", "run_id", "unreconciled", "summary", "balance",
        "facts", "compared_with", "absent", "parts",
    ]  # fmt: skip
    assert (found["kind"], found["id"], found["balance"]) == ("invoice", "1001", "40.00")
    assert found["facts"]["gross_amount"] == "120.00"
    assert found["facts"]["due_date"] == "2026-05-29"
    assert found["compared_with"]["as_of_date"] == "2026-06-29"
    assert found["parts"]["movements"]["rows"][1] == {
        "effective_on": "2026-06-05",
        "movement_type": "receipt",
        "movement_id": "R1",
        "invoice_id": "1001",
        "amount": "-80.00",
        "counted_amount": "-80.00",
        "running_balance": "40.00",
        "known_on": "2026-06-05",
        "source_file": "receipts_20260605.csv",
        "source_line": 7,
    }


# --- recovery -----------------------------------------------------------------------------------


def _pursued(**stage: Any) -> Tables:
    row = {
        "invoice_id": "1001",
        "debtor_id": "D",
        "next_stage": "final_notice",
        "next_stage_on": date(2026, 6, 20),
        "is_due": True,
        "balance": pounds("40"),
        "explanation": "final_notice is due since 2026-06-20 (21 days after 2026-05-29); "
        "reminder: done; final_notice: next; contact_attempt: comes after final_notice",
        "next_stage_policy_row": "recovery_timetable/sundry/final_notice",
    } | stage
    clock = {
        "invoice_id": "1001",
        "debtor_id": "D",
        "claim_last_day": date(2032, 5, 1),
        "is_barred_for_claims": False,
    }
    return an_invoice_partly_paid() | {"recovery_stages": [row], "limitation_clock": [clock]}


def test_invoice_shows_the_rule_of_the_next_stage_and_why_each_other_stage_is_not_next() -> None:
    text = words(explained("invoice", "1001", _pursued()), "recovery")
    assert text.startswith("Final notice is due since 20 June 2026 (21 days after 29 May 2026).")
    assert "Reminder: done." in text
    assert "Contact attempt: comes after final notice." in text
    assert "Policy row recovery_timetable/sundry/final_notice" in text
    assert "The last day to start a claim is 1 May 2032" in text
    assert "barred" not in text


def test_barred_invoice_says_so() -> None:
    tables = _pursued()
    tables["limitation_clock"][0]["is_barred_for_claims"] = True
    assert "The debt is barred for claims." in words(
        explained("invoice", "1001", tables), "recovery"
    )


def test_invoice_without_an_open_debit_has_no_next_stage() -> None:
    found = explained("invoice", "1001", an_invoice_partly_paid())
    assert words(found, "recovery") == "No debt is outstanding, so there is no next stage."


def test_debtor_shows_the_action_of_the_day_and_its_reason() -> None:
    tables = _pursued()
    tables["recovery_worklist"] = [
        {
            "debtor_id": "D",
            "action_code": "final_notice",
            "channel": "email",
            "invoice_ids": "1001,1002",
            "amount": pounds("50.5"),
            "priority": 3,
            "reason": "final_notice is due since 2026-06-20 on 2 invoices",
        }
    ]
    text = words(explained("debtor", "D", tables), "recovery")
    assert "Due today: final notice by email for 2 invoices, £50.50. Priority 3." in text
    assert "Reason: final notice is due since 20 June 2026 on 2 invoices." in text


def test_debtor_without_an_action_shows_what_blocks_recovery_and_contacts_in_error() -> None:
    tables = _pursued(is_due=False, blocked_by="dispute,hold")
    tables["contacts_in_error"] = [
        {
            "action_id": "A1",
            "debtor_id": "D",
            "acted_on": date(2026, 6, 9),
            "explanation": "reminder of 2026-06-09: the debt was in dispute; "
            "the council knew that day",
            "remedy": "Withdraw it.",
        }
    ]
    text = words(explained("debtor", "D", tables), "recovery")
    assert "No action is due today." in text
    assert (
        "Recovery is blocked (dispute): 1 invoice, £40.00. "
        "Recovery is blocked (hold): 1 invoice, £40.00."
    ) in text
    assert (
        "Contact in error: reminder of 9 June 2026: the debt was in dispute; "
        "the council knew that day." in text
    )


def test_withheld_worklist_is_never_reported_as_no_action() -> None:
    found = explained("debtor", "D", _pursued(), withheld=("recovery_worklist",))
    assert "No action" not in words(found, "recovery")
    assert any("worklist" in absence for absence in found.absences)


def test_a_stage_that_changed_overnight_is_reported() -> None:
    before = _pursued(next_stage="reminder", next_stage_on=date(2026, 6, 5))
    changed = rows(explained("invoice", "1001", _pursued(), before), "changes", "before", "now")
    assert ("reminder", "final_notice") in changed


@pytest.mark.parametrize(
    ("subject", "parts"),
    [
        ("invoice", {"open_items", "status", "recovery", "changes", "movements", "allocations"}),
        ("debtor", {"open_items", "status", "recovery", "changes", "movements", "allocations"}),
        (
            "arrangement",
            {"status", "instalments", "invoices", "changes", "movements", "allocations"},
        ),
        ("receipt", {"identification", "status", "changes", "movements", "allocations"}),
        ("request", {"status", "failed_checks", "authority", "changes", "movements"}),
    ],
)
def test_every_kind_has_its_parts(subject: str, parts: set[str]) -> None:
    tables = _request("approved") | _arranged(arrangement("live", "40", "80"))
    ids = {"invoice": "1001", "debtor": "D", "arrangement": "A", "receipt": "R1", "request": "Q"}
    mapping: Any = as_mapping(explained(subject, ids[subject], tables))
    assert set(mapping["parts"]) == parts


def test_every_key_for_machines_is_documented() -> None:
    documented = (ROOT / "docs" / "guides" / "explain.md").read_text(encoding="utf-8")
    tables = _request("refused", "W04") | _arranged(arrangement("live", "40", "80"))
    tables["arrangement_invoices"] = [{"arrangement_id": "A", "invoice_id": "1001"}]
    used: set[str] = set()
    for subject, id_ in (("invoice", "1001"), ("arrangement", "A"), ("request", "Q")):
        mapping: Any = as_mapping(explained(subject, id_, tables, {}))
        used |= {*mapping, *mapping["compared_with"], *mapping["parts"]}
        for each in mapping["parts"].values():
            used |= {*each, *(key for row in each["rows"] for key in row)}
    used |= {column.key for column in changes.COLUMNS}
    assert [key for key in sorted(used) if f"`{key}`" not in documented] == []


# --- runs of an older version -------------------------------------------------------------------


def test_older_run_that_publishes_less_is_still_explained() -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute("create table invoices as select 'I1' as invoice_id")
        marts = RunMarts(PublishedMarts(connection, frozenset({"invoices"})), read_run(manifest()))
        found = explain(Subject.INVOICE, "I1", marts, None)
    assert found is not None
    assert "Ledger movements: not published by this run." in found.absences
    assert part(found, "movements").table is None

"""A restatement: what a day's balances changed by between two days of knowledge, and why.

The day of the council below is 30 June. The files of June are known then; those of July came later.
The comment beside each debtor says what happens to it.
"""

from datetime import date
from decimal import Decimal

import pytest

from tests.flows.restated_sides import Restated, restated, sums
from tests.laws.canonical_files import Delivery
from tests.laws.case_definition import merged_files
from tests.laws.case_rows import (
    SERVICES,
    Row,
    allocation,
    arrangement,
    debtor,
    invoice,
    receipt,
    refund,
    reversal,
    write_off,
)
from tests.laws.council_author import JUNE
from tests.laws.strategies import some_councils

AS_OF, LATER = date(2026, 6, 30), date(2026, 7, 31)
DUE = "2026-06-20"
DEBTORS = ("LATE", "CORR", "GONE", "WAIT", "REFD", "ARRD", "ALLD", "NAMD", "BACK", "TOOK", "SAME")


def _credit_note(credit_note_id: str, debtor_id: str, **cells: str) -> Row:
    return {
        "credit_note_id": credit_note_id,
        "debtor_id": debtor_id,
        "invoice_id": "",
        "credit_date": "2026-06-10",
        "net_amount": "7.00",
        "vat_amount": "0.00",
        "gross_amount": "7.00",
        "raised_by": "OFF1",
        "approved_by": "OFF2",
    } | cells


def _nobodys(receipt_id: str, amount: str, reference: str = "") -> Row:
    return receipt(receipt_id, amount, "2026-06-10", debtor_id="", reference=reference)


FILES = {
    "services_20260601.csv": list(SERVICES),
    "debtors_20260601.csv": [debtor(each) for each in DEBTORS],
    "invoices_20260601.csv": [
        invoice("I-LATE", "100.00", DUE, debtor_id="LATE"),
        invoice("I-GONE", "80.00", DUE, debtor_id="GONE", raised_by="OFF1", withdrawn_on=""),
        invoice("I-TOOK", "50.00", DUE, debtor_id="TOOK"),
        invoice("I-SAME", "50.00", DUE, debtor_id="SAME"),
        invoice("I-BACK", "60.00", DUE, debtor_id="BACK"),
    ],
    "credit_notes_20260601.csv": [_credit_note("C-CORR", "CORR")],
    "receipts_20260611.csv": [
        receipt("R-CORR", "40.00", "2026-06-10", debtor_id="CORR"),
        receipt("R-SAME", "50.00", "2026-06-10", debtor_id="SAME", payer_name="A Person"),
        _nobodys("R-REFD", "11.00", "I-REFD"),
        _nobodys("R-ARRD", "12.00", "A-ARRD"),
        _nobodys("R-NEWD", "13.00", "NEWD"),
        _nobodys("R-ALLD", "14.00"),
        _nobodys("R-NAMD", "15.00"),
        _nobodys("R-TOOK", "16.00"),
        _nobodys("R-SUSP", "17.00"),
    ],
    "receipt_reversals_20260612.csv": [reversal("V-WAIT", "R-WAIT", "30.00", "2026-06-12")],
    "refunds_20260612.csv": [
        refund("F-SUSP", "17.00", "2026-06-15", debtor_id="", receipt_id="R-SUSP")
    ],
    "allocations_20260612.csv": [
        allocation("L-NAMD", "R-NAMD", "I-NAMD", "15.00", "2026-06-12"),
        allocation("L-TOOK", "R-TOOK", "I-TOOK", "16.00", "2026-06-12"),
    ],
    "write_backs_20260612.csv": [
        {
            "write_back_id": "B-BACK",
            "write_off_id": "W-BACK",
            "written_back_on": "2026-06-14",
            "amount": "20.00",
        }
    ],
    # Known only in July.
    "receipts_20260702.csv": [
        receipt("R-LATE", "60.00", "2026-06-25", debtor_id="LATE"),
        receipt("R-CORR", "45.00", "2026-06-10", debtor_id="CORR"),
        receipt("R-SAME", "50.00", "2026-06-10", debtor_id="SAME", payer_name="Another Person"),
        receipt("R-WAIT", "30.00", "2026-06-11", debtor_id="WAIT"),
        receipt("R-NEXT", "9.00", "2026-07-01", debtor_id="LATE"),
    ],
    "receipts_20260703.csv": [
        receipt("R-CORR", "45.00", "2026-06-10", debtor_id="CORR", payer_name="A Person"),
    ],
    "credit_notes_20260702.csv": [
        _credit_note("C-CORR", "LATE"),
        _credit_note(
            "C-TOOK", "TOOK", net_amount="50.00", gross_amount="50.00", invoice_id="I-TOOK"
        ),
    ],
    "invoices_20260702.csv": [
        invoice("I-GONE", "80.00", DUE, debtor_id="GONE", raised_by="OFF9", withdrawn_on=DUE),
        invoice("I-REFD", "11.00", DUE, debtor_id="REFD", raised_by="OFF3"),
        invoice("I-NAMD", "15.00", DUE, debtor_id="NAMD", raised_by="OFF4"),
    ],
    "arrangements_20260702.csv": [
        arrangement("A-ARRD", "12.00", "12.00", DUE, debtor_id="ARRD", officer_id="OFF5")
    ],
    "debtors_20260702.csv": [debtor("NEWD")],
    "allocations_20260702.csv": [
        allocation("L-ALLD", "R-ALLD", "I-LATE", "14.00", "2026-06-12"),
        allocation("L-PUSH", "C-TOOK", "I-TOOK", "50.00", "2026-06-11")
        | {"source_type": "credit_note"},
    ],
    "receipt_reversals_20260702.csv": [reversal("V-SUSP", "R-SUSP", "5.00", "2026-06-12")],
    "write_offs_20260702.csv": [
        write_off("W-BACK", "I-BACK", "20.00", "2026-06-13")
        | {"debtor_id": "BACK", "posted_by": "OFF6"}
    ],
}


@pytest.fixture(scope="module")
def july(tmp_path_factory: pytest.TempPathFactory) -> Restated:
    """30 June as known on 31 July instead of 30 June."""
    return restated(
        [Delivery(FILES, LATER)], AS_OF, (AS_OF, LATER), tmp_path_factory.mktemp("restated")
    )


def _listed(july: Restated, movement_id: str) -> list[tuple[object, ...]]:
    """Debtor, difference, cause, what became of the causing row, its key, file and line."""
    return [
        (
            row["debtor_id"],
            str(row["difference_amount"]),
            row["cause"],
            row["source_change"],
            row["source_key"],
            f"{row['source_file']}:{row['source_line']}",
        )
        for row in july.rows("restatement")
        if row["movement_id"] == movement_id
    ]


@pytest.mark.slow
class TestCauses:
    def test_a_late_receipt_is_its_own_cause(self, july: Restated) -> None:
        assert _listed(july, "R-LATE") == [
            ("LATE", "-60.00", "own_row", "added", "R-LATE", "receipts_20260702.csv:2")
        ]

    def test_a_corrected_row_is_the_cause_and_not_a_later_change_of_words(
        self, july: Restated
    ) -> None:
        assert _listed(july, "R-CORR") == [
            ("CORR", "-5.00", "own_row", "changed", "R-CORR", "receipts_20260702.csv:3")
        ]

    def test_a_withdrawn_row_is_the_version_that_withdraws_it_with_its_officer(
        self, july: Restated
    ) -> None:
        assert _listed(july, "I-GONE") == [
            ("GONE", "-80.00", "own_row", "removed", "I-GONE", "invoices_20260702.csv:2")
        ]
        (row,) = [row for row in july.rows("restatement") if row["movement_id"] == "I-GONE"]
        assert (row["officer_id"], row["known_on"]) == ("OFF9", date(2026, 7, 2))

    def test_a_credit_moved_to_another_debtor_is_one_row_for_each(self, july: Restated) -> None:
        place = ("own_row", "changed", "C-CORR", "credit_notes_20260702.csv:2")
        assert _listed(july, "C-CORR") == [
            ("CORR", "7.00", *place),
            ("LATE", "-7.00", *place),
        ]
        listed = [row for row in july.rows("restatement") if row["movement_id"] == "C-CORR"]
        assert {(row["officer_id"], row["approved_by"]) for row in listed} == {("OFF1", "OFF2")}

    def test_a_reversal_that_waited_names_the_receipt_it_waited_for(self, july: Restated) -> None:
        assert _listed(july, "V-WAIT") == [
            ("WAIT", "30.00", "undone_row", "added", "R-WAIT", "receipts_20260702.csv:5")
        ]

    def test_a_write_back_that_waited_names_its_write_off(self, july: Restated) -> None:
        assert _listed(july, "B-BACK") == [
            ("BACK", "20.00", "undone_row", "added", "W-BACK", "write_offs_20260702.csv:2")
        ]

    @pytest.mark.parametrize(
        ("story", "amount", "key", "line"),
        [
            ("REFD", "11.00", "I-REFD", "invoices_20260702.csv:3"),
            ("ARRD", "12.00", "A-ARRD", "arrangements_20260702.csv:2"),
            ("NEWD", "13.00", "NEWD", "debtors_20260702.csv:2"),
        ],
    )
    def test_a_receipt_whose_reference_now_finds_a_row_names_that_row(
        self, july: Restated, story: str, amount: str, key: str, line: str
    ) -> None:
        place = ("found_row", "added", key, line)
        assert set(_listed(july, f"R-{story}")) == {
            (None, amount, *place),
            (story, f"-{amount}", *place),
        }

    def test_a_receipt_that_the_feed_gives_a_debtor_names_the_allocation(
        self, july: Restated
    ) -> None:
        place = ("allocation", "added", "L-ALLD", "allocations_20260702.csv:2")
        assert set(_listed(july, "R-ALLD")) == {(None, "14.00", *place), ("LATE", "-14.00", *place)}

    def test_an_allocation_that_waited_for_its_invoice_names_the_invoice(
        self, july: Restated
    ) -> None:
        place = ("allocated_invoice", "added", "I-NAMD", "invoices_20260702.csv:4")
        assert set(_listed(july, "R-NAMD")) == {(None, "15.00", *place), ("NAMD", "-15.00", *place)}

    def test_a_receipt_that_loses_its_debtor_names_the_allocation_that_came_first(
        self, july: Restated
    ) -> None:
        place = ("other_allocation", "added", "L-PUSH", "allocations_20260702.csv:3")
        assert set(_listed(july, "R-TOOK")) == {(None, "-16.00", *place), ("TOOK", "16.00", *place)}

    def test_a_refund_in_suspense_names_the_reversal_that_left_it_less(
        self, july: Restated
    ) -> None:
        assert _listed(july, "F-SUSP") == [
            (None, "-5.00", "same_receipt", "added", "V-SUSP", "receipt_reversals_20260702.csv:2")
        ]

    def test_what_moves_no_balance_is_not_listed(self, july: Restated) -> None:
        assert _listed(july, "R-SAME") == []
        assert _listed(july, "R-NEXT") == []


@pytest.mark.slow
def test_the_differences_sum_to_that_of_the_balances_per_debtor_and_in_total(
    july: Restated,
) -> None:
    changes = july.balance_changes()
    assert sums(july.rows("restatement")) == changes
    assert july.totals.after - july.totals.before == sum(changes.values())
    assert None in changes


@pytest.mark.slow
def test_the_items_sum_to_the_same_as_the_movements_for_every_debtor(july: Restated) -> None:
    assert sums(july.rows("restated_items")) == sums(july.rows("restatement"))


@pytest.mark.slow
def test_an_item_shows_what_was_open_before_and_after(july: Restated) -> None:
    (item,) = [row for row in july.rows("restated_items") if row["item_id"] == "I-LATE"]
    assert (item["before_amount"], item["before_age_band"]) == (Decimal("100.00"), "d001_030")
    assert item["after_amount"] == Decimal("26.00")


@pytest.mark.slow
def test_the_restatement_of_any_council_ties_and_gives_every_row_a_cause(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    councils = some_councils(120, JUNE, 0)
    files = merged_files((f"c{number}.", each.files) for number, each in enumerate(councils))
    deliveries = JUNE.deliveries(files)
    any_council = restated(
        deliveries,
        JUNE.as_of,
        (JUNE.as_of, JUNE.known_at),
        tmp_path_factory.mktemp("restated_councils"),
    )
    rows = any_council.rows("restatement")
    assert len(rows) > 100
    assert [row for row in rows if row["cause"] is None] == []
    strangers = [
        row for row in rows if row["source_key"].split(".")[0] != row["movement_id"].split(".")[0]
    ]
    assert strangers == []
    assert {JUNE.as_of < row["known_on"] <= JUNE.known_at for row in rows} == {True}
    assert sums(rows) == any_council.balance_changes()
    assert sums(any_council.rows("restated_items")) == any_council.balance_changes()

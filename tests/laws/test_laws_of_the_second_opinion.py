"""What must hold for any council, tried on the second opinion."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.council_author import Council
from tests.laws.laws import allocations_beyond_either_side, balances_that_differ, totals
from tests.laws.opinions import any_council, in_any_order, opinion, rows_of_council, tried
from tests.laws.reversed_twins import RECEIPT, REVERSAL, reversed_twin
from tests.laws.second_opinion import Marts, Policy, Row, second_opinion


@tried
@given(any_council)
def test_movements_open_items_and_aged_debt_agree_for_each_debtor(council: Council) -> None:
    assert balances_that_differ(opinion(council)) == []


@tried
@given(any_council)
def test_suspense_is_what_moved_without_a_debtor(council: Council) -> None:
    marts = opinion(council)
    moved = sum(
        (Decimal(str(row["amount"])) for row in marts["ledger_movements"] if not row["debtor_id"]),
        Decimal(0),
    )
    assert moved == -sum((Decimal(str(row["amount"])) for row in marts["suspense"]), Decimal(0))


@tried
@given(any_council)
def test_allocations_stay_within_both_sides(council: Council) -> None:
    assert allocations_beyond_either_side(opinion(council)) == []


@tried
@given(any_council)
def test_no_credit_settles_another_debtors_debit(council: Council) -> None:
    marts = opinion(council)
    debtors = {
        (row["movement_type"], row["movement_id"]): row["debtor_id"]
        for row in marts["ledger_movements"]
    }
    for row in marts["allocations"]:
        assert row["debtor_id"] == debtors[row["source_type"], row["source_id"]]


@tried
@given(any_council)
def test_the_order_of_rows_never_matters(council: Council) -> None:
    rows = rows_of_council(council)
    mixed = list(rows)
    Random(0).shuffle(mixed)  # noqa: S311 - any order will do
    assert in_any_order(opinion(council, mixed)) == in_any_order(opinion(council, rows))


@tried
@given(any_council, any_council)
def test_what_is_known_later_changes_nothing_earlier(council: Council, other: Council) -> None:
    later = council.clock.known_at + timedelta(days=1)
    unknown = [
        Row(row.feed, row.cells, f"later_{row.source_file}", row.source_line, later, later)
        for row in rows_of_council(other)
    ]
    with_it = opinion(council, [*rows_of_council(council), *unknown])
    assert in_any_order(with_it) == in_any_order(opinion(council))


@tried
@given(any_council)
def test_what_happens_later_changes_no_earlier_movement(council: Council) -> None:
    def dated_by(marts: Marts, day: date) -> list[str]:
        return sorted(
            f"{row['movement_type']} {row['movement_id']}"
            for row in marts["ledger_movements"]
            if row["effective_on"] <= day and row["movement_type"] in ("invoice", "receipt")  # type: ignore[operator]
        )

    as_of = council.clock.as_of
    rows = [row for row in rows_of_council(council) if "withdrawn_on" not in row.cells]
    today = second_opinion(rows, as_of=as_of, known_at=council.clock.known_at)
    next_month = second_opinion(
        rows, as_of=as_of + timedelta(days=30), known_at=council.clock.known_at
    )
    assert dated_by(next_month, as_of) == dated_by(today, as_of)


@tried
@given(any_council)
def test_the_same_rows_again_change_nothing(council: Council) -> None:
    rows = rows_of_council(council)
    again = [
        Row(
            row.feed, row.cells, row.source_file, row.source_line + 1000, row.file_day, row.known_on
        )
        for row in rows
        if sum(row.key == other.key and row.feed == other.feed for other in rows) == 1
    ]
    assert in_any_order(opinion(council, [*rows, *again])) == in_any_order(opinion(council))


@tried
@given(any_council)
def test_the_proof_has_no_difference(council: Council) -> None:
    assert {row["difference"] for row in opinion(council)["movement_proof"]} <= {Decimal(0)}


@tried
@given(any_council)
def test_every_movement_is_proved_in_its_month(council: Council) -> None:
    marts = opinion(council)
    moved = sum(
        (Decimal(str(row["amount"])) for row in marts["ledger_movements"] if row["debtor_id"]),
        Decimal(0),
    )
    closing = sum(
        (
            Decimal(str(row["closing_balance"]))
            for row in marts["movement_proof"]
            if row["period_end"] == council.clock.as_of
        ),
        Decimal(0),
    )
    assert closing == moved


@tried
@given(any_council)
def test_an_arrangement_is_parted_to_its_total(council: Council) -> None:
    marts = opinion(council)
    promised = totals(marts["arrangement_instalments"], "arrangement_id", "amount")
    for row in marts["arrangement_compliance"]:
        if row["status"] != "not_evaluated":
            assert promised[row["arrangement_id"]] == row["total_amount"]


@tried
@given(any_council)
def test_holding_back_oldest_first_suspends_that_step_only(council: Council) -> None:
    def by_other_rules(marts: Marts) -> list[str]:
        return sorted(
            str(row) for row in marts["allocations"] if row["allocation_rule"] != "oldest_first"
        )

    held_back = second_opinion(
        rows_of_council(council),
        as_of=council.clock.as_of,
        known_at=council.clock.known_at,
        policy=Policy(unreferenced_receipts="hold"),
    )
    assert by_other_rules(held_back) == by_other_rules(opinion(council))
    assert all(row["allocation_rule"] != "oldest_first" for row in held_back["allocations"])


@tried
@given(any_council, st.randoms(use_true_random=False))
def test_a_reversed_receipt_leaves_nothing_but_two_movements(
    council: Council, chance: Random
) -> None:
    without, with_it = opinion(council), opinion(reversed_twin(council, chance))
    del without["movement_proof"], with_it["movement_proof"]
    movements = with_it["ledger_movements"]
    more = [row for row in movements if row["movement_id"] in (RECEIPT, REVERSAL)]
    assert sorted(str(row["movement_type"]) for row in more) == ["receipt", "receipt_reversal"]
    with_it["ledger_movements"] = [row for row in movements if row not in more]
    assert in_any_order(with_it) == in_any_order(without)

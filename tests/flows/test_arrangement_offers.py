"""Offers, promises and warnings of a whole day, and who is helped early.

One small council, its files written by hand, is run once; each test asks the command line what was
published, as a user would. The models see a second one that differs only in what is known of people
beyond how they pay.
"""

import csv
import stat
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.answers.query import open_marts
from flows.settings import load_settings
from tests.flows.plain_day import run_day
from tests.flows.published_council import ask, put_feeds
from tests.laws.canonical_files import Delivery, Files
from tests.laws.model_days import marts_of_the_models

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dbt_in_forks")]

AS_OF = date(2026, 6, 26)
FEEDS: Mapping[str, tuple[str, ...]] = {
    "debtors": (
        "debtor_id,party_id,party_type,name,preferred_channel,communication_needs,language",
        "UNKNOWN_MEANS,,individual,A Person,,,",
        "ASSESSED,P,individual,B Person,,,",
        "SAME_PERSON,P,individual,B Person,,,",
        "OUT_OF_DATE,,individual,C Person,,,",
        "NEAR_BREACH,,individual,D Person,,,",
        "BREACHED,,individual,E Person,,,",
        "PROTECTED,,individual,F Person,,,",
        "KEPT,,individual,G Person,,,",
        "BROKEN,,individual,H Person,,,",
        "UNPAID,,individual,I Person,,,",
        "HELD,,individual,J Person,,,",
    ),
    "services": ("service_code,service_name,debt_type", "HALL,Hall hire,sundry"),
    "invoices": (
        "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,gross_amount",
        "I1,UNKNOWN_MEANS,HALL,2026-05-10,2026-06-10,120.00,0.00,120.00",
        "I2,ASSESSED,HALL,2026-04-01,2026-05-01,300.00,0.00,300.00",
        "I3,SAME_PERSON,HALL,2026-04-01,2026-05-01,150.00,0.00,150.00",
        "I4,OUT_OF_DATE,HALL,2026-04-01,2026-05-01,60.00,0.00,60.00",
        "I5,NEAR_BREACH,HALL,2026-04-01,2026-05-01,100.00,0.00,100.00",
        "I6,BREACHED,HALL,2026-02-01,2026-03-01,200.00,0.00,200.00",
        "I7,PROTECTED,HALL,2026-02-01,2026-03-01,200.00,0.00,200.00",
        "I8,KEPT,HALL,2026-04-20,2026-05-20,50.00,0.00,50.00",
        "I9,BROKEN,HALL,2026-05-20,2026-06-22,50.00,0.00,50.00",
        "I10,UNPAID,HALL,2026-05-20,2026-06-20,60.00,0.00,60.00",
        "I11,HELD,HALL,2026-05-20,2026-06-20,60.00,0.00,60.00",
    ),
    "receipts": (
        "receipt_id,received_on,amount,method,debtor_id,invoice_id",
        "R1,2026-06-11,50.00,card,KEPT,I8",
        "R2,2026-06-20,60.00,direct_debit,UNPAID,I10",
        "R3,2026-06-20,60.00,direct_debit,HELD,I11",
    ),
    "receipt_reversals": (
        "reversal_id,receipt_id,reversed_on,amount,reason_code",
        "V1,R2,2026-06-23,60.00,dd_unpaid",
        "V2,R3,2026-06-23,60.00,dd_unpaid",
    ),
    "arrangements": (
        "arrangement_id,debtor_id,agreed_on,first_due_on,frequency,instalment_amount,total_amount",
        "NEAR,NEAR_BREACH,2026-05-05,2026-06-24,monthly,50.00,100.00",
        "BREACH,BREACHED,2026-04-01,2026-05-01,monthly,50.00,200.00",
        "HOLD,PROTECTED,2026-04-01,2026-05-01,monthly,50.00,200.00",
    ),
    "arrangement_invoices": ("arrangement_id,invoice_id", "NEAR,I5", "BREACH,I6", "HOLD,I7"),
    "case_actions": (
        "action_id,debtor_id,invoice_id,action_code,acted_on,outcome_code,promised_amount,promised_on",
        "A1,KEPT,I8,promise,2026-06-01,promised,50.00,2026-06-10",
        "A2,BROKEN,I9,promise,2026-06-05,promised,50.00,2026-06-18",
        "A3,PROTECTED,I7,promise,2026-06-05,promised,50.00,2026-06-18",
    ),
    "holds": (
        "hold_id,debtor_id,invoice_id,hold_type,starts_on,ends_on",
        "H1,PROTECTED,,breathing_space,2026-06-01,2026-07-30",
        "H2,HELD,,query,2026-06-01,",
    ),
    "financial_statements": (
        "statement_id,debtor_id,assessed_on,monthly_income,monthly_essential_expenditure,"
        "monthly_priority_payments,monthly_savings,number_of_creditors,total_debt,evidence_seen",
        "F1,ASSESSED,2026-06-01,1000.00,800.00,100.00,,2,900.00,",
        "F2,OUT_OF_DATE,2025-12-25,1000.00,800.00,100.00,,2,900.00,bank statements",
    ),
}
# Other values for what is known of people beyond how they pay.
OTHERWISE: Mapping[str, Sequence[tuple[str, str]]] = {
    "debtors": ((",individual,", ",sole_trader,"), (",,,", ",phone,large print,cy")),
    "holds": ((",query,", ",vulnerability,"),),
}


def _feeds_with(changes: Mapping[str, Sequence[tuple[str, str]]]) -> Files:
    files = {}
    for feed, (header, *rows) in FEEDS.items():
        changed = list(rows)
        for old, new in changes.get(feed, ()):
            assert any(old in row for row in changed)
            changed = [row.replace(old, new) for row in changed]
        files[f"{feed}_20260626.csv"] = list(csv.DictReader((header, *changed)))
    return files


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the day published; read it, do not change it."""
    home = tmp_path_factory.mktemp("offers") / "home"
    put_feeds(home, FEEDS, "20260626")
    run_day(load_settings(home, {}, home), AS_OF)
    return home


def _restricted(home: Path, table: str, columns: str) -> Sequence[tuple[object, ...]]:
    path = home / "published" / "current" / "restricted" / f"{table}.parquet"
    with duckdb.connect() as connection:
        return connection.execute(f"select {columns} from '{path}' order by all").fetchall()


@pytest.mark.parametrize(
    ("debtor", "expected"),
    [
        (
            "UNKNOWN_MEANS",
            "120.00 is open on 1 invoice at or past reminder; nothing is known about means, so "
            "standard terms of up to 6 months; 20.00 a month, 6 instalments from 2026-07-10 to "
            "2026-12-10",
        ),
        (
            "ASSESSED",
            "300.00 is open on 1 invoice at or past reminder; by the financial statement of "
            "2026-06-01; 30.00 a month, 10 instalments from 2026-07-10 to 2027-04-10; longer than "
            "6 months: proof of income and spending is needed",
        ),
        (
            "SAME_PERSON",
            "150.00 is open on 1 invoice at or past reminder; by the financial statement of "
            "2026-06-01; 15.00 a month, 10 instalments from 2026-07-10 to 2027-04-10; longer than "
            "6 months: proof of income and spending is needed",
        ),
        (
            "OUT_OF_DATE",
            "60.00 is open on 1 invoice at or past reminder; the financial statement of "
            "2025-12-25 was valid until 2026-06-25, so standard terms apply and a new one is needed"
            "; 10.00 a month, 6 instalments from 2026-07-10 to 2026-12-10",
        ),
    ],
    ids=[
        "whose means nobody knows: standard terms",
        "whose means are known: a share of what is available",
        "the same person's other account: its own share",
        "whose statement is six months old: a new one",
    ],
)
def test_an_offer_is_explained_in_words(home: Path, debtor: str, expected: str) -> None:
    sql = f"select reason from arrangement_offers where debtor_id = '{debtor}'"
    assert ask(home, sql) == [{"reason": expected}]


def test_nobody_else_is_offered_an_arrangement(home: Path) -> None:
    """Nobody with an arrangement, nobody protected, nobody whose debt is not due for one."""
    rows = ask(home, "select debtor_id from arrangement_offers order by 1")
    assert [row["debtor_id"] for row in rows] == [
        "ASSESSED",
        "OUT_OF_DATE",
        "SAME_PERSON",
        "UNKNOWN_MEANS",
    ]


def test_means_are_in_a_restricted_file_only(home: Path) -> None:
    assert _restricted(
        home,
        "affordability",
        "debtor_id, statement_id, savings_amount::varchar, available_amount::varchar, "
        "offer_amount::varchar, is_valid",
    ) == [
        ("ASSESSED", "F1", "10.00", "90.00", "30.00", True),
        ("OUT_OF_DATE", "F2", "10.00", "90.00", "6.00", False),
        ("SAME_PERSON", "F1", "10.00", "90.00", "15.00", True),
    ]
    published = home / "published" / "current"
    for name in ("affordability.parquet", "signposting_suggestions.parquet"):
        assert stat.S_IMODE((published / "restricted" / name).stat().st_mode) == 0o600
        assert not (published / "marts" / name).exists()


@pytest.mark.parametrize(
    ("arrangement", "warnings", "expected"),
    [
        ("NEAR", "pay_to_stay_live", "50.00 by 2026-06-28 keeps it live"),
        (
            "BREACH",
            "cancel_proposed,missed_instalment,replan_proposed",
            "breached since 2026-05-06, 100.00 makes it live again; 2 instalments unmet since "
            "2026-05-01, 100.00 in all; a reminder of it is due; cancelling it is proposed, for an "
            "officer to decide; new plan: 50.00 monthly, 4 instalments until 2026-10-10",
        ),
        ("HOLD", "held", "protected: no warning and no contact while that lasts"),
    ],
    ids=["due the day before yesterday", "two instalments missed", "in breathing space"],
)
def test_an_arrangement_is_warned_of_in_words(
    home: Path, arrangement: str, warnings: str, expected: str
) -> None:
    sql = (
        f"select warnings, reason from arrangement_warnings where arrangement_id = '{arrangement}'"
    )
    assert ask(home, sql) == [{"warnings": warnings, "reason": expected}]


def test_a_promise_is_kept_broken_or_not_judged(home: Path) -> None:
    sql = "select debtor_id, status, paid_pct, days_late from promises order by debtor_id"
    assert [tuple(row.values()) for row in ask(home, sql)] == [
        ("BROKEN", "broken", 0, 8),
        ("KEPT", "kept", 100, 1),
        ("PROTECTED", "protected", 0, 0),
    ]


EARLY = (
    "select debtor_id, signals, points, support_codes, reason from early_contact order by debtor_id"
)


def test_help_is_offered_before_any_reminder(home: Path) -> None:
    assert [tuple(row.values()) for row in ask(home, EARLY)] == [
        (
            "BROKEN",
            "broken_promise",
            3,
            "free_debt_advice",
            "a promise for 2026-06-18 was not kept in full",
        ),
        (
            "NEAR_BREACH",
            "first_missed_instalment",
            2,
            "payment_choice",
            "a first instalment was missed, due on 2026-06-24",
        ),
        (
            "UNPAID",
            "failed_direct_debit",
            3,
            "payment_choice",
            "a direct debit came back unpaid on 2026-06-23",
        ),
    ]


def test_early_help_knows_nothing_of_a_person_but_how_they_pay(home: Path, tmp_path: Path) -> None:
    """Party type, language, needs, channel and the type of a hold change no row of it."""
    twin = marts_of_the_models(
        [Delivery(_feeds_with(OTHERWISE), AS_OF)],
        as_of=AS_OF,
        known_at=AS_OF,
        folder=tmp_path,
        marts=("early_contact", "debtors"),
    )
    assert [row["party_type"] for row in twin["debtors"]] == ["sole_trader"] * 11
    with open_marts(home / "published" / "current") as published:
        columns = ", ".join(twin["early_contact"][0])
        before = published.execute(f"select {columns} from early_contact").fetchall()
    assert sorted(before) == sorted(tuple(row.values()) for row in twin["early_contact"])


def test_support_is_suggested_to_those_whom_it_may_help(home: Path) -> None:
    assert _restricted(home, "signposting_suggestions", "debtor_id, signal_code, support_code") == [
        ("BREACHED", "arrangement_broken", "free_debt_advice"),
        ("BROKEN", "broken_promise", "free_debt_advice"),
    ]


def test_the_policy_rows_that_offers_and_help_name_are_published(home: Path) -> None:
    named = (
        "select unnest(string_split(policy_rows, ',')) as policy_row from arrangement_offers "
        "union select unnest(string_split(policy_rows, ',')) from arrangement_warnings "
        "union select unnest(string_split(policy_rows, ',')) from promises "
        "union select unnest(string_split(policy_rows, ',')) from early_contact"
    )
    sql = (
        "select count(*) as named, count(policy_rows.meaning) as explained "
        f"from ({named}) left join policy_rows using (policy_row)"
    )
    ((named_count, explained_count),) = [tuple(row.values()) for row in ask(home, sql)]
    assert named_count == explained_count
    assert isinstance(named_count, int)
    assert named_count > 10

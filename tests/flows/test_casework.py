"""The income team's tables, of a whole day: limitation, holds, disputes, cases of each officer.

One small council, its files written by hand, is run once; each test asks the command line what was
published, as a user would.
"""

import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.settings import load_settings
from tests.flows.plain_day import run_day
from tests.flows.published_council import ask, put_feeds

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dbt_in_forks")]

AS_OF = date(2026, 6, 26)
LIMITATION = (
    "write_off_last_day::varchar as last_day, is_barred_for_write_off as is_barred, "
    "write_off_restarts as restarts, write_off_restart_cause as cause"
)
FEEDS: Mapping[str, tuple[str, ...]] = {
    "debtors": (
        "debtor_id,party_id,party_type,name",
        "D,P,individual,A Person",
        "E,P,individual,The Same Person",
        "F,,business,A Firm",
        "G,,individual,One Who Pays What Is Due",
        "H,,individual,One Whose Cheque Bounced",
    ),
    "officers": ("officer_id,name,role,team", "O1,An Officer,officer,Recovery"),
    "services": (
        "service_code,service_name,debt_type",
        "HALL,Hall hire,sundry",
        "CARE,Care at home,adult_social_care",
    ),
    "invoices": (
        "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,"
        "gross_amount,supply_from,supply_to,replaces_invoice_id",
        "W10,D,HALL,2020-01-10,2020-01-10,300.00,0.00,300.00,,,",
        "W11,D,HALL,2020-06-24,2020-06-24,300.00,0.00,300.00,,,",
        "TODAY,D,HALL,2020-06-26,2020-06-26,300.00,0.00,300.00,,,",
        "W12,D,HALL,2018-03-31,2018-03-31,300.00,0.00,300.00,,,",
        "W13,D,HALL,2018-03-31,2018-03-31,300.00,0.00,300.00,,,",
        "BOUNCED,D,HALL,2018-03-31,2018-03-31,300.00,0.00,300.00,,,",
        "EXPIRED,D,HALL,2018-03-31,2018-03-31,300.00,0.00,300.00,,,",
        "SUPPLY,E,HALL,2022-05-01,2022-05-31,300.00,0.00,300.00,2020-01-01,2020-03-31,",
        "FIRST,E,HALL,2019-05-01,2019-05-31,300.00,0.00,300.00,,,",
        "REBILL,E,HALL,2024-05-01,2024-05-31,300.00,0.00,300.00,,,FIRST",
        "CARE,F,CARE,2015-03-01,2015-03-31,40.00,0.00,40.00,,,",
        "SPREAD,G,HALL,2018-03-31,2018-03-31,300.00,0.00,300.00,,,",
        "PAID,H,HALL,2026-03-02,2026-03-30,100.00,0.00,100.00,,,",
        "UNPAID,H,HALL,2026-03-02,2026-03-30,100.00,0.00,100.00,,,",
    ),
    "credit_notes": (
        "credit_note_id,debtor_id,invoice_id,credit_date,net_amount,vat_amount,gross_amount",
        "CN1,E,FIRST,2024-05-01,300.00,0.00,300.00",
    ),
    "receipts": (
        "receipt_id,received_on,amount,method,debtor_id,invoice_id",
        "R1,2023-09-01,50.00,card,D,W12",
        "R2,2023-09-01,50.00,cheque,D,BOUNCED",
        "R3,2024-04-01,50.00,card,D,EXPIRED",
        "R4,2024-04-02,50.00,card,D,EXPIRED",
        "R5,2023-09-01,50.00,card,G,",
        "R6,2026-04-01,100.00,card,H,PAID",
        "R7,2026-04-02,100.00,cheque,H,UNPAID",
    ),
    "receipt_reversals": (
        "reversal_id,receipt_id,reversed_on,amount,reason_code",
        "V1,R2,2023-09-08,50.00,bounced_cheque",
        "V2,R7,2026-04-09,100.00,bounced_cheque",
    ),
    "case_actions": (
        "action_id,debtor_id,invoice_id,action_code,acted_on,officer_id,outcome_code,diary_on",
        "A1,D,W13,acknowledgment,2024-02-05,O1,done,",
        "A2,D,,phone_call,2026-06-01,O1,reached,2026-06-20",
    ),
    "case_allocations": (
        "debtor_id,officer_id,from_on",
        "D,O1,2024-01-01",
        "E,O1,2024-01-01",
    ),
    "legal_cases": ("case_id,invoice_id,referred_on,judgment_on", "L1,W10,2024-01-01,2024-03-01"),
    "holds": (
        "hold_id,debtor_id,invoice_id,hold_type,starts_on,ends_on,raised_by,approved_by",
        "H1,E,,breathing_space,2026-05-01,2026-06-30,O1,O2",
        "H2,F,,query,2026-05-27,,O1,O1",
    ),
    "disputes": (
        "dispute_id,debtor_id,invoice_id,kind,raised_on,category,root_cause,response_due_on,"
        "outcome,resolved_on,improvement",
        "P1,F,CARE,dispute,2026-06-01,wrong amount,,2026-06-25,,,",
        "P2,F,CARE,complaint,2026-05-01,conduct,TONE,2026-06-01,upheld,2026-05-20,Letters reworded",
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the day published; read it, do not change it."""
    home = tmp_path_factory.mktemp("casework") / "home"
    put_feeds(home, FEEDS, "20260626")
    run_day(load_settings(home, {}, home), AS_OF)
    return home


@pytest.mark.parametrize(
    ("invoice", "last_day", "is_barred", "restarts", "cause"),
    [
        ("W10", "2026-01-10", True, 0, None),
        ("W11", "2026-06-24", True, 0, None),
        ("TODAY", "2026-06-26", False, 0, None),
        ("W12", "2029-09-01", False, 1, "part_payment"),
        ("W13", "2030-02-05", False, 1, "acknowledgment"),
        ("BOUNCED", "2024-03-31", True, 0, None),
        ("EXPIRED", "2024-03-31", True, 0, None),
        ("SPREAD", "2024-03-31", True, 0, None),
        ("CARE", "2018-03-31", True, 0, None),
        ("REBILL", "2025-05-31", True, 0, None),
    ],
    ids=[
        "W10: six years to the day after it fell due",
        "W11: the accrual day is not counted",
        "the last day is still in time",
        "W12: a part payment restarts it",
        "W13: a written acknowledgment restarts it",
        "a reversed payment restarts nothing",
        "a payment after expiry revives nothing",
        "money that was spread oldest first restarts nothing",
        "a care charge due before April 2015 has three years",
        "a rebill inherits the due date of what it replaces",
    ],
)
def test_limitation_of_a_debt(
    home: Path,
    invoice: str,
    last_day: str,
    is_barred: bool,
    restarts: int,
    cause: str | None,
) -> None:
    sql = f"select {LIMITATION} from limitation_clock where invoice_id = '{invoice}'"
    assert ask(home, sql) == [
        {"last_day": last_day, "is_barred": is_barred, "restarts": restarts, "cause": cause}
    ]


def test_claims_use_the_earliest_reading(home: Path) -> None:
    sql = (
        "select invoice_id, claim_accrual_basis as basis, claim_last_day::varchar as last_day, "
        "is_barred_for_claims as barred, is_barred_for_write_off as written_off "
        "from limitation_clock where invoice_id in ('SUPPLY', 'REBILL') order by all"
    )
    assert ask(home, sql) == [
        {
            "invoice_id": "REBILL",
            "basis": "invoice_date",
            "last_day": "2025-05-01",
            "barred": True,
            "written_off": True,
        },
        {
            "invoice_id": "SUPPLY",
            "basis": "supply",
            "last_day": "2026-03-31",
            "barred": True,
            "written_off": False,
        },
    ]


def test_a_judgment_is_shown_beside_the_limitation(home: Path) -> None:
    sql = (
        "select invoice_id, judgment_on::varchar as day from limitation_clock "
        "where judgment_on is not null"
    )
    assert ask(home, sql) == [{"invoice_id": "W10", "day": "2024-03-01"}]


def test_the_policy_rows_that_limitation_names_are_published(home: Path) -> None:
    sql = (
        "select distinct clock.write_off_policy_row as policy_row, policy_rows.meaning "
        "from limitation_clock as clock left join policy_rows "
        "on clock.write_off_policy_row = policy_rows.policy_row order by all"
    )
    assert ask(home, sql) == [
        {
            "policy_row": "limitation_periods/care_charge_years/before_2015",
            "meaning": "3, years for charges due before 1 April 2015",
        },
        {"policy_row": "limitation_periods/simple_contract_years", "meaning": "6, years (s.5)"},
    ]


def test_holds_are_reviewed_without_their_type(home: Path) -> None:
    holds = ask(
        home,
        "select hold_id, held_amount::varchar as held, review_reasons "
        "from holds_review order by hold_id",
    )
    assert holds == [
        {"hold_id": "H1", "held": "2550.00", "review_reasons": "ends_soon"},
        {
            "hold_id": "H2",
            "held": "40.00",
            "review_reasons": "no_independent_approver,review_due,without_end",
        },
    ]


def test_hold_types_and_free_text_are_in_restricted_files_only(home: Path) -> None:
    published = home / "published" / "current"
    restricted = published / "restricted"
    files = sorted(path.name for path in restricted.iterdir() if path.is_file())
    folders = [path for path in restricted.rglob("*") if path.is_dir()]
    assert {"dispute_improvements.parquet", "holds_in_force.parquet"} <= set(files)
    assert [name for name in files if (published / "marts" / name).exists()] == []
    assert {stat.S_IMODE((restricted / name).stat().st_mode) for name in files} == {0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} <= {0o700}
    with duckdb.connect() as connection:
        types = connection.execute(
            "select hold_source, hold_id, hold_type, creditor_review_until "
            f"from '{restricted / 'holds_in_force.parquet'}' order by all"
        ).fetchall()
        improvements = connection.execute(
            f"select dispute_id, improvement from '{restricted / 'dispute_improvements.parquet'}'"
        ).fetchall()
    assert types == [
        ("dispute", "P1", "dispute", None),
        ("hold", "H1", "breathing_space", date(2026, 5, 21)),
        ("hold", "H2", "query", None),
    ]
    assert improvements == [("P2", "Letters reworded")]


def test_an_overdue_answer_and_an_upheld_complaint(home: Path) -> None:
    assert ask(
        home,
        "select dispute_id, disputed_amount::varchar as disputed, days_overdue, is_upheld "
        "from disputes order by dispute_id",
    ) == [
        {"dispute_id": "P1", "disputed": "40.00", "days_overdue": 1, "is_upheld": None},
        {"dispute_id": "P2", "disputed": None, "days_overdue": 0, "is_upheld": True},
    ]
    assert ask(
        home,
        "select service_code, root_cause, upheld_rate::varchar as rate, is_repeat_cause "
        "from root_causes where root_cause is not null",
    ) == [
        {"service_code": "CARE", "root_cause": "TONE", "rate": "100.00", "is_repeat_cause": False}
    ]


def test_the_cases_of_an_officer(home: Path) -> None:
    assert ask(
        home,
        "select officer_id, case_count, outstanding_amount::varchar as owed, "
        "oldest_action_on::varchar as oldest, overdue_diary_count, unreviewed_count from caseload",
    ) == [
        {
            "officer_id": "O1",
            "case_count": 2,
            "owed": "2550.00",
            "oldest": "2024-01-01",
            "overdue_diary_count": 1,
            "unreviewed_count": 1,
        }
    ]


# --- key figures --------------------------------------------------------------------------------


def test_a_payment_that_bounced_was_never_collected(home: Path) -> None:
    figures = ask(
        home,
        "select period_kind as kind, value::varchar as value, met from kpis "
        "where kpi_code in ('sundry_collection_rate', 'cohort_collection_rate', "
        "'average_days_to_collect') and value is not null order by kpi_code, kind",
    )
    assert [(row["kind"], row["value"], row["met"]) for row in figures] == [
        ("financial_year_to_date", "30.00", None),
        ("month", "30.00", None),
        ("trailing_12_months", "30.00", None),
        ("invoice_month", "50.00", None),
        ("invoice_month", "50.00", False),
        ("trailing_12_months", "50.00", False),
    ]

"""Agency placements, recalls, remittances and legal handover, of two whole days.

One small council, its files written by hand, is run on two days; each test asks the command line
what was published, as a user would.
"""

import stat
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import pytest

from flows.settings import load_settings
from tests.flows.plain_day import run_day
from tests.flows.published_council import ask, put_feeds

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dbt_in_forks")]

DAY_BEFORE, DAY = date(2026, 6, 25), date(2026, 6, 26)
LETTER = "2026-04-20"

PEOPLE: Final = (
    # debtor, party type, address status, company number, postcode
    ("CLEAN", "individual", "ok", "", "ZZ1 1ZZ"),
    ("FOUR", "individual", "gone_away", "", "ZZ1 1ZZ"),
    ("BARRED", "individual", "ok", "", "ZZ1 1ZZ"),
    ("BODY", "public_body", "ok", "", "ZZ1 1ZZ"),
    ("READY", "individual", "ok", "", "ZZ1 1ZZ"),
    ("FIRM", "business", "ok", "ZZ000001", "ZZ1 1ZZ"),
    ("NO_NUMBER", "business", "ok", "", "ZZ1 1ZZ"),
    ("GONE", "individual", "gone_away", "", "ZZ1 1ZZ"),
    ("TRACED", "individual", "gone_away", "", "ZZ1 1ZZ"),
    ("SECRET", "individual", "withheld", "", "ZZ1 1ZZ"),
    ("NO_POSTCODE", "individual", "ok", "", ""),
    ("DOCUMENTS", "individual", "ok", "", "ZZ1 1ZZ"),
    ("REPLIED", "individual", "ok", "", "ZZ1 1ZZ"),
    ("DIVIDEND", "individual", "ok", "", "ZZ1 1ZZ"),
    ("QUOTED", "individual", "ok", "", "ZZ1 1ZZ"),
    ("DISPUTED", "individual", "ok", "", "ZZ1 1ZZ"),
    ("JUDGED", "individual", "ok", "", "ZZ1 1ZZ"),
    ("SHORT", "individual", "ok", "", "ZZ1 1ZZ"),
    ("OLD", "individual", "ok", "", "ZZ1 1ZZ"),
    ("PLACED", "individual", "ok", "", "ZZ1 1ZZ"),
    ("RECALLED", "individual", "ok", "", "ZZ1 1ZZ"),
    ("PROTECTED", "individual", "ok", "", "ZZ1 1ZZ"),
)
DUE: Final = {"BARRED": "2020-01-10", "OLD": "2020-01-10", "SHORT": "2020-09-20"}
FOR_AGENCY: Final = ("CLEAN", "FOUR", "BARRED", "BODY")
STAGES: Final = ("reminder", "final_notice", "contact_attempt", "letter_of_claim")


def _invoices() -> Iterator[str]:
    for debtor, *_ in PEOPLE:
        due = DUE.get(debtor, "2026-02-01")
        yield f"I-{debtor},{debtor},HALL,{due},{due},300.00,0.00,300.00"


def _actions() -> Iterator[str]:
    number = 0
    for debtor, *_ in PEOPLE:
        stages = STAGES if debtor in FOR_AGENCY else (*STAGES, "agency_referral")
        for place, stage in enumerate(stages):
            number += 1
            acted_on = LETTER if stage == "letter_of_claim" else f"2026-03-{10 + place:02d}"
            acted_on = "2026-05-21" if stage == "agency_referral" else acted_on
            yield f"S{number:03d},{debtor},I-{debtor},{stage},{acted_on},done"
        if debtor != "FOUR":
            yield f"V{number:03d},{debtor},,vulnerability_check,2026-03-12,done"
    yield "X1,TRACED,,trace,2026-06-01,done"
    yield "X2,GONE,,trace,2026-06-01,failed"
    yield "X3,DOCUMENTS,I-DOCUMENTS,documents_requested,2026-05-01,done"
    yield "X4,REPLIED,,reply_form_received,2026-06-12,done"
    yield "X5,FOUR,I-FOUR,documents_requested,2026-05-01,done"


FEEDS: Mapping[str, tuple[str, ...]] = {
    "debtors": (
        "debtor_id,party_type,name,address_line_1,postcode,address_status,company_number,"
        "communication_needs",
        *(
            f"{debtor},{kind},Holder of {debtor},1 Example Street,{postcode},{status},{number},"
            "large print"
            for debtor, kind, status, number, postcode in PEOPLE
        ),
    ),
    "services": ("service_code,service_name,debt_type", "HALL,Hall hire,sundry"),
    "invoices": (
        "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,"
        "gross_amount",
        *_invoices(),
    ),
    "case_actions": (
        "action_id,debtor_id,invoice_id,action_code,acted_on,outcome_code",
        *_actions(),
    ),
    "holds": (
        "hold_id,debtor_id,hold_type,starts_on,ends_on",
        "H1,PROTECTED,breathing_space,2026-06-20,2026-08-18",
    ),
    "disputes": (
        "dispute_id,debtor_id,invoice_id,kind,raised_on,category",
        "P1,DISPUTED,I-DISPUTED,dispute,2026-06-01,wrong amount",
        "P2,FOUR,I-FOUR,dispute,2026-06-01,wrong amount",
    ),
    "agencies": (
        "agency_id,agency_name,commission_rate,vat_rate",
        "A1,Example Collections Ltd,12.5,20",
        "A2,Sample Recoveries Ltd,15,",
    ),
    "agency_placements": (
        "placement_id,invoice_id,agency_id,placed_on,recalled_on,recall_acknowledged_on,closed_on",
        "PL1,I-PLACED,A1,2026-05-22,,,",
        "PL2,I-RECALLED,A1,2026-05-22,2026-06-19,2026-06-26,",
        "PL3,I-PROTECTED,A2,2026-05-22,,,",
        "PL4,I-CLEAN,A1,2025-05-22,,,2025-12-01",
    ),
    "agency_remittances": (
        "remittance_line_id,agency_id,placement_id,collected_on,gross_amount,commission_amount,"
        "net_amount,remitted_on",
        "AR1,A1,PL1,2026-06-01,20.20,3.04,17.16,2026-06-02",
        "AR2,A1,PL1,2026-06-10,20.00,3.01,16.99,2026-06-11",
        "AR3,A1,PL1,2026-06-20,10.00,1.50,8.50,2026-06-24",
    ),
    "receipts": (
        "receipt_id,received_on,amount,method,debtor_id,invoice_id,reference",
        "R1,2026-06-02,20.20,agency,PLACED,I-PLACED,",
        "R2,2026-06-12,20.00,agency,PLACED,I-PLACED,",
        "R3,2026-06-15,30.00,card,PLACED,I-PLACED,",
        "R4,2026-06-15,7.00,agency,,,SHEET 12",
        "R5,2026-06-15,5.00,insolvency_dividend,DIVIDEND,I-DIVIDEND,",
        "R6,2026-06-15,40.00,bank_transfer,,,pay i-quoted",
    ),
    "legal_cases": (
        "case_id,invoice_id,referred_on,judgment_on,closed_on",
        "L1,I-JUDGED,2026-03-01,2026-04-01,2026-05-01",
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with both days published; read it, do not change it."""
    home = tmp_path_factory.mktemp("agencies") / "home"
    put_feeds(home, FEEDS, "20260625")
    settings = load_settings(home, {}, home)
    run_day(settings, DAY_BEFORE)
    run_day(settings, DAY)
    return home


def _published(home: Path, day: date) -> Path:
    (folder,) = (home / "published" / "runs").glob(f"{day}_*")
    return folder


def _file(path: Path, columns: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(f"select {columns} from '{path}' order by all").fetchall()


def test_a_clean_debt_is_proposed_to_an_agency_that_has_not_returned_it(home: Path) -> None:
    sql = (
        "select is_proposed, refusal_reasons, agency_id, "
        "commission_expected_amount::varchar as commission, limitation_last_day::varchar as last, "
        "policy_row from agency_placements_proposed where invoice_id = 'I-CLEAN'"
    )
    assert ask(home, sql) == [
        {
            "is_proposed": True,
            "refusal_reasons": None,
            "agency_id": "A2",
            "commission": "45.00",
            "last": "2032-02-01",
            "policy_row": "recovery_timetable/sundry/agency_referral",
        }
    ]


@pytest.mark.parametrize(
    ("invoice", "reasons"),
    [
        ("I-FOUR", "dispute,documents_outstanding,gone_away,no_vulnerability_check,stage_not_due"),
        ("I-BARRED", "statute_barred"),
        ("I-BODY", "left_out_by_policy"),
    ],
)
def test_every_reason_against_a_placement_is_listed(home: Path, invoice: str, reasons: str) -> None:
    sql = (
        "select is_proposed, refusal_reasons, agency_id from agency_placements_proposed "
        f"where invoice_id = '{invoice}'"
    )
    assert ask(home, sql) == [{"is_proposed": False, "refusal_reasons": reasons, "agency_id": None}]


@pytest.mark.parametrize(
    ("invoice", "missing"),
    [
        ("I-READY", None),
        ("I-FIRM", None),
        ("I-TRACED", "address_not_renewed"),
        ("I-NO_NUMBER", "no_company_number"),
        ("I-GONE", "gone_away"),
        ("I-SECRET", "address_withheld"),
        ("I-NO_POSTCODE", "no_address"),
        ("I-DOCUMENTS", "documents_outstanding"),
        ("I-REPLIED", "reply_window_running"),
        ("I-DIVIDEND", "solvency_not_shown"),
        ("I-QUOTED", "quoted_in_suspense"),
        ("I-JUDGED", "already_judged"),
        ("I-SHORT", "limitation_short"),
        ("I-OLD", "statute_barred"),
        ("I-PROTECTED", "agency_placement,solvency_not_shown,stage_not_due,statutory_hold"),
        ("I-RECALLED", None),
    ],
)
def test_a_legal_file_lists_everything_that_is_missing(
    home: Path, invoice: str, missing: str | None
) -> None:
    sql = f"select is_ready, missing from legal_handover where invoice_id = '{invoice}'"
    assert ask(home, sql) == [{"is_ready": missing is None, "missing": missing}]


def test_a_claim_says_its_letter_its_window_and_what_it_costs(home: Path) -> None:
    sql = (
        "select invoice_id, letter_of_claim_sent_on::varchar as letter, "
        "reply_window_ends_on::varchar as window_ends, issue_fee_amount::varchar as fee, "
        "fixed_costs_amount::varchar as costs, limitation_last_day::varchar as last, "
        "reply_policy_row from legal_handover where invoice_id in ('I-READY', 'I-FIRM') order by 1"
    )
    common = {"letter": LETTER, "fee": "35.00", "costs": "50.00", "last": "2032-02-01"}
    assert ask(home, sql) == [
        {
            "invoice_id": "I-FIRM",
            "window_ends": "2026-05-04",
            "reply_policy_row": "legal_rules/reply_window_company",
            **common,
        },
        {
            "invoice_id": "I-READY",
            "window_ends": "2026-05-20",
            "reply_policy_row": "legal_rules/reply_window_individual",
            **common,
        },
    ]


def test_a_barred_debt_is_refused_for_agency_and_court(home: Path) -> None:
    sql = (
        "select refusal_reasons as why from agency_placements_proposed "
        "where invoice_id = 'I-BARRED' union all "
        "select missing from legal_handover where invoice_id = 'I-OLD'"
    )
    assert ask(home, sql) == [{"why": "statute_barred"}, {"why": "statute_barred"}]


def test_a_recall_is_open_until_the_day_before_it_is_acknowledged(home: Path) -> None:
    recalls = "marts/agency_recalls.parquet"
    columns = (
        "placement_id, is_recall_proposed, recall_reasons, acknowledgment_due_on, days_overdue"
    )
    paid_directly = ("PL1", True, "direct_payment", None, 0)
    protected = ("PL3", True, "statutory_hold", None, 0)
    assert _file(_published(home, DAY_BEFORE) / recalls, columns) == [
        paid_directly,
        ("PL2", False, None, date(2026, 6, 24), 1),
        protected,
    ]
    assert _file(_published(home, DAY) / recalls, columns) == [paid_directly, protected]


def test_a_commission_that_is_a_penny_too_high_is_found(home: Path) -> None:
    sql = (
        "select row_id, receipt_id, commission_expected_amount::varchar as expected, "
        "commission_difference_amount::varchar as too_much, status, findings "
        "from agency_reconciliation where row_kind = 'remittance' order by row_id"
    )
    assert [tuple(row.values()) for row in ask(home, sql)] == [
        ("AR1", "R1", "3.04", "0.00", "agreed", None),
        ("AR2", "R2", "3.00", "0.01", "difference", "commission"),
        ("AR3", None, "1.50", "0.00", "not_in_ledger", "not_in_ledger"),
    ]


def test_a_direct_payment_and_money_that_nobody_remitted_show(home: Path) -> None:
    sql = (
        "select row_kind, row_id, placement_id, "
        "coalesce(direct_amount, ledger_amount)::varchar as amount, status "
        "from agency_reconciliation where row_kind != 'remittance' order by row_kind"
    )
    assert [tuple(row.values()) for row in ask(home, sql)] == [
        ("direct_payment", "R3", "PL1", "30.00", "direct_payment"),
        ("receipt", "R4", None, "7.00", "not_remitted"),
    ]


def test_the_files_hold_what_was_proposed_and_no_more(home: Path) -> None:
    restricted = _published(home, DAY) / "restricted"
    agency, legal = (
        restricted / f"{name}.parquet" for name in ("agency_placement_file", "legal_handover_file")
    )
    assert _file(agency, "agency_id, invoice_id, name, outstanding_amount::varchar") == [
        ("A2", "I-CLEAN", "Holder of CLEAN", "300.00")
    ]
    assert _file(legal, "invoice_id, company_number, postcode") == [
        ("I-FIRM", "ZZ000001", "ZZ1 1ZZ"),
        ("I-READY", None, "ZZ1 1ZZ"),
        ("I-RECALLED", None, "ZZ1 1ZZ"),
    ]
    for path in (agency, legal):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with duckdb.connect() as connection:
            columns = {row[0] for row in connection.execute(f"describe '{path}'").fetchall()}
        assert not columns & {"communication_needs", "hold_type", "note", "date_of_death"}

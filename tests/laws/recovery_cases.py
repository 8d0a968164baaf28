"""Worked examples S1 to S20: which stage comes next, when, and what blocks it."""

from tests.laws.case_definition import Case, Files
from tests.laws.case_expectations import case, nothing, rows, stages, to_do
from tests.laws.case_rows import (
    Row,
    arrangement,
    case_action,
    credit_note,
    dealt_with,
    debtor,
    dispute,
    fee,
    hold,
    instalments,
    invoice,
    legal_case,
    owned,
    placement,
    receipt,
)

NEXT = "last_stage next_stage next_stage_on is_due blocked_by"


def debtors(*debtor_ids: str, **cells: str) -> list[Row]:
    return [debtor(each, **cells) for each in debtor_ids]


def one_invoice(due: str, *actions: Row, **files: list[Row]) -> Files:
    """Invoice A of 300.00, what was done about it, and other feeds."""
    more = {f"{feed}.csv": rows for feed, rows in files.items()}
    return {"invoices.csv": [invoice("A", "300.00", due)], "case_actions.csv": [*actions], **more}


def _broken_in_june(**first_due: str) -> Files:
    """One arrangement never kept for each debtor, on an invoice with a reminder."""
    return {
        "debtors.csv": debtors(*first_due),
        "invoices.csv": [
            invoice(f"A{each}", "300.00", "2026-01-01", debtor_id=each) for each in first_due
        ],
        "case_actions.csv": [
            case_action(f"N{each}", "reminder", "2026-01-10", debtor_id=each) for each in first_due
        ],
        "arrangements.csv": [
            arrangement(f"P{each}", "300.00", "100.00", due, agreed_on="2026-03-01", debtor_id=each)
            for each, due in first_due.items()
        ],
        "arrangement_invoices.csv": [
            row for each in first_due for row in owned(f"P{each}", f"A{each}")
        ],
    }


RECOVERY_CASES: tuple[Case, ...] = (
    case(
        "S01",
        "the reminder is due on the seventh day",
        {
            "debtors.csv": debtors("D", "E"),
            "invoices.csv": [
                invoice("A", "300.00", "2026-06-23"),
                invoice("B", "300.00", "2026-06-24", debtor_id="E"),
            ],
        },
        stages(NEXT, "A - reminder 2026-06-30 true -", "B - reminder 2026-07-01 false -"),
        to_do("D reminder letter A 300.00"),
    ),
    case(
        "S02",
        "the final notice waits fourteen days for the reminder",
        {
            "debtors.csv": [debtor("D", preferred_channel="email"), debtor("E")],
            "invoices.csv": [
                invoice("A", "300.00", "2026-05-01"),
                invoice("B", "300.00", "2026-05-01", debtor_id="E"),
            ],
            "case_actions.csv": [
                case_action("N1", "reminder", "2026-06-16", outcome_code="done"),
                case_action("N2", "reminder", "2026-06-17", outcome_code="done", debtor_id="E"),
            ],
        },
        stages(
            f"last_stage_on {NEXT}",
            "A 2026-06-16 reminder final_notice 2026-06-30 true -",
            "B 2026-06-17 reminder final_notice 2026-07-01 false -",
        ),
        to_do("D final_notice email A 300.00"),
    ),
    case(
        "S03",
        "no stage is skipped whatever the age",
        one_invoice("2021-05-01"),
        stages(NEXT, "A - reminder 2021-05-08 true -"),
        to_do("D reminder letter A 300.00"),
    ),
    case(
        "S03b",
        "days run from the earliest instalment still open",
        {
            "invoices.csv": [
                invoice("A", "300.00", "2026-01-01"),
                invoice("B", "50.00", "2026-01-01"),
            ],
            "invoice_instalments.csv": [
                *instalments("A", ("2026-03-01", "100.00"), ("2026-06-20", "200.00")),
                *instalments("B", ("2026-03-01", "50.00")),
            ],
            "receipts.csv": [
                receipt("R1", "100.00", "2026-03-02", invoice_id="A"),
                receipt("R2", "50.00", "2026-03-02", invoice_id="B"),
            ],
            "adjustments.csv": [fee("J", "B", "12.00", "2026-06-25")],
        },
        stages(NEXT, "A - reminder 2026-06-27 true -", "B - reminder 2026-01-08 true -"),
        to_do("D reminder letter A,B 212.00"),
    ),
    case(
        "S04",
        "stages whose minimum is not reached are passed over",
        {"invoices.csv": [invoice("A", "4.00", "2026-05-01")]},
        stages(NEXT, "A - write_off_review 2027-05-02 false -"),
        nothing("recovery_worklist"),
    ),
    case(
        "S05",
        "days on hold do not count",
        one_invoice(
            "2026-06-10", holds=[hold("H", "internal", "2026-06-12", ends_on="2026-06-26")]
        ),
        stages(NEXT, "A - reminder 2026-07-02 false -"),
        nothing("recovery_worklist"),
    ),
    case(
        "S05b",
        "days held twice count once and a future end counts",
        one_invoice(
            "2026-05-01",
            case_action("N", "reminder", "2026-06-10"),
            holds=[
                hold("H1", "internal", "2026-06-12", ends_on="2026-06-20"),
                hold("H2", "query", "2026-06-18", ends_on="2026-07-05"),
            ],
        ),
        stages(NEXT, "A reminder final_notice 2026-07-18 false hold"),
        nothing("recovery_worklist"),
    ),
    case(
        "S06",
        "a protective hold stops every invoice",
        {
            "invoices.csv": [
                invoice("A", "300.00", "2026-04-01"),
                invoice("B", "300.00", "2026-04-01"),
            ],
            "holds.csv": [
                hold("H", "breathing_space", "2026-06-01", ends_on="2026-07-30", invoice_id="A")
            ],
        },
        stages("is_due blocked_by", "A false statutory_hold", "B false statutory_hold"),
        nothing("recovery_worklist"),
    ),
    case(
        "S07",
        "a hold without end stops the clock for good",
        one_invoice("2026-01-10", holds=[hold("H", "mental_health_crisis", "2026-02-01")]),
        stages(NEXT, "A - reminder - false statutory_hold"),
        nothing("recovery_worklist"),
    ),
    case(
        "S07b",
        "a death after the day looked at has not happened",
        {
            "debtors.csv": [debtor("D", date_of_death="2026-07-02"), debtor("E")],
            "invoices.csv": [
                invoice("A", "300.00", "2026-06-28"),
                invoice("B", "300.00", "2026-06-01", debtor_id="E"),
            ],
            "holds.csv": [hold("H", "deceased", "2026-06-30", debtor_id="E")],
        },
        stages(NEXT, "A - reminder 2026-07-05 false -", "B - reminder - false statutory_hold"),
        nothing("recovery_worklist"),
    ),
    case(
        "S08",
        "a dispute stops its invoice",
        one_invoice("2026-04-01", holds=[hold("H", "dispute", "2026-04-03", invoice_id="A")]),
        stages(NEXT, "A - reminder - false dispute"),
        nothing("recovery_worklist"),
    ),
    case(
        "S08b",
        "an open dispute has no end and a resolved one has held",
        {
            "debtors.csv": debtors("D", "E"),
            "invoices.csv": [
                invoice("A", "300.00", "2026-06-10"),
                invoice("B", "300.00", "2026-06-10", debtor_id="E"),
            ],
            "disputes.csv": [
                dispute("Q1", "2026-06-12", invoice_id="A", resolved_on="2026-07-02"),
                dispute("Q2", "2026-06-12", debtor_id="E", resolved_on="2026-06-25"),
            ],
        },
        stages(NEXT, "A - reminder - false dispute", "B - reminder 2026-06-30 true -"),
        to_do("E reminder letter B 300.00"),
    ),
    case(
        "S09",
        "a live arrangement suspends its invoices only",
        {
            "invoices.csv": [
                invoice("A", "300.00", "2026-03-01"),
                invoice("B", "200.00", "2026-04-01"),
            ],
            "arrangements.csv": [arrangement("P", "300.00", "50.00", "2026-07-01")],
            "arrangement_invoices.csv": owned("P", "A"),
        },
        stages(
            NEXT,
            "A - reminder 2026-03-08 false live_arrangement",
            "B - reminder 2026-04-08 true -",
        ),
        to_do("D reminder letter B 200.00"),
    ),
    case(
        "S09b",
        "only a live arrangement suspends",
        {
            "debtors.csv": debtors("D", "E"),
            "invoices.csv": [
                invoice("A", "300.00", "2026-03-01"),
                invoice("B", "300.00", "2026-03-01", debtor_id="E"),
            ],
            "arrangements.csv": [
                arrangement("P", "300.00", "50.00", "2026-07-01", cancelled_on="2026-06-20"),
                arrangement("Q", "300.00", "50.00", "2026-07-01", debtor_id="E"),
            ],
            "arrangement_invoices.csv": [*owned("P", "A"), *owned("Q", "B")],
            "receipts.csv": [
                receipt("R", "300.00", "2026-06-20", debtor_id="E", invoice_id="B"),
            ],
            "adjustments.csv": [fee("J", "B", "20.00", "2026-06-21", debtor_id="E")],
        },
        rows("arrangement_compliance", "arrangement_id status", "P cancelled", "Q completed"),
        stages(NEXT, "A - reminder 2026-03-08 true -", "B - reminder 2026-03-08 true -"),
        to_do("D reminder letter A 300.00", "E reminder letter B 20.00"),
    ),
    case(
        "S10",
        "a breach resumes recovery at the stage reached",
        one_invoice(
            "2026-01-01",
            case_action("N", "reminder", "2026-01-10"),
            arrangements=[
                arrangement("P", "300.00", "50.00", "2026-03-15", agreed_on="2026-03-01")
            ],
            arrangement_invoices=owned("P", "A"),
        ),
        rows("arrangement_compliance", "arrangement_id status", "P breached"),
        stages(NEXT, "A reminder final_notice 2026-01-24 true -"),
        to_do("D final_notice letter A 300.00"),
    ),
    case(
        "S11",
        "only open invoices are pursued",
        one_invoice(
            "2026-04-01",
            case_action("N", "reminder", "2026-04-10"),
            receipts=[receipt("R", "200.00", "2026-05-01", invoice_id="A")],
            credit_notes=[credit_note("C", "100.00", "2026-05-02", invoice_id="A")],
        ),
        nothing("recovery_stages"),
        nothing("recovery_worklist"),
    ),
    case(
        "S12",
        "one action for each debtor and day",
        {
            "invoices.csv": [
                invoice("B", "200.50", "2026-05-20"),
                invoice("A", "300.00", "2026-05-01"),
            ]
        },
        to_do("D reminder letter A,B 500.50"),
    ),
    case(
        "S13",
        "the diary shows what is open",
        one_invoice(
            "2026-06-20",
            case_action("N1", "note", "2026-06-01", diary_on="2026-06-21", officer_id="O"),
            case_action(
                "N2", "note", "2026-06-01", diary_on="2026-06-15", diary_done_on="2026-06-16"
            ),
            case_action("N3", "note", "2026-06-01"),
        ),
        rows(
            "diary",
            "action_id debtor_id diary_on days_overdue officer_id",
            "N1 D 2026-06-21 9 O",
        ),
    ),
    case(
        "S13b",
        "an entry is open before its day and whatever came of its action",
        one_invoice(
            "2026-06-20",
            case_action("N1", "note", "2026-06-01", diary_on="2026-07-02", outcome_code="failed"),
            case_action(
                "N2", "note", "2026-06-01", diary_on="2026-06-30", diary_done_on="2026-07-01"
            ),
            case_action("N3", "note", "2026-07-01", diary_on="2026-07-01"),
        ),
        rows("diary", "action_id days_overdue", "N1 -2", "N2 0"),
    ),
    case(
        "S14",
        "the letter of claim is passed over below its minimum",
        {
            "invoices.csv": [invoice("A", "60.00", "2026-02-01")],
            "case_actions.csv": [
                case_action("N1", "reminder", "2026-02-10"),
                case_action("N2", "final_notice", "2026-03-01"),
                case_action("N3", "contact_attempt", "2026-03-15"),
            ],
        },
        stages(
            f"last_stage_on {NEXT}",
            "A 2026-03-15 contact_attempt agency_referral 2026-04-14 true -",
        ),
        to_do("D agency_referral letter A 60.00"),
    ),
    case(
        "S14b",
        "a stage done out of turn does not make up for one not done",
        one_invoice(
            "2026-01-01",
            case_action("N1", "reminder", "2026-01-10"),
            case_action("N2", "letter_of_claim", "2026-03-01"),
            case_action("N3", "reminder", "2026-06-17"),
        ),
        stages(f"last_stage_on {NEXT}", "A 2026-06-17 reminder final_notice 2026-07-01 false -"),
        nothing("recovery_worklist"),
    ),
    case(
        "S14c",
        "a minimum is reached by its last penny",
        {
            "invoices.csv": [
                invoice("A", "100.00", "2026-01-01"),
                invoice("B", "99.99", "2026-01-01"),
            ],
            "case_actions.csv": [
                case_action(f"N{number}", code, f"2026-0{number}-20")
                for number, code in enumerate(
                    ("reminder", "final_notice", "contact_attempt", "agency_referral"), start=1
                )
            ],
        },
        stages(
            NEXT,
            "A contact_attempt letter_of_claim 2026-03-27 true -",
            "B agency_referral write_off_review 2027-01-02 false -",
        ),
        to_do("D letter_of_claim letter A 100.00"),
    ),
    case(
        "S15",
        "a protective hold protects a person",
        {
            "debtors.csv": debtors("D", "E", party_id="P"),
            "invoices.csv": [
                invoice("A", "300.00", "2026-04-01"),
                invoice("B", "300.00", "2026-04-01", debtor_id="E"),
            ],
            "holds.csv": [hold("H", "breathing_space", "2026-06-01", ends_on="2026-07-30")],
        },
        stages("is_due blocked_by", "A false statutory_hold", "B false statutory_hold"),
        nothing("recovery_worklist"),
    ),
    case(
        "S16",
        "an action covers what it lists or else the whole debtor",
        {
            "debtors.csv": debtors("D", "E"),
            "invoices.csv": [
                invoice("A", "300.00", "2026-03-01"),
                invoice("B", "300.00", "2026-03-01", debtor_id="E"),
                invoice("C", "300.00", "2026-03-01", debtor_id="E"),
            ],
            "case_actions.csv": [
                case_action("N1", "reminder", "2026-03-20"),
                case_action("N2", "reminder", "2026-03-20", debtor_id="E"),
            ],
            "case_action_invoices.csv": dealt_with("N2", "C"),
        },
        stages(
            NEXT,
            "A reminder final_notice 2026-04-03 true -",
            "B - reminder 2026-03-08 true -",
            "C reminder final_notice 2026-04-03 true -",
        ),
        to_do("D final_notice letter A 300.00", "E final_notice letter C 300.00"),
    ),
    case(
        "S16b",
        "an action that ever listed an invoice is never for the whole debtor",
        one_invoice(
            "2026-03-01",
            case_action("N1", "reminder", "2026-03-20"),
            case_action_invoices=[
                row | {"withdrawn_on": "2026-04-01"} for row in dealt_with("N1", "A")
            ],
        ),
        stages(NEXT, "A - reminder 2026-03-08 true -"),
    ),
    case(
        "S16c",
        "an action for the whole debtor covers what was past due that day",
        {
            "invoices.csv": [
                invoice("A", "300.00", "2026-06-09"),
                invoice("B", "300.00", "2026-06-10"),
            ],
            "case_actions.csv": [case_action("N1", "reminder", "2026-06-10")],
        },
        stages(
            NEXT,
            "A reminder final_notice 2026-06-30 true -",
            "B - reminder 2026-06-17 true -",
        ),
        to_do("D final_notice letter A 300.00"),
    ),
    case(
        "S17",
        "a returned letter was not sent",
        one_invoice(
            "2026-03-01", case_action("N", "reminder", "2026-03-20", outcome_code="returned")
        ),
        stages(NEXT, "A - reminder 2026-03-08 true -"),
        to_do("D reminder letter A 300.00"),
    ),
    case(
        "S18",
        "recovery waits fourteen days after a breach",
        _broken_in_june(D="2026-06-15", E="2026-06-12", F="2026-06-11"),
        rows(
            "arrangement_compliance",
            "arrangement_id status breached_on",
            "PD breached 2026-06-20",
            "PE breached 2026-06-17",
            "PF breached 2026-06-16",
        ),
        stages(
            NEXT,
            "AD reminder final_notice 2026-01-24 false breach_notice",
            "AE reminder final_notice 2026-01-24 false breach_notice",
            "AF reminder final_notice 2026-01-24 true -",
        ),
        to_do("F final_notice letter AF 300.00"),
    ),
    case(
        "S18b",
        "what is with an agency or the court waits until it is back",
        {
            "invoices.csv": [invoice(each, "300.00", "2026-01-01") for each in "ABCDE"],
            "agency_placements.csv": [
                placement("1", "A", recalled_on="2026-06-01"),
                placement("2", "B", recall_acknowledged_on="2026-06-30"),
                placement("3", "C", closed_on="2026-07-01"),
            ],
            "legal_cases.csv": [
                legal_case("1", "C"),
                legal_case("2", "D", closed_on="2026-07-01"),
                legal_case("3", "E", closed_on="2026-06-30"),
            ],
        },
        stages(
            "is_due blocked_by",
            "A false agency_placement",
            "B true -",
            "C false agency_placement,legal_case",
            "D false legal_case",
            "E true -",
        ),
        to_do("D reminder letter B,E 600.00"),
    ),
    case(
        "S19",
        "nobody is pursued to whom we owe as much",
        {
            "invoices.csv": [invoice("A", "100.00", "2026-03-01")],
            "credit_notes.csv": [credit_note("C", "100.00", "2026-04-01")],
        },
        stages(NEXT, "A - reminder 2026-03-08 false open_credit"),
        nothing("recovery_worklist"),
    ),
    case(
        "S20",
        "without a timetable recovery stops",
        {"invoices.csv": [invoice("A", "300.00", "2026-03-01", service_code="CARE")]},
        stages(f"last_stage_on {NEXT}", "A - - - - false no_timetable"),
        nothing("recovery_worklist"),
    ),
)

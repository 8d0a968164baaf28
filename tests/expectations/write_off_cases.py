"""The worked examples of write-off as data, and cases at the boundaries.

Unless an example says otherwise: invoice 300.00 due 15 January 2024, reminder and final notice
done, reason ``U2`` with ``cost_estimate`` dated 15 May, requested 1 June, approved 10 June by an
income manager; requester, checker, approver and poster are four people.
"""

from collections.abc import Mapping

from tests.laws.case_definition import Case, Expected, Files
from tests.laws.case_expectations import case, rows
from tests.laws.case_rows import (
    Row,
    arrangement,
    credit_note,
    debtor,
    hold,
    invoice,
    owned,
    receipt,
    reversal,
)

DUE = "2024-01-15"
ROLES = {
    "clerk": "officer",
    "leader": "team_leader",
    "manager": "income_manager",
    "head": "head_of_finance",
    "treasurer": "section_151",
    "member": "cabinet",
}


def write_off_case(
    number: str, title: str, files: Files, *decisions: str, where: Mapping[str, str] | None = None
) -> Case:
    """A case with the result of each request: id, decision, failed checks.

    Actors carry the prefix of the case, as every officer's id does in a shared ledger.
    """
    expected = rows("write_off_decisions", "request_id decision failed_checks", *decisions)
    officers = [
        {"officer_id": name, "name": f"Officer {name}", "role": role}
        for name, role in ROLES.items()
    ]
    prefixed = {
        name: [_with_actors(f"{number}.", dict(row)) for row in table]
        for name, table in files.items()
    }
    schedule = Expected(
        "write_off_schedule",
        tuple(
            {"request_id": line.split()[0]} for line in decisions if line.split()[1] == "approved"
        ),
    )
    return case(
        number,
        title,
        {"officers.csv": officers, **prefixed},
        Expected("write_off_decisions", expected.rows, where or {}),
        schedule,
    )


ACTORS = ("requested_by", "checked_by", "approved_by", "posted_by", "raised_by")


def _with_actors(prefix: str, row: Row) -> Row:
    return {
        column: prefix + cell if cell and column in ACTORS else cell for column, cell in row.items()
    }


def request(request_id: str = "Q", amount: str = "300.00", **cells: str) -> Row:
    return {
        "request_id": request_id,
        "invoice_id": "A",
        "debtor_id": "D",
        "amount": amount,
        "reason_code": "U2",
        "requested_by": "clerk",
        "requested_on": "2026-06-01",
        "checked_by": "leader",
        "approved_by": "manager",
        "approver_role": "income_manager",
        "approved_on": "2026-06-10",
        "posted_by": "",
        "minute_reference": "",
        "declined_on": "",
    } | cells


def evidence(*keys: str, request_id: str = "Q", dated_on: str = "2026-05-15") -> list[Row]:
    return [
        {
            "request_id": request_id,
            "evidence_key": key,
            "evidence_value": "on file",
            "dated_on": dated_on,
        }
        for key in keys or ("cost_estimate",)
    ]


def action(code: str, invoice_id: str = "A", **cells: str) -> Row:
    return {
        "action_id": f"{code}-{invoice_id}",
        "debtor_id": "D",
        "invoice_id": invoice_id,
        "action_code": code,
        "acted_on": "2024-03-01",
        "outcome_code": "done",
    } | cells


def pursued(*invoice_ids: str, debtor_id: str = "D") -> list[Row]:
    """Reminder and final notice done on each invoice."""
    return [
        action(code, each, debtor_id=debtor_id)
        for each in invoice_ids or ("A",)
        for code in ("reminder", "final_notice")
    ]


def debt(gross: str = "300.00", invoice_id: str = "A", **cells: str) -> Row:
    return invoice(invoice_id, gross, DUE, **cells)


def write_off(amount: str = "300.00", **cells: str) -> Row:
    return {
        "write_off_id": "WO",
        "request_id": "Q",
        "invoice_id": "A",
        "debtor_id": "D",
        "written_off_on": "2026-06-15",
        "amount": amount,
        "reason_code": "U2",
        "posted_by": "treasurer",
    } | cells


def taxed(*write_offs: Row) -> Files:
    """The request of example W1 on an invoice that includes 50.00 of VAT, posted as given."""
    invoice_taxed = debt(net_amount="250.00", vat_amount="50.00")
    return good(invoices=[invoice_taxed], write_offs=list(write_offs))


def paper(**cells: str) -> Files:
    """The request of example W1 in a batch, and the paper of that batch."""
    signed = {
        "batch_id": "BATCH",
        "request_count": "1",
        "total_amount": "300.00",
        "content_sha256": "",
        "approved_by": "manager",
        "approved_on": "2026-06-10",
    } | cells
    return good(write_off_requests=[request(batch_id="BATCH")], write_off_papers=[signed])


def good(**files: list[Row]) -> Files:
    """The files of example W1, some of them replaced: keyword is the feed."""
    example = {
        "invoices": [debt()],
        "write_off_requests": [request()],
        "write_off_evidence": evidence(),
        "case_actions": pursued(),
    }
    return {f"{feed}.csv": table for feed, table in (example | files).items()}


def of_amount(amount: str, **cells: str) -> Files:
    """Example W1 with another amount owed and requested."""
    return good(invoices=[debt(amount)], write_off_requests=[request("Q", amount, **cells)])


def approved_by(name: str) -> dict[str, str]:
    return {"approved_by": name, "approver_role": ROLES[name]}


def proved(**values: str) -> list[Row]:
    """Evidence of request Q by key and value."""
    return [
        {"request_id": "Q", "evidence_key": key, "evidence_value": value, "dated_on": "2026-05-15"}
        for key, value in values.items()
    ]


def barred(
    due: str, amount: str = "300.00", requested_on: str = "2026-06-01", **files: list[Row]
) -> Files:
    """A request to write a debt of 300.00 off as statute barred."""
    asked = request(
        "Q", amount, reason_code="L1", requested_on=requested_on, approved_on="2026-06-26"
    )
    keys = ("limitation_date", "no_acknowledgment_or_payment", "no_judgment_or_order")
    example = {
        "invoices": [invoice("A", "300.00", due)],
        "write_off_requests": [asked],
        "write_off_evidence": evidence(*keys),
        "case_actions": [],
    }
    return good(**(example | files))


def bankrupt(**values: str) -> Files:
    """A request for a debt of 18 December 2023 by reason of bankruptcy."""
    held = {
        "insolvency_order_number": "7 of 2025",
        "insolvency_order_date": "2025-03-01",
        "proof_lodged_on": "2025-04-10",
        "dividend_outcome": "nil",
    }
    return good(
        write_off_requests=[request(reason_code="B1")], write_off_evidence=proved(**held | values)
    )


def deceased(**values: str) -> Files:
    """A request for the debt of somebody who died in January 2025."""
    held = {
        "date_of_death": "2025-01-05",
        "probate_search": "none found",
        "estate_outcome": "no estate",
    }
    files = good(
        write_off_requests=[request(reason_code="D1")], write_off_evidence=proved(**held | values)
    )
    return {**files, "debtors.csv": [debtor(date_of_death="2025-01-05")]}


A1_KEYS = ("trace_result_1", "trace_result_2", "returned_mail", "last_contact_on")
TWO_INVOICES = {
    "invoices": [debt("990.00"), debt("990.00", "B")],
    "case_actions": pursued("A", "B"),
    "write_off_evidence": evidence(request_id="Q1") + evidence(request_id="Q2"),
}

WRITE_OFF_CASES = (
    write_off_case("W01", "as described", good(), "Q approved -"),
    write_off_case("W02a", "5000.00 by a head of finance",
                   of_amount("5000.00", **approved_by("head")), "Q approved -"),
    write_off_case("W02b", "5000.01 by a head of finance",
                   of_amount("5000.01", **approved_by("head")), "Q refused W02"),
    write_off_case("W03", "a higher role may approve",
                   of_amount("900.00", **approved_by("treasurer")), "Q approved -"),
    write_off_case(
        "W04", "twelve months of one debtor count together and splitting is listed",
        good(**TWO_INVOICES, write_off_requests=[
            request("Q1", "990.00", requested_on="2026-04-02", **approved_by("head")),
            request("Q2", "990.00", invoice_id="B", **approved_by("head")),
        ]),
        "Q1 approved W16", "Q2 approved W16",
    ),
    write_off_case("W04x", "the aggregate needs the role of its own band",
                   good(**TWO_INVOICES, write_off_requests=[
                       request("Q1", "990.00", requested_on="2026-04-02"),
                       request("Q2", "990.00", invoice_id="B"),
                   ]),
                   "Q1 approved W16", "Q2 refused W02,W16"),
    write_off_case("W04y", "a request a year before to the day is not in the twelve months",
                   good(**TWO_INVOICES, write_off_requests=[
                       request("Q1", "990.00", requested_on="2025-06-01"),
                       request("Q2", "990.00", invoice_id="B"),
                   ]),
                   "Q1 approved -", "Q2 approved -"),
    write_off_case("W05", "12000.00 by cabinet without a minute reference",
                   of_amount("12000.00", **approved_by("member")), "Q refused W15"),
    write_off_case("W05x", "12000.00 by cabinet with its minute reference",
                   of_amount("12000.00", minute_reference="CAB/12", **approved_by("member")),
                   "Q approved -"),
    write_off_case("W06", "requested and approved by the same team leader",
                   of_amount("24.00", requested_by="leader", checked_by="",
                             **approved_by("leader")),
                   "Q refused W03"),
    write_off_case("W06x", "band A needs no checker",
                   of_amount("24.00", checked_by="", **approved_by("leader")), "Q approved -"),
    write_off_case("W06y", "band B needs a checker who is neither of the others",
                   of_amount("300.00", checked_by=""), "Q refused W03"),
    write_off_case("W06z", "the poster is not the approver",
                   of_amount("300.00", posted_by="manager"), "Q refused W03"),
    write_off_case("W07a", "gone away with all four pieces of evidence",
                   good(write_off_requests=[request(reason_code="A1")],
                        write_off_evidence=evidence(*A1_KEYS)),
                   "Q approved -"),
    write_off_case("W07b", "gone away without the last contact",
                   good(write_off_requests=[request(reason_code="A1")],
                        write_off_evidence=evidence(*A1_KEYS[:3])),
                   "Q refused W04"),
    write_off_case("W07c", "evidence six months old to the day",
                   good(write_off_evidence=evidence(dated_on="2025-12-10")), "Q approved -"),
    write_off_case("W07d", "evidence older than six months",
                   good(write_off_evidence=evidence(dated_on="2025-12-09")), "Q refused W04"),
    write_off_case("W07e", "evidence from after the approval",
                   good(write_off_evidence=evidence(dated_on="2026-06-11")), "Q refused W04"),
    write_off_case("W08", "only a reminder was ever done",
                   good(case_actions=[action("reminder")]), "Q refused W05"),
    write_off_case("W08x", "a later stage than the minimum will do",
                   good(case_actions=[action("letter_of_claim")]), "Q approved -"),
    write_off_case("W08y", "a final notice that came back was not sent",
                   good(case_actions=[action("final_notice", outcome_code="returned")]),
                   "Q refused W05"),
    write_off_case("W08z", "a final notice for the whole debtor covers what was past due",
                   good(case_actions=[action("final_notice", "")]), "Q approved -"),
    write_off_case("W09a", "breathing space runs",
                   good(holds=[hold("H", "breathing_space", "2026-05-20", ends_on="2026-07-18")]),
                   "Q refused W06"),
    write_off_case("W09b", "breathing space ended",
                   good(holds=[hold("H", "breathing_space", "2026-01-04", ends_on="2026-03-05")]),
                   "Q approved -"),
    write_off_case("W09c", "a dispute on the invoice is open",
                   good(disputes=[{"dispute_id": "X", "debtor_id": "D", "invoice_id": "A",
                                   "kind": "dispute", "raised_on": "2026-06-05",
                                   "category": "quality"}]),
                   "Q refused W06"),
    write_off_case("W09d", "an agency has the invoice until it acknowledges the recall",
                   good(agency_placements=[{"placement_id": "P", "invoice_id": "A",
                                            "agency_id": "G", "placed_on": "2025-01-10",
                                            "recalled_on": "2026-06-01"}]),
                   "Q refused W06"),
    write_off_case("W09e", "the agency acknowledged the recall",
                   good(agency_placements=[{"placement_id": "P", "invoice_id": "A",
                                            "agency_id": "G", "placed_on": "2025-01-10",
                                            "recall_acknowledged_on": "2026-05-20"}]),
                   "Q approved -"),
    write_off_case("W09f", "a legal case is open",
                   good(legal_cases=[{"case_id": "L", "invoice_id": "A",
                                      "referred_on": "2025-01-10"}]),
                   "Q refused W06"),
    write_off_case("W09g", "a live arrangement owns the invoice",
                   good(arrangements=[arrangement("R", "300.00", "10.00", "2026-07-10")],
                        arrangement_invoices=owned("R", "A")),
                   "Q refused W06"),
    write_off_case("W10", "statute barred since the tenth of January",
                   barred("2020-01-10"), "Q approved -"),
    write_off_case("W11", "barred since the day before it was requested",
                   barred("2020-06-24", requested_on="2026-06-25"), "Q approved -"),
    write_off_case("W11x", "barred since today", barred("2020-06-29"), "Q approved -"),
    write_off_case("W11y", "today is the last day", barred("2020-06-30"), "Q refused W07"),
    write_off_case("W12", "a part payment restarted it",
                   barred("2018-03-31", amount="250.00", receipts=[
                       receipt("P", "50.00", "2023-09-01", invoice_id="A")]),
                   "Q refused W07"),
    write_off_case("W12x", "a part payment after expiry restarts nothing",
                   barred("2018-03-31", amount="250.00", receipts=[
                       receipt("P", "50.00", "2024-04-01", invoice_id="A")]),
                   "Q approved -"),
    write_off_case("W12y", "money the council moved restarts nothing",
                   barred("2018-03-31", amount="250.00", receipts=[
                       receipt("P", "50.00", "2023-09-01", invoice_id="A",
                               method="internal_transfer")]),
                   "Q approved -"),
    write_off_case("W12z", "a payment that came back restarts nothing",
                   barred("2018-03-31", receipts=[
                              receipt("P", "50.00", "2023-09-01", invoice_id="A")],
                          receipt_reversals=[reversal("V", "P", "50.00", "2023-09-10")]),
                   "Q approved -"),
    write_off_case("W13", "a written acknowledgment restarted it",
                   barred("2018-03-31", case_actions=[
                       action("acknowledgment", acted_on="2024-02-05")]),
                   "Q refused W07"),
    write_off_case("W13x", "a court gave judgment",
                   barred("2018-03-31", legal_cases=[
                       {"case_id": "L", "invoice_id": "A", "referred_on": "2020-01-10",
                        "judgment_on": "2021-01-10", "closed_on": "2022-01-10"}]),
                   "Q refused W07"),
    write_off_case("W14", "bankruptcy with an order of 1 March 2025", bankrupt(), "Q approved -"),
    write_off_case("W14x", "a debt of the day of the order is not before it",
                   bankrupt(insolvency_order_date="2023-12-18"), "Q refused W08"),
    write_off_case("W14y", "the dividend is still to come",
                   bankrupt(dividend_outcome="awaited"), "Q refused W08"),
    write_off_case("W14z", "a hold shows the order",
                   {**bankrupt(insolvency_order_date="on file"), "holds.csv": [
                       hold("H", "insolvency", "2025-03-01", order_date="2025-03-01")]},
                   "Q approved -"),
    write_off_case("W25a", "a deceased debtor whose estate is closed",
                   deceased(), "Q approved -"),
    write_off_case("W25b", "nobody is known to have died",
                   {**deceased(), "debtors.csv": [debtor()]}, "Q refused W09"),
    write_off_case("W25c", "a direct debit is still active",
                   {**deceased(), "receipts.csv": [
                       receipt("P", "5.00", "2026-05-01", invoice_id="B",
                               method="direct_debit")],
                    "invoices.csv": [debt(), debt("5.00", "B")]},
                   "Q refused W09"),
    write_off_case("W25d", "the estate's outcome is awaited",
                   deceased(estate_outcome="Awaited"), "Q refused W09"),
    write_off_case("W15", "a council error",
                   good(write_off_requests=[request(reason_code="C1")]), "Q refused W12"),
    write_off_case("W15x", "a reason nobody knows",
                   good(write_off_requests=[request(reason_code="Z9")]), "Q refused W04"),
    write_off_case("W16", "paid in full on 15 June",
                   good(receipts=[receipt("P", "300.00", "2026-06-15", invoice_id="A")]),
                   "Q refused W01"),
    write_off_case("W16x", "paid on 15 June and the payment reversed",
                   good(receipts=[receipt("P", "300.00", "2026-06-15", invoice_id="A")],
                        receipt_reversals=[reversal("V", "P", "300.00", "2026-06-20")]),
                   "Q approved -"),
    write_off_case("W16y", "a part paid since the request though a fee makes the balance up",
                   good(receipts=[receipt("P", "50.00", "2026-06-15", invoice_id="A")],
                        adjustments=[{"adjustment_id": "F", "debtor_id": "D", "invoice_id": "A",
                                      "adjusted_on": "2026-06-16", "amount": "50.00",
                                      "adjustment_type": "fee"}]),
                   "Q refused W01"),
    write_off_case("W17", "250.00 of 300.00 open",
                   good(write_off_requests=[request("Q", "250.00")]), "Q refused W01"),
    write_off_case("W18", "the debtor has 40.00 unallocated",
                   good(receipts=[receipt("P", "340.00", "2025-06-15", invoice_id="B")],
                        invoices=[debt(), debt("300.00", "B")]),
                   "Q refused W11"),
    write_off_case("W18x", "a credit note without an invoice is an open credit",
                   good(credit_notes=[credit_note("C", "5.00", "2025-06-15")]), "Q refused W11"),
    write_off_case("W19", "two requests for one invoice on one day",
                   good(write_off_requests=[request("Q1"), request("Q2")],
                        write_off_evidence=evidence(request_id="Q1") + evidence(request_id="Q2")),
                   "Q1 approved -", "Q2 refused W17"),
    write_off_case("W19x", "a declined request is no longer in force",
                   good(write_off_requests=[
                            request("Q1", approved_on="", declined_on="2026-06-02"), request("Q2")],
                        write_off_evidence=evidence(request_id="Q1") + evidence(request_id="Q2")),
                   "Q1 declined -", "Q2 approved -"),
    write_off_case("W20a", "nobody approved yet",
                   of_amount("300.00", approved_on="", approved_by="", approver_role=""),
                   "Q pending W02,W03"),
    write_off_case("W20b", "declined", of_amount("300.00", declined_on="2026-06-20"),
                   "Q declined -"),
    write_off_case("W20c", "posted", good(write_offs=[write_off()]), "Q posted -"),
    write_off_case("W20d", "posted with another amount than requested",
                   good(write_offs=[write_off("290.00")]), "Q posted W20"),
    write_off_case("W41a", "the paper of the batch says the same", paper(), "Q approved -"),
    write_off_case("W41b", "the paper lists another number of requests",
                   paper(request_count="2"), "Q refused W15"),
    write_off_case("W41c", "the paper lists another value, by a penny",
                   paper(total_amount="300.01"), "Q refused W15"),
    write_off_case("W41d", "the paper has the hash of other lines",
                   paper(content_sha256="0" * 64), "Q refused W15"),
    write_off_case("W41e", "a paper that is signed only tomorrow is none yet",
                   paper(request_count="2", approved_on="2026-07-01"), "Q approved -"),
    write_off_case("W41f", "the paper of another batch",
                   paper(request_count="2", batch_id="ANOTHER"), "Q approved -"),
    write_off_case("W20f", "posted without its VAT", taxed(write_off()), "Q posted W13"),
    write_off_case("W20g", "posted with its VAT", taxed(write_off(vat_amount="50.00")),
                   "Q posted -"),
    write_off_case("W20h", "posted in parts whose VAT is rounded on its own: the sum is judged",
                   taxed(write_off("0.03", write_off_id="WO1", vat_amount="0.01"),
                         write_off("299.97", write_off_id="WO2", vat_amount="49.99")),
                   "Q posted -"),
    write_off_case("W20i", "posted in parts, a penny of VAT too much",
                   taxed(write_off("100.00", write_off_id="WO1", vat_amount="16.67"),
                         write_off("200.00", write_off_id="WO2", vat_amount="33.34")),
                   "Q posted W13"),
    write_off_case("W20j", "posted in part: VAT goes with what was posted",
                   taxed(write_off("120.00", vat_amount="20.00")), "Q posted W20"),
    write_off_case("W20k", "posted in parts, one of them without its VAT",
                   taxed(write_off("180.00", write_off_id="WO1", vat_amount="50.00"),
                         write_off("120.00", write_off_id="WO2")),
                   "Q posted W13"),
    write_off_case("W20e", "approved after the day looked at",
                   of_amount("300.00", approved_on="2026-07-01"), "Q pending -"),
    write_off_case("W21", "a part settled where the reason allows a part",
                   good(write_off_requests=[request("Q", "120.00", reason_code="L3")],
                        write_off_evidence=evidence("order_or_settlement_reference")),
                   "Q approved -"),
    write_off_case("W22a", "a related party needs an independent role",
                   {**good(), "debtors.csv": [debtor(is_related_party="true")]},
                   "Q refused W19"),
    write_off_case("W22b", "the section 151 officer is independent",
                   {**of_amount("300.00", **approved_by("treasurer")),
                    "debtors.csv": [debtor(is_related_party="true")]},
                   "Q approved -"),
    write_off_case("W23a", "the role given is not the role of record",
                   of_amount("300.00", approver_role="section_151"), "Q refused W02"),
    write_off_case("W23b", "an approver who is no officer",
                   of_amount("300.00", approved_by="stranger"), "Q refused W02"),
    write_off_case("W24a", "a small balance above the limit of its reason",
                   good(invoices=[debt("25.01")], case_actions=[action("reminder")],
                        write_off_requests=[request("Q", "25.01", reason_code="U1")],
                        write_off_evidence=evidence("no_activity_since", "no_other_open_debt")),
                   "Q refused W04"),
    write_off_case("W24b", "a small balance below the minimum of a reminder needs none",
                   good(invoices=[debt("4.99")], case_actions=[],
                        write_off_requests=[request("Q", "4.99", reason_code="U1")],
                        write_off_evidence=evidence("no_activity_since", "no_other_open_debt")),
                   "Q approved -"),
    write_off_case("W24c", "a small balance of 5.00 needs its reminder",
                   good(invoices=[debt("5.00")], case_actions=[],
                        write_off_requests=[request("Q", "5.00", reason_code="U1")],
                        write_off_evidence=evidence("no_activity_since", "no_other_open_debt")),
                   "Q refused W05"),
)  # fmt: skip

"""Faults planted one at a time in a council whose gates all pass, and the checks that catch each.

A mutant that no check catches is a survivor: somebody could do the same to a real council. The list
is tried by the tests. `make audit` reports it and writes it to `evidence/mutants.json`, together
with what `income verify` finds in altered published runs.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.expectations.judging import judged
from tests.expectations.small_council import CAME_IN, CLOSED_MAY, Row, council
from tests.flows.altered_chains import ALTERATIONS, Alteration
from tests.house.repository import ROOT

EVIDENCE = ROOT / "evidence" / "mutants.json"

_REQUEST = CAME_IN["write_off_requests"][0]
_HOLD = {"hold_id": "H", "debtor_id": "D1", "hold_type": "breathing_space",
         "starts_on": "2026-06-20"}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes:
        fault: What somebody did, in words.
        gate: The gate that must notice.
        caught_by: Codes of its checks that fail, sorted.
        changes: SQL on the marts.
        came_in: Rows of a feed in place of the council's own.
    """

    fault: str
    gate: str
    caught_by: tuple[str, ...]
    changes: tuple[str, ...] = ()
    came_in: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def caught(self, folder: Path) -> tuple[str, ...]:
        """The checks that fail on a council with this fault, made in an empty folder."""
        outcome = judged(council(folder, *self.changes, **self.came_in))[self.gate]
        assert bool(outcome.withheld) == bool(outcome.failed_checks)
        return outcome.failed_checks


def _schedule(fault: str, change: str, *caught_by: str) -> Mutant:
    return Mutant(fault, "write_off", caught_by or ("W00",), (change,))


def _asked(fault: str, code: str, *changes: str, **cells: object) -> Mutant:
    requests = {"write_off_requests": [{**_REQUEST, **cells}]}
    return Mutant(fault, "write_off", ("W00", code), changes, requests)


def _ledger(fault: str, change: str, *caught_by: str) -> Mutant:
    return Mutant(fault, "reconciliation", caught_by, (change,))


def _pursued(fault: str, caught_by: str, *changes: str, **came_in: Sequence[Row]) -> Mutant:
    return Mutant(fault, "recovery", (caught_by,), changes, came_in)


MUTANTS = (
    _schedule("the schedule emptied", "delete from marts.write_off_schedule"),
    _schedule("a penny added to a scheduled amount",
              "update marts.write_off_schedule set amount = amount + 0.01"),
    _schedule("the approver of a scheduled request swapped",
              "update marts.write_off_schedule set approved_by = 'leader'"),
    _schedule("a scheduled request listed twice",
              "insert into marts.write_off_schedule from marts.write_off_schedule"),
    _schedule("another debtor's invoice put into the schedule",
              "update marts.write_off_schedule set invoice_id = 'B', debtor_id = 'D2'"),
    _asked("a penny less requested than is owed", "W01",
           "update marts.write_off_schedule set amount = 299.99", amount="299.99"),
    Mutant("a debt of 1,000.01 split into two requests of an approver for 1,000.00", "write_off",
           ("W00", "W02"), (),
           {"write_off_requests": [
               {**_REQUEST, "request_id": "P", "invoice_id": "C", "amount": "700.01",
                "requested_on": "2026-05-30", "approved_on": None},
               _REQUEST]}),
    _asked("the approver's role raised on the request", "W02", approver_role="section_151"),
    _asked("requested and checked by one person", "W03", checked_by="clerk"),
    _asked("evidence of another reason", "W04",
           "update marts.write_off_schedule set reason_code = 'A1'", reason_code="A1"),
    Mutant("the final notice taken out of the history", "write_off", ("W00", "W05"), (),
           {"case_actions": []}),
    Mutant("a debtor in breathing space written off", "write_off", ("W00", "W06"), (),
           {"holds": [_HOLD]}),
    Mutant("a request put into a batch after its paper was signed", "write_off", ("W00", "W15"), (),
           {"write_off_requests": [{**_REQUEST, "batch_id": "BATCH"}],
            "write_off_papers": [{"batch_id": "BATCH", "request_count": 0,
                                  "total_amount": "0.00", "approved_on": "2026-06-10"}]}),
    Mutant("a credit note of 1,000.01 approved by its raiser", "write_off", ("W22",), (),
           {"credit_notes": [{"credit_note_id": "C", "debtor_id": "D9",
                              "credit_date": "2026-06-01", "gross_amount": "1000.01",
                              "raised_by": "clerk", "approved_by": "clerk"}]}),
    Mutant("a write-back of a penny more than was written off", "write_off", ("W18",), (),
           {"write_offs": [{"write_off_id": "OLD", "invoice_id": "B", "debtor_id": "D9",
                            "written_off_on": "2026-05-01", "amount": "300.00"}],
            "write_backs": [{"write_back_id": "BACK", "write_off_id": "OLD",
                             "written_back_on": "2026-06-01", "amount": "300.01"}]}),
    _ledger("a penny planted in an open item",
            "update marts.open_items set outstanding_amount = 300.01 where item_id = 'A'",
            "R01", "R03", "R05", "R07"),
    _ledger("a penny taken from the aged debt",
            "update marts.aged_debt set outstanding_amount = 299.99 where debtor_id = 'D1'",
            "R05"),
    _ledger("a movement lost", "delete from marts.ledger_movements where movement_id = 'V1'",
            "R03"),
    _ledger("a receipt dropped from suspense", "delete from marts.suspense", "R03", "R06"),
    _ledger("a penny moved in the roll-forward of suspense",
            "update marts.suspense_roll_forward set received = 6.99, identifications = 0.01",
            "R03"),
    _ledger("a penny taken out of suspense in its roll-forward",
            "update marts.suspense_roll_forward set reversals = -0.01, closing_balance = 6.99",
            "R03"),
    _ledger("one debtor's payment set against another's invoice",
            "update marts.allocations set debtor_id = 'D1', item_id = 'A', invoice_id = 'A'",
            "R07"),
    _ledger("a difference hidden in a closing balance",
            "update marts.movement_proof set closing_balance = 359.00 "
            "where closing_balance = 360.00",
            "R01"),
    _ledger("an opening balance that is not what was closed with",
            "update marts.movement_proof set opening_balance = 390.00, adjustments = 10.00 "
            "where opening_balance = 400.00",
            "R01", "R02"),
    _ledger("agreement with the general ledger made up",
            "update marts.control_reconciliation set expected_amount = 354.00 "
            "where control_code = 'R04'", "R04"),
    _ledger("agreement with the bank made up",
            "update marts.control_reconciliation set expected_amount = 71.99 "
            "where control_code = 'R06'", "R06"),
    Mutant("a line of the bank statement dropped", "reconciliation", ("R06",), (),
           {"bank_transactions": CAME_IN["bank_transactions"][1:]}),
    _ledger("a penny taken from a closed month end",
            CLOSED_MAY + "update raw.published_open_items set outstanding_amount = 299.99 "
            "where item_id = 'A'",
            "R16"),
    _ledger("an inbound row of a closed month end changed in the warehouse",
            CLOSED_MAY + "insert into raw.invoices by name select * replace ("
            "300.01 as gross_amount, 3 as _source_line) from raw.invoices where invoice_id = 'A'; "
            "insert into raw.invoices by name select * replace (date '2026-06-30' as _known_on, "
            "4 as _source_line, 300.00 as gross_amount) from raw.invoices where invoice_id = 'A'",
            "R16"),
    Mutant("a line of the bank statement dropped, and with it its match and the agreement",
           "reconciliation", ("R06",),
           ("delete from marts.bank_matches where bank_transaction_id = 'T1'",
            "insert into marts.bank_matches values (null, 'P1', 'unexplained')",
            "update marts.control_reconciliation set expected_amount = 12.00, "
            "actual_amount = 12.00 where control_code = 'R06'"),
           {"bank_transactions": CAME_IN["bank_transactions"][1:]}),
    Mutant("money for an invoice reported as council income", "reconciliation", ("R06",),
           ("insert into marts.bank_matches values ('T9', null, 'other_income')",),
           {"bank_transactions": [
               *CAME_IN["bank_transactions"],
               {"bank_transaction_id": "T9", "bank_account": "INCOME", "booked_on": "2026-06-10",
                "amount": "3.00", "reference": "INVOICE A"}]}),
    _pursued("a protected person put on the worklist", "C08", holds=[_HOLD]),
    _pursued("a disputed invoice put on the worklist", "C09",
             holds=[{**_HOLD, "hold_type": "dispute"}]),
    _pursued("an invoice in court put on the worklist", "C10",
             legal_cases=[{"case_id": "L", "invoice_id": "A", "referred_on": "2026-06-01"}]),
)  # fmt: skip


def main(
    mutants: Sequence[Mutant] = MUTANTS,
    alterations: Sequence[Alteration] = ALTERATIONS,
    kept: Path = EVIDENCE,
) -> int:
    """Plants every fault and prints what caught it; 1 where one survived."""
    tried = []
    for fault in (*mutants, *alterations):
        with TemporaryDirectory(prefix="council-income-mutant-") as folder:
            tried.append(_tried(fault, Path(folder)))
        gate, what, codes = tried[-1].values()
        print(f"{gate}: {what}: {', '.join(codes) or 'SURVIVED'}")  # noqa: T201
    survivors = sum(not each["caught_by"] for each in tried)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(tried, indent=2) + "\n", "utf-8")
    print(f"{len(tried)} faults planted, {survivors} survived. Written: {kept}")  # noqa: T201
    return 1 if survivors else 0


def _tried(fault: Mutant | Alteration, folder: Path) -> dict[str, Any]:
    if isinstance(fault, Mutant):
        return {"gate": fault.gate, "fault": fault.fault, "caught_by": fault.caught(folder)}
    found = fault.found(folder)
    codes = () if found is None else (found.replace(f"{folder}/published/runs/", ""),)
    return {"gate": "verify", "fault": fault.fault, "caught_by": codes}


if __name__ == "__main__":
    sys.exit(main())

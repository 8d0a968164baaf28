"""Gate `recovery`: nobody is pursued who must not be, or about whom data may be missing.

The inputs of the worklist come first. A refused hold, cash that did not arrive or a debtor row that
cannot be read might each be the reason not to write. Then every action is compared with the inbound
rows, and every other contact with the worklist.
"""

import duckdb

from expectations.current_rows import Position
from expectations.expected import (
    Check,
    Expected,
    above,
    at_least,
    between,
    equal,
    is_blank,
    is_nil,
    is_stated,
)
from expectations.populations.population import Population
from expectations.populations.recovery import recovery_populations

NAME = "recovery"
WITHHELD = (
    "recovery_worklist",
    "contact_list",
    "letter_lines",
    "agency_placements_proposed",
    "agency_placement_file",
    "legal_handover",
    "legal_handover_file",
    "arrangement_offers",
    "arrangement_warnings",
    "early_contact",
    "signposting_suggestions",
)
INPUT_FEEDS = ("invoices",)
IS_JUDGED_WITHOUT_INPUT = False


def _check(
    code: str, words: str, why: str, *feeds: str, of: str, expects: tuple[Expected, ...]
) -> Check:
    return Check(code, words, feeds, why, expects={of: expects})


_FILES_REPLACED = (above("last_good_run", "last_refused_run"),)
_FEEDS_FRESH = (
    at_least("is_known", "is_required"),
    at_least("newest_file_on", "oldest_allowed_on"),
)
_ROWS_READABLE = (is_nil("rows_without_debtor"),)


_REFUSED_FILE = "was refused whole, unless a good delivery under its name was taken after it"
_STALE = "is missing though policy requires it, or older than policy allows"
_UNREADABLE = "leaves the debtor unidentified, unless it was corrected since"

C01 = _check(
    "C01",
    f"No file of debtors or holds {_REFUSED_FILE}.",
    "Without it a protected person would be written to because the file that says so was bad.",
    of="protecting_files",
    expects=_FILES_REPLACED,
)
C02 = _check(
    "C02",
    f"Neither debtors nor holds {_STALE}.",
    "Without it yesterday's protection could be unknown today.",
    of="protecting_feeds",
    expects=_FEEDS_FRESH,
)
C03 = _check(
    "C03",
    f"No refused row of debtors or holds {_UNREADABLE}.",
    "Without it nobody could say who the protected person is.",
    of="protecting_refused_rows",
    expects=_ROWS_READABLE,
)
C04 = _check(
    "C04",
    f"No file of disputes, receipts, reversals, arrangements or case actions {_REFUSED_FILE}.",
    "Without it people would be chased for what they paid, dispute or pay by arrangement.",
    of="other_files",
    expects=_FILES_REPLACED,
)
C05 = _check(
    "C05",
    f"Neither disputes, receipts, reversals, arrangements nor case actions {_STALE}.",
    "Without it people would be chased for what they paid since.",
    of="other_feeds",
    expects=_FEEDS_FRESH,
)
C06 = _check(
    "C06",
    f"No refused row of disputes, receipts, reversals, arrangements or actions {_UNREADABLE}.",
    "Without it nobody could say whose payment or dispute is missing.",
    of="other_refused_rows",
    expects=_ROWS_READABLE,
)
C07 = _check(
    "C07",
    "Nobody is pursued while a refused row of theirs waits to be corrected.",
    "Without it a row that we could not read would count as one that never came.",
    "invoices",
    of="pursuits",
    expects=(is_nil("refused_rows"),),
)
C08 = _check(
    "C08",
    "No debtor is pursued if the person is protected today on any of their accounts: by breathing "
    "space, mental health crisis, an insolvency that covers the debt's date, or death.",
    "Without it the council would break the law and harm people in difficulty.",
    "invoices",
    of="pursuits",
    expects=(is_nil("protections_today"),),
)
C09 = _check(
    "C09",
    "No pursued invoice is under a dispute or another hold today.",
    "Without it people would be chased for a debt that is in dispute or under review.",
    "invoices",
    of="pursuits",
    expects=(is_nil("other_holds_today"),),
)
C10 = _check(
    "C10",
    "No pursued invoice is in a live arrangement, within the notice after a breach, with an "
    "agency or in court, and no pursued debtor has credits that cover the whole balance.",
    "Without it people would be chased twice, or although the council agreed to wait.",
    "invoices",
    of="pursuits",
    expects=(is_blank("obstacles"),),
)
C11 = _check(
    "C11",
    "Each action is the next stage of the timetable whose minimum balance the debt reaches, after "
    "the last stage recorded as done.",
    "Without it somebody could face court who never had a reminder.",
    "invoices",
    "services",
    of="pursuits",
    expects=(equal("action_code", "next_stage"),),
)
C12 = _check(
    "C12",
    "The days of the stage have passed since the due date and since the stage before. Days on hold "
    "do not count.",
    "Without it people would not have the time that we promise them.",
    "invoices",
    "services",
    of="pursuits",
    expects=(
        at_least("days_since_due", "days_required_after_due"),
        at_least("days_since_previous", "days_required_after_previous"),
    ),
)
C13 = _check(
    "C13",
    "No debtor account has more than one action.",
    "Without it one account could get several letters in a day.",
    "invoices",
    of="debtors",
    expects=(between("actions", None, 1),),
)
C14 = _check(
    "C14",
    "The invoices of an action are listed once and in order, are the debtor's own and open, and "
    "its amount is what is open on them.",
    "Without it people would be asked to pay what they do not owe.",
    "invoices",
    of="actions",
    expects=(
        is_stated("invoices_listed"),
        equal("invoices_listed", "invoices_in_order"),
        between("least_open_pence", 1),
        equal("amount_pence", "open_pence"),
    ),
)
C15 = _check(
    "C15",
    "The worklist holds what the stages call due, each debtor's furthest stage with all invoices "
    "at it, and nothing else; nothing that is blocked is called due.",
    "Without it an action could be added, changed or lost between stages and worklist.",
    "invoices",
    of="worklist",
    expects=(equal("actions_listed", "action_due"), is_nil("blocked_stages")),
)
C16 = _check(
    "C16",
    "Letters, lists and packs hold what the worklist and the stages call due; nobody to whom an "
    "arrangement is offered, or who is warned or helped early, is protected or has a refused row "
    "that waits to be corrected.",
    "Without it somebody could be contacted who is not on the worklist.",
    "invoices",
    of="outgoing",
    expects=(
        equal("action_due", "action_carried_out"),
        is_nil("reasons_to_leave_alone"),
    ),
)
CHECKS = (C01, C02, C03, C04, C05, C06, C07, C08, C09, C10, C11, C12, C13, C14, C15, C16)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Does nothing: the current rows are all that this gate needs."""


def populations(con: duckdb.DuckDBPyConnection, position: Position, _: object) -> list[Population]:
    """The facts that the checks compare."""
    return recovery_populations(con, position, CHECKS)

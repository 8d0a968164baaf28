"""Writes whole small councils by chance: a few debtors and everything that can befall their debts.

Every feed of the ledger is drawn from small pools of ids, days and amounts, so that ids collide
across feeds (an invoice id that is also an arrangement id and a debtor id, ids that differ only in
leading zeros or case), days fall together or on a boundary, and amounts meet exactly or miss by a
penny. Rows that name what is unknown, or another debtor's, are part of it; so are versions, rows
withdrawn, rows known late and rows known too late.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from tests.laws.canonical_files import Delivery
from tests.laws.case_definition import Files
from tests.laws.second_opinion.ageing import anniversary
from tests.laws.second_opinion.rows import FEEDS

Cells = dict[str, str]
T = TypeVar("T")

IDS = ("1", "01", "001", "10", "2", "A", "a", "A/1", "A,1", "B ", "É")
UNKNOWN = "NOBODY"
AMOUNTS = ("0.01", "9.99", "10.00", "20.00", "30.00", "33.33", "50.00", "50.01", "100.00", "250.00")
DEBT_TYPES = ("sundry", "adult_social_care", "commercial_rent", "housing_benefit_overpayment")
PARTY_TYPES = ("individual", "individual", "sole_trader", "business", "public_body")
HOLD_TYPES = (
    "breathing_space",
    "mental_health_crisis",
    "insolvency",
    "insolvency",
    "deceased",
    "dispute",
    "vulnerability",
    "query",
    "payment_pending",
    "internal",
)
STAGES = (
    "reminder",
    "final_notice",
    "contact_attempt",
    "letter_of_claim",
    "agency_referral",
    "legal_referral",
    "write_off_review",
)
OUTCOMES = ("", "", "", "done", "reached", "promised", "failed", "returned", "withdrawn")
FREQUENCIES = ("weekly", "fortnightly", "four_weekly", "monthly", "monthly", "one_off")
LATE = "_late"
TOO_LATE = "_toolate"
INITIAL_AMOUNTS = ("10.00", "10.00", "20.00", "20.00", "100.00", "150.00", "0.00", "-5.00")
PLANS = (("1.00",), ("0.50", "0.50"), ("0.20", "0.30", "0.50"), ("0.70",), ("0.60", "0.60"))
"""How a gross is parted into instalments; the last two do not add up to it."""


@dataclass(frozen=True)
class Clock:
    """The day looked at, what is known by when, and the files that came in around those days."""

    as_of: date
    known_at: date

    @property
    def file_endings(self) -> tuple[str, ...]:
        """What the file names end in, common endings more often."""
        days = (
            self.as_of - timedelta(days=29),
            self.as_of,
            self.known_at,
            self.known_at + timedelta(days=2),
        )
        early, same, recent, unseen = (f"_{day:%Y%m%d}" for day in days)
        first_run = (early,) * 18 + (same,) * 4 + (f"_extra{same}", recent, recent, "", unseen)
        second_run = (f"{LATE}{early}", f"{LATE}{same}", LATE)
        return (*first_run, *second_run, f"{TOO_LATE}{early}")

    def deliveries(self, files: Files) -> list[Delivery]:
        """Three runs: most files; some that come late; and some too late to be seen.

        The first run is published well before ``as_of``, the second is known at ``known_at``.
        """
        too_late = {name: rows for name, rows in files.items() if TOO_LATE in name}
        late = {name: rows for name, rows in files.items() if LATE in name}
        others = {name: rows for name, rows in files.items() if name not in too_late | late}
        first = self.as_of - timedelta(days=20)
        return [
            Delivery(others, first),
            Delivery(late, self.known_at, last_published=first),
            Delivery(too_late, self.known_at + timedelta(days=7), last_published=self.known_at),
        ]

    @property
    def boundaries(self) -> tuple[date, ...]:
        """Days on either side of what the rules count: past due, tolerance, stage, anniversary."""
        past_due = (0, 0, 1, 4, 5, 6, 30, 31, 60, 61, 90, 91, 120, 121, 180, 181)
        of_stages = (6, 7, 13, 14, 20, 21, 29, 35, 65, 66, 95, 96, 366)
        years = (1, 2, 3, 6)
        near = [self.as_of - timedelta(days=each) for each in (*past_due, *of_stages)]
        birthdays = [anniversary(self.as_of, -each) for each in years]
        beside = [day + timedelta(days=each) for day in birthdays for each in (-1, 0, 1)]
        return (*near, *beside)


JUNE = Clock(date(2026, 6, 30), date(2026, 7, 10))
LEAP_DAY = Clock(date(2024, 2, 29), date(2024, 2, 29))


@dataclass(frozen=True)
class Council:
    """The files of one small council, and the clock under which to look at it."""

    files: Files
    clock: Clock


def spelled_otherwise(amount: str) -> str:
    """The same sum with other digits."""
    sign, digits = amount[: amount.startswith("-")], amount.removeprefix("-")
    return f"{sign}0{digits}" if digits.endswith("1") else amount.removesuffix("0")


class Author:
    """Writes one council; every choice comes from ``chance``."""

    def __init__(self, chance: Random, clock: Clock) -> None:
        self.chance = chance
        self.clock = clock
        self.feeds: dict[str, list[Cells]] = {}
        self.days_used: list[str] = []

    def council(self) -> Council:
        """At most three debtors, five invoices, six receipts, and the rest."""
        self._standing_data()
        self.feeds["invoices"] = self._unique("invoice_id", self._invoice, 1, 5)
        self.feeds["invoice_instalments"] = [
            part for row in self.feeds["invoices"] for part in self._instalments(row)
        ]
        self._arrangements()
        self.feeds["credit_notes"] = self._unique("credit_note_id", self._credit_note, 0, 2)
        self.feeds["receipts"] = self._unique("receipt_id", self._receipt, 0, 6)
        self.feeds["receipt_reversals"] = self._unique("reversal_id", self._reversal, 0, 2)
        self.feeds["refunds"] = self._unique("refund_id", self._refund, 0, 2)
        self.feeds["allocations"] = self._unique("allocation_id", self._allocation, 0, 4)
        self.feeds["adjustments"] = self._unique("adjustment_id", self._adjustment, 0, 3)
        self.feeds["write_offs"] = self._unique("write_off_id", self._write_off, 0, 2)
        self.feeds["write_backs"] = self._unique("write_back_id", self._write_back, 0, 2)
        self.feeds["holds"] = self._unique("hold_id", self._hold, 0, 3)
        self.feeds["disputes"] = self._unique("dispute_id", self._dispute, 0, 2)
        self._case_actions()
        self._referrals()
        return Council(self._filed(), self.clock)

    # What every choice is made of.

    def _often(self, of_ten: int) -> bool:
        return self.chance.randint(1, 10) <= of_ten

    def _one(self, values: Sequence[T]) -> T:
        return values[self.chance.randint(0, len(values) - 1)]

    def _day(self) -> str:
        """Mostly a day that has come: one used before, a boundary of the rules, or any."""
        day = self._one(self.days_used) if self.days_used and self._often(3) else self._fresh_day()
        self.days_used.append(day)
        return day

    def _fresh_day(self) -> str:
        if self._often(1):
            return self._after(self.clock.as_of, self.chance.randint(1, 20))
        if self._often(1):
            return self._one(("2024-02-29", "2025-12-31", "2026-01-31", "2023-01-30"))
        if self._often(5):
            return self._one(self.clock.boundaries).isoformat()
        return self._after(self.clock.as_of, -self.chance.randint(0, self._one((40, 200, 2300))))

    def _after(self, day: date, days: int) -> str:
        return (day + timedelta(days=days)).isoformat()

    def _amount(self) -> str:
        """One of the pool, or exactly an invoice's gross, or a penny more."""
        invoices = self.feeds.get("invoices")
        if not invoices or self._often(6):
            return self._one(AMOUNTS)
        gross = Decimal(self._one(invoices)["gross_amount"])
        return str(gross + self._one((Decimal("0.00"), Decimal("0.01"))))

    def _id_of(self, feed: str, column: str) -> str:
        """The id of a row of the feed, now and then of none."""
        rows = self.feeds.get(feed)
        if not rows or self.chance.randint(1, 20) == 1:
            return UNKNOWN
        return self._one(rows)[column]

    def _first(self, feed: str, column: str) -> str:
        """The id of the first row of the feed, so that rows meet there."""
        rows = self.feeds.get(feed)
        return rows[0][column] if rows else UNKNOWN

    def _unique(self, key: str, write: Callable[[], Cells], least: int, most: int) -> list[Cells]:
        """At most so many rows, no two with the same key."""
        rows = [write() for _ in range(self.chance.randint(least, most))]
        return list({row[key]: row for row in rows}.values())

    def _debtor_of(self, invoice_id: str) -> str:
        """Mostly the debtor of that invoice."""
        own = [row for row in self.feeds["invoices"] if row["invoice_id"] == invoice_id]
        return own[0]["debtor_id"] if own and self._often(8) else self._some_debtor()

    def _some_debtor(self) -> str:
        return self._id_of("debtors", "debtor_id")

    def _some_invoice(self) -> str:
        return self._id_of("invoices", "invoice_id")

    # The feeds.

    def _standing_data(self) -> None:
        self.feeds["debtors"] = self._unique("debtor_id", self._debtor, 1, 3)
        self.feeds["services"] = self._unique("service_code", self._service, 1, 3)

    def _debtor(self) -> Cells:
        return {
            "debtor_id": self._one(IDS),
            "party_id": self._one(("", "P", "P", "1")),
            "party_type": self._one(PARTY_TYPES),
            "name": "Somebody",
            "preferred_channel": self._one(("", "", "letter", "email", "phone")),
            "date_of_death": self._day() if self._often(1) else "",
        }

    def _service(self) -> Cells:
        return {
            "service_code": self._one(("S", "s", "0S")),
            "service_name": "A service",
            "debt_type": self._one(DEBT_TYPES),
        }

    def _invoice(self) -> Cells:
        own_id, gross = self._one(IDS), self._one(AMOUNTS)
        vat, replaced = self._one(("0.00", "0.01")), self._one(IDS)
        return {
            "invoice_id": own_id,
            "debtor_id": self._some_debtor(),
            "service_code": self._id_of("services", "service_code"),
            "invoice_date": self._day(),
            "due_date": self._day(),
            "net_amount": str(Decimal(gross) - Decimal(vat)),
            "vat_amount": vat,
            "gross_amount": gross,
            # Mostly what sorts before, so that few chains of replaced invoices bite their own tail.
            "replaces_invoice_id": replaced if self._often(4 if replaced < own_id else 1) else "",
        }

    def _instalments(self, invoice: Cells) -> list[Cells]:
        if self._often(6):
            return []
        gross = Decimal(invoice["gross_amount"])
        amounts = [gross * Decimal(part) for part in self._one(PLANS)]
        if any(amount != round(amount, 2) or amount <= 0 for amount in amounts):
            return []
        return [
            {
                "invoice_id": invoice["invoice_id"],
                "instalment_no": number,
                "due_date": self._day(),
                "amount": f"{amount:.2f}",
            }
            for number, amount in zip(("1", "2", "10"), amounts, strict=False)
        ]

    def _arrangements(self) -> None:
        self.feeds["arrangements"] = self._unique("arrangement_id", self._arrangement, 0, 3)
        owned = {
            (row["arrangement_id"], self._some_invoice())
            for row in self.feeds["arrangements"]
            for _ in range(self.chance.randint(0, 3))
        }
        self.feeds["arrangement_invoices"] = [
            {"arrangement_id": arrangement_id, "invoice_id": invoice_id}
            for arrangement_id, invoice_id in sorted(owned)
        ]

    def _arrangement(self) -> Cells:
        agreed = self._day()
        return {
            "arrangement_id": self._one(IDS),
            "debtor_id": self._some_debtor(),
            "agreed_on": agreed,
            "first_due_on": self._after(date.fromisoformat(agreed), self.chance.randint(0, 40))
            if self._often(8)
            else self._day(),
            "frequency": self._one(FREQUENCIES),
            "instalment_amount": self._one(("9.99", "10.00", "33.33", "50.00")),
            "total_amount": self._one(("20.00", "100.00", "100.01", "150.00", "350.00")),
            "initial_amount": self._one(INITIAL_AMOUNTS) if self._often(3) else "",
            "initial_due_on": self._day() if self._often(3) else "",
            "kind": self._one(("", "informal", "court")),
            "cancelled_on": self._day() if self._often(2) else "",
        }

    def _credit_note(self) -> Cells:
        gross, invoice_id = self._amount(), self._some_invoice()
        return {
            "credit_note_id": self._one(IDS),
            "debtor_id": self._debtor_of(invoice_id),
            "invoice_id": invoice_id if self._often(6) else "",
            "credit_date": self._day(),
            "net_amount": gross,
            "vat_amount": "0.00",
            "gross_amount": gross,
        }

    def _receipt(self) -> Cells:
        invoice_id = self._some_invoice()
        return {
            "receipt_id": self._one(IDS),
            "received_on": self._day(),
            "amount": self._amount(),
            "method": self._one(("bank_transfer", "direct_debit", "cash")),
            "debtor_id": self._debtor_of(invoice_id) if self._often(7) else "",
            "invoice_id": invoice_id if self._often(3) else "",
            "reference": self._reference() if self._often(5) else "",
        }

    def _reference(self) -> str:
        return self._one(
            (
                self._some_invoice(),
                self._id_of("arrangements", "arrangement_id"),
                self._some_debtor(),
                self._one(IDS),
            )
        )

    def _reversal(self) -> Cells:
        return {
            "reversal_id": self._one(IDS),
            "receipt_id": self._id_of("receipts", "receipt_id"),
            "reversed_on": self._day(),
            "amount": self._amount(),
            "reason_code": "dd_unpaid",
        }

    def _refund(self) -> Cells:
        receipt_id = self._id_of("receipts", "receipt_id") if self._often(5) else ""
        return {
            "refund_id": self._one(IDS),
            "debtor_id": "" if receipt_id and self._often(5) else self._some_debtor(),
            "receipt_id": receipt_id,
            "refunded_on": self._day(),
            "amount": self._amount(),
        }

    def _allocation(self) -> Cells:
        of_receipt = self._often(8)
        feed, column = (
            ("receipts", "receipt_id") if of_receipt else ("credit_notes", "credit_note_id")
        )
        return {
            "allocation_id": self._one(IDS),
            "source_type": "receipt" if of_receipt else "credit_note",
            "source_id": self._id_of(feed, column) if self._often(5) else self._first(feed, column),
            "invoice_id": self._some_invoice(),
            "instalment_no": self._one(("", "", "", "1", "2", "10", "3")),
            "allocated_on": self._day(),
            "amount": self._amount(),
        }

    def _adjustment(self) -> Cells:
        invoice_id = self._some_invoice()
        return {
            "adjustment_id": self._one(IDS),
            "debtor_id": self._debtor_of(invoice_id),
            "invoice_id": invoice_id if self._often(6) else "",
            "adjusted_on": self._day(),
            "amount": self._one(("", "-")) + self._amount(),
            "adjustment_type": self._one(("fee", "interest", "transfer_in", "transfer_out")),
        }

    def _write_off(self) -> Cells:
        invoice_id = self._some_invoice()
        return {
            "write_off_id": self._one(IDS),
            "invoice_id": invoice_id,
            "debtor_id": self._debtor_of(invoice_id),
            "written_off_on": self._day(),
            "amount": self._amount(),
            "reason_code": "U2",
        }

    def _write_back(self) -> Cells:
        return {
            "write_back_id": self._one(IDS),
            "write_off_id": self._id_of("write_offs", "write_off_id"),
            "written_back_on": self._day(),
            "amount": self._amount(),
        }

    def _hold(self) -> Cells:
        return {
            "hold_id": self._one(IDS),
            "debtor_id": self._some_debtor(),
            "invoice_id": self._some_invoice() if self._often(3) else "",
            "arrangement_id": self._id_of("arrangements", "arrangement_id")
            if self._often(3)
            else "",
            "hold_type": self._one(HOLD_TYPES),
            "starts_on": self._day(),
            "ends_on": self._day() if self._often(5) else "",
            "order_date": self._day() if self._often(5) else "",
        }

    def _dispute(self) -> Cells:
        return {
            "dispute_id": self._one(IDS),
            "debtor_id": self._some_debtor(),
            "invoice_id": self._some_invoice() if self._often(7) else "",
            "kind": self._one(("dispute", "dispute", "complaint")),
            "raised_on": self._day(),
            "category": "billing",
            "resolved_on": self._day() if self._often(4) else "",
        }

    def _case_actions(self) -> None:
        """Some of the stages from the first one on, now and then out of order, and two others."""
        codes = [stage for stage in STAGES[: self._one((0, 1, 2, 3, 4, 5, 6, 7))] if self._often(9)]
        codes += [self._one((*STAGES[:2], "note", "promise")) for _ in range(self._one((0, 1, 2)))]
        invoice_id = self._some_invoice()
        actions = [
            self._case_action(own_id, code, invoice_id)
            for own_id, code in zip(IDS, codes, strict=False)
        ]
        listed = {
            (row["action_id"], invoice_id if self._often(6) else self._some_invoice())
            for row in actions
            for _ in range(self._one((0, 0, 0, 1, 2)))
        }
        self.feeds["case_actions"] = actions
        self.feeds["case_action_invoices"] = [
            {"action_id": action_id, "invoice_id": listed_id}
            for action_id, listed_id in sorted(listed)
        ]

    def _case_action(self, own_id: str, code: str, invoice_id: str) -> Cells:
        return {
            "action_id": own_id,
            "debtor_id": self._debtor_of(invoice_id),
            "invoice_id": self._one((invoice_id, invoice_id, self._some_invoice(), "", "", "")),
            "action_code": code,
            "acted_on": self._day(),
            "officer_id": self._one(("", "O", "1")),
            "outcome_code": self._one(OUTCOMES),
            "diary_on": self._day() if self._often(3) else "",
            "diary_done_on": self._day() if self._often(2) else "",
        }

    def _referrals(self) -> None:
        self.feeds["agency_placements"] = self._unique("placement_id", self._placement, 0, 1)
        self.feeds["legal_cases"] = self._unique("case_id", self._legal_case, 0, 1)

    def _placement(self) -> Cells:
        return {
            "placement_id": self._one(IDS),
            "invoice_id": self._some_invoice(),
            "agency_id": "X",
            "placed_on": self._day(),
            "recalled_on": self._day() if self._often(3) else "",
            "recall_acknowledged_on": self._day() if self._often(3) else "",
            "closed_on": self._day() if self._often(3) else "",
        }

    def _legal_case(self) -> Cells:
        return {
            "case_id": self._one(IDS),
            "invoice_id": self._some_invoice(),
            "referred_on": self._day(),
            "closed_on": self._day() if self._often(5) else "",
        }

    # The files.

    def _filed(self) -> Files:
        """Each row in a file, and some of them again: unchanged, changed, or withdrawn."""
        files: dict[str, list[Cells]] = defaultdict(list)
        written = [(feed, row) for feed, rows in self.feeds.items() for row in rows]
        again = [self._one(written) for _ in range(self.chance.randint(0, 4))]
        for feed, row in written:
            files[f"{feed}{self._one(self.clock.file_endings)}.csv"].append(row)
        for feed, row in again:
            version = row | self._change(feed, row)
            files[f"{feed}{self._one(self.clock.file_endings)}.csv"].append(version)
        return dict(files)

    def _change(self, feed: str, row: Cells) -> Cells:
        """Nothing, withdrawn, posted on another day, dated or charged otherwise."""
        effective = FEEDS[feed].effective
        changes: list[Cells] = [{}, {"withdrawn_on": self._day()}]
        if effective is not None:
            changes.append({effective: self._day()})
        if "vat_amount" not in row and "amount" in row:
            changes += [
                {"amount": self._one(AMOUNTS)},
                {"amount": spelled_otherwise(row["amount"])},
            ]
        if "instalment_no" in row:
            changes.append({"instalment_no": row["instalment_no"] and f"0{row['instalment_no']}"})
        if feed == "case_actions":
            changes += [{"outcome_code": "withdrawn"}, {"invoice_id": ""}]
        if feed in ("invoices", "receipts", "refunds", "write_offs"):
            changes.append({"posted_on": self._day()})
        return self._one(changes)

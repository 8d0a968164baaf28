"""Writes small councils in which debts are pursued, so that every stage of recovery is met.

Debts are of a type with a timetable, as old as a stage asks for and as large as its minimum, give
or take a day or a penny; actions go through the stages from the first one on; holds mostly end.
"""

from datetime import timedelta

from tests.laws.council_author import STAGES, Author, Cells, Council

GROSS = ("4.99", "5.00", "9.99", "10.00", "49.99", "50.00", "99.99", "100.00", "250.00")
AGES = (0, 6, 7, 8, 20, 21, 27, 28, 34, 35, 65, 66, 67, 95, 96, 97, 130, 150, 366, 367, 400, 500)
OLD = (150, 400, 500, 800)
INTERVALS = (5, 6, 7, 8, 13, 14, 15, 29, 30, 31)


class CaseworkAuthor(Author):
    """Writes one council; every choice comes from ``chance``."""

    def council(self) -> Council:
        """At most three debtors, four invoices, two receipts, and a case for some of them."""
        self._standing_data()
        self.feeds["invoices"] = self._unique("invoice_id", self._invoice, 1, 4)
        self.feeds["invoice_instalments"] = [
            part
            for row in self.feeds["invoices"]
            if self._often(4)
            for part in self._instalments(row)
        ]
        if self._often(4):
            self._arrangements()
        self.feeds["credit_notes"] = self._unique("credit_note_id", self._credit_note, 0, 1)
        self.feeds["receipts"] = self._unique("receipt_id", self._receipt, 0, self._one((0, 0, 2)))
        self.feeds["adjustments"] = self._unique("adjustment_id", self._adjustment, 0, 1)
        self.feeds["holds"] = self._unique("hold_id", self._hold, 0, self._one((0, 1, 2, 3)))
        self.feeds["disputes"] = self._unique("dispute_id", self._dispute, 0, self._one((0, 0, 1)))
        self._case_actions()
        if self._often(3):
            self._referrals()
        return Council(self._filed(), self.clock)

    def _ago(self, days: int) -> str:
        return self._after(self.clock.as_of, -days)

    def _debtor(self) -> Cells:
        return super()._debtor() | ({} if self._often(2) else {"party_id": "", "date_of_death": ""})

    def _service(self) -> Cells:
        kind = self._one(("sundry", "sundry", "commercial_rent"))
        return super()._service() | ({} if self._often(1) else {"debt_type": kind})

    def _invoice(self) -> Cells:
        gross = self._one(GROSS) if self._often(4) else "300.00"
        return super()._invoice() | {
            "invoice_date": self._ago(self._one((0, 28, 600))),
            "due_date": self._ago(self._one(AGES if self._often(4) else OLD)),
            "net_amount": gross,
            "vat_amount": "0.00",
            "gross_amount": gross,
        }

    def _hold(self) -> Cells:
        starts = self.clock.as_of - timedelta(days=self._one(AGES))
        ends = self._after(starts, self._one((0, 1, 7, 14, 30, 60)))
        return super()._hold() | {
            "starts_on": starts.isoformat(),
            "ends_on": ends if self._often(9) else "",
        }

    def _case_actions(self) -> None:
        """One or two runs through the stages, each for an invoice of its own."""
        super()._case_actions()
        if self._often(9):
            self.feeds["case_actions"] = []
            self.feeds["case_action_invoices"] = []
        for run in range(self._one((0, 1, 1, 2))):
            self._run_of_stages(f"{run}", self._some_invoice())

    def _run_of_stages(self, run: str, invoice_id: str) -> None:
        """From the first stage to any, the last one done as long ago as an interval."""
        day = self.clock.as_of - timedelta(days=self._one((0, *INTERVALS, *OLD[:2])))
        debtor_id = self._debtor_of(invoice_id)
        for number in range(self._one((1, 2, 3, 4, 5, 6, 7)), 0, -1):
            action = self._case_action(f"{run}{number}", STAGES[number - 1], invoice_id)
            way = self._one(("named", "listed", "whole debtor"))
            self.feeds["case_actions"].append(
                action
                | {"acted_on": day.isoformat(), "invoice_id": invoice_id if way == "named" else ""}
                | ({"debtor_id": debtor_id, "outcome_code": ""} if self._often(9) else {})
            )
            if way == "listed":
                self.feeds["case_action_invoices"].append(
                    {"action_id": action["action_id"], "invoice_id": invoice_id}
                )
            day -= timedelta(days=self._one(INTERVALS))

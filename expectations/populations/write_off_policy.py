"""Who may write off what, and on which evidence, by the policy tables and the day."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expectations.policy import Cells, PolicyTable
from expectations.populations.timetable import is_used

_TABLES = (
    "write_off_authority",
    "write_off_rules",
    "officer_roles",
    "write_off_reasons",
    "write_off_evidence_keys",
    "recovery_timetable",
    "check_codes",
    "limitation_periods",
    "provision_rates",
)


@dataclass(frozen=True)
class WriteOffPolicy:
    """The policy tables for write-off, read as of the day of the event."""

    tables: Mapping[str, PolicyTable]

    def rule(self, on: date, key: str) -> str:
        """A single figure or choice; blank where policy has none, and then its check fails."""
        return self.tables["write_off_rules"].row(on, key).get("value", "")

    def band(self, on: date, amount: Decimal, debt_type: str, reason_code: str) -> Cells:
        """The most specific row of authority for an amount; empty where there is none."""
        holding = [
            row
            for row in self.tables["write_off_authority"].in_force(on)
            if row["debt_type"] in ("", debt_type)
            and row["reason_code"] in ("", reason_code)
            and Decimal(row["amount_from"]) <= amount
            and (not row["amount_to"] or amount <= Decimal(row["amount_to"]))
        ]
        specific = sorted(holding, key=lambda row: (not row["debt_type"], not row["reason_code"]))
        return specific[0] if specific else {}

    def upper_limit(self, on: date, band: str) -> Decimal:
        """The highest amount of a band that applies to every debt type and reason."""
        row = self.tables["write_off_authority"].row(on, band, "", "")
        return Decimal(row.get("amount_to") or 0)

    def rank(self, on: date, role: str) -> int:
        """How much a role may approve; nil for a role that policy does not list."""
        return int(self.tables["officer_roles"].row(on, role).get("rank", 0))

    def reason(self, on: date, reason_code: str) -> Cells:
        """What a reason requires; empty for one that policy does not list."""
        return self.tables["write_off_reasons"].row(on, reason_code)

    def evidence_keys(self, on: date, reason_code: str) -> frozenset[str]:
        """The pieces of evidence that a reason requires."""
        return frozenset(
            row["evidence_key"]
            for row in self.tables["write_off_evidence_keys"].in_force(on)
            if row["reason_code"] == reason_code
        )

    def evidence_that_proves(self, on: date, reason_code: str) -> Mapping[str, str]:
        """Evidence keys whose value proves something, each with what it proves."""
        return {
            row["evidence_key"]: row["proves"]
            for row in self.tables["write_off_evidence_keys"].in_force(on)
            if row["reason_code"] == reason_code and row["proves"]
        }

    def has_provision_rate(self, on: date, band: str, debt_type: str, party_type: str) -> bool:
        """Whether the most specific row for such a debt gives a rate."""
        fitting = [
            row
            for row in self.tables["provision_rates"].in_force(on)
            if not row["status"]
            and row["band"] in ("", band)
            and row["debt_type"] in ("", debt_type)
            and row["party_type"] in ("", party_type)
        ]
        specific = sorted(
            fitting, key=lambda row: (not row["debt_type"], not row["party_type"], not row["band"])
        )
        return bool(specific) and bool(specific[0]["rate"])

    @property
    def limitation_periods(self) -> PolicyTable:
        """How long a debt may be sued for."""
        return self.tables["limitation_periods"]

    def stage_order(self, on: date) -> Mapping[str, int]:
        """The place of each recovery stage in its sequence, for any debt type."""
        places: dict[str, int] = {}
        for row in self._stages(on):
            place = int(row["sort"])
            places[row["stage"]] = min(place, places.get(row["stage"], place))
        return places

    def minimum_balance(self, on: date, stage: str, debt_type: str) -> Decimal:
        """The lowest balance for a stage; that of another debt type where this one has none."""
        minimums = {
            row["debt_type"]: Decimal(row["minimum_balance"])
            for row in self._stages(on)
            if row["stage"] == stage
        }
        return minimums.get(debt_type, min(minimums.values(), default=Decimal(0)))

    def _stages(self, on: date) -> Iterator[Cells]:
        """The rows of the timetables that are in use, for any party type."""
        for row in self.tables["recovery_timetable"].in_force(on):
            if is_used(row) and not row["party_type"]:
                yield row

    def blocks(self, on: date, check_code: str) -> bool:
        """Whether a failed check refuses a request; one that policy does not list does."""
        return self.tables["check_codes"].row(on, check_code).get("severity", "B") == "B"


def write_off_policy(load: Callable[[str], PolicyTable]) -> WriteOffPolicy:
    """Reads the tables with a loader that takes a table's name."""
    return WriteOffPolicy({table: load(table) for table in _TABLES})

"""Whether the shipped policy and the council's own rows over it hold together, before a run.

Reads the seeds and the workspace's policy folder, as a run would, and nothing else: it changes
nothing and can be asked at any time. What is wrong is named by row, file and line, with the mend.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from ingestion.contracts.contract import Contract, load_contracts
from ingestion.intake.arrival import day_in_name, is_left_alone
from ingestion.intake.reading import Arrived, Reading
from ingestion.intake.recognition import POLICY, recognise_policy
from ingestion.policy.policy_band_rules import (
    faults_of_age_bands,
    faults_of_authority,
    faults_of_court_fees,
)
from ingestion.policy.policy_rules import (
    SINGLE_FIGURES,
    Fault,
    FaultKind,
    PolicyRow,
    faults_of_cells,
    faults_of_lists,
    faults_of_ranges,
    faults_of_retention,
    in_force,
    kinds_of_figures,
    rows_that_stand,
)
from ingestion.policy.policy_tables import POLICY_KEYS, POLICY_SEEDS
from ingestion.policy.policy_timetable_rules import faults_of_timetables
from ingestion.refusal import CheckCode, FileRefusedError

# A file without a day in its name is of the day of the run that takes it: after those that have.
_NO_DAY_IN_NAME = date.max
STATUSES_OF_PROVISION = frozenset(
    {"insolvent", "deceased", "barred", "secured", "kept_arrangement"}
)
"""The statuses for which provision may have a rate of its own, as `provision_by_item` has them."""
_KIND_BY_CODE = {CheckCode.NUMBER: FaultKind.NO_FIGURE, CheckCode.DAY: FaultKind.NO_DAY}


@dataclass(frozen=True)
class PolicyCheck:
    """What was looked at and what is wrong with it.

    Attributes:
        rows: How many rows, shipped and own.
        own_rows: How many of them are the council's own.
        tables: How many policy tables.
        faults: What is wrong, by table, file and line.
    """

    rows: int
    own_rows: int
    tables: int
    faults: tuple[Fault, ...]


def check_policy(policy: Path, seeds: Path = POLICY_SEEDS) -> PolicyCheck:
    """Looks at every row of policy.

    Args:
        policy: Folder of the council's own rows; it need not be there.
        seeds: Folder of the shipped policy tables.
    """
    shipped = [row for table in POLICY_KEYS for row in _shipped_rows(seeds, table)]
    own, refused = _own_rows(policy)
    return PolicyCheck(
        rows=len(shipped) + len(own) + len(refused),
        own_rows=len(own) + len(refused),
        tables=len(POLICY_KEYS),
        faults=tuple(sorted([*refused, *_faults(shipped, own)], key=_by_place)),
    )


def _by_place(fault: Fault) -> tuple[str, str, int, str, str]:
    return fault.table, fault.file or "", fault.line or 0, fault.policy_row, fault.kind


def _faults(shipped: Sequence[PolicyRow], own: Sequence[PolicyRow]) -> list[Fault]:
    """Of cells first; a row with a cell that cannot be read is not asked any further."""
    contracts = load_contracts()
    kinds, codes = kinds_of_figures(shipped), _codes(contracts, shipped)
    codes["provision_rates", "band"] = {"", *_bands_of_age([*shipped, *own])}
    lists = _lists(contracts)
    found: list[Fault] = []
    sound: list[PolicyRow] = []
    for row in [*shipped, *own]:
        of_cells = [*faults_of_cells(row, kinds, codes), *faults_of_lists(row, lists)]
        found += [*of_cells, *faults_of_retention(row)]
        if not of_cells:
            sound.append(row)
    standing = rows_that_stand(sound)
    decide = in_force(standing)
    found += faults_of_ranges(sound, standing)
    party_types = sorted(_codes_of(contracts["debtors"], "party_type"))
    found += faults_of_timetables(decide["recovery_timetable"], party_types)
    found += faults_of_age_bands(decide["age_bands"])
    found += faults_of_authority(decide["write_off_authority"])
    found += faults_of_court_fees(decide["court_fees"])
    return found


def _codes(
    contracts: dict[str, Contract], shipped: Iterable[PolicyRow]
) -> dict[tuple[str, str], set[str]]:
    """The codes that a column of a policy table may hold, an empty one where it may be blank."""
    debt_types = {"", *_codes_of(contracts["services"], "debt_type")}
    party_types = {"", *_codes_of(contracts["debtors"], "party_type")}
    roles = _codes_of(contracts["officers"], "role")
    codes = {
        ("agency_panel", "debt_type"): debt_types,
        ("agency_panel", "party_type"): party_types,
        ("agency_panel", "usage"): {"", "used", "left_out"},
        ("court_fees", "fee"): {"issue_fee", "fixed_costs"},
        ("provision_rates", "debt_type"): debt_types,
        ("provision_rates", "party_type"): party_types,
        ("provision_rates", "status"): {"", *STATUSES_OF_PROVISION},
        ("recovery_timetable", "debt_type"): debt_types,
        ("recovery_timetable", "party_type"): party_types,
        ("recovery_timetable", "usage"): {"", "used", "left_out", "example"},
        ("hold_types", "key"): _codes_of(contracts["holds"], "hold_type"),
        ("hold_types", "value"): {"protective", "internal"},
        ("kpi_targets", "direction"): {"at_least", "at_most"},
        ("kpi_targets", "unit"): {"%", "days", "pounds"},
        ("limitation_periods", "debt_type"): debt_types,
        ("age_bands", "unit"): {"", "days", "years"},
        ("write_off_authority", "debt_type"): debt_types,
        ("write_off_authority", "lowest_role"): roles,
        ("officer_roles", "role"): roles,
        ("feed_freshness", "key"): set(contracts),
        ("required_feeds", "key"): set(contracts),
        ("numbered_feeds", "key"): set(contracts),
        ("reference_masks", "kind"): {"debtor", "invoice", "arrangement"},
        ("reference_masks", "check_digit"): {"", "luhn"},
        ("worklist_priority", "part"): {"amount", "days_waiting", "stage"},
    }
    for row in shipped:
        if row.table in SINGLE_FIGURES:
            codes.setdefault((row.table, "key"), set()).add(row.cells["key"])
        if row.table == "contact_remedies":
            codes.setdefault((row.table, "error_code"), set()).add(row.cells["error_code"])
        if row.table == "kpi_targets":
            codes.setdefault((row.table, "kpi_code"), set()).add(row.cells["kpi_code"])
        if row.table == "support_offers":
            codes.setdefault((row.table, "signal_code"), set()).add(row.cells["signal_code"])
    return codes


def _bands_of_age(rows: Iterable[PolicyRow]) -> set[str]:
    """The bands that days past due lead to; the one for open credits has no unit."""
    return {row.cells["band"] for row in rows if row.table == "age_bands" and row.cells.get("unit")}


def _lists(contracts: dict[str, Contract]) -> dict[tuple[str, str], set[str]]:
    """The codes that a figure may list, parted by blanks, by table and key."""
    party_types = _codes_of(contracts["debtors"], "party_type")
    return {
        ("agency_rules", "direct_payment_methods"): _codes_of(contracts["receipts"], "method"),
        ("agency_rules", "safeguarding_check_asked_of"): _codes_of(
            contracts["services"], "debt_type"
        ),
        ("agency_rules", "vulnerability_check_asked_of"): party_types,
        ("bank_matching_rules", "methods_outside_bank"): _codes_of(contracts["receipts"], "method"),
        ("legal_rules", "protocol_party_types"): party_types,
    }


def _codes_of(contract: Contract, column: str) -> set[str]:
    return {code for each in contract.columns if each.name == column for code in each.codes}


# Reading.


def _shipped_rows(seeds: Path, table: str) -> Iterator[PolicyRow]:
    with (seeds / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        for cells in csv.DictReader(stream):
            yield PolicyRow(table, {name: cell or "" for name, cell in cells.items()})


def _own_rows(policy: Path) -> tuple[list[PolicyRow], list[Fault]]:
    """The council's own rows, and the files and rows that a run would refuse."""
    paths = sorted(policy.iterdir()) if policy.is_dir() else []
    taken = [path for path in paths if path.is_file() and not is_left_alone(path.name)]
    rows: list[PolicyRow] = []
    refused: list[Fault] = []
    with TemporaryDirectory(prefix="council-income-policy-") as scratch:
        for recognised in recognise_policy(taken):
            path = recognised.path
            file_day = day_in_name(path.name) or _NO_DAY_IN_NAME
            try:
                reading = recognised.read(
                    Arrived(path, "", POLICY, "", file_day, file_day), Path(scratch)
                )
            except FileRefusedError as unfit:
                refused.append(_refused_file(path, recognised.feed, str(unfit)))
                continue
            except OSError as unreadable:
                reason = f"{path.name} cannot be read: {unreadable.strerror}: give leave to read it"
                refused.append(_refused_file(path, recognised.feed, reason))
                continue
            rows += _accepted(reading)
            refused += _refused_rows(reading)
    return rows, refused


def _refused_file(path: Path, feed: str, message: str) -> Fault:
    says, _, mend = message.rpartition(": ")
    table = feed.removeprefix("policy_")
    return Fault(FaultKind.REFUSED, "", table, path.name, None, says, mend)


def _accepted(reading: Reading) -> Iterator[PolicyRow]:
    for table, stage in reading.staged.items():
        for batch in stage.batches():
            for record in batch.to_pylist():
                cells = {name: cell or "" for name, cell in record.items() if name[0] != "_"}
                yield PolicyRow(
                    table.removeprefix("policy_"),
                    cells,
                    record["_source_file"],
                    record["_source_line"],
                    record["_file_day"],
                )


def _refused_rows(reading: Reading) -> Iterator[Fault]:
    for batch in reading.refused.batches():
        for record in batch.to_pylist():
            yield Fault(
                _KIND_BY_CODE.get(record["reason_code"], FaultKind.REFUSED),
                record["key_text"] or "",
                record["feed"].removeprefix("policy_"),
                record["source_file"],
                record["source_line"],
                f"a run would refuse the row: {record['message']}",
                "put the row right",
            )


# Telling.


def as_json(check: PolicyCheck) -> str:
    """The outcome for machines."""
    return json.dumps(asdict(check), indent=2, ensure_ascii=False) + "\n"


def as_text(check: PolicyCheck) -> str:
    """The outcome for people: one line, or one for each fault."""
    if not check.faults:
        return (
            f"no fault found in {check.rows} rows of {check.tables} tables "
            f"({check.own_rows} of the rows are the council's own)\n"
        )
    return "".join(f"{_told(fault)}\n" for fault in check.faults)


def _told(fault: Fault) -> str:
    where = fault.file or "as shipped"
    if fault.line is not None:
        where += f" line {fault.line}"
    row = f"{fault.policy_row or 'a row'} of {fault.table}" if fault.table else "a policy file"
    return f"{row} ({where}): {fault.kind}: {fault.says}; {fault.mend}"

"""Whether the shipped policy and the council's own rows agree with each other, before a run.

Reads the seeds and the workspace's policy folder, as a run would, and nothing else: it changes
nothing and can run at any time. A fault names the row, the file, the line and what to do.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from ingestion.policy.policy_contract import (
    BANDS_OF_AGE,
    PolicyColumn,
    PolicyTable,
    PolicyType,
    load_policy_contracts,
)
from ingestion.policy.policy_rules import (
    Fault,
    FaultKind,
    PolicyRow,
    current_rows,
    faults_of_cells,
    faults_of_lists,
    faults_of_ranges,
    faults_of_retention,
    in_force,
)
from ingestion.policy.policy_tables import POLICY_SEEDS
from ingestion.policy.policy_timetable_rules import faults_of_timetables
from ingestion.refusal import CheckCode, FileRefusedError

# A file without a day in its name is of the day of the run that takes it: after those that have.
_NO_DAY_IN_NAME = date.max
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
    tables = load_policy_contracts()
    shipped = [row for table in tables for row in _shipped_rows(seeds, table)]
    own, refused = _own_rows(policy)
    return PolicyCheck(
        rows=len(shipped) + len(own) + len(refused),
        own_rows=len(own) + len(refused),
        tables=len(tables),
        faults=tuple(sorted([*refused, *_faults(shipped, own)], key=_by_place)),
    )


def _by_place(fault: Fault) -> tuple[str, str, int, str, str]:
    return fault.table, fault.file or "", fault.line or 0, fault.policy_row, fault.kind


def _faults(shipped: Sequence[PolicyRow], own: Sequence[PolicyRow]) -> list[Fault]:
    """Of cells first; a row with a cell that cannot be read is not asked any further."""
    contracts = load_contracts()
    codes, lists = _codes(contracts, shipped, own), _lists(contracts)
    found: list[Fault] = []
    sound: list[PolicyRow] = []
    for row in [*shipped, *own]:
        of_cells = [*faults_of_cells(row, codes), *faults_of_lists(row, lists)]
        found += [*of_cells, *faults_of_retention(row)]
        if not of_cells:
            sound.append(row)
    current = current_rows(sound)
    decide = in_force(current)
    found += faults_of_ranges(sound, current)
    party_types = sorted(_codes_of(contracts, "debtors.party_type"))
    found += faults_of_timetables(decide["recovery_timetable"], party_types)
    found += faults_of_age_bands(decide["age_bands"])
    found += faults_of_authority(decide["write_off_authority"])
    found += faults_of_court_fees(decide["court_fees"])
    return found


def _codes(
    contracts: Mapping[str, Contract], shipped: Sequence[PolicyRow], own: Sequence[PolicyRow]
) -> dict[tuple[str, str], set[str]]:
    """The codes that a column of a policy table may hold, an empty one where it may be blank."""
    return {
        (table.table, column.name): {
            *column.codes,
            *_codes_elsewhere(table, column, contracts, shipped, own),
            *({""} if column.blank == "allowed" else ()),
        }
        for table in load_policy_contracts().values()
        for column in table.columns
        if column.type is PolicyType.CODE
    }


def _codes_elsewhere(
    table: PolicyTable,
    column: PolicyColumn,
    contracts: Mapping[str, Contract],
    shipped: Sequence[PolicyRow],
    own: Sequence[PolicyRow],
) -> set[str]:
    """The codes that the contract takes from somewhere else."""
    if column.codes_of == "feeds":
        return set(contracts)
    if column.codes_of == "figures":
        return set(table.figures)
    if column.codes_of == "shipped":
        return {row.cells[column.name] for row in shipped if row.table == table.table}
    if column.codes_of == BANDS_OF_AGE:
        return _bands_of_age([*shipped, *own])
    return _codes_of(contracts, column.codes_of) if column.codes_of else set()


def _bands_of_age(rows: Iterable[PolicyRow]) -> set[str]:
    """The bands that days past due lead to; the one for open credits has no unit."""
    return {row.cells["band"] for row in rows if row.table == "age_bands" and row.cells.get("unit")}


def _lists(contracts: Mapping[str, Contract]) -> dict[tuple[str, str], set[str]]:
    """The codes that a figure may list, separated by spaces, by table and key."""
    return {
        (table.table, key): _codes_of(contracts, figure.codes_of)
        for table in load_policy_contracts().values()
        for key, figure in table.figures.items()
        if figure.codes_of
    }


def _codes_of(contracts: Mapping[str, Contract], named: str) -> set[str]:
    """The codes of a column of a feed, named as in `services.debt_type`."""
    feed, _, column = named.partition(".")
    return set(contracts[feed].column(column).codes)


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
                reason = (
                    f"{path.name} cannot be read: {unreadable.strerror}: allow this user to read it"
                )
                refused.append(_refused_file(path, recognised.feed, reason))
                continue
            rows += _accepted(reading)
            refused += _refused_rows(reading)
    return rows, refused


def _refused_file(path: Path, feed: str, message: str) -> Fault:
    says, _, fix = message.rpartition(": ")
    table = feed.removeprefix("policy_")
    return Fault(FaultKind.REFUSED, "", table, path.name, None, says, fix)


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
                "correct the row and send the file again",
            )


# Output.


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
    return "".join(f"{_line_of(fault)}\n" for fault in check.faults)


def _line_of(fault: Fault) -> str:
    where = fault.file or "as shipped"
    if fault.line is not None:
        where += f" line {fault.line}"
    row = f"{fault.policy_row or 'a row'} of {fault.table}" if fault.table else "a policy file"
    return f"{row} ({where}): {fault.kind}: {fault.says}; {fault.fix}"

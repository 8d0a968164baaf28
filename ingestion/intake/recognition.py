"""What a file is for, by its name: a feed, a policy table or the export of another system."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from ingestion.contracts.contract import Contract, PolicyCodes, load_contracts, with_more_codes
from ingestion.intake.arrival import longest_fitting
from ingestion.intake.judged_rows import Stage
from ingestion.intake.reading import Arrived, Reader, Reading, read_feed_file
from ingestion.policy.policy_file import POLICY_CODE, read_policy_file
from ingestion.policy.policy_tables import load_policy_tables
from ingestion.readers.csv_file import read_csv
from ingestion.refusal import CheckCode, FileRefusedError
from ingestion.sources.source import load_sources, source_of
from ingestion.sources.source_reading import read_source_file

CANONICAL = "canonical"
POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file whose name says what it is for, and how to read it."""

    path: Path
    feed: str
    source: str
    read: Reader


def contracts_with_policy(
    con: duckdb.DuckDBPyConnection, staged: Sequence[Mapping[str, Stage]]
) -> dict[str, Contract]:
    """The contracts with the codes that the council's policy adds.

    Args:
        con: The warehouse.
        staged: What this run has staged of each policy file, by raw table.
    """
    shipped = load_policy_tables()

    def codes_of(more: PolicyCodes) -> set[str]:
        table = f"policy_{more.table}"
        if table not in shipped:
            return set()
        rows = con.execute(f'select "{more.column}" from raw."{table}"').fetchall()
        codes = {row[0] for row in rows}
        for batch in (batch for one in staged if table in one for batch in one[table].batches()):
            codes.update(batch.column(more.column).to_pylist())
        return {code for code in codes if code}

    return {
        feed: with_more_codes(contract, codes_of) for feed, contract in load_contracts().items()
    }


def recognise_inbox(
    paths: Iterable[Path], contracts: Mapping[str, Contract]
) -> Iterator[Recognised]:
    """What each file of the inbox is for; a source mapping takes precedence over a feed."""
    sources = load_sources().values()
    for path in paths:
        feed = longest_fitting(path.name, contracts)
        if source := source_of(path.name, sources):
            read = partial(read_source_file, source, contracts)
            yield Recognised(path, "+".join(source.feeds), source.source, read)
        elif feed is None:
            yield Recognised(path, "", CANONICAL, partial(_refuse_unknown, contracts))
        else:
            yield Recognised(path, feed, CANONICAL, partial(read_feed_file, contracts[feed]))


def recognise_policy(paths: Iterable[Path]) -> Iterator[Recognised]:
    """What each file of the policy folder is for."""
    tables = load_policy_tables()
    for path in paths:
        table = longest_fitting(f"policy_{path.name}", tables)
        if table is None and not _says_its_tables(path):
            yield Recognised(path, "", POLICY, partial(_refuse_unknown, tables))
        else:
            yield Recognised(
                path, table or POLICY, POLICY, partial(read_policy_file, tables, table)
            )


def _says_its_tables(path: Path) -> bool:
    """Whether a policy file with another name says in each row which table it is for."""
    try:
        header, _ = read_csv(path)
    except (FileRefusedError, OSError):
        return False
    return POLICY_CODE in header


def _refuse_unknown(known: Mapping[str, Contract], arrived: Arrived, _scratch: Path) -> Reading:
    names = ", ".join(sorted(name.removeprefix("policy_") for name in known))
    kind = "policy table" if arrived.source == POLICY else "feed or source mapping"
    raise FileRefusedError(
        CheckCode.SHAPE,
        f"{arrived.path.name} does not match any {kind}: name it <name>[_anything].csv, where "
        f"<name> is one of {names}",
    )

"""The final accounts pack: a page and its tables for the last financial year.

On 31 March it shows the position on that day. On a later day it shows the same year as it is known
by then, beside the figures published on 31 March. Figures that only a run of 31 March can give are
left out, and the page names the command that calculates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from reports.site import wording
from reports.site.published import PublishedMarts, Row
from reports.site.run import RECONCILIATION, Run
from reports.site.section import absence, reason
from reports.site.sections.aged_debt import AgeMatrix, matrix_of
from reports.site.sections.movement import MovementProof, financial_year_start, proof_between
from reports.site.sections.provision import Bridge, bridge_of
from reports.spreadsheet import write_rows

PAGE = "final_accounts.html"
FOLDER = "final_accounts"
NEEDED = ("audit_samples", "aged_debt_as_signed", "write_offs_by_reason")
"""The pack needs these marts; no gate withholds them."""

_REPLAYED = "replayed"
_POPULATIONS = {
    "invoices": "Invoices dated in the year",
    "credits": "Credit notes and negative adjustments dated in the year",
    "write_offs": "Write-offs dated in the year",
    "receipts": "Receipts of the year",
    "open_items": "Items open at the year end",
}

# The signed figures are the newest ones published for the last day of the year.
_SIGNED = """
    select * from aged_debt_as_signed
    where as_of_date = $year_end
    qualify known_at = max(known_at) over ()
"""
_TABLES: Mapping[str, str] = {
    "aged_debt_as_signed": f"""
        select as_of_date, known_at, debt_type, service_code, age_band,
            sum(outstanding_amount) as outstanding_amount, count(*) as item_count
        from ({_SIGNED}) as signed
        group by all
        order by debt_type nulls last, service_code nulls last, age_band
    """,
    "movement_proof": """
        select * from movement_proof
        where period_start between $year_start and $year_end
        order by debt_type nulls last, period_start
    """,
    "write_offs_by_reason": """
        select * from write_offs_by_reason
        where year_end = $year_end
        order by reason_code, authority_band, approver_role
    """,
    "reconciliation_certificates": """
        select * from reconciliation_certificates
        where period_end = $year_end
        order by control_code
    """,
    "audit_samples": """
        select * from audit_samples
        where year_end = $year_end
        order by population, sample_kind, draw_no
    """,
}
_OF_THE_DAY: Mapping[str, str] = {
    "provision_bridge": "select * from provision_bridge order by debt_type nulls last",
    "bad_debt_provision": """
        select * from bad_debt_provision
        order by debt_type nulls last, party_type nulls last, age_band
    """,
}
"""Tables that only a run of the last day of the year can give."""


@dataclass(frozen=True)
class Sample:
    """The sample drawn from one population; `amount` is in pounds."""

    population: str
    label: str
    item_count: int
    amount: Decimal
    random: tuple[Row, ...]
    risk: tuple[Row, ...]


@dataclass(frozen=True)
class FinalAccounts:
    """Everything the page shows."""

    year_start: date
    year_end: date
    known_at: date
    is_year_end: bool
    is_replay: bool
    withheld: tuple[str, ...]
    signed: AgeMatrix | None
    signed_known_at: date | None
    proof: MovementProof
    bridge: Bridge | None
    write_offs: tuple[Row, ...]
    certificates: tuple[Row, ...]
    samples: tuple[Sample, ...]
    seed: str
    files: tuple[str, ...]

    @property
    def replay(self) -> str:
        """The command that calculates the last day of the year as it is known now."""
        return f"income replay --as-of {self.year_end} --known-at {self.known_at}"

    @property
    def compare(self) -> str:
        """The command that lists the rows that became known since that day was published."""
        return (
            f"income replay --as-of {self.year_end} "
            f"--compare-known-at {self.signed_known_at} {self.known_at}"
        )

    @property
    def signed_amount(self) -> Decimal | None:
        """The open debt published for the last day of the year in pounds, less credits."""
        return None if self.signed is None else self.signed.totals.total + self.signed.credits

    @property
    def written_off(self) -> Row:
        """The total of the year's write-offs."""
        columns = ("write_off_count", "written_off_amount", "vat_amount",
                   "write_back_count", "written_back_amount", "net_amount")  # fmt: skip
        return {name: sum((row[name] for row in self.write_offs), Decimal(0)) for name in columns}

    @property
    def uncertified(self) -> int:
        """The number of controls without a certificate."""
        return sum(not row["is_certified"] for row in self.certificates)


def last_year_end(as_of: date) -> date:
    """The 31 March on or before a date."""
    year = as_of.year if as_of >= date(as_of.year, 3, 31) else as_of.year - 1
    return date(year, 3, 31)


def final_accounts(marts: PublishedMarts, run: Run) -> FinalAccounts | None:
    """Read the pack; None if there is no data for the last financial year."""
    if not all(mart in marts for mart in NEEDED):
        return None
    year_end = last_year_end(run.as_of)
    year_start = financial_year_start(year_end)
    tables = _tables(marts, year_end, is_year_end=run.as_of == year_end)
    if not tables["audit_samples"]:
        return None
    signed = tables["aged_debt_as_signed"]
    return FinalAccounts(
        year_start=year_start,
        year_end=year_end,
        known_at=run.known_at,
        is_year_end=run.as_of == year_end,
        is_replay=run.status == _REPLAYED,
        withheld=_withheld(run),
        signed=_matrix(signed) if signed else None,
        signed_known_at=signed[0]["known_at"] if signed else None,
        proof=proof_between(marts, run, year_start, year_end),
        bridge=bridge_of(marts, run) if run.as_of == year_end else None,
        write_offs=tuple(tables["write_offs_by_reason"]),
        certificates=tuple(tables["reconciliation_certificates"]),
        samples=_samples(tables["audit_samples"]),
        seed=tables["audit_samples"][0]["seed"] or "",
        files=tuple(f"{name}.csv" for name, rows in tables.items() if rows),
    )


def write_tables(marts: PublishedMarts, pack: FinalAccounts, output: Path) -> None:
    """Write each table of the pack that has rows as `final_accounts/<mart>.csv`."""
    folder = output / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    tables = _tables(marts, pack.year_end, is_year_end=pack.is_year_end)
    for name, rows in tables.items():
        if rows:
            write_rows(folder / f"{name}.csv", rows)


def _tables(marts: PublishedMarts, year_end: date, *, is_year_end: bool) -> dict[str, list[Row]]:
    """The rows of each table; an empty list if its mart is withheld."""
    wanted = {**_TABLES, **(_OF_THE_DAY if is_year_end else {})}
    days = {"$year_start": financial_year_start(year_end), "$year_end": year_end}
    tables = {}
    for name, sql in wanted.items():
        for word, day in days.items():
            sql = sql.replace(word, f"date '{day}'")  # noqa: PLW2901 - filled in step by step
        tables[name] = marts.rows(sql) if name in marts else []
    return tables


def _withheld(run: Run) -> tuple[str, ...]:
    """Why parts of the pack are missing or cannot be relied on, one sentence each."""
    gate = next((each for each in run.gates if each.name == RECONCILIATION), None)
    if gate is None:
        return ("The reconciliation gate did not check this run.",)
    if gate.status == "passed":
        return ()
    why = reason(gate.name, gate.status, gate.failed_checks)
    missing = tuple(absence(mart, run) for mart in gate.withheld)
    return (f"These accounts are UNRECONCILED, because {why}.", *missing)


def _matrix(rows: list[Row]) -> AgeMatrix:
    by_band: dict[tuple[str, str | None], Row] = {}
    for row in rows:
        key = row["age_band"], row["debt_type"]
        added = by_band.setdefault(
            key,
            {"age_band": key[0], "debt_type": key[1], "amount": Decimal(0), "items": 0},
        )
        added["amount"] += row["outstanding_amount"]
        added["items"] += row["item_count"]
    return matrix_of(list(by_band.values()))


def _samples(rows: list[Row]) -> tuple[Sample, ...]:
    samples = []
    for population, label in _POPULATIONS.items():
        of_population = [row for row in rows if row["population"] == population]
        if of_population:
            first = of_population[0]
            samples.append(
                Sample(
                    population,
                    label,
                    first["population_count"],
                    first["population_amount"],
                    *(
                        tuple(
                            _with_reasons(row)
                            for row in of_population
                            if row["sample_kind"] == kind
                        )
                        for kind in ("random", "risk")
                    ),
                )
            )
    return tuple(samples)


def _with_reasons(row: Row) -> Row:
    """A sampled item with its reasons in words."""
    reasons = (row["reasons"] or "").split(",")
    words = [wording.name(code).lower() for code in reasons if code]
    return {**row, "in_words": ", ".join(words)}

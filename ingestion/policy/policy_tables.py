"""The council's own policy rows: same columns as the shipped tables, whose header is the contract.

A council puts `<table>[_anything].csv` into the workspace's policy folder. Cells are judged by what
the shipped rows of their column are (a day, a figure, true or false, else text) and kept as
written, since dbt types them together with the shipped ones.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingestion.cells import BadCell, judge_figure, judge_flag
from ingestion.contracts.contract import CellType, Column, Contract

POLICY_SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "policy"

POLICY_KEYS: Mapping[str, tuple[str, ...]] = {
    "affordability_rules": ("key",),
    "age_bands": ("band",),
    "agency_panel": ("agency_id", "debt_type", "party_type"),
    "agency_rules": ("key",),
    "arrangement_rules": ("key",),
    "bank_holidays": ("holiday_on",),
    "bank_matching_rules": ("key",),
    "casework_rules": ("key",),
    "check_codes": ("check_code",),
    "check_thresholds": ("check_code", "key"),
    "contact_remedies": ("error_code",),
    "contact_rules": ("key",),
    "court_fees": ("fee", "tier"),
    "early_help_rules": ("key",),
    "feed_freshness": ("key",),
    "hold_types": ("key",),
    "kpi_targets": ("kpi_code",),
    "ledger_rules": ("key",),
    "legal_rules": ("key",),
    "limitation_periods": ("key", "debt_type"),
    "masked_words": ("key",),
    "numbered_feeds": ("key",),
    "officer_roles": ("role",),
    "provision_rates": ("band", "debt_type", "party_type", "status"),
    "publication_retention": ("key",),
    "recovery_timetable": ("stage", "debt_type", "party_type"),
    "reference_masks": ("pattern", "kind"),
    "required_controls": ("key",),
    "required_feeds": ("key",),
    "sampling_rules": ("key",),
    "support_offers": ("signal_code",),
    "worklist_priority": ("part", "at_least"),
    "write_off_authority": ("band", "debt_type", "reason_code"),
    "write_off_evidence_keys": ("reason_code", "evidence_key"),
    "write_off_reasons": ("reason_code",),
    "write_off_rules": ("key",),
}
"""The columns of each shipped table that say which figure a row gives, as the models have them."""

_DAYS = frozenset({"holiday_on", "effective_from", "effective_to", "approved_on"})
_NEVER_BLANK = frozenset({"policy_row", "holiday_on", "effective_from"})
_MAY_BE_MISSING = frozenset(
    {
        "policy_row",
        "effective_to",
        "party_type",
        "usage",
        "status",
        "unit",
        "missing_feed",
        "basis",
        "mark",
        "source_ref",
        "approved_by",
        "approved_on",
    }
)


def load_policy_tables(seeds: Path = POLICY_SEEDS) -> dict[str, Contract]:
    """A contract for each shipped policy table, by raw table name (`policy_<table>`)."""
    tables = {}
    for path in sorted(seeds.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
            stream.seek(0)
            header = next(csv.reader(stream), [])
        tables[f"policy_{path.stem}"] = _contract(path.stem, header, rows)
    return tables


def columns_a_file_needs(contract: Contract) -> tuple[str, ...]:
    """The columns that a policy file must have, though their cells may be blank."""
    return tuple(name for name in contract.names if name not in _MAY_BE_MISSING)


def _contract(table: str, header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Contract:
    columns = tuple(
        Column.model_validate(
            {
                "name": name,
                "type": _kind(name, [row[name] for row in rows if row[name]]),
                "required": name in _NEVER_BLANK,
                "key": name == "policy_row",
                "class": "none",
                "meaning": f"As in the shipped policy table {table}.",
            }
        )
        for name in header
    )
    return Contract.model_construct(
        feed=f"policy_{table}",
        meaning=f"The council's own rows of the policy table {table}.",
        columns=columns,
    )


def _kind(name: str, shipped: Sequence[str]) -> CellType:
    if name in _DAYS:
        return CellType.DATE
    if not shipped or name == "policy_row":
        return CellType.TEXT
    if not any(isinstance(judge_flag(text), BadCell) for text in shipped):
        return CellType.FLAG
    if not any(isinstance(judge_figure(text), BadCell) for text in shipped):
        return CellType.FIGURE
    return CellType.TEXT

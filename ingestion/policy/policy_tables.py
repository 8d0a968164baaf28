"""The policy tables as the intake judges a council's own rows, from the contracts of the tables.

A council puts `<table>[_anything].csv` into the workspace's policy folder. Cells are judged by the
type of their column and kept as written, since dbt types them together with the shipped ones.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ingestion.contracts.contract import CellType, Column, Contract
from ingestion.policy.policy_contract import (
    NUMBERS,
    PolicyColumn,
    PolicyTable,
    PolicyType,
    load_policy_contracts,
)

POLICY_SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "policy"
_CELL_TYPES: Mapping[PolicyType, CellType] = {
    PolicyType.DAY: CellType.DATE,
    PolicyType.FLAG: CellType.FLAG,
    **dict.fromkeys(NUMBERS, CellType.FIGURE),
}
"""What the intake refuses a row for; `income policy check` judges the rest."""


@cache
def load_policy_tables() -> Mapping[str, Contract]:
    """A contract for the rows of each policy table, by raw table name (`policy_<table>`)."""
    return {f"policy_{name}": _contract(table) for name, table in load_policy_contracts().items()}


def policy_key(contract: Contract) -> tuple[str, ...]:
    """The columns of a policy table that say which figure a row gives."""
    return load_policy_contracts()[contract.feed.removeprefix("policy_")].key


def columns_a_file_needs(contract: Contract) -> tuple[str, ...]:
    """The columns that a policy file must have, though their cells may be blank."""
    table = load_policy_contracts()[contract.feed.removeprefix("policy_")]
    return tuple(column.name for column in table.columns if not column.optional)


def _contract(table: PolicyTable) -> Contract:
    columns = tuple(
        Column.model_validate(
            {
                "name": column.name,
                "type": _cell_type(table, column),
                "required": column.blank == "refused",
                "key": column.name == "policy_row",
                "class": "none",
                "meaning": column.meaning,
            }
        )
        for column in table.columns
    )
    return Contract.model_construct(
        feed=f"policy_{table.table}", meaning=table.meaning, columns=columns
    )


def _cell_type(table: PolicyTable, column: PolicyColumn) -> CellType:
    if column.type is PolicyType.BY_KEY:
        all_numbers = all(figure.type in NUMBERS for figure in table.figures.values())
        return CellType.FIGURE if all_numbers else CellType.TEXT
    return _CELL_TYPES.get(column.type, CellType.TEXT)

"""The contracts of the policy tables: one YAML per table, read once and checked strictly.

A contract is the only hand-written statement of a policy table: its columns, how their cells are
written, its key, and how its rows take precedence. Seeds, staging views, the intake's judgement of
a council's own rows and `income policy check` all come from it.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingestion.refusal import IngestionError
from ingestion.yaml_text import read_yaml


class PolicyType(StrEnum):
    """How the cells of a policy column, or the value of a single figure, are written."""

    TEXT = "text"
    CODE = "code"
    LIST = "list"
    """Codes separated by spaces; of single figures only."""
    DAY = "day"
    WHOLE = "whole"
    POUNDS = "pounds"
    PER_CENT = "per_cent"
    FIGURE = "figure"
    FLAG = "flag"
    BY_KEY = "by_key"
    """As the figure that the key of the row names."""


NUMBERS = frozenset({PolicyType.WHOLE, PolicyType.POUNDS, PolicyType.PER_CENT, PolicyType.FIGURE})
"""The types of which every cell is a number."""
BANDS_OF_AGE = "age_bands.band"
"""Where a column of age bands takes its codes from: policy, the council's own rows included."""
Blank = Literal["allowed", "reported", "refused"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Strict):
    """One single figure or choice of a table whose rows are named by `key`.

    Attributes:
        type: How its value is written.
        codes_of: For a list, the code column of a feed that it lists codes of.
    """

    type: PolicyType
    codes_of: str | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.type is PolicyType.LIST) != bool(self.codes_of):
            raise ValueError("a list says whose codes it lists, and no other figure does")
        if self.type in (PolicyType.CODE, PolicyType.BY_KEY):
            raise ValueError("a figure has a type of its own and no list of codes")
        return self


class PolicyColumn(_Strict):
    """One column of a policy table.

    Attributes:
        type: How its cells are written.
        blank: Whether a blank cell is allowed, reported by `income policy check`, or refused.
        optional: Whether a council's own file may leave the column out.
        codes: The closed list of a code column.
        codes_of: Where else the list comes from: `feeds`, the `figures` of the contract, the
            `shipped` rows, or a column of a feed or policy table as in `services.debt_type`.
        name_in_models: What staging calls the column, written `as` in the YAML; None for its name.
        default: The code that a blank cell means.
        inherited: Whether a blank cell means what another row of the key says.
        meaning: Plain English, with the unit.
    """

    name: str = ""
    type: PolicyType
    blank: Blank = "allowed"
    optional: bool = False
    codes: tuple[str, ...] = ()
    codes_of: str | None = None
    name_in_models: str | None = Field(default=None, alias="as")
    default: str | None = None
    inherited: bool = False
    meaning: str = Field(min_length=10)

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.type is PolicyType.CODE) != bool(self.codes or self.codes_of):
            raise ValueError("a code column says which codes it has, and no other column does")
        if self.codes and self.codes_of:
            raise ValueError("a code column has its own codes or those of another column")
        if self.default is not None and self.default not in self.codes:
            raise ValueError("a default is one of the codes")
        if self.type is PolicyType.LIST:
            raise ValueError("only a figure is a list")
        return self

    @property
    def staged(self) -> str:
        """What staging calls the column."""
        return self.name_in_models or self.name


def _shared(name: str, **facts: object) -> PolicyColumn:
    return PolicyColumn.model_validate({"name": name, **facts})


FIRST_COLUMN = _shared(
    "policy_row",
    type="text",
    blank="refused",
    optional=True,
    meaning="Name of the row, as outputs show it; made from key and date where a file has none.",
)
LAST_COLUMNS = (
    _shared(
        "effective_from", type="day", blank="refused", meaning="First day on which the row is used."
    ),
    _shared(
        "effective_to",
        type="day",
        optional=True,
        meaning="Day from which it is no longer used; blank for until a later row begins.",
    ),
    _shared(
        "basis",
        type="text",
        optional=True,
        meaning="What the row rests on: statute, council_policy or proposed.",
    ),
    _shared("mark", type="text", optional=True, meaning="How sure that is, with the source."),
    _shared("source_ref", type="text", optional=True, meaning="Where the source can be found."),
    _shared("approved_by", type="text", optional=True, meaning="Who approved the row."),
    _shared("approved_on", type="day", optional=True, meaning="Day on which it was approved."),
)
"""The columns that every policy table has after its own."""


class PolicyTable(_Strict):
    """What one policy table holds.

    Attributes:
        table: Name of the table, and of its seed.
        meaning: What the table says, in plain English.
        key: The columns that say which figure a row gives.
        most_specific_first: Key columns in which blank means every one: of the rows that fit, the
            one that fills in the first of these columns is used, then the second, and so on.
        always_in_force: Whether each key must have a row in force for good once it has one.
        columns: Every column in order, the shared ones included.
        figures: For a table of single figures, each figure by its key.
    """

    table: str
    meaning: str = Field(min_length=10)
    key: tuple[str, ...] = Field(min_length=1)
    most_specific_first: tuple[str, ...] = ()
    always_in_force: bool = False
    columns: tuple[PolicyColumn, ...]
    figures: Mapping[str, Figure] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _name_the_columns(cls, given: dict[str, Any]) -> dict[str, Any]:
        own = [{"name": name, **column} for name, column in given["columns"].items()]
        always = given.get("always_in_force", bool(given.get("figures")))
        columns = [FIRST_COLUMN, *own, *LAST_COLUMNS]
        return {**given, "columns": columns, "always_in_force": always}

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        unknown = set(self.key) - set(self.names)
        if unknown:
            raise ValueError(f"not columns of the table: {', '.join(sorted(unknown))}")
        if not set(self.most_specific_first) <= set(self.key):
            raise ValueError("most_specific_first: only key columns make a row specific")
        by_key = any(column.type is PolicyType.BY_KEY for column in self.columns)
        if by_key != bool(self.figures) or (by_key and "key" not in self.names):
            raise ValueError("a table whose values have the type of their key lists its figures")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Every column name in order."""
        return tuple(column.name for column in self.columns)

    @property
    def names_but_dates(self) -> tuple[str, ...]:
        """Every column name but those of the dates from and until which a row is used."""
        return tuple(name for name in self.names if not name.startswith("effective_"))

    @property
    def own_columns(self) -> tuple[PolicyColumn, ...]:
        """The columns that other policy tables need not have."""
        return self.columns[1 : -len(LAST_COLUMNS)]

    def type_of(self, column: PolicyColumn, key: str) -> PolicyType | None:
        """How the cells of a column are written in rows of a key; None for an unknown figure."""
        if column.type is not PolicyType.BY_KEY:
            return column.type
        figure = self.figures.get(key)
        return figure.type if figure else None


@cache
def load_policy_contracts() -> Mapping[str, PolicyTable]:
    """Read every contract of a policy table, by its name in alphabetical order.

    Raises:
        IngestionError: A contract is not well-formed; the message names the file.
    """
    tables = {}
    folder = files("ingestion").joinpath("policy", "tables")
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".yml"):
            continue
        try:
            table = PolicyTable.model_validate(read_yaml(path.read_text(encoding="utf-8")))
        except (ValueError, yaml.YAMLError) as error:
            fault = " ".join(str(error).split())
            raise IngestionError(f"ingestion/policy/tables/{path.name}: {fault}") from error
        if path.name != f"{table.table}.yml":
            raise IngestionError(f"ingestion/policy/tables/{path.name}: table is {table.table}")
        tables[table.table] = table
    return tables

"""The contracts of the inbound feeds: one YAML per feed, read once and checked strictly.

A contract is the only hand-written statement of a feed: its columns, how their cells are written,
its key, its effective date, the rows of other feeds that it names, the dates that must be in order,
and what each column means. `ingestion.registry` generates from it what other packages need.
`ingestion.intake.judgement` judges single rows by it.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingestion.refusal import IngestionError
from ingestion.yaml_text import read_yaml


class CellType(StrEnum):
    """How the cells of a column are written."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    MONEY = "money"
    COUNT = "count"
    RATE = "rate"
    FLAG = "flag"
    FIGURE = "figure"
    """Any decimal number; for policy tables only."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PolicyCodes(_Strict):
    """A column of a policy table whose values are codes too, the council's own included."""

    table: str
    column: str


class Reference(_Strict):
    """The feed whose row a column names by that feed's key.

    Attributes:
        feed: The feed; None where another column decides which feed it is.
        by: That other column, a code.
        feeds: The feed for each of its codes.
    """

    feed: str | None = None
    by: str | None = None
    feeds: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read_the_short_forms(cls, given: str | dict[str, str]) -> dict[str, Any]:
        if isinstance(given, str):
            return {"feed": given}
        return {"by": given.get("by"), "feeds": {c: f for c, f in given.items() if c != "by"}}

    @model_validator(mode="after")
    def _names_a_feed(self) -> Self:
        if self.feed is None and not (self.by and self.feeds):
            raise ValueError("a reference is a feed, or `by` a column with a feed for each code")
        return self

    @property
    def targets(self) -> tuple[str, ...]:
        """Every feed whose row the column may name."""
        return (self.feed,) if self.feed else tuple(self.feeds.values())


class Column(_Strict):
    """One column of a feed.

    Attributes:
        type: How its cells are written.
        required: Whether a blank cell refuses the row.
        key: Whether the column is part of the feed's key.
        sign: What money must be, where it must be anything.
        codes: The closed list of a code column.
        more_codes: Where policy adds to that list.
        references: The feed whose row the column names.
        free_text: Whether people write into it what they like.
        personal: Class of personal data, written `class` in the YAML.
        meaning: Plain English, with the unit.
    """

    name: str = ""
    type: CellType
    required: bool = False
    key: bool = False
    sign: Literal["positive", "not_zero"] | None = None
    codes: tuple[str, ...] = ()
    more_codes: PolicyCodes | None = None
    references: Reference | None = None
    free_text: bool = False
    personal: Literal["none", "pseudonym", "personal", "special"] = Field(alias="class")
    meaning: str = Field(min_length=10)

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.type is CellType.CODE) != bool(self.codes):
            raise ValueError("a code column has a list of codes, and no other column has one")
        if self.sign and self.type is not CellType.MONEY:
            raise ValueError("only money has a sign")
        if self.key and not self.required:
            raise ValueError("a key column is required")
        if self.type is not CellType.TEXT and (self.references or self.free_text):
            raise ValueError("only text names a row of a feed or is free text")
        if self.references and self.free_text:
            raise ValueError("free text names no row of a feed")
        return self


class Sum(_Strict):
    """Columns of money that must add up, to the penny, to another."""

    parts: tuple[str, ...] = Field(min_length=2)
    total: str


WITHDRAWN_ON = Column.model_validate(
    {
        "name": "withdrawn_on",
        "type": "date",
        "class": "none",
        "meaning": "Day from which the row is no longer in the set; blank while it is.",
    }
)
POSTED_ON = Column.model_validate(
    {
        "name": "posted_on",
        "type": "date",
        "class": "none",
        "meaning": "Day on which the ledger posted it; for information, blank means the "
        "effective date.",
    }
)


class Contract(_Strict):
    """What one feed promises.

    Attributes:
        feed: Name of the feed, and of its raw table.
        meaning: What one row stands for.
        effective: Column whose date puts a row in force; None means from the day it is known.
        posted: Whether the feed is one of the movements, which may carry `posted_on`.
        amount: Column whose sum is the control total; None where the feed has no money of its own.
        adds_up: Money columns that must add up within a row.
        needs_one_of: Columns of which at least one must be filled in.
        order: Pairs of dates within a row; the first may not be after the second.
        columns: Every column in order, `withdrawn_on` and `posted_on` last.
    """

    feed: str
    meaning: str = Field(min_length=10)
    effective: str | None = None
    posted: bool = False
    amount: str | None = None
    adds_up: Sum | None = None
    needs_one_of: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...]

    @model_validator(mode="before")
    @classmethod
    def _name_the_columns(cls, given: dict[str, Any]) -> dict[str, Any]:
        named = [{"name": name, **column} for name, column in given["columns"].items()]
        extra = [WITHDRAWN_ON, POSTED_ON] if given.get("posted") else [WITHDRAWN_ON]
        return {**given, "columns": [*named, *extra]}

    @model_validator(mode="after")
    def _names_are_columns(self) -> Self:
        named = [self.effective, self.amount, *self.needs_one_of, *chain.from_iterable(self.order)]
        named += [column.references.by for column in self.columns if column.references]
        if self.adds_up:
            named += [*self.adds_up.parts, self.adds_up.total]
        unknown = {name for name in named if name} - set(self.names)
        if unknown:
            raise ValueError(f"not columns of the feed: {', '.join(sorted(unknown))}")
        if not self.key:
            raise ValueError("a feed has a key")
        return self

    @model_validator(mode="after")
    def _ordered_columns_are_dates(self) -> Self:
        for pair in self.order:
            no_dates = [name for name in pair if self.column(name).type is not CellType.DATE]
            if no_dates or pair[0] == pair[1]:
                raise ValueError(f"order: {', '.join(pair)} are not two columns of dates")
        return self

    @model_validator(mode="after")
    def _references_cover_the_codes(self) -> Self:
        for column in self.columns:
            by = column.references.by if column.references else None
            if (
                column.references
                and by
                and set(self.column(by).codes) != set(column.references.feeds)
            ):
                raise ValueError(f"references of {column.name}: one feed for each code of {by}")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Every column name in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of a name, which the feed has."""
        return next(column for column in self.columns if column.name == name)

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def free_text(self) -> tuple[str, ...]:
        """Names of the columns into which people write what they like."""
        return tuple(column.name for column in self.columns if column.free_text)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that a file must have."""
        return tuple(column.name for column in self.columns if column.required)


def with_more_codes(contract: Contract, codes_of: Callable[[PolicyCodes], set[str]]) -> Contract:
    """The contract with the codes that policy adds to its own lists."""
    if not any(column.more_codes for column in contract.columns):
        return contract
    columns = tuple(
        column.model_copy(
            update={
                "codes": (
                    *column.codes,
                    *sorted(codes_of(column.more_codes) - set(column.codes)),
                )
            }
        )
        if column.more_codes
        else column
        for column in contract.columns
    )
    return contract.model_copy(update={"columns": columns})


@cache
def load_contracts() -> dict[str, Contract]:
    """Read every contract of the package, by feed name in alphabetical order.

    Raises:
        IngestionError: A contract is not well-formed; the message names the file.
    """
    contracts = {}
    folder = files("ingestion").joinpath("contracts")
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".yml"):
            continue
        try:
            contract = Contract.model_validate(read_yaml(path.read_text(encoding="utf-8")))
        except (ValueError, yaml.YAMLError) as error:
            fault = " ".join(str(error).split())
            raise IngestionError(f"ingestion/contracts/{path.name}: {fault}") from error
        if path.name != f"{contract.feed}.yml":
            raise IngestionError(f"ingestion/contracts/{path.name}: feed is {contract.feed}")
        contracts[contract.feed] = contract
    for contract in contracts.values():
        check_references(contract, contracts)
    return contracts


def check_references(contract: Contract, contracts: Mapping[str, Contract]) -> None:
    """Check that every column which names a row of a feed can find one.

    Raises:
        IngestionError: A column references a feed that has no contract or a key of several columns.
    """
    for column in contract.columns:
        for feed in column.references.targets if column.references else ():
            if feed not in contracts:
                fault = f"references {feed}, which is not a feed"
            elif len(contracts[feed].key) > 1:
                fault = f"references {feed}, whose key has several columns"
            else:
                continue
            raise IngestionError(
                f"ingestion/contracts/{contract.feed}.yml: {column.name} {fault}: "
                "name a feed with a key of one column"
            )

"""The source mappings: one YAML per source system, from its export to one or several feeds.

A mapping says which files it reads, how they are written, which rows it sets aside by name, and how
each column of each feed comes from the file's columns. It is data: a council adds a system by
adding a file. How the declarations are carried out is in `ingestion.sources.translation` and
`ingestion.sources.source_reading`.
"""

import codecs
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingestion.contracts.contract import load_contracts
from ingestion.refusal import IngestionError


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Strict):
    """A test of one cell; exactly one of the tests is given.

    Attributes:
        column: Column of the source.
        is_in: The cell is one of these texts, to the letter.
        is_not_in: The cell is none of these texts.
        is_blank: The cell is blank (true) or is not (false).
        is_zero: The cell is a number equal to nought (true) or is not (false).
    """

    column: str
    is_in: tuple[str, ...] | None = None
    is_not_in: tuple[str, ...] | None = None
    is_blank: bool | None = None
    is_zero: bool | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        tests = (self.is_in, self.is_not_in, self.is_blank, self.is_zero)
        if sum(test is not None for test in tests) != 1:
            raise ValueError(f"the condition on {self.column} needs exactly one test")
        return self


class Filter(_Strict):
    """Rows that are set aside under a name, which the manifest counts."""

    name: str
    where: tuple[Condition, ...] = Field(min_length=1)


class Money(_Strict):
    """How an amount is written in the source and turned into pounds and pence.

    Attributes:
        thousands: Character that groups thousands, where there is one.
        decimal_mark: Character before the pence.
        sign: What becomes of the sign.
        rounding: `half_up` rounds to pence and counts the rows; none refuses further decimals.
    """

    thousands: str = ""
    decimal_mark: str = "."
    sign: Literal["as_it_is", "reversed", "absolute"] = "as_it_is"
    rounding: Literal["none", "half_up"] = "none"


class Cell(_Strict):
    """Where one cell of a feed comes from: a column of the source, or always the same text.

    Attributes:
        column: Column of the source.
        constant: The text that every row gets.
        days: Ways in which dates are written, such as `%d/%m/%Y`; padded or not.
        money: How an amount is written.
        codes: The feed's code for each of the source's; another one refuses the row.
        before: Text put before a cell that is not blank.
        after: Text put after a cell that is not blank.
        if_blank: Text for a blank cell.
    """

    column: str | None = None
    constant: str | None = None
    days: tuple[str, ...] = ()
    money: Money | None = None
    codes: dict[str, str] | None = None
    before: str = ""
    after: str = ""
    if_blank: str = ""

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if (self.column is None) == (self.constant is None):
            raise ValueError("a cell comes from a column or is constant, not both and not neither")
        if sum(bool(way) for way in (self.days, self.money, self.codes)) > 1:
            raise ValueError("a cell is a date, money or a code, not two of them")
        return self


class Yield(_Strict):
    """A row of a feed that comes of a row of the source.

    Attributes:
        feed: The feed.
        when: Conditions under which the source row yields it; none means always.
        only_changes: Whether a row is dropped that says of its key what the file said last.
        cells: Every cell by column of the feed; what is not named is blank.
    """

    feed: str
    when: tuple[Condition, ...] = ()
    only_changes: bool = False
    cells: dict[str, Cell]

    @model_validator(mode="after")
    def _fits_the_contract(self) -> Self:
        contract = load_contracts().get(self.feed)
        if contract is None:
            raise ValueError(f"{self.feed} is no feed")
        unknown = set(self.cells) - set(contract.names)
        missing = set(contract.required) - set(self.cells)
        if unknown or missing:
            raise ValueError(
                f"{self.feed} has no {sorted(missing)} and does not know {sorted(unknown)}"
            )
        return self


class Currency(_Strict):
    """In which currency amounts are, and which others are read as if they were pounds.

    Attributes:
        column: Column that states it.
        stated: Currency of every row, where no column states it; blank if the file states none.
        treat_as_pounds: Currencies whose amounts are read as pounds; every output prints it.
    """

    column: str | None = None
    stated: str = ""
    treat_as_pounds: tuple[str, ...] = ()


class Source(_Strict):
    """One source system's export.

    Attributes:
        source: Name of the mapping, kept as the origin of its rows.
        meaning: What the file is.
        files: Patterns of the names of its files.
        encoding: How its text is encoded.
        delimiter: The character between its cells.
        currency: In which currency its amounts are.
        control_feed: Feed whose accepted amounts make the control total.
        set_aside: Rows kept out by name, the first that holds.
        yields: What each other row yields.
        kept_out: Columns left out on purpose, which are not reported as unknown.
    """

    source: str
    meaning: str = Field(min_length=10)
    files: tuple[str, ...] = Field(min_length=1)
    encoding: str = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    currency: Currency
    control_feed: str
    set_aside: tuple[Filter, ...] = ()
    yields: tuple[Yield, ...] = Field(min_length=1)
    kept_out: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _can_be_carried_out(self) -> Self:
        codecs.lookup(self.encoding)
        stated = self.currency.stated
        if not self.currency.column and stated not in ("", "GBP", *self.currency.treat_as_pounds):
            raise ValueError(f"amounts in {stated} are refused unless treated as pounds")
        control = load_contracts().get(self.control_feed)
        if self.control_feed not in self.feeds or control is None or control.amount is None:
            raise ValueError(f"control_feed {self.control_feed} yields no amount")
        return self

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds that the source feeds, in the order of its yields."""
        return tuple(dict.fromkeys(one.feed for one in self.yields))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a file of the source must have."""
        conditions = [one.where for one in self.set_aside] + [one.when for one in self.yields]
        named = [condition.column for group in conditions for condition in group]
        named += [cell.column for one in self.yields for cell in one.cells.values() if cell.column]
        named += [self.currency.column] if self.currency.column else []
        return tuple(dict.fromkeys(named))


@cache
def load_sources() -> dict[str, Source]:
    """Read every source mapping of the package, by name.

    Raises:
        IngestionError: A mapping is not well-formed; the message names the file.
    """
    folder = files("ingestion").joinpath("sources")
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    sources = [
        parse_source(entry.name, entry.read_text(encoding="utf-8"))
        for entry in entries
        if entry.name.endswith(".yml")
    ]
    return {source.source: source for source in sources}


def parse_source(name: str, text: str) -> Source:
    """A source mapping from the text of its YAML file.

    Raises:
        IngestionError: It is not well-formed; the message names the file.
    """
    try:
        # Every scalar is read as text: a column named No and a code Yes are no truth values.
        return Source.model_validate(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506
    except (ValueError, LookupError, yaml.YAMLError) as error:
        fault = " ".join(str(error).split())
        raise IngestionError(f"source mapping {name}: {fault}") from error


def source_of(name: str, sources: Iterable[Source]) -> Source | None:
    """The source whose file pattern fits a file name, the longest pattern first; or None."""
    fitting = [
        (len(pattern), source.source, source)
        for source in sources
        for pattern in source.files
        if fnmatchcase(name, pattern)
    ]
    return max(fitting, key=lambda one: one[:2])[2] if fitting else None

"""What a check expects of stated facts, as an auditor reads it in a suite.

Each `Expected` names an expectation of Great Expectations, the columns that it compares and, where
it is asked of some rows only, which. It also says in SQL which row breaks it. The SQL only picks
the rows of a large population that Great Expectations is shown; the verdict is never its own.

A blank cell is not a value. A comparison ignores the rows in which one of its columns is blank, so
a check that needs a fact says so with `is_stated`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

FRAME = "frame"
"""The name by which the SQL of an expectation calls the rows that it is asked of."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation on the columns of a population.

    Attributes:
        expectation: Its class in Great Expectations, or in `expectations.word_lists`.
        arguments: The arguments of that class but for rows and severity.
        columns: The columns that it compares.
        breach: SQL condition of a row that breaks it; blank for one on the whole table.
        column_of_rows: Column that says which rows it is asked of; blank for every row.
        value_of_rows: The value that those rows have there.
        is_warning: Whether a row that breaks it is reported as a warning and fails nothing.
    """

    expectation: str
    arguments: Mapping[str, Any]
    columns: tuple[str, ...]
    breach: str
    column_of_rows: str = ""
    value_of_rows: str | bool = True
    is_warning: bool = False

    def where(self, column: str, value: str | bool = True) -> "Expected":
        """The same, asked only of the rows that have a value in a column."""
        asked = f"{column} = '{value}'" if isinstance(value, str) else f"{column} = {value}"
        return replace(
            self,
            breach=f"({asked}) and ({self.breach})",
            column_of_rows=column,
            value_of_rows=value,
        )

    def as_warning(self) -> "Expected":
        """The same as a warning: a row that breaks it is reported and fails nothing."""
        return replace(self, is_warning=True)

    @property
    def in_words(self) -> str:
        """Which columns it compares and how, and in which rows."""
        compared = _IN_WORDS[self.expectation].format(*self.columns, **self.arguments)
        if not self.column_of_rows:
            return compared
        value = str(self.value_of_rows).lower()
        return f"{compared}, where {self.column_of_rows} is {value}"


_IN_WORDS: Mapping[str, str] = {
    "ExpectColumnPairValuesToBeEqual": "{0} equals {1}",
    "ExpectColumnPairValuesAToBeGreaterThanB": "{0} is above {1} (or equal: {or_equal})",
    "ExpectColumnValuesToNotBeNull": "{0} is stated",
    "ExpectColumnValuesToBeNull": "{0} is blank",
    "ExpectColumnValuesToBeBetween": "{0} is between {min_value} and {max_value}",
    "ExpectColumnValuesToBeInSet": "{0} is one of {value_set}",
    "ExpectColumnValuesToBeUnique": "{0} is not repeated",
    "ExpectSelectColumnValuesToBeUniqueWithinRecord": "{column_list} are all different",
    "ExpectColumnPairWordsToBeAmong": "every word of {0} is among those of {1}",
    "ExpectColumnPairWordsToBeApart": "no word of {0} is among those of {1}",
    "ExpectTableRowCountToEqual": "there are as many rows as were counted another way",
}


def equal(one: str, other: str) -> Expected:
    """Both columns have the same value."""
    return _pair("ExpectColumnPairValuesToBeEqual", one, other, f"{one} != {other}")


def at_least(larger: str, smaller: str) -> Expected:
    """The first column is not below the second."""
    return _pair(
        "ExpectColumnPairValuesAToBeGreaterThanB",
        larger,
        smaller,
        f"{larger} < {smaller}",
        or_equal=True,
    )


def above(larger: str, smaller: str) -> Expected:
    """The first column is above the second, or later."""
    return _pair(
        "ExpectColumnPairValuesAToBeGreaterThanB",
        larger,
        smaller,
        f"{larger} <= {smaller}",
        or_equal=False,
    )


def is_stated(column: str) -> Expected:
    """The column is filled in."""
    return Expected(
        "ExpectColumnValuesToNotBeNull", {"column": column}, (column,), f"{column} is null"
    )


def is_blank(column: str) -> Expected:
    """The column is blank: there is no such thing."""
    return Expected(
        "ExpectColumnValuesToBeNull", {"column": column}, (column,), f"{column} is not null"
    )


def is_nil(column: str) -> Expected:
    """The column is nought."""
    return between(column, 0, 0)


def between(column: str, lowest: int | None, highest: int | None = None) -> Expected:
    """The column is at least one number and at most another; None where there is no such limit."""
    limits = [f"{column} < {lowest}"] if lowest is not None else []
    limits += [f"{column} > {highest}"] if highest is not None else []
    return Expected(
        "ExpectColumnValuesToBeBetween",
        {"column": column, "min_value": lowest, "max_value": highest},
        (column,),
        " or ".join(limits),
    )


def is_true(column: str) -> Expected:
    """The column says yes."""
    return _in_set(column, value=True)


def is_false(column: str) -> Expected:
    """The column says no."""
    return _in_set(column, value=False)


def _in_set(column: str, *, value: bool) -> Expected:
    return Expected(
        "ExpectColumnValuesToBeInSet",
        {"column": column, "value_set": [value]},
        (column,),
        f"{column} != {value}",
    )


def all_different(*columns: str) -> Expected:
    """No two of the columns of a row have the same value; rows with a blank are ignored."""
    filled = " and ".join(f"{column} is not null" for column in columns)
    distinct = f"len(list_distinct([{', '.join(columns)}])) < {len(columns)}"
    return Expected(
        "ExpectSelectColumnValuesToBeUniqueWithinRecord",
        {"column_list": list(columns), "ignore_row_if": "any_value_is_missing"},
        columns,
        f"{filled} and {distinct}",
    )


def words_among(words: str, of: str) -> Expected:
    """Every word of the first column, parted by blanks, is one of the second."""
    return Expected(
        "ExpectColumnPairWordsToBeAmong",
        {"column_A": words, "column_B": of, "ignore_row_if": "neither"},
        (words, of),
        f"not list_has_all({_words(of)}, {_words(words)})",
    )


def words_apart(words: str, of: str) -> Expected:
    """No word of the first column, parted by blanks, is one of the second."""
    return Expected(
        "ExpectColumnPairWordsToBeApart",
        {"column_A": words, "column_B": of, "ignore_row_if": "neither"},
        (words, of),
        f"list_has_any({_words(of)}, {_words(words)})",
    )


def is_not_repeated(column: str) -> Expected:
    """No two rows have the same value."""
    return Expected(
        "ExpectColumnValuesToBeUnique",
        {"column": column},
        (column,),
        f"{column} in (select {column} from {FRAME} group by 1 having count(*) > 1)",
    )


IDS_ARE_SOUND: tuple[Expected, ...] = (is_stated("item_id"), is_not_repeated("item_id"))
"""What is expected of the ids of every population."""


def row_count(rows: int) -> Expected:
    """The table has so many rows."""
    return Expected("ExpectTableRowCountToEqual", {"value": rows}, (), "")


def _pair(expectation: str, one: str, other: str, breach: str, **more: object) -> Expected:
    pair = {"column_A": one, "column_B": other, "ignore_row_if": "either_value_is_missing"}
    return Expected(expectation, pair | more, (one, other), breach)


def _words(column: str) -> str:
    return f"list_filter(string_split(coalesce({column}, ''), ' '), lambda word: word != '')"


@dataclass(frozen=True)
class Check:
    """One check of a gate.

    Attributes:
        check_code: Its code, as in policy `check_codes`.
        words: The rule, in plain words.
        feeds: Feeds without which it cannot be judged.
        why: What would go wrong without it.
        any_of: Feeds of which one is enough; none where the rule has no such choice.
        expects: By population, what is expected of each item.
    """

    check_code: str
    words: str
    feeds: tuple[str, ...]
    why: str
    any_of: tuple[str, ...] = ()
    expects: Mapping[str, tuple[Expected, ...]] = field(default_factory=dict)

"""What a check expects of the facts, in the words that an auditor reads in a suite.

Each `Expected` names an expectation of Great Expectations, the columns that it compares and, if it
applies to some rows only, which rows. It also has an SQL condition for a row that breaks it. That
condition only selects rows of a large population to validate: Great Expectations gives the verdict.

A blank cell is not a value. A comparison ignores the rows in which one of its columns is blank, so
a check that needs a fact says so with `is_stated`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

FRAME = "frame"
"""The name of the rows in the SQL of an expectation."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation on the columns of a population.

    Attributes:
        expectation: Its class in Great Expectations, or in `expectations.word_lists`.
        arguments: The arguments of that class, without rows and severity.
        columns: The columns that it compares.
        breach: SQL condition of a row that breaks it; blank for one on the whole table.
        column_of_rows: Column that says which rows it applies to; blank for every row.
        value_of_rows: The value of those rows in that column.
        is_warning: Whether a row that breaks it gives a warning and not a failure.
    """

    expectation: str
    arguments: Mapping[str, Any]
    columns: tuple[str, ...]
    breach: str
    column_of_rows: str = ""
    value_of_rows: str | bool = True
    is_warning: bool = False

    def where(self, column: str, value: str | bool = True) -> "Expected":
        """The same expectation, only for the rows with a certain value in a column."""
        asked = f"{column} = '{value}'" if isinstance(value, str) else f"{column} = {value}"
        return replace(
            self,
            breach=f"({asked}) and ({self.breach})",
            column_of_rows=column,
            value_of_rows=value,
        )

    def as_warning(self) -> "Expected":
        """The same expectation as a warning: a row that breaks it does not fail the check."""
        return replace(self, is_warning=True)

    @property
    def in_words(self) -> str:
        """The columns that it compares, how it compares them, and in which rows."""
        compared = _in_words(self.expectation, self.columns, self.arguments)
        if not self.column_of_rows:
            return compared
        value = str(self.value_of_rows).lower()
        return f"{compared}, where {self.column_of_rows} is {value}"


_IN_WORDS: Mapping[str, str] = {
    "ExpectColumnPairValuesToBeEqual": "{0} equals {1}",
    "ExpectColumnValuesToNotBeNull": "{0} is stated",
    "ExpectColumnValuesToBeNull": "{0} is blank",
    "ExpectColumnValuesToBeUnique": "{0} is not repeated",
    "ExpectColumnPairWordsToBeAmong": "every word of {0} is one of {1}",
    "ExpectColumnPairWordsToBeApart": "no word of {0} is one of {1}",
    "ExpectTableRowCountToEqual": "there are as many rows as were counted another way",
}


def _in_words(expectation: str, columns: Sequence[str], arguments: Mapping[str, Any]) -> str:
    match expectation:
        case "ExpectColumnPairValuesAToBeGreaterThanB":
            relation = "is at least" if arguments["or_equal"] else "is above"
            return f"{columns[0]} {relation} {columns[1]}"
        case "ExpectColumnValuesToBeBetween":
            return f"{columns[0]} {_limits(arguments['min_value'], arguments['max_value'])}"
        case "ExpectColumnValuesToBeInSet":
            return f"{columns[0]} is {str(arguments['value_set'][0]).lower()}"
        case "ExpectSelectColumnValuesToBeUniqueWithinRecord":
            return f"{', '.join(columns[:-1])} and {columns[-1]} are different"
    return _IN_WORDS[expectation].format(*columns)


def _limits(lowest: int | None, highest: int | None) -> str:
    if lowest == highest:
        return f"is {lowest}"
    if highest is None:
        return f"is at least {lowest}"
    return f"is at most {highest}" if lowest is None else f"is from {lowest} to {highest}"


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
    """The column is blank."""
    return Expected(
        "ExpectColumnValuesToBeNull", {"column": column}, (column,), f"{column} is not null"
    )


def is_nil(column: str) -> Expected:
    """The column is nought."""
    return between(column, 0, 0)


def between(column: str, lowest: int | None, highest: int | None = None) -> Expected:
    """The column is within two limits, both allowed; None means no limit."""
    limits = [f"{column} < {lowest}"] if lowest is not None else []
    limits += [f"{column} > {highest}"] if highest is not None else []
    return Expected(
        "ExpectColumnValuesToBeBetween",
        {"column": column, "min_value": lowest, "max_value": highest},
        (column,),
        " or ".join(limits),
    )


def is_true(column: str) -> Expected:
    """The column is true."""
    return _in_set(column, value=True)


def is_false(column: str) -> Expected:
    """The column is false."""
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
    """Every word of the first column, separated by blanks, is one of the second."""
    return Expected(
        "ExpectColumnPairWordsToBeAmong",
        {"column_A": words, "column_B": of, "ignore_row_if": "neither"},
        (words, of),
        f"not list_has_all({_words(of)}, {_words(words)})",
    )


def words_apart(words: str, of: str) -> Expected:
    """No word of the first column, separated by blanks, is one of the second."""
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
"""The expectations on the ids of every population."""


def row_count(rows: int) -> Expected:
    """The table has this number of rows."""
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

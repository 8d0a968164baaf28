"""The words of the command line: the values that options accept, and numbers with their nouns."""

from enum import StrEnum


class Target(StrEnum):
    """The engine that builds the models."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class Format(StrEnum):
    """How the answer to a query is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class Kind(StrEnum):
    """What can be explained."""

    INVOICE = "invoice"
    DEBTOR = "debtor"
    ARRANGEMENT = "arrangement"
    RECEIPT = "receipt"
    REQUEST = "request"


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

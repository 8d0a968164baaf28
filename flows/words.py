"""The values that options of the command line accept; quick to import."""

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

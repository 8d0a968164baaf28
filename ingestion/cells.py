"""Cells judged as text, before anything casts them.

Every function takes the text of one cell that is not blank and gives its typed value, or a
sentence fragment that says what is wrong with it. Spaces are never trimmed.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from ingestion.contracts.contract import CellType, Column
from ingestion.refusal import CheckCode

CellValue: TypeAlias = str | date | Decimal | int | bool

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONEY = re.compile(r"-?0*([0-9]{1,16})(?:\.[0-9]{1,2})?")
_RATE = re.compile(r"0*([0-9]{1,3})(?:\.[0-9]{1,6})?")
_FIGURE = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,10})?")
_COUNT = re.compile(r"[0-9]+")
_LARGEST_COUNT = 2**63 - 1
_SHOWN = 40


class BadCell(NamedTuple):
    """Why a cell is refused: the check code and what the cell is not."""

    code: CheckCode
    reason: str


def shown(text: str) -> str:
    """The text as a message may quote it: on one line and short."""
    line = text if text.isprintable() else repr(text)[1:-1]
    return f"'{line}'" if len(line) <= _SHOWN else f"'{line[:_SHOWN]}…'"


def judge_day(text: str) -> date | BadCell:
    """A calendar day written YYYY-MM-DD in ASCII digits."""
    match = _DAY.fullmatch(text)
    if match is None:
        return BadCell(CheckCode.DAY, "is not a date written YYYY-MM-DD")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return BadCell(CheckCode.DAY, "is not a day in the calendar")


def judge_money(text: str) -> Decimal | BadCell:
    """Pounds: an optional minus, digits, and at most two decimals after a point."""
    if _MONEY.fullmatch(text) is None:
        return BadCell(
            CheckCode.NUMBER,
            "is not an amount such as 1234.50 or -1234.50: no commas, no £ sign, "
            "at most sixteen digits and two decimals",
        )
    return Decimal(text)


def judge_rate(text: str) -> Decimal | BadCell:
    """Per cent: digits and at most six decimals, below 1000."""
    if _RATE.fullmatch(text) is None:
        return BadCell(
            CheckCode.NUMBER,
            "is not a rate in per cent: at most three digits, at most six decimals after a point",
        )
    return Decimal(text)


def judge_figure(text: str) -> Decimal | BadCell:
    """Any decimal number: an optional minus, digits, and decimals after a point."""
    if _FIGURE.fullmatch(text) is None:
        return BadCell(CheckCode.NUMBER, "is not a number written in digits")
    return Decimal(text)


def judge_count(text: str) -> int | BadCell:
    """A whole number: digits only."""
    bad = BadCell(CheckCode.NUMBER, "is not a whole number: digits only")
    if _COUNT.fullmatch(text) is None:
        return bad
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(_LARGEST_COUNT)) or int(digits) > _LARGEST_COUNT:
        return bad
    return int(digits)


def judge_flag(text: str) -> bool | BadCell:
    """The words true and false, in small letters."""
    if text in ("true", "false"):
        return text == "true"
    return BadCell(CheckCode.CODE_LIST, "is neither true nor false")


def _judge_positive(text: str) -> Decimal | BadCell:
    value = judge_money(text)
    if isinstance(value, Decimal) and value <= 0:
        return BadCell(CheckCode.SIGN, "must be more than zero")
    return value


def _judge_not_zero(text: str) -> Decimal | BadCell:
    value = judge_money(text)
    if isinstance(value, Decimal) and value == 0:
        return BadCell(CheckCode.SIGN, "must not be zero")
    return value


_BY_SIGN: dict[str | None, Callable[[str], Decimal | BadCell]] = {
    None: judge_money,
    "positive": _judge_positive,
    "not_zero": _judge_not_zero,
}
_BY_TYPE: dict[CellType, Callable[[str], CellValue | BadCell]] = {
    CellType.DATE: judge_day,
    CellType.RATE: judge_rate,
    CellType.COUNT: judge_count,
    CellType.FLAG: judge_flag,
    CellType.FIGURE: judge_figure,
}


def judge_of(column: Column) -> Callable[[str], CellValue | BadCell]:
    """The judge for the cells of a column; text needs none and has none."""
    if column.type is CellType.MONEY:
        return _BY_SIGN[column.sign]
    if column.type is CellType.CODE:
        known = frozenset(column.codes)
        unknown = BadCell(CheckCode.CODE_LIST, f"is not one of {', '.join(column.codes)}")
        return lambda text: text if text in known else unknown
    return _BY_TYPE[column.type]

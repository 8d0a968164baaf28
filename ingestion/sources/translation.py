"""Cells of a source translated into cells of a feed: text in, text out, before it is judged.

Each function takes the text of one cell and gives the text that the feed's contract is to judge,
or says why it cannot. Pure; amounts are decimals throughout.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial

from ingestion.cells import BadCell
from ingestion.refusal import CheckCode
from ingestion.sources.source import Cell, Money

_DIRECTIVES = {
    "%d": r"(?P<day>[0-9]{1,2})",
    "%m": r"(?P<month>[0-9]{1,2})",
    "%Y": r"(?P<year>[0-9]{4})",
    "%H": r"[0-9]{1,2}",
    "%M": r"[0-9]{2}",
    "%S": r"[0-9]{2}",
}
_PENNY = Decimal("0.01")

Translator = Callable[[str], str | BadCell]


def translator_of(cell: Cell) -> Translator:
    """What turns a cell of the source, blank or not, into the cell of the feed."""
    if cell.constant is not None:
        constant = cell.constant
        return lambda _: constant
    return partial(_translate, cell, _middle_of(cell))


def _translate(cell: Cell, middle: Translator, text: str) -> str | BadCell:
    if text == "":
        return cell.if_blank
    found = middle(text)
    return found if isinstance(found, BadCell) else f"{cell.before}{found}{cell.after}"


def _middle_of(cell: Cell) -> Translator:
    if cell.days:
        return partial(translate_day, cell.days)
    if cell.money:
        return partial(translate_money, cell.money)
    if cell.codes is not None:
        return partial(_translate_code, cell.codes)
    return str


def translate_day(ways: tuple[str, ...], text: str) -> str | BadCell:
    """A date in one of the given ways, as YYYY-MM-DD; a time of day after it is dropped."""
    for way in ways:
        match = _pattern_of(way).fullmatch(text)
        if match is None:
            continue
        try:
            return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
        except ValueError:
            return BadCell(CheckCode.DAY, "is not a day in the calendar")
    return BadCell(CheckCode.DAY, f"is not a date written {' or '.join(ways)}")


@cache
def _pattern_of(way: str) -> re.Pattern[str]:
    parts = re.split(r"(%[a-zA-Z])", way)
    return re.compile("".join(_DIRECTIVES.get(part, re.escape(part)) for part in parts))


def translate_money(money: Money, text: str) -> str | BadCell:
    """An amount as the contract writes it: an optional minus, digits, a point and pence."""
    plain = _plain_number(money, text)
    if plain is None:
        return BadCell(CheckCode.NUMBER, "is not an amount as the source writes them")
    amount = Decimal(plain)
    if money.sign == "reversed":
        amount = -amount
    elif money.sign == "absolute":
        amount = abs(amount)
    if money.rounding == "half_up" and _decimals(plain) > 2:
        amount = amount.quantize(_PENNY, rounding=ROUND_HALF_UP)
    return f"{amount + 0:f}"


def is_rounded(money: Money, text: str) -> bool:
    """Whether an amount has more decimals than pence, which the mapping rounds."""
    plain = _plain_number(money, text)
    return money.rounding == "half_up" and plain is not None and _decimals(plain) > 2


def _plain_number(money: Money, text: str) -> str | None:
    group = re.escape(money.thousands)
    whole = f"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+" if group else "[0-9]+"
    if not re.fullmatch(f"-?(?:{whole})(?:{re.escape(money.decimal_mark)}[0-9]+)?", text):
        return None
    if money.thousands:
        text = text.replace(money.thousands, "")
    return text.replace(money.decimal_mark, ".")


def _decimals(plain: str) -> int:
    return len(plain.partition(".")[2])


def _translate_code(codes: dict[str, str], text: str) -> str | BadCell:
    if text in codes:
        return codes[text]
    return BadCell(CheckCode.CODE_LIST, f"is not one of {', '.join(codes)}")

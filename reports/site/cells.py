"""Values of an explanation as text on a page."""

from datetime import date
from decimal import Decimal

from markupsafe import Markup, escape

from reports.explanation.sentence import Cell, Sentence, plain
from reports.explanation.table import Column, in_words
from reports.site import wording

_FILES = ("source_file", "policy_row", "age_band_policy_row")
_UNBROKEN = 24


def unbroken_money(amount: Decimal | None) -> Markup:
    """An amount inside a sentence, kept on one line with its sign."""
    return Markup('<span class="money">{}</span>').format(wording.money(amount))


def sentence(said: Sentence) -> Markup:
    """A sentence with its dates written out and each amount kept on one line."""
    values = {
        name: sentence(value) if isinstance(value, Sentence) else _within(value)
        for name, value in said.values
    }
    return escape(said.words).format(**values)


def _within(value: Cell) -> str:
    if isinstance(value, Decimal):
        return unbroken_money(value)
    return wording.day(value) if isinstance(value, date) else plain(value)


def cell(value: Cell | Sentence, column: Column) -> str:
    """One cell of a table; blank for None."""
    value = in_words(column, value)
    if isinstance(value, Sentence):
        return sentence(value)
    if value in (None, ""):
        return ""
    if column.key.endswith("_line") and isinstance(value, int):
        return str(value)
    return _within(value)


def cell_class(column: Column, value: Cell | Sentence) -> str:
    """The CSS class of a cell: figures align right, dates and short ids do not wrap."""
    if column.is_figure:
        return "figure"
    if isinstance(value, Sentence):
        return "sentence"
    if column.key in _FILES:
        return "wrap file"
    return "wrap" if len(plain(value)) > _UNBROKEN else "day"

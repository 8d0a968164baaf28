"""Owns how the values of an explanation are written on a page."""

from datetime import date
from decimal import Decimal

from markupsafe import Markup, escape

from reports.explanation.sentence import Cell, Sentence, plain
from reports.explanation.table import Column
from reports.site import wording

_FILES = ("source_file", "policy_row", "age_band_policy_row")
_UNBROKEN = 24
_CODES = ("movement_type", "item_kind", "source_type", "allocation_rule", "change")


def unbroken_money(amount: Decimal | None) -> Markup:
    """Money inside a sentence, kept on one line with its sign."""
    return Markup('<span class="money">{}</span>').format(wording.money(amount))


def told(sentence: Sentence) -> Markup:
    """A sentence with its days written out and its amounts kept whole."""
    values = {
        name: told(value) if isinstance(value, Sentence) else _within(value)
        for name, value in sentence.values
    }
    return escape(sentence.words).format(**values)


def _within(value: Cell) -> str:
    if isinstance(value, Decimal):
        return unbroken_money(value)
    return wording.day(value) if isinstance(value, date) else plain(value)


def cell(value: Cell | Sentence, column: Column) -> str:
    """One cell of a table; nothing where there is nothing to say."""
    if isinstance(value, Sentence):
        return told(value)
    if value in (None, ""):
        return ""
    if column.key == "age_band":
        return wording.band(str(value))
    if column.key in _CODES:
        return wording.name(str(value))
    if column.key.endswith("_line") and isinstance(value, int):
        return str(value)
    return _within(value)


def cell_class(column: Column, value: Cell | Sentence) -> str:
    """How a cell stands: figures to the right, days and short ids unbroken, long ones not."""
    if column.is_figure:
        return "figure"
    if isinstance(value, Sentence):
        return "told"
    if column.key in _FILES:
        return "wrap file"
    return "wrap" if len(plain(value)) > _UNBROKEN else "day"

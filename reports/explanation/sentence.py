"""Sentences whose amounts, dates and ids stay values until they are shown.

So a page can keep an amount on one line, and an id that looks like a date stays as it is: only
values of type date are written as 30 June 2026.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports.site import wording

Cell = str | int | bool | Decimal | date | None
"""A value to show: money is Decimal, a count is int."""


@dataclass(frozen=True)
class Sentence:
    """Words with placeholders for values; a value may be another sentence."""

    words: str
    values: tuple[tuple[str, "Cell | Sentence"], ...] = ()

    def written(self, show: Callable[[Cell], Any] | None = None) -> str:
        """The sentence as text; `show` writes each value, by default as plain text."""
        shown = show or plain
        return self.words.format(
            **{
                name: value.written(shown) if isinstance(value, Sentence) else shown(value)
                for name, value in self.values
            }
        )


def say(words: str, /, **values: Cell | Sentence) -> Sentence:
    """A sentence; `{name}` in the words is a placeholder. Values are never read as words."""
    return Sentence(words, tuple(values.items()))


def joined(parts: Iterable[Sentence | None], between: str = " ") -> Sentence:
    """One sentence made of several; None is left out."""
    present = [part for part in parts if part is not None]
    words = between.join(f"{{part_{place}}}" for place in range(len(present)))
    return say(words, **{f"part_{place}": part for place, part in enumerate(present)})


def plain(value: Cell) -> str:
    """A value as text: money in pounds, a date as 30 June 2026, nothing as none."""
    if isinstance(value, Decimal):
        return wording.money(value)
    if isinstance(value, date):
        return wording.day(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return wording.count(value) if isinstance(value, int) else value or "none"

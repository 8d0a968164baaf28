"""Owns sentences whose figures, days and ids stay values until they are shown somewhere.

A terminal shows a day as 2026-06-30, a page as 30 June 2026; an id that looks like a day is left
as it is, because only values that are days are written out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports.site import wording

Cell = str | int | bool | Decimal | date | None
"""A value to be shown: money is Decimal, a count int, a day date."""


@dataclass(frozen=True)
class Sentence:
    """Words with places for values; a place may hold another sentence."""

    words: str
    values: tuple[tuple[str, "Cell | Sentence"], ...] = ()

    def written(self, show: Callable[[Cell], Any] | None = None) -> str:
        """The sentence with each value shown in turn; plain text with ISO days by default."""
        shown = show or plain
        return self.words.format(
            **{
                name: value.written(shown) if isinstance(value, Sentence) else shown(value)
                for name, value in self.values
            }
        )


def say(words: str, /, **values: Cell | Sentence) -> Sentence:
    """A sentence; `{name}` in the words is the place of a value. Values are never read as words."""
    return Sentence(words, tuple(values.items()))


def joined(parts: Iterable[Sentence | None], between: str = " ") -> Sentence:
    """One sentence out of several, those left out that are not there."""
    said = [part for part in parts if part is not None]
    words = between.join(f"{{part_{place}}}" for place in range(len(said)))
    return say(words, **{f"part_{place}": part for place, part in enumerate(said)})


def plain(value: Cell) -> str:
    """A value as text: money in pounds, days as ISO dates."""
    if isinstance(value, Decimal):
        return wording.money(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return wording.count(value) if isinstance(value, int) else value or "none"

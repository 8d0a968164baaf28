"""Masks free text for a gate's output: no card or account numbers, no words about health.

It hides what check I21 and `restricted/dispute_improvements` hide. Hiding too much does no harm, so
a card number is masked even where its check digit is wrong.
"""

import re
from collections.abc import Iterable

MASK = "[masked]"

_IBAN = r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[0-9]{1,3})?"
_ACCOUNT = r"[0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2}[^0-9]{1,20}[0-9]{8}"
_CARD = r"[0-9](?:[ -]?[0-9]){12,18}"
_FIGURES = re.compile(f"{_IBAN}|{_ACCOUNT}|{_CARD}", re.IGNORECASE)


def masked(text: str, words: Iterable[str]) -> str:
    """The text with every card number, account number and listed word masked.

    Args:
        text: What somebody wrote.
        words: The words of policy `masked_words`, in any case. A sign in a word matches only
            itself, and a space in a phrase matches any separator. Parts of longer words stay.
    """
    patterns = [_whole_words(word) for word in sorted(words, key=len, reverse=True) if word]
    shown = _FIGURES.sub(MASK, text)
    return re.sub("|".join(patterns), MASK, shown, flags=re.IGNORECASE) if patterns else shown


def _whole_words(word: str) -> str:
    pattern = "[^A-Za-z0-9]+".join(re.escape(part) for part in word.split(" "))
    before = r"(?<![A-Za-z0-9_])" if re.match("[A-Za-z0-9]", word) else ""
    after = r"(?![A-Za-z0-9_])" if re.search("[A-Za-z0-9]$", word) else ""
    return before + pattern + after

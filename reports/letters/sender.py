"""The sender of the letters: the council's details at the head and foot of each letter."""

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

_ADVICE = (
    "MoneyHelper can help you find free debt advice: www.moneyhelper.org.uk.",
    "If you are an individual or a sole trader, a debt adviser can apply for breathing space for "
    "you. It pauses letters like this one.",
)


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Sender:
    """The council's details for its letters; table `[council]` of a workspace's settings.

    Attributes:
        name: The council's name.
        address: Lines of the address for replies.
        telephone: Telephone number of the income team.
        email: Email address of the income team.
        opening_hours: When the income team answers the telephone.
        how_to_pay: How to pay, one paragraph each.
        advice: Where to find free debt advice, one paragraph each.
    """

    name: str
    address: tuple[str, ...]
    telephone: str
    email: str
    opening_hours: str
    how_to_pay: tuple[str, ...]
    advice: tuple[str, ...] = _ADVICE

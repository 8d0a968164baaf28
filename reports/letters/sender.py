"""Who writes the letters: the council, as the head and the foot of each letter say."""

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

_ADVICE = (
    "MoneyHelper lists free debt advisers near you: www.moneyhelper.org.uk.",
    "A debt adviser can also apply for breathing space for you, which stops letters like this one.",
)


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Sender:
    """The council as it signs its letters; table `[council]` of a workspace's settings.

    Attributes:
        name: The council's name.
        address: Lines of the address that replies go to.
        telephone: Number of the income team.
        email: Address of the income team.
        opening_hours: When the number is answered.
        how_to_pay: Sentences that say how to pay, one paragraph each.
        advice: Where debtors find free help, one paragraph each.
    """

    name: str
    address: tuple[str, ...]
    telephone: str
    email: str
    opening_hours: str
    how_to_pay: tuple[str, ...]
    advice: tuple[str, ...] = _ADVICE

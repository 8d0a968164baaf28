"""The only source of chance: one seeded stream per purpose, so that a new part disturbs no old one.

Nothing here uses logarithms or hashes of strings, whose results differ between machines.
"""

from decimal import Decimal
from random import Random


class Chance(Random):
    """A stream of chance that speaks of money, shares and days."""

    def happens(self, share: float) -> bool:
        """True with the given share, 0 to 1."""
        return self.random() < share

    def pounds(self, low: int, high: int) -> Decimal:
        """An amount in pounds and pence from `low` to `high` whole pounds."""
        return Decimal(self.randint(low * 100, high * 100)).scaleb(-2)

    def part_of(self, amount: Decimal, low: int, high: int) -> Decimal:
        """`low` to `high` per cent of an amount, at least one penny, cut to the penny."""
        pence = int(amount.scaleb(2)) * self.randint(low, high) // 100
        return Decimal(max(1, pence)).scaleb(-2)


def stream(seed: int, purpose: str) -> Chance:
    """The stream of one purpose; same seed and purpose, same numbers on every machine."""
    return Chance(f"council {seed}: {purpose}")

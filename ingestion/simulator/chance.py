"""The only source of random numbers: one stream per purpose, so that new parts change no old ones.

It uses no logarithms and no string hashes, because their results differ between machines.
"""

from decimal import Decimal
from random import Random


class Chance(Random):
    """A stream of random money amounts, shares and days."""

    def happens(self, share: float) -> bool:
        """Returns True with the given probability, 0 to 1."""
        return self.random() < share

    def pounds(self, low: int, high: int) -> Decimal:
        """Returns an amount in pounds and pence, from `low` to `high` whole pounds."""
        return Decimal(self.randint(low * 100, high * 100)).scaleb(-2)

    def part_of(self, amount: Decimal, low: int, high: int) -> Decimal:
        """Returns `low` to `high` per cent of an amount, rounded down, at least one penny."""
        pence = int(amount.scaleb(2)) * self.randint(low, high) // 100
        return Decimal(max(1, pence)).scaleb(-2)


def stream(seed: int, purpose: str) -> Chance:
    """Returns the stream for a purpose: the same seed gives the same numbers on every machine."""
    return Chance(f"council {seed}: {purpose}")

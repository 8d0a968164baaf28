"""Every worked example as data: allocation, ageing, arrangements, recovery, two clocks.

``CASES`` is the whole list; ``case_definition`` says what a case is and how to run many of them in
one ledger (``packs``, ``own_marts``, ``shortcomings``). To try the examples on another way of
computing the marts::

    for pack in packs(CASES):
        marts = ...  # from pack.files, as of pack.as_of, known at pack.known_at
        for case in pack.cases:
            assert shortcomings(case, own_marts(case, marts)) == []

``marts`` maps a mart's name to its rows as dicts; cells are text, Decimal, date, int, bool or None.
``pack.files`` maps a file name to rows of text; the header of a file is the union of their columns.

A case that is ``alone`` reads a mart without ids (movement proof, provision), which cannot be
separated in a shared ledger; its pack holds only itself and its ids are prefixed all the same.
"""

from tests.laws.ageing_cases import AGEING_CASES
from tests.laws.allocation_cases import ALLOCATION_CASES
from tests.laws.arrangement_cases import ARRANGEMENT_CASES
from tests.laws.case_definition import (
    SOMETHING,
    Case,
    Expected,
    Files,
    Marts,
    Pack,
    own_marts,
    packs,
    shortcomings,
)
from tests.laws.clock_cases import CLOCK_CASES
from tests.laws.recovery_cases import RECOVERY_CASES

__all__ = [
    "CASES",
    "SOMETHING",
    "Case",
    "Expected",
    "Files",
    "Marts",
    "Pack",
    "own_marts",
    "packs",
    "shortcomings",
]

CASES = (*ALLOCATION_CASES, *AGEING_CASES, *ARRANGEMENT_CASES, *RECOVERY_CASES, *CLOCK_CASES)

"""A second opinion on the ledger: the marts computed again, in plain Python, from the text alone.

Written from the rules in words and nothing else, with loops over sorted rows and running
rests, so that an auditor can read it beside the text. It shares no line with the models. Modules:
``rows`` (4.1), ``records`` and ``sides`` (what is on either side), ``agreements``, ``allocation``
(4.3), ``movements`` (4.2), ``holds`` (4.5), ``ageing`` (4.4), ``arrangements`` (4.6), ``recovery``
(4.7), ``diary``, ``marts``.
"""

from tests.laws.second_opinion.marts import Marts, second_opinion
from tests.laws.second_opinion.policy import Policy
from tests.laws.second_opinion.rows import Row

__all__ = ["Marts", "Policy", "Row", "second_opinion"]

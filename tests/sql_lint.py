"""sqlfluff's own command line, but quicker: `python -m tests.sql_lint lint FOLDERS`.

What it finds is what sqlfluff finds (`tests/house/test_sql_lint.py`). Two things are done less
often:

- Python looks for objects that refer to each other among the hundreds of thousands that stand for
  the words of a query, and finds none to let go.
- Four rules of layout each calculate again how deep every word of the same file is nested.

The second only when linting: `fix` changes the file between one rule and the next.
"""

import gc
import sys
from typing import Any

from sqlfluff.cli.commands import cli
from sqlfluff.utils.reflow.sequence import ReflowSequence

_AMONG_OBJECTS = 50_000
"""How many objects more there must be before Python looks for those that may go; 700 by itself."""


def _look_less_often_for_what_may_go() -> None:
    gc.freeze()
    gc.set_threshold(_AMONG_OBJECTS, 20, 20)


def _work_out_depths_once_a_file() -> None:
    work_out = ReflowSequence.from_root
    last: list[Any] = []

    def from_root(root_segment: Any, config: Any) -> ReflowSequence:
        if not last or last[0] is not root_segment or last[1] is not config:
            last[:] = [root_segment, config, work_out(root_segment, config)]
        known: ReflowSequence = last[2]
        return ReflowSequence(
            list(known.elements), root_segment, known.reflow_config, known.depth_map
        )

    ReflowSequence.from_root = from_root  # type: ignore[method-assign,assignment]


# The processes that sqlfluff starts to share the work import this module under the second name.
if __name__ in ("__main__", "__mp_main__"):
    _look_less_often_for_what_may_go()
    if "lint" in sys.argv[1:]:
        _work_out_depths_once_a_file()
if __name__ == "__main__":
    sys.exit(cli())

"""dbt's command line as runs start it: `python -m flows.processes.dbt_program WORD...`.

The process lives for one command. So garbage collection is off: it would take a sixth of the time
and free almost nothing. And dbt makes no debug events: nobody reads them, and making the lines that
its loggers then drop takes an eighth of the time.
"""

import gc
from collections.abc import Sequence
from typing import Any

from dbt.cli.main import cli
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager


class EventsThatAreRead(EventManager):
    """Fires no debug event, unless dbt wants to know whether it is an error."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,  # noqa: ANN401 - dbt's own signature
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """Fires an event, unless it is a debug event."""
        if force_warn_or_error_handling or (level or e.level_tag()) != EventLevel.DEBUG:
            super().fire_event(e, level, node, force_warn_or_error_handling)


def run(words: Sequence[str] | None = None) -> None:
    """Runs one dbt command, then ends the process.

    Args:
        words: The command; that of the process by default.
    """
    gc.disable()
    ctx_set_event_manager(EventsThatAreRead())
    try:
        cli(words)
    finally:
        # Python would search all objects for unused ones before it ends.
        gc.freeze()


if __name__ == "__main__":
    run()

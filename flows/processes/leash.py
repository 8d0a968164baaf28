"""Becomes a command that the kernel ends as soon as the process that started it has ended.

After a killed run, no dbt process holds the warehouse and no Prefect server is left. Run as a
script, by path, in an interpreter without site packages (`flows.processes.child.leashed`): it costs
milliseconds.
"""

import ctypes
import os
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9


def become(parent: int, command: Sequence[str]) -> None:
    """Ties this process to its parent and replaces it by `command`."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)  # the parent died before the leash was on
    os.execv(command[0], list(command))  # noqa: S606 - the command is this package's own


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])

"""Starts a command that may not outlive the process that asked for it.

Linux ends the command with SIGKILL as soon as its parent is gone, however the parent went; a killed
run therefore leaves no dbt holding the warehouse and no Prefect server behind. Elsewhere the
command is started as it is. The signal follows the parent's *thread*: call from the main thread.

Run as a script, by path, in an interpreter without site packages, so that it costs milliseconds.
"""

import os
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9


def leashed(command: Sequence[str]) -> list[str]:
    """The command line that runs `command` on this process's leash."""
    if not sys.platform.startswith("linux"):
        return list(command)
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def _hold_and_become(parent: int, command: Sequence[str]) -> None:
    import ctypes  # noqa: PLC0415 - only the leashed child needs it

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)  # the parent died before the leash was on
    os.execv(command[0], list(command))  # noqa: S606 - the command is this package's own


if __name__ == "__main__":
    _hold_and_become(int(sys.argv[1]), sys.argv[2:])

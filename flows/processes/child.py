"""Child processes of a run: they end with the run, however it ends."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_LEASH = Path(__file__).with_name("leash.py")


def leashed(command: Sequence[str]) -> list[str]:
    """The command line that runs `command` so that it cannot outlive this process.

    The kernel watches the *thread* that starts it: start it from the main thread. Only Linux has
    such a leash; elsewhere the command is started as it is.
    """
    if not sys.platform.startswith("linux"):
        return list(command)
    return [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *command]


@contextmanager
def ended_afterwards(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """Ends a process when the block ends, also by an exception."""
    try:
        yield
    finally:
        end(process)


def end(process: "subprocess.Popen[Any]", patience_seconds: float = 5.0) -> None:
    """Asks a process to end, kills it after a while, and waits until it has ended."""
    process.terminate()
    try:
        process.wait(patience_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

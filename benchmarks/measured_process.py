"""Measures one process: its seconds, and the peak memory of it and its children."""

import os
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLED_EVERY = 0.1  # seconds
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Measured:
    """Time, memory and output of one process.

    Attributes:
        seconds: From start to end.
        peak_mib: Peak memory of the process and all its children, in MiB, with shared pages counted
            in each; 0 if the system has no /proc.
        output: Its standard output.
    """

    seconds: float
    peak_mib: float
    output: str


def measure(
    words: Sequence[str | Path],
    environment: Mapping[str, str],
    *,
    folder: Path,
    good: Sequence[int] = (0,),
) -> Measured:
    """Runs a command to its end.

    Args:
        words: The command.
        environment: Variables added to the environment.
        folder: Its working folder.
        good: The exit codes that mean success.

    Raises:
        RuntimeError: It ended with another code; the message is its output.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in words],
        env={**os.environ, **environment},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        sampler = _Sampler(process.pid)
        sampler.start()
        output, _ = process.communicate()
        seconds = time.perf_counter() - started
        sampler.stop()
    if process.returncode not in good:
        raise RuntimeError(f"{words} ended with {process.returncode}:\n{output[-4000:]}")
    return Measured(seconds, sampler.peak_bytes / _MIB, output)


class _Sampler(threading.Thread):
    """Watches the memory of a process and its descendants until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.peak_bytes = 0

    def run(self) -> None:
        while not self._ended.wait(_SAMPLED_EVERY):
            self.peak_bytes = max(self.peak_bytes, _held_by_family(self._pid))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _held_by_family(pid: int) -> int:
    """Returns the resident memory of a process and its descendants, in bytes."""
    children: dict[int, list[int]] = defaultdict(list)
    resident: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in brackets may hold spaces: the fields are counted from its end.
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        children[int(fields[1])].append(int(entry.parent.name))
        resident[int(entry.parent.name)] = int(fields[21]) * _PAGE
    family, total = [pid], 0
    while family:
        member = family.pop()
        total += resident.get(member, 0)
        family.extend(children[member])
    return total

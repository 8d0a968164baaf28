"""How a command may end: exit codes, and the exceptions that have them.

The message of every exception is one sentence that names the file, row or option and what to do.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of `income`."""

    DONE = 0
    DEFECT = 1
    USAGE = 2
    WITHHELD = 3
    NOTHING_TO_WORK_ON = 4
    BUSY = 5


class IncomeError(Exception):
    """A command could not do what was asked; the message is one line for the person who asked."""

    exit_code = ExitCode.DEFECT


class UsageError(IncomeError):
    """Wrong usage, wrong configuration or an unknown id."""

    exit_code = ExitCode.USAGE


class NothingToWorkOnError(IncomeError):
    """No invoice was known, or every file of a non-empty inbox was refused."""

    exit_code = ExitCode.NOTHING_TO_WORK_ON


class WorkspaceBusyError(IncomeError):
    """Another run holds the workspace."""

    exit_code = ExitCode.BUSY


class TransformError(IncomeError):
    """The models could not be built; the message names the first failed node."""


class BrokenChainError(IncomeError):
    """A published run was altered or is missing."""


class ReplayDiffersError(IncomeError):
    """A replay is not what was published, though code and libraries are the same."""

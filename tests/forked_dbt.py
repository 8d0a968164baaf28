"""dbt commands in forks of a process that has loaded dbt, which takes longer than most commands.

Python's fork server holds no thread and no warehouse, so a fork starts as a new process would.
"""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["flows.processes.dbt_program", "dbt.adapters.duckdb.impl"])


def run_forked(words: Sequence[str], env: Mapping[str, str], cwd: Path, said: Path) -> int:
    """Runs one dbt command in a process of its own; its exit status.

    Args:
        words: the command.
        env: the whole environment.
        cwd: where dbt works.
        said: the file for what dbt says.
    """
    fork = _FORKS.Process(target=_run, args=(list(words), dict(env), cwd, said))
    fork.start()
    fork.join()
    return 1 if fork.exitcode is None else fork.exitcode


def _run(words: list[str], env: dict[str, str], cwd: Path, said: Path) -> None:
    with said.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    from flows.processes.dbt_program import run  # noqa: PLC0415 - the fork server has loaded it

    run(words)

"""dbt in forks for days of the real models: the command of the product, without dbt's slow imports.

`test_demo.py`, `test_daily_run.py` and `test_dbt_process.py` start dbt as the product does.
"""

from collections.abc import Callable, Sequence

from flows.errors import TransformError
from flows.processes.dbt_process import (
    DBT,
    DbtFolders,
    TransformOutcome,
    dbt_command,
    dbt_environment,
    read_outcome,
)
from flows.settings import Settings
from tests.forked_dbt import run_forked


def run_dbt_forked(
    settings: Settings,
    folders: DbtFolders,
    words: Sequence[str],
    *,
    held: Sequence[int] = (),  # noqa: ARG001 - this process waits, so it holds them meanwhile
    meanwhile: Callable[[], None] | None = None,
) -> TransformOutcome:
    """Replaces `flows.processes.dbt_process.run_dbt`."""
    (folders.target / "run_results.json").unlink(missing_ok=True)
    if meanwhile is not None:
        meanwhile()
    said = folders.target / "said.txt"
    command = dbt_command(settings, folders, words)[len(DBT) :]
    status = run_forked(command, dbt_environment(settings, folders), folders.target, said)
    outcome = read_outcome(folders.target)
    if outcome.failed or status != 0:
        raise TransformError(said.read_text("utf-8", errors="replace"))
    return outcome

"""Prepares what new workspaces start from (`flows.processes.prepared`); `make` runs it.

It parses the project with dbt and starts a Prefect server, both in a temporary workspace.
"""

import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from flows.processes.dbt_process import DbtFolders, read_project
from flows.processes.prefect_server import start_prefect
from flows.processes.prepared import DATABASE, PARSED, PREPARED, prepared_database
from flows.runs.workspace import Workspace
from flows.settings import Settings, load_settings


def main() -> int:
    """Prepares everything again, from the present project and packages."""
    shutil.rmtree(PREPARED, ignore_errors=True)
    PREPARED.mkdir(parents=True)
    # Settings of another server or database must not reach the prepared one.
    own = {name: cell for name, cell in os.environ.items() if not name.startswith("PREFECT_")}
    # The server ends a little after its home is removed.
    with tempfile.TemporaryDirectory(
        prefix="council-income-", ignore_cleanup_errors=True
    ) as folder:
        workspace = Workspace(Path(folder))
        workspace.create()
        settings = load_settings(workspace.home, own)
        _keep_what_dbt_reads(settings, workspace)
        _keep_a_database(settings, workspace)
    return 0


def _keep_what_dbt_reads(settings: Settings, workspace: Workspace) -> None:
    folders = DbtFolders(workspace.warehouse, workspace.dbt_target, workspace.dbt_logs)
    read_project(settings, folders)
    shutil.move(folders.target / PARSED, PREPARED / PARSED)


def _keep_a_database(settings: Settings, workspace: Workspace) -> None:
    start_prefect(settings, workspace)
    # SQLite also reads what the server has not yet written to the database file.
    with (
        closing(sqlite3.connect(workspace.prefect_home / DATABASE)) as served,
        closing(sqlite3.connect(prepared_database())) as kept,
    ):
        served.backup(kept)
        kept.execute("pragma journal_mode = delete")


if __name__ == "__main__":
    sys.exit(main())

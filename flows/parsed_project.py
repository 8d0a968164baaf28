"""What dbt found when it read the project, kept at installation for workspaces still to be made.

Reading some hundreds of models anew takes longer than building them for a small council. dbt keeps
what it read and reads again only the files that changed; a new workspace begins with what was read
when the packages were installed. dbt itself judges whether that still fits (versions, files,
profile), so the worst that an outdated one does is nothing.

`make` keeps it: `python -m flows.parsed_project`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from flows.settings import PROJECT_ROOT, load_settings
from flows.transform import DbtFolders, read_project
from flows.workspace import Workspace

_KEPT = PROJECT_ROOT / "build" / "parsed" / "partial_parse.msgpack"


def begin_with_what_was_read(target: Path) -> None:
    """Gives a dbt target folder that is still empty what was read at installation, if anything."""
    if _KEPT.exists() and not (target / _KEPT.name).exists():
        shutil.copy(_KEPT, target / _KEPT.name)


def main() -> int:
    """Reads the project and keeps what was found."""
    with tempfile.TemporaryDirectory(prefix="council-income-") as folder:
        workspace = Workspace(Path(folder))
        workspace.create()
        folders = DbtFolders(workspace.warehouse, workspace.dbt_target, workspace.dbt_logs)
        read_project(load_settings(workspace.home), folders)
        _KEPT.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folders.target / _KEPT.name, _KEPT)
    return 0


if __name__ == "__main__":
    sys.exit(main())

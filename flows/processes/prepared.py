"""What the installation prepares once for new workspaces.

Two things would take the first run of a new workspace longer than its own work:

- dbt parses several hundred models. It keeps the result and parses only changed files again. A new
  workspace starts from the result of the installation. dbt itself checks whether that still fits
  (versions, files, profile) and ignores it otherwise.
- Prefect brings the database of its server up to date, migration by migration. A new workspace
  starts from an up-to-date database. Its name has Prefect's version, so another version does not
  use it.

`make` prepares them with `python -m flows.processes.installation`. Without them a first run only
takes longer.
"""

import shutil
from importlib.metadata import version
from pathlib import Path

from flows.settings import PROJECT_ROOT

PREPARED = PROJECT_ROOT / "build" / "prepared"
PARSED = "partial_parse.msgpack"
"""What dbt read of the project."""
DATABASE = "prefect.db"
"""The database of Prefect's server, in Prefect's home."""


def prepared_database() -> Path:
    """Where the database of this version of Prefect is kept."""
    return PREPARED / f"prefect-{version('prefect')}.db"


def begin_with_what_was_read(target: Path) -> None:
    """Gives a dbt target folder that is still empty what was read at installation, if anything."""
    _take(PREPARED / PARSED, target / PARSED)


def begin_with_a_database(prefect_home: Path) -> bool:
    """Gives a Prefect home that has no database yet the one made at installation.

    Returns:
        Whether it was given one; it need not be migrated.
    """
    return _take(prepared_database(), prefect_home / DATABASE)


def _take(prepared: Path, place: Path) -> bool:
    if not prepared.exists() or place.exists():
        return False
    # All of it or nothing: a run may be killed while it copies.
    waiting = place.with_name(f".{place.name}.new")
    shutil.copyfile(prepared, waiting)
    waiting.replace(place)
    return True

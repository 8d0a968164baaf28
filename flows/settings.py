"""The settings of one workspace: the only reader of the environment and of `<home>/income.toml`.

Nothing is read at import. Policy is never here: it is data, in seeds and `policy/*.csv`. These are
settings of the machine and of the calendar that the schedule follows.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.errors import UsageError
from reports.letters.sender import Sender

PROJECT_ROOT = Path(__file__).resolve().parent.parent
"""Folder that holds the packages, `dbt_project` and the lock files."""

SETTINGS_FILE = "income.toml"

_NOT_FROM_FILE = frozenset({"home", "inherited", "prefect_api_url"})

_QUIET = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}


class Settings(BaseModel):
    """Settings of one workspace, frozen; unknown keys are refused.

    Attributes:
        home: The workspace folder, absolute.
        prefect_api_url: A Prefect server that the user runs; without one a run starts its own.
        prefect_start_seconds: How long a run waits for its own Prefect server to answer.
        threads: Threads that dbt may use on the warehouse file; more gain little there.
        bank_holidays: The part of the United Kingdom whose bank holidays the schedule keeps.
        council: Who signs the letters; without it no letter is written.
        inherited: The environment that child processes start from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    prefect_api_url: str | None = None
    prefect_start_seconds: int = Field(default=180, ge=20, le=3600)
    threads: int = Field(default=1, ge=1, le=8)
    bank_holidays: Literal["ENG", "WLS", "SCT", "NIR"] = "ENG"
    council: Sender | None = None
    inherited: Mapping[str, str] = Field(default_factory=dict, repr=False)

    def child_environment(self, **more: str) -> dict[str, str]:
        """The environment of a child process: what was inherited, telemetry off, and `more`."""
        return {**self.inherited, **_QUIET, **more}


def switch_telemetry_off() -> None:
    """Switches off the telemetry of Prefect, dbt and Great Expectations in this process."""
    os.environ.update(_QUIET)


def load_settings(
    home: Path | None, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Settings:
    """Settings from the command line, the environment and `<home>/income.toml`, in this order.

    Args:
        home: What `--home` says, if anything.
        environ: The environment; that of the process by default.
        folder: The folder that a relative home is relative to; the current folder by default.

    Raises:
        UsageError: The file cannot be read, or a key or value in it is not known.
    """
    environ = os.environ if environ is None else environ
    chosen = (
        (folder or Path.cwd()) / (home or environ.get("INCOME_HOME") or "workspace")
    ).absolute()
    if chosen.exists() and not chosen.is_dir():
        raise UsageError(f"--home {chosen} is a file: name a folder.")
    path = chosen / SETTINGS_FILE
    written = _read_settings_file(path)
    for reserved in sorted(_NOT_FROM_FILE & set(written)):
        raise UsageError(f"{path}: {reserved!r} cannot be set here: remove the line.")
    try:
        return Settings.model_validate(
            {
                **written,
                "home": chosen,
                "prefect_api_url": environ.get("PREFECT_API_URL") or None,
                "inherited": dict(environ),
            }
        )
    except ValidationError as invalid:
        raise UsageError(f"{path}: {_first_fault(invalid)}") from invalid


def _read_settings_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as broken:
        raise UsageError(
            f"{path} cannot be read: {_one_line(broken)}. Fix or remove it."
        ) from broken


def _first_fault(invalid: ValidationError) -> str:
    fault = invalid.errors()[0]
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        of_table = len(fault["loc"]) > 1
        fields = Sender.__dataclass_fields__ if of_table else Settings.model_fields
        known = ", ".join(sorted(set(fields) - _NOT_FROM_FILE))
        return f"unknown key {key!r}: remove it, or use one of {known}."
    return f"{key}: {_one_line(fault['msg'])}. Correct the value."


def _one_line(cause: object) -> str:
    return re.sub(r"\s+", " ", str(cause)).strip().rstrip(".")

"""A Prefect server for the length of one run, started beside the slow imports.

Prefect cannot run a flow without an API. Its own ephemeral mode would start a server only when the
flow begins, wait for it idly, and leave it behind if the run is killed; here the server starts
first, works beside the imports of Prefect and Great Expectations, and dies with the run. A server
that the user names in PREFECT_API_URL is used instead.
"""

import atexit
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from flows.errors import IncomeError
from flows.processes.child import end, leashed
from flows.processes.prepared import begin_with_a_database
from flows.runs.workspace import Workspace
from flows.settings import Settings, switch_telemetry_off

_SERVE = (
    "import gc; gc.set_threshold(50_000, 20, 50); "  # a sixth of its start is spent on it otherwise
    "import sys, uvicorn; from prefect.server.api.server import create_app; "
    "uvicorn.run(create_app(ephemeral=True, final=True), fd=int(sys.argv[1]), log_level='error')"
)
_GOODBYE_SECONDS = 1.0
_UNNEEDED_SERVICES = (
    "CANCELLATION_CLEANUP",
    "CLEANUP_RECONCILER",
    "DB_VACUUM",
    "EVENT_PERSISTER",
    "FOREMAN",
    "LATE_RUNS",
    "PAUSE_EXPIRATIONS",
    "REPOSSESSOR",
    "SCHEDULER",
    "TRIGGERS",
)
_SLOW_IMPORTS = ("prefect", "great_expectations")
"""What to import while the server starts; what is left is imported while dbt works."""


def start_prefect(settings: Settings, workspace: Workspace) -> None:
    """Makes Prefect usable in this process until it ends; call before Prefect is imported.

    Raises:
        IncomeError: The server did not start in the time that the settings allow.
    """
    switch_telemetry_off()
    os.environ.update(_client_environment(workspace))
    if settings.prefect_api_url is None:
        _start_own_server(settings, workspace)


def _client_environment(workspace: Workspace) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(workspace.prefect_home),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        # One line says what failed; Prefect would print a traceback beside it.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "flows",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    }


def _start_own_server(settings: Settings, workspace: Workspace) -> None:
    if not _names_a_database(settings) and begin_with_a_database(workspace.prefect_home):
        _migrated(workspace).touch()
    log = workspace.prefect_home / "server.log"
    secret = f"income:{secrets.token_hex(16)}"
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("w") as output:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
        server = subprocess.Popen(  # noqa: S603 - the command is this package's own
            leashed([sys.executable, "-c", _SERVE, str(listener.fileno())]),
            env=settings.child_environment(**_server_environment(workspace, secret)),
            cwd=workspace.prefect_home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(listener.fileno(),),
        )
    # Registered before Prefect is imported, so that Prefect can still reach the server when Prefect
    # closes. The server itself would wait too long for its open connections.
    atexit.register(end, server, _GOODBYE_SECONDS)
    os.environ.update(PREFECT_API_URL=address, PREFECT_API_AUTH_STRING=secret, **_around_proxies())
    for name in _SLOW_IMPORTS:
        if not _answers(address, 0.1):
            import_module(name)
    _wait_until_it_answers(server, address, settings.prefect_start_seconds, log)
    _migrated(workspace).touch()


def _server_environment(workspace: Workspace, secret: str) -> dict[str, str]:
    services = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in _UNNEEDED_SERVICES}
    migrated = _migrated(workspace).exists()
    return {
        **services,
        "PREFECT_HOME": str(workspace.prefect_home),
        "PREFECT_SERVER_API_AUTH_STRING": secret,
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false" if migrated else "true",
        "PREFECT_API_BLOCKS_REGISTER_ON_START": "false" if migrated else "true",
    }


def _names_a_database(settings: Settings) -> bool:
    """Whether the user has named a database outside the workspace for Prefect."""
    return any(name.startswith("PREFECT_") and "DATABASE_" in name for name in settings.inherited)


def _migrated(workspace: Workspace) -> Path:
    """Marks the server's database as migrated for this version of Prefect."""
    return workspace.prefect_home / f"migrated-{version('prefect')}"


def _around_proxies() -> dict[str, str]:
    """Requests to this machine must not go through a council's web proxy."""
    own = {}
    for name in ("NO_PROXY", "no_proxy"):
        listed = os.environ.get(name, "")
        own[name] = f"{listed},127.0.0.1" if listed else "127.0.0.1"
    return own


def _wait_until_it_answers(
    server: "subprocess.Popen[bytes]", address: str, seconds: int, log: Path
) -> None:
    give_up_at = time.monotonic() + seconds
    while not _answers(address, 1.0):
        if time.monotonic() > give_up_at or server.poll() is not None:
            raise IncomeError(
                f"The run's own Prefect server did not answer within {seconds} s: see {log}, "
                "or give it longer with `prefect_start_seconds` in income.toml."
            )
        time.sleep(0.05)


def _answers(address: str, seconds: float) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/health", timeout=seconds):
            return True
    except OSError:
        return False

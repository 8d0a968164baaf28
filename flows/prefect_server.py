"""A Prefect server for the length of one run, started beside the slow imports.

Prefect cannot run a flow without an API. Its own ephemeral mode would start a server only when the
flow begins, wait for it idly, and leave it behind if the run is killed; here the server starts
first, works beside the imports of Prefect and Great Expectations, and dies with the run. A server
that the user names in PREFECT_API_URL is used instead.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from urllib.error import URLError

from flows.errors import IncomeError
from flows.leash import leashed
from flows.settings import Settings, switch_telemetry_off
from flows.workspace import Workspace

_SERVE = (
    "import sys, uvicorn; from prefect.server.api.server import create_app; "
    "uvicorn.run(create_app(ephemeral=True, final=True), fd=int(sys.argv[1]), log_level='error')"
)
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


@contextmanager
def prefect_ready(settings: Settings, workspace: Workspace) -> Iterator[None]:
    """Makes Prefect usable in this process; call before Prefect is imported.

    Raises:
        IncomeError: The server did not start in the time that the settings allow.
    """
    switch_telemetry_off()
    os.environ.update(_client_environment(workspace))
    if settings.prefect_api_url is not None:
        yield
        return
    with _own_server(settings, workspace):
        yield


def _client_environment(workspace: Workspace) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(workspace.prefect_home),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        # One line says what failed; Prefect would print a traceback beside it.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "flows",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    }


@contextmanager
def _own_server(settings: Settings, workspace: Workspace) -> Iterator[None]:
    log = workspace.prefect_home / "server.log"
    secret = f"income:{secrets.token_hex(16)}"
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, log.open("w", encoding="utf-8") as output:
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
    try:
        os.environ.update(
            PREFECT_API_URL=address, PREFECT_API_AUTH_STRING=secret, **_around_proxies()
        )
        for name in _SLOW_IMPORTS:
            import_module(name)
        _wait_until_it_answers(server, address, settings.prefect_start_seconds, log)
        _migrated(workspace).touch()
        yield
    finally:
        server.terminate()
        server.wait()


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


def _migrated(workspace: Workspace) -> Path:
    """Marks that the server's database is as this version of Prefect wants it."""
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
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < give_up_at and server.poll() is None:
        try:
            with direct.open(f"{address}/health", timeout=give_up_at - time.monotonic()):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise IncomeError(
        f"The run's own Prefect server did not answer within {seconds} s: see {log}, "
        "or give it longer with `prefect_start_seconds` in income.toml."
    )

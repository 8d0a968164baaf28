"""How a long command shows its progress: a spinner on a terminal, plain log lines elsewhere."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

LOGGER = "flows"


@contextmanager
def shown_progress(*, quiet: bool) -> Iterator[None]:
    """Shows the log lines of this package while the block runs; none with `quiet`."""
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.INFO)
    if quiet:
        yield
    elif sys.stderr.isatty():
        yield from _on_terminal(logger)
    else:
        yield from _while_handled(logger, _plain_lines())


def _plain_lines() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    return handler


def _on_terminal(logger: logging.Logger) -> Iterator[None]:
    from rich.console import Console  # noqa: PLC0415 - only where somebody watches
    from rich.markup import escape  # noqa: PLC0415

    console = Console(stderr=True, highlight=False)

    class Told(logging.Handler):
        """Prints each line above the spinner."""

        def emit(self, record: logging.LogRecord) -> None:
            console.print(f"[dim]{time.strftime('%H:%M:%S')}[/dim] {escape(record.getMessage())}")

    with console.status("working"):
        yield from _while_handled(logger, Told())


def _while_handled(logger: logging.Logger, handler: logging.Handler) -> Iterator[None]:
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)

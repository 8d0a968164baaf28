"""What tests wish to tell beside passing, such as how much they went through."""

import gc

import pytest

# Tests make very many objects and few that refer to each other in a circle: looking for those less
# often saves a twelfth of the time.
gc.set_threshold(50_000, 20, 50)

TOLD = "told"
"""Name of the property that a test records for the summary."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests told, also those that ran in another process."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == TOLD:
                terminalreporter.write_line(str(value))

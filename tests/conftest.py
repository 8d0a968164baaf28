"""What tests report besides passing, such as how many cases they checked."""

import gc

import pytest

# Tests make very many objects and few that refer to each other in a circle: looking for those less
# often saves a twelfth of the time.
gc.set_threshold(50_000, 20, 50)

FOR_SUMMARY = "for_summary"
"""Name of the property that a test records for the summary."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests reported, also those that ran in another process."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == FOR_SUMMARY:
                terminalreporter.write_line(str(value))

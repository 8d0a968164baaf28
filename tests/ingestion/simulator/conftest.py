from datetime import date
from pathlib import Path

import pytest

from ingestion.simulator import simulate
from tests.ingestion.simulator.inbox_rows import Inbox

UNTIL = date(2026, 6, 17)


@pytest.fixture(scope="package")
def until() -> date:
    """A last day that is not a month end."""
    return UNTIL


@pytest.fixture(scope="package")
def bare_council(tmp_path_factory: pytest.TempPathFactory) -> Inbox:
    """The cast of the stories alone, on one day."""
    folder: Path = tmp_path_factory.mktemp("bare") / "inbox"
    simulate(folder, debtors=1, days=1, until=UNTIL)
    return Inbox(folder)


@pytest.fixture(scope="package")
def council(tmp_path_factory: pytest.TempPathFactory) -> Inbox:
    """Fourteen months of a council of 220 debtors."""
    folder: Path = tmp_path_factory.mktemp("council") / "inbox"
    simulate(folder, debtors=220, days=430, seed=4, until=UNTIL)
    return Inbox(folder)

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from reports.site import charts
from reports.site.sections import aged_debt
from tests.reports.page import Page, read_page
from tests.reports.published_day import PublishedDay


@pytest.fixture(scope="session")
def _drawn_once() -> Iterator[None]:
    """Draw each chart once in the whole test run: most days have the same debt."""
    patch = pytest.MonkeyPatch()
    patch.setattr(aged_debt, "aged_debt_chart", cache(charts.aged_debt_chart))
    yield
    patch.undo()


@pytest.fixture
def day(tmp_path: Path, _drawn_once: None) -> PublishedDay:
    return PublishedDay(tmp_path)


@pytest.fixture(scope="session")
def ordinary_page(tmp_path_factory: pytest.TempPathFactory, _drawn_once: None) -> Page:
    """The page of a day on which every gate passed."""
    return read_page(PublishedDay(tmp_path_factory.mktemp("ordinary")))

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.intake.warehouse import open_warehouse
from tests.ingestion.inbox_folder import InboxFolder, open_folder


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse without rows, made once and copied for each test."""
    path = tmp_path_factory.mktemp("warehouse") / "income.duckdb"
    open_warehouse(path).close()
    return path


@pytest.fixture
def folder(tmp_path: Path, empty_warehouse: Path) -> Iterator[InboxFolder]:
    (tmp_path / "warehouse").mkdir()
    shutil.copy(empty_warehouse, tmp_path / "warehouse" / "income.duckdb")
    yield from open_folder(tmp_path)

"""Where things are and what they are called."""

import re

import pytest

from tests.house.repository import ROOT, repository_files

HOUSE = {
    "flows",
    "dbt_project",
    "expectations",
    "ingestion",
    "reports",
    "prefect.yaml",
    "pyproject.toml",
    "tests",
}
WHAT_EVERY_REPOSITORY_HAS = {
    ".ci",
    ".gitignore",
    "benchmarks",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs",
    "LICENSE",
    "Makefile",
    "README.md",
    "requirements-dev.lock",
    "requirements.lock",
}
JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "core", "base", "manager"}
LARGEST_FILE = 1_500_000


def test_the_top_level_is_the_house_and_nothing_beside_it() -> None:
    assert {path.parts[0] for path in repository_files()} == HOUSE | WHAT_EVERY_REPOSITORY_HAS


def test_no_file_and_no_folder_is_a_junk_drawer() -> None:
    drawers = [
        str(path)
        for path in repository_files()
        if JUNK_DRAWERS & {part.lower() for part in (*path.parent.parts, path.stem)}
    ]
    assert drawers == []


def test_versions_are_never_part_of_a_file_name() -> None:
    assert [str(p) for p in repository_files() if re.search(r"_(v\d+|old|new)$", p.stem)] == []


def test_every_package_and_test_folder_says_what_it_owns() -> None:
    silent = [
        str(path)
        for path in repository_files()
        if path.name == "__init__.py" and not (ROOT / path).read_text("utf-8").startswith('"""')
    ]
    assert silent == []


@pytest.mark.parametrize("name", ["flows", "ingestion", "expectations", "reports"])
def test_each_package_is_there(name: str) -> None:
    assert (ROOT / name / "__init__.py").is_file()


def test_no_file_is_too_large_to_review() -> None:
    assert [str(p) for p in repository_files() if (ROOT / p).stat().st_size > LARGEST_FILE] == []

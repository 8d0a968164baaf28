"""Python keeps the rules of ruff, mypy and import-linter."""

import pytest

from tests.checks.program import passes


@pytest.mark.parametrize(
    "words",
    [
        ("mypy", "--strict"),
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("lint-imports", "--no-logo", "--no-cache"),
    ],
    ids=["types", "ruff", "format", "imports"],
)
def test_the_program_finds_nothing(words: tuple[str, ...]) -> None:
    passes(*words)

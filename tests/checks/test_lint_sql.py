"""Models, analyses and laws in SQL keep the rules of sqlfluff."""

from tests.checks.program import passes


def test_sqlfluff_finds_nothing() -> None:
    passes("python", "-m", "tests.dbt_workbench", "sqlfluff", "lint")

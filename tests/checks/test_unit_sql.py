"""The models pass their unit tests."""

from tests.checks.program import passes


def test_each_unit_test_of_dbt_passes() -> None:
    passes("python", "-m", "tests.dbt_workbench", "unit-tests")

"""Policy is data: each row says on what it rests and how sure that is."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from ingestion.contracts.contract import load_contracts
from ingestion.policy.policy_contract import BANDS_OF_AGE, PolicyType, load_policy_contracts
from tests.house.repository import ROOT

SEEDS = sorted((ROOT / "dbt_project" / "seeds" / "policy").glob("*.csv"))
BASES = {"statute", "council_policy", "proposed"}
SOURCES = ROOT / "docs" / "policy-sources.md"
MARKS = ("SOURCED S:", "GENERAL KNOWLEDGE", "PROPOSED")


def _rows(seed: Path) -> list[dict[str, str]]:
    with seed.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_policy_seeds() -> None:
    assert SEEDS


def test_each_seed_has_a_contract_and_each_contract_a_seed() -> None:
    assert [seed.stem for seed in SEEDS] == list(load_policy_contracts())


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_a_seed_has_exactly_the_columns_of_its_contract(seed: Path) -> None:
    with seed.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert tuple(header) == load_policy_contracts()[seed.stem].names


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_each_shipped_figure_is_one_of_the_contract_and_each_of_those_is_shipped(
    seed: Path,
) -> None:
    figures = load_policy_contracts()[seed.stem].figures
    assert not figures or {row["key"] for row in _rows(seed)} == set(figures)


def test_codes_that_come_from_a_feed_are_those_of_a_code_column() -> None:
    elsewhere = {"feeds", "figures", "shipped", BANDS_OF_AGE, None}
    named = {
        each.codes_of
        for table in load_policy_contracts().values()
        for each in (*table.columns, *table.figures.values())
    }
    for feed, _, column in (str(name).partition(".") for name in named - elsewhere):
        assert load_contracts()[feed].column(column).codes, f"{feed}.{column}"


def test_a_row_is_made_specific_by_columns_that_may_be_blank() -> None:
    for name, table in load_policy_contracts().items():
        for column in table.columns:
            if column.name in table.most_specific_first:
                assert column.blank == "allowed", (name, column.name)
                assert column.type in (PolicyType.CODE, PolicyType.TEXT), (name, column.name)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_each_policy_row_says_what_it_rests_on(seed: Path) -> None:
    assert [row for row in _rows(seed) if row["basis"] not in BASES] == []


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_each_policy_row_says_how_sure_it_is(seed: Path) -> None:
    assert [row for row in _rows(seed) if not any(mark in row["mark"] for mark in MARKS)] == []


def test_each_check_has_an_owner_and_a_description_without_names_of_columns() -> None:
    checks = _rows(ROOT / "dbt_project" / "seeds" / "policy" / "check_codes.csv")
    assert [row["check_code"] for row in checks if not row["owner"]] == []
    assert [row["check_code"] for row in checks if "_" in row["description"]] == []


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_each_policy_row_has_the_day_from_which_it_counts(seed: Path) -> None:
    assert all(date.fromisoformat(row["effective_from"]) for row in _rows(seed))


def test_each_key_figure_is_defined_in_the_unit_in_which_it_is_reported() -> None:
    models = ROOT / "dbt_project" / "models" / "intermediate" / "performance"
    sql = (models / "int_kpis_compared.sql").read_text("utf-8")
    reported = re.findall(r"\(\s*'(\w+)', '(%|days|pounds)', '[\w,]+'\s*\)", sql)
    defined = _rows(ROOT / "dbt_project" / "seeds" / "policy" / "kpi_targets.csv")
    assert sorted(reported) == sorted((row["kpi_code"], row["unit"]) for row in defined)
    assert [row for row in defined if row["direction"] not in {"at_least", "at_most"}] == []
    assert [row["kpi_code"] for row in defined if "÷" not in row["definition"]] == [
        "in_year_collection_rate",
        "cohort_collection_rate",
        "debt_over_one_year",
        "days_sales_outstanding_count_back",
        "suspense_over_30_days",
        "holds_over_30_days",
    ]


def test_every_source_that_a_policy_row_cites_is_listed() -> None:
    listed = set(re.findall(r"^\| (S:\d+) \|", SOURCES.read_text("utf-8"), flags=re.MULTILINE))
    cited = {source for seed in SEEDS for source in re.findall(r"S:\d+", seed.read_text("utf-8"))}
    assert listed == cited

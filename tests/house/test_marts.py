"""Every mart has a grain, a key, a contract and units, and no personal data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pytest

from flows.generated import marts_page
from ingestion.contracts.contract import CellType, load_contracts
from tests.dbt_workbench import WAREHOUSE, compiled_sql, manifest

# Columns with the name of a feed's free text, but with a sentence of our own.
OUR_OWN_WORDS = {
    ("agency_placements_proposed", "reason"),
    ("arrangement_compliance", "reason"),
    ("arrangement_offers", "reason"),
    ("arrangement_warnings", "reason"),
    ("bank_matches", "reason"),
    ("data_quality_results", "description"),
    ("early_contact", "reason"),
    ("legal_handover", "reason"),
    ("recovery_worklist", "reason"),
    ("suspense_proposals", "reason"),
    ("write_off_checks", "description"),
}
# If a column's name has this part, its description must have this word.
UNITS = {
    "_amount": "pounds",
    "_balance": "pounds",
    "days_": "day",
    "_days": "day",
    "_count": "number",
    "_pct": "per cent",
    "rate": "per cent",
}


def marts() -> Mapping[str, Mapping[str, Any]]:
    return marts_page.marts(manifest())


def restricted_tables() -> Mapping[str, Mapping[str, Any]]:
    return marts_page.restricted_tables(manifest())


def _published() -> dict[str, Mapping[str, Any]]:
    return {**marts(), **restricted_tables()}


def _columns(
    tables: Mapping[str, Mapping[str, Any]],
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for name, mart in tables.items():
        for column in mart["columns"].values():
            yield name, column["name"], column


def test_there_are_marts() -> None:
    assert len(marts()) > 10


def test_every_mart_has_an_enforced_contract_and_is_public() -> None:
    lax = [
        name
        for name, mart in marts().items()
        if not mart["config"]["contract"]["enforced"] or mart["access"] != "public"
    ]
    assert lax == []


def test_every_restricted_table_has_a_contract_and_is_published_for_its_owner_only() -> None:
    assert restricted_tables()
    lax = [
        name
        for name, table in restricted_tables().items()
        if not table["config"]["contract"]["enforced"] or table["schema"] != "restricted"
    ]
    assert lax == []


def test_every_mart_states_its_grain_first() -> None:
    silent = [n for n, m in _published().items() if not m["description"].startswith("One row per ")]
    assert silent == []


def test_every_mart_has_a_key_of_its_own_columns() -> None:
    keyless = [
        name
        for name, mart in _published().items()
        if not mart["config"]["meta"].get("key")
        or not set(mart["config"]["meta"]["key"]) <= set(mart["columns"])
    ]
    assert keyless == []


def test_every_model_with_a_key_is_in_the_key_test_of_its_group() -> None:
    nodes = manifest()["nodes"].values()
    tested = {
        (node["group"], model)
        for node in nodes
        if node["resource_type"] == "test" and node["path"].startswith("keys/")
        for model in node["depends_on"]["nodes"]
    }
    keyed = {
        (node["group"], node["unique_id"])
        for node in nodes
        if node["resource_type"] == "model" and node["config"]["meta"].get("key")
    }
    assert keyed == tested


def test_a_key_that_names_two_rows_is_found() -> None:
    assert _repeated_keys("disputes", ["D1", "D2", "D2"]) == [("disputes", 1)]


def test_a_blank_key_of_an_intermediate_is_found() -> None:
    assert _repeated_keys("int_disputes", ["D1", None]) == [("int_disputes", 1)]


def test_keys_that_name_one_row_each_are_not_found() -> None:
    assert _repeated_keys("disputes", ["D1", "D2"]) == []


def _repeated_keys(name: str, dispute_ids: Sequence[str | None]) -> list[tuple[str, int]]:
    """What the key test of disputes finds if one of its models has these rows and no other has."""
    nodes = manifest()["nodes"]
    sql = compiled_sql("duckdb")["keys_of_disputes"]
    with duckdb.connect() as warehouse:
        warehouse.execute(f"attach ':memory:' as {WAREHOUSE.removesuffix('.duckdb')}")
        for model in nodes["test.council_income.keys_of_disputes"]["depends_on"]["nodes"]:
            node = nodes[model]
            columns = ", ".join(f"{column} text" for column in node["config"]["meta"]["key"])
            warehouse.execute(
                f"create schema if not exists {node['database']}.{node['schema']};"
                f"create table {node['relation_name']} ({columns})"
            )
            if node["name"] == name:
                insert = f"insert into {node['relation_name']} values (?)"
                warehouse.executemany(insert, [[dispute_id] for dispute_id in dispute_ids])
        return warehouse.execute(sql).fetchall()


def test_every_mart_belongs_to_a_group_with_an_owner() -> None:
    owned = {group["name"] for group in manifest()["groups"].values() if group["owner"]["email"]}
    assert [name for name, mart in _published().items() if mart["group"] not in owned] == []


def test_every_mart_says_for_which_day_it_speaks_and_what_was_known() -> None:
    dates = ("as_of_date", "known_at")
    assert [
        n for n, m in _published().items() if not all(day in m["columns"] for day in dates)
    ] == []


def test_every_mart_is_read_by_somebody_who_is_named() -> None:
    read = {
        node
        for exposure in manifest()["exposures"].values()
        if exposure["owner"]["email"]
        for node in exposure["depends_on"]["nodes"]
    }
    assert [name for name, mart in marts().items() if mart["unique_id"] not in read] == []


def test_every_column_has_a_type_and_a_meaning() -> None:
    bare = [
        f"{mart}.{name}"
        for mart, name, column in _columns(_published())
        if not column["data_type"] or not column["description"]
    ]
    assert bare == []


def test_money_is_a_decimal_of_two_places_in_pounds() -> None:
    wrong = [
        f"{mart}.{name}"
        for mart, name, column in _columns(_published())
        if column["data_type"].startswith("decimal(18")
        and not (column["data_type"] == "decimal(18,2)" and "pounds" in _says(column))
    ]
    assert wrong == []


@pytest.mark.parametrize(("part", "unit"), UNITS.items(), ids=UNITS.keys())
def test_a_column_that_counts_or_measures_says_in_what(part: str, unit: str) -> None:
    silent = [
        f"{mart}.{name}"
        for mart, name, column in _columns(_published())
        if (name.startswith(part) or name.endswith(part))
        and column["data_type"] not in {"date", "string", "boolean"}
        and unit not in _says(column)
    ]
    assert silent == []


def test_no_mart_holds_names_addresses_free_text_or_hold_types() -> None:
    """Codes and flags about a person may be counted; what identifies one, or describes one, not."""
    kept_out = {"hold_type", "date_of_death"} | {
        column.name
        for contract in load_contracts().values()
        for column in contract.columns
        if column.personal in {"personal", "special"} and column.type is CellType.TEXT
    }
    found = {(mart, name) for mart, name, _ in _columns(marts()) if name in kept_out}
    assert found - OUR_OWN_WORDS == set()


def _says(column: Mapping[str, Any]) -> str:
    return str(column["description"]).lower()

"""Lists of feeds and columns that models carry are those of the contracts."""

import re

from ingestion.contracts.contract import load_contracts
from tests.house.repository import ROOT

MACROS = (ROOT / "dbt_project" / "macros" / "rows_as_sent.sql").read_text("utf-8")


def test_keys_given_twice_are_looked_for_in_every_feed() -> None:
    listed = {
        feed: tuple(re.findall(r"'(\w+)'", columns))
        for feed, columns in re.findall(r"'(\w+)': \[([^\]]*)\]", MACROS)
    }
    assert listed == {
        feed: tuple(column.name for column in contract.columns if column.key)
        for feed, contract in load_contracts().items()
    }


def test_the_money_of_a_file_is_that_of_its_contract() -> None:
    listed = dict(re.findall(r"'(\w+)': '(\w+)'", MACROS))
    amounts = {feed: contract.amount for feed, contract in load_contracts().items()}
    assert listed == {feed: amount for feed, amount in amounts.items() if amount}


def test_every_column_of_free_text_is_looked_through() -> None:
    listed = set(re.findall(r"\('(\w+)', '(\w+)'\)", MACROS))
    columns = {
        (feed, column.name): column.meaning
        for feed, contract in load_contracts().items()
        for column in contract.columns
    }
    assert listed <= set(columns)
    assert {place for place, meaning in columns.items() if "free text" in meaning} <= listed

"""The reference pages of the documentation, written from what the product itself goes by.

`docs/feeds.md` comes from the contracts of `ingestion/`, `docs/marts.md` from dbt's manifest. A
test compares them with what stands in the repository; `python -m tests.house.reference_pages`,
which is `make docs`, writes them again.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ingestion.contracts.contract import Column, Contract, load_contracts
from tests.dbt_workbench import manifest
from tests.house.repository import ROOT

GENERATED = (
    "<!-- Written by `make docs` from what the product itself goes by: change that, not this. -->"
)


def feeds_page() -> str:
    """`docs/feeds.md`: every feed, its key, and each column with its type and meaning."""
    contracts = load_contracts()
    head = f"""{GENERATED}

# The inbound feeds

A feed is a CSV file in the workspace's `inbox/`, named `<feed>[_anything].csv`; the last
`_YYYYMMDD` in the name is the file's day. UTF-8, comma, header row, quoted as RFC 4180. Files may
hold everything or only what changed. `*` marks a column that every row must fill in, **bold** one
that is part of the key. Dates are written `YYYY-MM-DD`; money is pounds with at most two decimals
after a point.

The class says how a column is treated under data protection: *none*, *pseudonym* (a number that
stands for a person), *personal*, *special*. Names, addresses and free text reach no mart that
analysts read.

"""
    index = "".join(f"- [`{name}`](#{name}): {c.meaning}\n" for name, c in contracts.items())
    return head + index + "".join(_feed(contract) for contract in contracts.values())


def _feed(contract: Contract) -> str:
    force = (
        f"In force from its `{contract.effective}`."
        if contract.effective
        else "In force from the day it is known."
    )
    rows = ([_marked(c), _kind(c), c.personal, c.meaning] for c in contract.columns)
    table = _table(("Column", "Type", "Class", "Meaning"), rows)
    return f"\n## {contract.feed}\n\n{contract.meaning} {force}\n\n{table}"


def _marked(column: Column) -> str:
    name = f"**{column.name}**" if column.key else column.name
    return f"{name}*" if column.required else name


def _kind(column: Column) -> str:
    if column.codes:
        return ", ".join(column.codes)
    sign = {"positive": ", above zero", "not_zero": ", not zero", None: ""}[column.sign]
    return f"{column.type.value}{sign}"


def marts() -> dict[str, Mapping[str, Any]]:
    """Every published mart by name, as dbt knows it."""
    return _models_of("marts")


def restricted_tables() -> dict[str, Mapping[str, Any]]:
    """Every table that is published for its owner only, by name, as dbt knows it."""
    return _models_of("restricted")


def _models_of(folder: str) -> dict[str, Mapping[str, Any]]:
    nodes = [
        node
        for node in manifest()["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith(f"{folder}/")
    ]
    return {node["name"]: node for node in sorted(nodes, key=lambda node: str(node["name"]))}


def restated_marts() -> dict[str, Mapping[str, Any]]:
    """What a restatement writes, by name: the analyses that say their key."""
    nodes = [
        node
        for node in manifest()["nodes"].values()
        if node["resource_type"] == "analysis" and node["config"]["meta"].get("key")
    ]
    return {node["name"]: node for node in sorted(nodes, key=lambda node: str(node["name"]))}


def marts_page() -> str:
    """`docs/marts.md`: every mart, its grain and key, and each column with its type and unit."""
    head = f"""{GENERATED}

# The published marts

Each is a Parquet file under `published/current/marts/` and a table of
`published/current/marts.duckdb`. Money is pounds sterling, `decimal(18,2)`. Names, addresses, free
text and hold types stand in none of them. Every mart says for which day it speaks (`as_of_date`)
and what was known by then (`known_at`).

"""
    every = marts()
    index = _table(
        ("Mart", "One row per", "Area"),
        ([f"[`{name}`](#{name})", _grain(mart), mart["group"]] for name, mart in every.items()),
    )
    restricted = """
# What only the owner reads

Hold types and free text stand in Parquet files under `published/current/restricted/`, which nobody
but the owner of the workspace may open. They are in no `marts.duckdb`.
"""
    restated = """
# What a restatement writes

`income replay --compare-known-at` writes these into a folder of its own, as Parquet, in its
`marts.duckdb`, and as CSV. They say for which day they speak and which two days of knowledge they
compare.
"""
    return "".join(
        (
            head,
            index,
            *(_mart(name, mart) for name, mart in every.items()),
            restricted,
            *(_mart(name, table) for name, table in restricted_tables().items()),
            restated,
            *(_mart(name, mart) for name, mart in restated_marts().items()),
        )
    )


def _grain(mart: Mapping[str, Any]) -> str:
    sentence = _flat(mart["description"]).split(". ")[0]
    return sentence.removeprefix("One row per ").rstrip(".")


def _mart(name: str, mart: Mapping[str, Any]) -> str:
    key = ", ".join(f"`{column}`" for column in mart["config"]["meta"]["key"])
    rows = (
        [column["name"], column["data_type"], column["description"]]
        for column in mart["columns"].values()
    )
    table = _table(("Column", "Type", "Meaning"), rows)
    return f"\n## {name}\n\n{_flat(mart['description'])}\n\nKey: {key}.\n\n{table}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return _flat(text).replace("|", "\\|").replace("<", "&lt;")


def _flat(text: str) -> str:
    return " ".join(text.split())


PAGES: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "feeds.md": feeds_page,
    ROOT / "docs" / "marts.md": marts_page,
}


if __name__ == "__main__":
    for page, write in PAGES.items():
        page.write_text(write(), "utf-8")

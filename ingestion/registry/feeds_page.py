"""The reference page of the inbound feeds."""

from collections.abc import Mapping

from ingestion.contracts.contract import Column, Contract
from ingestion.registry.markdown import GENERATED, table

_HEAD = f"""{GENERATED}

# The inbound feeds

A feed is a CSV file in the workspace's `inbox/`, named `<feed>[_anything].csv`. The last
`_YYYYMMDD` in the name is the file's day. Write it in UTF-8 with commas, a header row and quotes as
in RFC 4180. A file may hold every row or only the rows that changed. Write dates as `YYYY-MM-DD`
and money in pounds with at most two decimals after a point.

In the tables, `*` marks a column that every row must fill in, and **bold** one that is part of the
key. The class says how data protection treats a column: *none*, *pseudonym* (a number that stands
for a person), *personal*, *special*. No mart for analysts holds names, addresses or free text.

"""


def feeds_page(contracts: Mapping[str, Contract]) -> str:
    """`docs/feeds.md`: every feed, its key and dates, and each column with its type and meaning."""
    index = "".join(f"- [`{name}`](#{name}): {c.meaning}\n" for name, c in contracts.items())
    return _HEAD + index + "".join(_feed(contract) for contract in contracts.values())


def _feed(contract: Contract) -> str:
    force = (
        f"In force from its `{contract.effective}`."
        if contract.effective
        else "In force from the day it is known."
    )
    rows = ([_marked(c), _kind(c), c.personal, c.meaning] for c in contract.columns)
    columns = table(("Column", "Type", "Class", "Meaning"), rows)
    return f"\n## {contract.feed}\n\n{contract.meaning} {force}{_order(contract)}\n\n{columns}"


def _order(contract: Contract) -> str:
    pairs = [f"`{first}` is not after `{second}`" for first, second in contract.order]
    return f" Dates in order: {', '.join(pairs)}." if pairs else ""


def _marked(column: Column) -> str:
    name = f"**{column.name}**" if column.key else column.name
    return f"{name}*" if column.required else name


def _kind(column: Column) -> str:
    if column.codes:
        return ", ".join(column.codes)
    if column.references:
        targets = " or ".join(f"[`{feed}`](#{feed})" for feed in column.references.targets)
        return f"text, names a row of {targets}"
    if column.free_text:
        return "free text"
    sign = {"positive": ", above zero", "not_zero": ", not zero", None: ""}[column.sign]
    return f"{column.type.value}{sign}"

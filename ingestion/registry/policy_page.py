"""The reference page of the policy tables."""

from collections.abc import Mapping

from ingestion.policy.policy_contract import (
    FIRST_COLUMN,
    LAST_COLUMNS,
    PolicyColumn,
    PolicyTable,
    PolicyType,
)
from ingestion.registry.markdown import GENERATED, table

_HEAD = f"""{GENERATED}

# The policy tables

Every figure that a council may change is a row of a policy table. To change one, put a CSV file
named `<table>[_anything].csv` into the workspace's `policy/` with rows of your own: the same
columns, and the day from which each row applies. `income policy check` says whether the rows fit
together.

Of the rows for one key and first day, your own is used before the shipped one, and of your own the
one that came last. A row is in force until the day it ends, or until a later row of its key begins.
Nothing is edited in place: an event is judged by the row that was in force on its date.

**Bold** marks a column that is part of the key. `*` marks a cell that may not be blank. A file may
leave out a column in *italics*. These columns are the same in every table:

"""
_TYPES: Mapping[PolicyType, str] = {
    PolicyType.TEXT: "text",
    PolicyType.DAY: "date",
    PolicyType.WHOLE: "whole number",
    PolicyType.POUNDS: "pounds",
    PolicyType.PER_CENT: "per cent, 0 to 100",
    PolicyType.FIGURE: "number",
    PolicyType.FLAG: "true or false",
    PolicyType.BY_KEY: "as the figure's",
    PolicyType.LIST: "list",
}


def policy_page(tables: Mapping[str, PolicyTable]) -> str:
    """`docs/policy-tables.md`: every policy table, its key, and each column with its meaning."""
    shared = table(_TITLES, (_row(column, ()) for column in (FIRST_COLUMN, *LAST_COLUMNS)))
    index = "".join(f"- [`{name}`](#{name}): {each.meaning}\n" for name, each in tables.items())
    return f"{_HEAD}{shared}\n{index}" + "".join(_table(each) for each in tables.values())


_TITLES = ("Column", "Type", "Meaning")


def _table(each: PolicyTable) -> str:
    columns = table(_TITLES, (_row(column, each.key) for column in each.own_columns))
    return f"\n## {each.table}\n\n{each.meaning}{_specific(each)}\n\n{columns}{_figures(each)}"


def _specific(each: PolicyTable) -> str:
    if not each.most_specific_first:
        return ""
    blank = " or ".join(f"`{column}`" for column in each.most_specific_first)
    order = (
        f", {', then '.join(f'`{column}`' for column in each.most_specific_first)} first"
        if len(each.most_specific_first) > 1
        else ""
    )
    return f" A blank {blank} means every one; the most specific row is used{order}."


def _figures(each: PolicyTable) -> str:
    if not each.figures:
        return ""
    rows = (
        [f"`{key}`", f"list of {figure.codes_of}" if figure.codes_of else _TYPES[figure.type]]
        for key, figure in each.figures.items()
    )
    return "\n" + table(("Figure", "Type"), rows)


def _row(column: PolicyColumn, key: tuple[str, ...]) -> list[str]:
    name = f"**{column.name}**" if column.name in key else column.name
    name = f"*{name}*" if column.optional else name
    mark = "" if column.blank == "allowed" else "*"
    return [f"{name}{mark}", _kind(column), column.meaning]


def _kind(column: PolicyColumn) -> str:
    if column.type is not PolicyType.CODE:
        return _TYPES[column.type]
    sources = {
        "feeds": "a feed",
        "figures": "a figure, listed below",
        "shipped": "a code that is shipped",
    }
    return ", ".join(column.codes) or sources.get(str(column.codes_of), f"as {column.codes_of}")

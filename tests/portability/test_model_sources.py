"""No model knows its engine: what differs between them is in `macros/portable/` only."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.house.repository import ROOT

PROJECT = ROOT / "dbt_project"
PORTABLE = tuple(sorted((PROJECT / "macros" / "portable").glob("*.sql")))
# Those that an engine chooses a variant of; the others are written alike for both.
DISPATCHED = tuple(path for path in PORTABLE if "adapter.dispatch" in path.read_text("utf-8"))
# Everything that becomes SQL outside them: models, tests, and the macros they call.
SOURCES = tuple(
    path
    for folder in ("models", "analyses", "tests", "macros")
    for path in sorted((PROJECT / folder).rglob("*.sql"))
    if path not in DISPATCHED
)


def _function(name: str) -> str:
    return rf"\b{name}\s*\("


# Written differently by the two engines, or known to one of them only.
ENGINE_ONLY: Mapping[str, str] = {
    "integer division": r"(?<![:/])//(?!/)|\bdiv\b",
    "asof join": r"\basof\b",
    "select all but some": r"\bexclude\b|\bexcept\s*\(\s*\w+\s*[,)]|\*\s*replace\s*\(",
    "left semi or anti join": r"\b(?:left\s+)?(?:semi|anti)\s+join\b",
    "value at the maximum": _function(r"arg_(?:max|min)"),
    "months added": _function("add_months"),
    "string aggregation": _function(r"(?:string_agg|listagg|group_concat)"),
    "rows from lists": _function(r"(?:unnest|explode|posexplode|flatten)"),
    "rows from series": _function(r"(?:generate_series|sequence|range)"),
    "day difference": _function(r"(?:date_?diff|date_sub|datesub|date_add|dateadd|age)"),
    "interval arithmetic": r"\binterval\b",
    "last value ignoring nulls": r"\bignore\s+nulls\b",
    "lists and structs": r"\blist_\w+\s*\(|\bstruct_pack\b|\barray_agg\b|\blist\s*\(",
    "weekdays": r"\b(?:isodow|dow|dayofweek|weekday)\b",
    "functions of one engine": _function(
        r"(?:nvl2?|decode|strftime|strptime|date_format|ifnull|iff?)"
    ),
    "pattern replacement": _function("regexp_replace"),
}
# Said to dbt rather than to the engine, and just as much one engine's.
SAID_TO_DBT: Mapping[str, str] = {
    "the engine's name": r"\btarget\.(?:type|name)\b",
    "the adapter's own functions": r"\bdbt\.\w+\s*\(",
    "the clock": r"\bmodules\.datetime\b|\brun_started_at\b",
}
# The same words with another meaning, or a result that depends on more than the rows.
TREACHEROUS: Mapping[str, str] = {
    "the clock": r"\b(?:get_)?current_(?:date|timestamp|time)\b|\b(?:now|today)\s*\(",
    "chance": _function(r"(?:random|rand|uuid|gen_random_uuid|newid)"),
    "floating point": r"\b(?:float[48]?|double|real)\b",
    "a type that Spark refuses": r"\b(?:varchar|text|numeric|hugeint|int64|timestamptz|bytea)\b",
    "the double-colon cast": r"::",
    "a join that hides its columns": r"\busing\s*\(|\bnatural\b|\bright\s+(?:outer\s+)?join\b",
    "averages of money": _function(r"(?:avg|mean|median)"),
    "a row limit": r"\blimit\b",
    "a comma before from": r",\s*\bfrom\b(?!\s*\()",
    "two names joined by concat": _function("concat"),
}


COMMENTS = (r"\{#.*?#\}", r"/\*.*?\*/", r"--[^\n]*")
TEXTS = (r"'(?:[^'\n]|'')*'",)
JINJA = (r"\{\{.*?\}\}", r"\{%.*?%\}")


def _code(path: Path, removed: Iterable[str]) -> str:
    """A source file in lower case, what is removed blanked out, its line breaks kept."""
    text = path.read_text("utf-8")
    for pattern in removed:
        text = re.sub(pattern, _blank, text, flags=re.DOTALL)
    return text.lower()


def _blank(match: re.Match[str]) -> str:
    # What was text or Jinja is still something, a comment is nothing.
    something = " " if match.group().startswith(("{#", "/*", "--")) else "x"
    return something + re.sub(r"[^\n]", " ", match.group())[1:]


def _found(pattern: str, removed: Iterable[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{code.count(chr(10), 0, match.start()) + 1}: {match.group()!r}"
        for path in SOURCES
        for code in (_code(path, removed),)
        for match in re.finditer(pattern, code)
    ]


def test_there_are_models_to_look_at() -> None:
    assert len(SOURCES) > 30


@pytest.mark.parametrize("pattern", ENGINE_ONLY.values(), ids=ENGINE_ONLY.keys())
def test_no_model_uses_what_only_one_engine_understands(pattern: str) -> None:
    assert _found(pattern, (*COMMENTS, *TEXTS, *JINJA)) == []


@pytest.mark.parametrize("pattern", TREACHEROUS.values(), ids=TREACHEROUS.keys())
def test_no_model_uses_what_could_change_its_result_unseen(pattern: str) -> None:
    assert _found(pattern, (*COMMENTS, *TEXTS, *JINJA)) == []


@pytest.mark.parametrize("pattern", SAID_TO_DBT.values(), ids=SAID_TO_DBT.keys())
def test_no_model_asks_dbt_for_what_only_one_engine_has(pattern: str) -> None:
    assert _found(pattern, COMMENTS) == []


def test_every_window_says_where_its_nulls_go() -> None:
    """Ascending windows put nulls last in DuckDB and first in Spark."""
    silent = []
    for path in SOURCES:
        for match in re.finditer(r"\bover\s*\(", code := _code(path, (*COMMENTS, *TEXTS))):
            window = _bracketed(code, match.end() - 1)
            if "order by" in window and "nulls" not in window and "{{" not in window:
                silent.append(
                    f"{path.relative_to(ROOT)}:{code.count(chr(10), 0, match.start()) + 1}"
                )
    assert silent == []


def _bracketed(code: str, opening: int) -> str:
    depth = 0
    for position in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[position], 0)
        if depth == 0:
            return code[opening : position + 1]
    return code[opening:]


@pytest.mark.parametrize("path", DISPATCHED, ids=lambda path: path.stem)
def test_each_portable_macro_has_both_engines_and_refuses_to_guess(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [v for v in ("default__", "duckdb__", "spark__") if v + path.stem not in text] == []
    default = text.split(f"macro default__{path.stem}")[1].split("endmacro")[0]
    assert "raise_compiler_error" in default


@pytest.mark.parametrize("path", PORTABLE, ids=lambda path: path.stem)
def test_each_portable_macro_says_what_differs(path: Path) -> None:
    assert path.read_text("utf-8").lstrip().startswith("{#")

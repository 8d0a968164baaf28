"""No module imports itself by way of others, imports for types and inside functions included."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house.repository import ROOT, repository_files

PACKAGES = ("flows", "ingestion", "expectations", "reports")


def _modules() -> dict[str, Path]:
    """Every module of the packages by its dotted name; a package's name is its `__init__`."""
    paths = (path for path in repository_files() if path.suffix == ".py")
    return {
        ".".join(part for part in path.with_suffix("").parts if part != "__init__"): ROOT / path
        for path in paths
        if path.parts[0] in PACKAGES
    }


def _imported(source: str) -> Iterator[tuple[str, str | None]]:
    """Each import in a source: the module, and the name taken from it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from ((node.module, alias.name) for alias in node.names)


def _imports_within(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """For each module the modules of `sources` that it imports."""
    imports: dict[str, set[str]] = {}
    for module, source in sources.items():
        named = {
            inner if (inner := f"{outer}.{name}") in sources else outer
            for outer, name in _imported(source)
        }
        imports[module] = named & set(sources) - {module}
    return imports


def _circle(imports: Mapping[str, set[str]]) -> list[str]:
    """One circle of imports, its first module repeated at the end; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_no_module_of_the_product_is_in_an_import_circle() -> None:
    modules = _modules()
    assert set(PACKAGES) <= set(modules)
    sources = {name: path.read_text("utf-8") for name, path in modules.items()}
    assert _circle(_imports_within(sources)) == []


@pytest.mark.parametrize(
    "back",
    [
        "import a.one",
        "from a import one",
        "from a.one import something",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.one import Something",
        "def later():\n    from a.one import something",
    ],
)
def test_a_circle_is_found_however_it_is_imported(back: str) -> None:
    sources = {"a": "", "a.one": "from a.two import thing", "a.two": back}
    assert set(_circle(_imports_within(sources))) == {"a.one", "a.two"}


def test_relative_imports_are_not_used_so_that_the_names_above_are_all() -> None:
    relative = [
        name
        for name, path in _modules().items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]
    assert relative == []

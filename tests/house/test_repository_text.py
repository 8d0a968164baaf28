"""What no file may contain: paths of a machine, addresses of packages, unfinished work."""

import re

from tests.house.repository import ROOT, repository_files

# The brackets keep these patterns from matching themselves.
MACHINE_PATHS = re.compile(
    r"(?<![\w.~)}\]])/(?:[w]ork|[r]oot|[h]ome/\w+|[U]sers/\w+|[t]mp/bash_jobs)/"
)
REGISTRIES = re.compile(
    r"[p]ypi\.org|[p]ythonhosted\.org|[n]pmjs\.org|[c]onda\.anaconda|[d]eb\.debian\.org"
)
UNFINISHED = re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX|[N]otImplementedError)\b")


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}"
        for path in repository_files()
        for number, line in enumerate(_text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def _text(path: object) -> str:
    return (ROOT / str(path)).read_bytes().decode("utf-8", errors="replace")


def test_no_path_of_one_persons_machine() -> None:
    assert _lines_with(MACHINE_PATHS) == []


def test_no_address_of_a_package_registry() -> None:
    assert _lines_with(REGISTRIES) == []


def test_nothing_is_marked_as_left_undone() -> None:
    assert _lines_with(UNFINISHED) == []

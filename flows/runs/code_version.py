"""What a published figure was calculated with: the code and the locked libraries.

Two runs with the same values here and the same rows give the same bytes.
"""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flows.settings import PROJECT_ROOT

_CODE_FOLDERS = ("dbt_project", "expectations", "flows", "ingestion", "reports")
_CODE_SUFFIXES = frozenset({".py", ".sql", ".yml", ".yaml", ".csv", ".html", ".css", ".js", ".svg"})
_NOT_CODE = frozenset({"target", "logs", "__pycache__"})


@cache
def code_version() -> str:
    """The version of the package with a hash of its sources: `0.1.0+3f9a0c11d2e4`.

    A process has one version: what it found when it looked first.
    """
    paths = (path for folder in _CODE_FOLDERS for path in (PROJECT_ROOT / folder).rglob("*"))
    sources = (
        path
        for path in paths
        if path.suffix in _CODE_SUFFIXES
        and not _NOT_CODE & set(path.relative_to(PROJECT_ROOT).parts)
    )
    return f"{_package_version()}+{_hash_of(PROJECT_ROOT, sources)[:12]}"


def lock_sha256() -> str | None:
    """Hash of the file that locks the libraries; None where it was not installed with the code."""
    path = PROJECT_ROOT / "requirements.lock"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _package_version() -> str:
    try:
        return version("council-income")
    except PackageNotFoundError:
        return "0"


def _hash_of(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()

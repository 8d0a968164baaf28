"""The locks: every required package except one, with versions and hashes and no addresses."""

import re
import tomllib
from importlib.metadata import requires
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.repository import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")


def _locked(name: str) -> list[str]:
    """The requirements of a lock file, one string each, with their hashes."""
    return re.sub(r" \\\n\s+", " ", (ROOT / name).read_text("utf-8")).strip().splitlines()


def _pins(name: str) -> set[str]:
    return {line.split(" --hash=")[0].strip() for line in _locked(name)}


def _versions(name: str) -> dict[str, Version]:
    """The version of each package that a lock file installs on this machine."""
    pins = [Requirement(pin) for pin in _pins(name)]
    return {
        canonicalize_name(pin.name): Version(next(iter(pin.specifier)).version)
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _project_requirements(*extras: str) -> list[Requirement]:
    project = _pyproject()["project"]
    optional = project["optional-dependencies"]
    texts = [*project["dependencies"], *(text for extra in extras for text in optional[extra])]
    return [Requirement(text) for text in texts]


def _needed(requirement: Requirement) -> list[Requirement]:
    """What a package needs here, as its installed metadata says, with the requested extras."""
    needs = [Requirement(text) for text in requires(requirement.name) or ()]
    extras = ("", *requirement.extras)
    return [
        need
        for need in needs
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras)
    ]


def _unmet(name: str, *extras: str) -> set[str]:
    """The packages that the project needs, at any depth, and that a lock file does not provide."""
    locked = _versions(name)
    unmet: set[str] = set()
    seen: set[str] = set()
    waiting = _project_requirements(*extras)
    while waiting:
        need = waiting.pop()
        package = canonicalize_name(need.name)
        if package not in locked or locked[package] not in need.specifier:
            unmet.add(package)
        elif f"{package} {sorted(need.extras)}" not in seen:
            seen.add(f"{package} {sorted(need.extras)}")
            waiting.extend(_needed(need))
    return unmet


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_one_exact_version_with_a_hash(name: str) -> None:
    pin = re.compile(
        r"[a-z0-9._-]+(\[[a-z0-9, -]+\])?==[^ ]+( ; [^-]+)?( --hash=sha256:[0-9a-f]{64})+"
    )
    assert [line[:80] for line in _locked(name) if not pin.fullmatch(line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address(name: str) -> None:
    assert not re.search(
        r"://|--(extra-)?index-url|--find-links| @ ", (ROOT / name).read_text("utf-8")
    )


def test_the_development_lock_holds_the_runtime_lock_whole() -> None:
    assert _pins("requirements.lock") <= _pins("requirements-dev.lock")


def test_the_locked_versions_keep_to_the_caps_of_the_project() -> None:
    locked = _versions("requirements.lock")
    wanted = {canonicalize_name(wish.name): wish.specifier for wish in _project_requirements()}
    assert [name for name, caps in wanted.items() if locked[name] not in caps] == []


@pytest.mark.parametrize(("name", "extras"), [("requirements.lock", ()), (LOCKS[1], ("dev",))])
def test_a_lock_lacks_only_the_package_that_the_project_leaves_out(
    name: str, extras: tuple[str, ...]
) -> None:
    left_out = _pyproject()["tool"]["uv"]["exclude-dependencies"]
    assert left_out == ["dbt-core-experimental-parser"]
    assert _unmet(name, *extras) == set(left_out)

"""The locks: versions and hashes for any mirror, and no word of where the packages come from."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.house.repository import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")


def _locked(name: str) -> list[str]:
    """The requirements of a lock file, one string each, with their hashes."""
    return re.sub(r" \\\n\s+", " ", (ROOT / name).read_text("utf-8")).strip().splitlines()


def _pins(name: str) -> set[str]:
    return {line.split(" --hash=")[0].strip() for line in _locked(name)}


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
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    pins = [Requirement(pin) for pin in _pins("requirements.lock")]
    locked = {pin.name: Version(next(iter(pin.specifier)).version) for pin in pins}
    names = {wish.name: wish.specifier for wish in wanted}
    assert [name for name, caps in names.items() if locked[name] not in caps] == []

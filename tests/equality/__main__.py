"""Runs two versions of the product on the same files and compares every mart they publish.

`python -m tests.equality --older FOLDER` compares the checkout FOLDER, which has its own `.venv`,
with this one. It prints one line per run and ends with 1 where a mart differs in anything that
`renames.yml` does not list.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.equality.cases import Case, cases
from tests.equality.compared import compare_runs, read_renames
from tests.house.repository import ROOT

BUILD = ROOT / "build" / "equality"
PUBLISHED = (0, 3)
"""Exit codes of a run that published: 3 means that a gate withheld a mart."""


def publish(checkout: Path, case: Case, home: Path) -> list[Path]:
    """Lets one version run the days of a case.

    Returns:
        The folders that it published, in order.

    Raises:
        RuntimeError: A run did not publish.
    """
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(inputs_of(case), home / "inbox")
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    for as_of, known_at in case.positions:
        words = ["run", "--as-of", str(as_of), "--known-at", str(known_at), "--quiet"]
        done = subprocess.run(
            [str(checkout / ".venv" / "bin" / "income"), *words, "--home", str(home)],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in PUBLISHED:
            raise RuntimeError(f"{checkout}, {case.name}, {as_of}: {done.stderr[-2000:]}")
    return sorted((home / "published" / "runs").iterdir(), key=lambda run: run.stat().st_mtime)


def inputs_of(case: Case) -> Path:
    """The inbox of a case, written once."""
    folder = BUILD / "inputs" / case.name
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        case.fill(unfinished)
        unfinished.rename(folder)
    return folder


def compared(older: Path, chosen: Sequence[Case]) -> Iterator[tuple[str, str, Sequence[str]]]:
    """The name of each run, what was compared of it, and what differs."""
    renames = read_renames()
    for case in chosen:
        before = publish(older, case, BUILD / "older" / case.name)
        after = publish(ROOT, case, BUILD / "newer" / case.name)
        for (as_of, known_at), one, other in zip(case.positions, before, after, strict=True):
            result = compare_runs(one, other, renames)
            extent = f"{result.marts} marts, {result.rows} rows"
            yield f"{case.name} as of {as_of}, known at {known_at}", extent, result.differences


def main() -> int:
    """The command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m tests.equality", description=__doc__)
    parser.add_argument("--older", type=Path, required=True, help="a checkout with its own .venv")
    parser.add_argument("--case", action="append", choices=sorted(cases()), help="only this case")
    given = parser.parse_args()
    listed = cases()
    chosen = [listed[name] for name in given.case or listed]
    differs = False
    for name, extent, differences in compared(given.older.resolve(), chosen):
        print(f"{'DIFFERS' if differences else 'equal'}: {name}: {extent}", flush=True)  # noqa: T201
        for line in differences:
            print(f"  {line}", flush=True)  # noqa: T201
        differs = differs or bool(differences)
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())

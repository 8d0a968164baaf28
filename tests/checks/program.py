"""A program that checks the repository."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def passes(program: str, *words: str) -> None:
    """Runs a program from the folder of this Python, in the root of the repository.

    Args:
        program: its name, such as `ruff`, or `python`.
        words: its command line.
    """
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(f"{' '.join((program, *words))} failed:\n{done.stdout}", pytrace=False)

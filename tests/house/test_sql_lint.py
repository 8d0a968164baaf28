"""The quicker command line of sqlfluff finds in badly laid out queries what sqlfluff finds.

sqlfluff alone parses them in Python here, so that its parser in Rust is held to the same findings.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.house.repository import ROOT

UNTIDY = """
SELECT a.debtor_id,sum( amount) as total from {table} a
     join debtors as b on a.debtor_id=b.debtor_id where {condition}
group by 1 ORDER BY 1
"""
CONDITION = "a.amount>0 and " + " or ".join(f"b.name = 'Debtor {n}'" for n in range(9))
SETTINGS = """
[sqlfluff]
dialect = duckdb
templater = raw
rules = all
max_line_length = 100
use_rust_parser = {in_rust}
"""
OF_LAYOUT = {"LT01", "LT02", "LT05", "LT14"}
"""The rules that share what one of them worked out."""


def _found(program: str, folder: Path, *, in_rust: bool) -> list[tuple[str, object]]:
    (folder / ".sqlfluff").write_text(SETTINGS.format(in_rust=in_rust), "utf-8")
    words = [sys.executable, "-m", program, "lint", "--format", "json", "--processes", "2", "."]
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    return sorted((file["filepath"], file["violations"]) for file in json.loads(done.stdout))


def test_it_finds_what_sqlfluff_finds(tmp_path: Path) -> None:
    for table in ("invoices", "receipts"):
        (tmp_path / f"{table}.sql").write_text(
            UNTIDY.format(table=table, condition=CONDITION), "utf-8"
        )
    found = _found("tests.sql_lint", tmp_path, in_rust=True)
    assert found == _found("sqlfluff", tmp_path, in_rust=False)
    codes = {violation["code"] for _, violations in found for violation in violations}  # type: ignore[attr-defined]
    assert codes >= OF_LAYOUT

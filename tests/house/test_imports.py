"""What the quick commands must not load."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

HEAVY = ("prefect", "dbt", "great_expectations", "pandas", "pyarrow", "altair")
RUN = "2026-06-30_R1"
LOADED_AFTER = """
import json, sys
from flows.cli import main
sys.argv = ["income", *{arguments!r}]
code = 0
try:
    main()
except SystemExit as ended:
    code = ended.code
sys.stdout.flush()
print("\\n" + json.dumps([code or 0, [name for name in {heavy!r} if name in sys.modules]]))
"""


@pytest.fixture
def published_workspace(tmp_path: Path) -> Path:
    """A workspace with one published run of one invoice, made by hand."""
    run = tmp_path / "published" / "runs" / RUN
    run.mkdir(parents=True)
    with duckdb.connect(str(run / "marts.duckdb")) as marts:
        marts.execute("create table invoices as select 'I1' as invoice_id")
    manifest = {
        "run_id": "R1",
        "as_of_date": "2026-06-30",
        "known_at": "2026-06-30",
        "status": "published",
        "started_at": "2026-06-30T05:30:00+00:00",
        "finished_at": "2026-06-30T05:31:00+00:00",
        "inputs": [],
        "gates": [],
        "feeds": [{"feed": "invoices", "latest_file_day": "2026-06-30", "files": 1}],
        "files": [],
        "previous_manifest_sha256": None,
    }
    (run / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (tmp_path / "published" / "current").symlink_to(Path("runs") / RUN)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["status"], 0),
        (["status", "--json"], 0),
        (["query", "select * from invoices"], 0),
        (["explain", "invoice", "I1"], 0),
        (["doctor"], 0),
        (["--help"], 0),
    ],
    ids=lambda given: given if isinstance(given, int) else " ".join(given),
)
def test_a_quick_command_loads_none_of_the_slow_libraries(
    arguments: list[str], code: int, published_workspace: Path
) -> None:
    script = LOADED_AFTER.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "INCOME_HOME": str(published_workspace)},
        cwd=published_workspace,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [code, []], done.stdout

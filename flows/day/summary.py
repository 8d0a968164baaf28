"""The day in words, for Prefect's artifacts and for the terminal. Pure: manifest in, text out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def day_in_markdown(manifest: Mapping[str, Any], folder: Path) -> str:
    """The day's summary: files taken, marts published and withheld, the report."""
    read, accepted, quarantined, set_aside = (
        sum(file[name] for file in manifest["inputs"])
        for name in ("rows_read", "rows_accepted", "rows_quarantined", "rows_set_aside")
    )
    withheld = [mart for gate in manifest["gates"] for mart in gate["withheld"]]
    return "\n".join(
        [
            f"# Income as of {manifest['as_of_date']}, known at {manifest['known_at']}",
            "",
            f"- Run {manifest['run_id']}: {manifest['status']}",
            f"- Files: {len(manifest['inputs'])}; rows read {read} = accepted {accepted} + "
            f"quarantined {quarantined} + set aside {set_aside}",
            f"- Marts published: {len(manifest['marts'])}; "
            f"withheld: {', '.join(withheld) or 'none'}",
            f"- Report: {folder / 'reports' / 'index.html'}",
            "",
        ]
    )


def gate_table(manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """One row per gate, for people."""
    return [
        {
            "gate": gate["name"],
            "status": gate["status"],
            "checks": str(gate["checks"]),
            "failed checks": ", ".join(gate["failed_checks"]),
            "withheld": ", ".join(gate["withheld"]),
        }
        for gate in manifest["gates"]
    ]

"""A small council whose files are written by hand, and what its workspace answers."""

import io
import json
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from flows.cli import answer


def put_feeds(home: Path, feeds: Mapping[str, Sequence[str]], day: str) -> None:
    """Puts the lines of each feed into the inbox as the file of a day, written `YYYYMMDD`."""
    inbox = home / "inbox"
    inbox.mkdir(parents=True)
    for feed, lines in feeds.items():
        (inbox / f"{feed}_{day}.csv").write_text("\n".join((*lines, "")), encoding="utf-8")


def ask(home: Path, sql: str) -> list[dict[str, Any]]:
    """What `income query` answers over the published marts, a row each."""
    with redirect_stdout(io.StringIO()) as printed:
        assert answer(["query", sql, "--home", str(home), "--format", "json"]) == 0
    rows: list[dict[str, Any]] = json.loads(printed.getvalue())
    return rows

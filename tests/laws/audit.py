"""The second opinion at length: `make audit` (options: AUDIT="--councils 5000 --seed 7").

Random councils are judged in packs, each of which shares one ledger. What came of it is written to
`evidence/second_opinion.json`; the exit status is 1 where models and second opinion disagree or a
law is broken, and the first such line is shown with the rows of its council.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.runs.code_version import code_version
from tests.dbt_workbench import ROOT
from tests.laws.awkward_councils import awkward_councils
from tests.laws.comparison import FIXED_COLUMNS, proof_totals
from tests.laws.council_author import JUNE, LEAP_DAY, Clock, Council
from tests.laws.judged_ledger import JudgedLedger, judged_ledger
from tests.laws.laws import LAWS
from tests.laws.strategies import some_councils

EVIDENCE = ROOT / "evidence" / "second_opinion.json"
CLOCKS = (JUNE, LEAP_DAY)
COUNCILS_OF_A_SEED = 1_000_000
Numbered = tuple[int, Council]


@dataclass
class Findings:
    """What the packs judged so far have brought."""

    ledgers: int = 0
    rows_compared: Counter[str] = field(default_factory=Counter)
    disagreements: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LAWS, 0))
    first: str | None = None

    def add(self, ledger: JudgedLedger) -> None:
        """Asks every law of one more pack."""
        self.ledgers += len(ledger.twins)
        for opinion in (ledger.earlier_opinion, ledger.opinion):
            # The proofs of all councils are compared together, month by month.
            proved = len(proof_totals(opinion["movement_proof"]))
            compared = {mart: len(opinion[mart]) for mart in (*FIXED_COLUMNS, "bad_debt_provision")}
            self.rows_compared += Counter(compared | {"movement_proof": proved})
        for law, lines_that_break in LAWS.items():
            lines = lines_that_break(ledger)
            self.disagreements[law] += len(lines)
            if lines and self.first is None:
                self.first = f"{law}: {lines[0]}\n{told(ledger, lines[0])}"


def told(ledger: JudgedLedger, line: str) -> str:
    """The rows of the first council that a line names, file by file."""
    named = next((each for each in re.findall(r"[cr]\d{6,}", line) if each in ledger.councils), "")
    if not named:
        return ""
    rows = [
        f"  {file}: {', '.join(f'{column}={cell}' for column, cell in row.items() if cell)}"
        for file, rows in sorted(ledger.councils[named].files.items())
        for row in rows
    ]
    return "\n".join([f"as of {ledger.clock.as_of}, known at {ledger.clock.known_at}:", *rows])


def packs(how_many: int, seed: int, size: int) -> Iterator[list[Numbered]]:
    """The councils of a seed, a pack at a time, under one clock and the other by turns.

    The first pack of each clock has the awkward councils too.
    """
    first = seed * COUNCILS_OF_A_SEED
    for turn, start in enumerate(range(0, how_many, size)):
        clock: Clock = CLOCKS[turn % len(CLOCKS)]
        councils = some_councils(min(size, how_many - start), clock, first + start)
        pack = list(enumerate(councils, first + start))
        if turn < len(CLOCKS):
            pack += enumerate(awkward_councils(clock), first + COUNCILS_OF_A_SEED - 1000)
        yield pack


def audit(
    asked: argparse.Namespace, judge: Callable[[Sequence[Numbered], Path], JudgedLedger]
) -> Findings:
    """Judges every pack, and says on a line of its own how far it is."""
    findings = Findings()
    for pack in packs(asked.councils, asked.seed, asked.pack):
        with TemporaryDirectory(prefix="council-income-audit-") as folder:
            findings.add(judge(pack, Path(folder)))
        rows, broken = findings.rows_compared.total(), sum(findings.disagreements.values())
        print(f"{findings.ledgers} councils, {rows} rows, {broken} disagreements", flush=True)  # noqa: T201
    return findings


def evidence(findings: Findings, asked: argparse.Namespace, seconds: float) -> dict[str, object]:
    """What is kept of an audit."""
    first = asked.seed * COUNCILS_OF_A_SEED
    return {
        "ledgers": findings.ledgers,
        "rows_compared": dict(sorted(findings.rows_compared.items())),
        "rows": findings.rows_compared.total(),
        "disagreements": sum(findings.disagreements.values()),
        "laws": findings.disagreements,
        "first_disagreement": findings.first,
        "seeds": {"seed": asked.seed, "first": first, "last": first + asked.councils - 1},
        "days": [{"as_of": str(each.as_of), "known_at": str(each.known_at)} for each in CLOCKS],
        "code_version": code_version(),
        "seconds": round(seconds, 1),
    }


def main(
    words: Sequence[str] | None = None,
    judge: Callable[[Sequence[Numbered], Path], JudgedLedger] = judged_ledger,
    kept: Path = EVIDENCE,
) -> int:
    """The command line of this module."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--councils", type=int, default=2000, help="how many random councils")
    parser.add_argument("--seed", type=int, default=1, help="which councils")
    parser.add_argument("--pack", type=int, default=500, help="how many share a ledger")
    asked = parser.parse_args(words)
    if min(asked.councils, asked.pack) < 1 or asked.seed < 0:
        parser.error("--councils and --pack are 1 or more, --seed is 0 or more")
    began = time.monotonic()
    findings = audit(asked, judge)
    content = evidence(findings, asked, time.monotonic() - began)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    if findings.first is not None:
        print(findings.first)  # noqa: T201 - the command line of this module
        return 1
    print(f"No disagreement. Written: {kept}")  # noqa: T201 - the command line of this module
    return 0


if __name__ == "__main__":
    sys.exit(main())

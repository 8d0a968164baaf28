"""The day's letters: one print file for each stage that is written, a page for every letter.

Only debtors for whom nothing stands in the way are written to (`contact_list.is_ready`); the others
stand in the contact list with what an officer must see to. What a letter of claim encloses is of
the Pre-Action Protocol for Debt Claims, paragraph 3.1, and goes to individuals and sole traders.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby, product
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.letters.packs import OWNER_ONLY
from reports.letters.sender import Sender
from reports.site import wording
from reports.site.published import PublishedMarts, open_marts

WAYS = ("letter", "email")
"""How a letter goes; each way has print files of its own."""
WRITTEN_STAGES: Mapping[str, str] = {
    "reminder": "Reminder",
    "final_notice": "Final notice",
    "letter_of_claim": "Letter of claim",
}
"""Stages of the shipped timetable that are letters, with the heading of each."""

_PEOPLE = frozenset({"individual", "sole_trader"})

_ADDRESSEES = """
    select
        debtor_id, action_code, channel, party_type, name, address_line_1, address_line_2, town,
        postcode, email, letter_amount, reply_by, as_of_date
    from contact_list
    where is_ready and action_code = ? and channel = ?
    order by debtor_id
"""

_LINES = """
    select
        debtor_id, invoice_id, service_name, invoice_date, due_date, charged_amount,
        settled_amount, outstanding_amount
    from letter_lines
    where action_code = ?
    order by debtor_id, due_date, invoice_id
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice of the statement of account; amounts in pounds."""

    invoice_id: str
    service: str
    invoice_date: date
    due_date: date
    charged: Decimal
    settled: Decimal
    outstanding: Decimal


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one debtor.

    Attributes:
        debtor_id: The account it is about, printed as the reference.
        name: Whom it is addressed to.
        address: Lines of the address; the email address for a letter that goes by email.
        written_on: The day that it bears; it is to be posted that day or the next.
        amount: Pounds asked for: the sum of the lines.
        reply_by: Last day for an answer before the next stage; None where none follows.
        is_person: Whether the Protocol for Debt Claims protects the debtor.
        lines: The statement of account.
    """

    debtor_id: str
    name: str
    address: tuple[str, ...]
    written_on: date
    amount: Decimal
    reply_by: date | None
    is_person: bool
    lines: tuple[Line, ...]


def write_letters(restricted: Path, sender: Sender, output: Path) -> tuple[Path, ...]:
    """Write `<stage>_by_<way>.html` for each written stage that somebody is to be sent today.

    Args:
        restricted: The run's folder of restricted tables; nothing is written where the gate
            withheld `contact_list`.
        sender: The council.
        output: The folder to write into; made, for its owner only, where it is missing.

    Returns:
        The files written.

    Raises:
        ReportError: If the tables cannot be read.
    """
    written = []
    with open_marts(restricted) as tables:
        if "contact_list" not in tables or "letter_lines" not in tables:
            return ()
        for (stage, heading), way in product(WRITTEN_STAGES.items(), WAYS):
            letters = tuple(letters_of(tables, stage, way))
            if not letters:
                continue
            output.mkdir(mode=OWNER_ONLY, exist_ok=True)
            path = output / f"{stage}_by_{way}.html"
            path.write_text(render(stage, heading, letters, sender), encoding="utf-8")
            written.append(path)
    return tuple(written)


def letters_of(tables: PublishedMarts, stage: str, way: str) -> Iterator[Letter]:
    """The letters of one stage that go one way, by debtor."""
    lines = {
        debtor_id: tuple(_line(row) for row in rows)
        for debtor_id, rows in groupby(
            tables.rows(_LINES, [stage]), key=lambda row: str(row["debtor_id"])
        )
    }
    for row in tables.rows(_ADDRESSEES, [stage, way]):
        yield Letter(
            debtor_id=row["debtor_id"],
            name=row["name"] or "",
            address=_address(row),
            written_on=row["as_of_date"],
            amount=row["letter_amount"],
            reply_by=row["reply_by"],
            is_person=row["party_type"] in _PEOPLE,
            lines=lines[row["debtor_id"]],
        )


def _address(row: Mapping[str, Any]) -> tuple[str, ...]:
    if row["channel"] == "email":
        return (row["email"],)
    parts = (row["address_line_1"], row["address_line_2"], row["town"], row["postcode"])
    return tuple(part for part in parts if part)


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        invoice_id=row["invoice_id"],
        service=row["service_name"] or "",
        invoice_date=row["invoice_date"],
        due_date=row["due_date"],
        charged=row["charged_amount"],
        settled=row["settled_amount"],
        outstanding=row["outstanding_amount"],
    )


def render(stage: str, heading: str, letters: tuple[Letter, ...], sender: Sender) -> str:
    """The print file of one stage; the same letters always give the same bytes."""
    template = _templates().get_template(f"{stage}.html.j2")
    return template.render(heading=heading, letters=letters, sender=sender)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports.letters"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"pounds": wording.money, "day": wording.day}
    return environment

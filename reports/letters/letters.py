"""The day's letters: one print file for each recovery stage and channel, one page for each letter.

Only debtors who are ready (`contact_list.is_ready`) get a letter. The contact list says what an
officer must do first for the others. A letter of claim to an individual or sole trader names the
enclosures of the Pre-Action Protocol for Debt Claims, paragraph 3.1.
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

CHANNELS = ("letter", "email")
"""How a letter is sent; each channel has its own print files."""
WRITTEN_STAGES: Mapping[str, str] = {
    "reminder": "Reminder",
    "final_notice": "Final notice",
    "letter_of_claim": "Letter of claim",
}
"""Stages of the shipped timetable that have a letter, with its heading."""

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
        name: The addressee.
        address: Lines of the postal address, or the email address of a letter sent by email.
        written_on: The date of the letter; send it on that day or the next.
        amount: Pounds to pay: the sum of the lines.
        reply_by: Last day to reply before the next stage; None if there is no next stage.
        is_person: Whether the debtor is an individual or sole trader, whom the Protocol covers.
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
    """Write `<stage>_by_<channel>.html` for each stage and channel that has letters today.

    Args:
        restricted: The run's folder of restricted tables; nothing is written if the gate withheld
            `contact_list`.
        sender: The council that signs the letters.
        output: The folder to write into; made, for its owner only, if it is missing.

    Returns:
        The files written.

    Raises:
        ReportError: If the tables cannot be read.
    """
    written = []
    with open_marts(restricted) as tables:
        if "contact_list" not in tables or "letter_lines" not in tables:
            return ()
        for (stage, heading), channel in product(WRITTEN_STAGES.items(), CHANNELS):
            letters = tuple(letters_of(tables, stage, channel))
            if not letters:
                continue
            output.mkdir(mode=OWNER_ONLY, exist_ok=True)
            path = output / f"{stage}_by_{channel}.html"
            path.write_text(render(stage, heading, letters, sender), encoding="utf-8")
            written.append(path)
    return tuple(written)


def letters_of(tables: PublishedMarts, stage: str, channel: str) -> Iterator[Letter]:
    """The letters of one stage and channel, by debtor."""
    lines = {
        debtor_id: tuple(_line(row) for row in rows)
        for debtor_id, rows in groupby(
            tables.rows(_LINES, [stage]), key=lambda row: str(row["debtor_id"])
        )
    }
    for row in tables.rows(_ADDRESSEES, [stage, channel]):
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

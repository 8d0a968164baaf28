"""Case histories: a debtor's story in plain tables, read into files and what recovery must say.

The words of the tables are in `tests/scenarios/README.md`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.laws import case_rows
from tests.laws.case_rows import Row

FOLDER = Path(__file__).resolve().parents[1] / "scenarios"
HAPPENED = ("Date", "What", "About", "Amount", "More")
SAID = ("On", "Invoice", "Last stage", "Next stage", "Due from", "Blocked by", "Action")
STAGES = (
    "reminder",
    "final_notice",
    "contact_attempt",
    "letter_of_claim",
    "agency_referral",
    "legal_referral",
    "write_off_review",
)
CONTACTS = ("letter_returned", "trace", "missed_instalment_notice", "phone_call", "note")
HOLDS = (
    "breathing_space",
    "mental_health_crisis",
    "insolvency",
    "deceased",
    "vulnerability",
    "query",
    "internal",
)
OUTCOMES = ("returned", "failed", "withdrawn")
SETTLED = "settled"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class StoryError(Exception):
    """A story says something that nobody understands; the message names file and line."""


@dataclass(frozen=True)
class Happening:
    """One row of what happened.

    Attributes:
        on: the day on which the council learns of it.
        about: invoices.
        more: the particulars, by their first word.
    """

    on: str
    what: str
    about: tuple[str, ...]
    amount: str
    more: Mapping[str, str]

    @property
    def account(self) -> str:
        """The debtor account: the first one unless another is named."""
        return f"D{self.more.get('account', '1')}"

    def needs(self, word: str) -> str:
        """A particular that must be there."""
        if word not in self.more:
            raise StoryError(f"'{self.what}' needs '{word} ...' under More")
        return self.more[word]


@dataclass(frozen=True)
class Said:
    """One row of what recovery must say; every cell as the story writes it, words as codes."""

    line: int
    on: date
    invoice_id: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class CaseHistory:
    """A story: the files that bring it about, by name, and what recovery must say."""

    name: str
    title: str
    files: Mapping[str, Sequence[Row]]
    said: Sequence[Said]

    @property
    def prefix(self) -> str:
        """What the ids of this story start with in a shared ledger."""
        return f"{self.name}."


@dataclass
class _Books:
    """Rows as they are so far, and the files in which they came."""

    files: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    stand: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def number(self, feed: str) -> str:
        """The next id of a feed."""
        return f"{feed[:2].upper()}{len(self.stand[feed]) + 1}"

    def enter(self, on: str, feed: str, row: Row) -> None:
        """A row that comes in on a day."""
        self.stand[feed].append(row)
        self.files[f"{feed}_{on.replace('-', '')}.csv"].append(row)

    def amend(self, happening: Happening, feed: str, **cells: str) -> None:
        """Another version of the last row of a feed that is about the same invoice."""
        about = happening.about[0] if happening.about else ""
        for row in reversed(self.stand[feed]):
            if row.get("invoice_id", "") == about:
                row_again = row | cells
                self.stand[feed][self.stand[feed].index(row)] = row_again
                self.files[f"{feed}_{happening.on.replace('-', '')}.csv"].append(row_again)
                return
        raise StoryError(f"'{happening.what}': nothing of the kind happened before")


def _invoice(books: _Books, told: Happening) -> None:
    (invoice_id,) = told.about
    if told.account not in {row["debtor_id"] for row in books.stand["debtors"]}:
        books.enter(told.on, "debtors", case_rows.debtor(told.account, party_id="PERSON"))
    service = "HBO" if "benefit" in told.more else "SUN"
    row = case_rows.invoice(
        invoice_id,
        f"{told.amount}",
        told.needs("due"),
        debtor_id=told.account,
        service_code=service,
        invoice_date=told.on,
    )
    books.enter(told.on, "invoices", row)


def _owner(books: _Books, told: Happening) -> str:
    """The account of the invoice named, else the account named."""
    owners = [
        row["debtor_id"] for row in books.stand["invoices"] if row["invoice_id"] in told.about
    ]
    if told.about and not owners:
        raise StoryError(f"there is no invoice {', '.join(told.about)} yet")
    return owners[0] if owners else told.account


def _payment(books: _Books, told: Happening) -> None:
    row = case_rows.receipt(
        books.number("receipts"),
        told.amount,
        told.on,
        debtor_id=_owner(books, told),
        invoice_id=told.about[0] if told.about else "",
    )
    books.enter(told.on, "receipts", row)


def _credit_note(books: _Books, told: Happening) -> None:
    row = case_rows.credit_note(
        books.number("credit_notes"),
        told.amount,
        told.on,
        debtor_id=_owner(books, told),
        invoice_id=told.about[0],
    )
    books.enter(told.on, "credit_notes", row)


def _action(books: _Books, told: Happening) -> None:
    action_id = books.number("case_actions")
    row = case_rows.case_action(
        action_id,
        told.what,
        told.on,
        debtor_id=_owner(books, told),
        outcome_code=next((word for word in OUTCOMES if word in told.more), ""),
    )
    books.enter(told.on, "case_actions", row)
    for listed in case_rows.dealt_with(action_id, *told.about):
        books.enter(told.on, "case_action_invoices", listed)


def _hold(books: _Books, told: Happening) -> None:
    row = case_rows.hold(
        books.number("holds"),
        told.what,
        told.on,
        debtor_id=_owner(books, told),
        invoice_id=told.about[0] if told.about else "",
        ends_on=told.more.get("until", ""),
        order_date=told.more.get("ordered", ""),
    )
    books.enter(told.on, "holds", row)


def _death(books: _Books, told: Happening) -> None:
    row = case_rows.debtor(told.account, party_id="PERSON", date_of_death=told.needs("died"))
    books.enter(told.on, "debtors", row)


def _dispute(books: _Books, told: Happening) -> None:
    row = case_rows.dispute(
        books.number("disputes"),
        told.on,
        debtor_id=_owner(books, told),
        invoice_id=told.about[0],
        outcome="",
    )
    books.enter(told.on, "disputes", row)


def _resolved(outcome: str) -> Callable[[_Books, Happening], None]:
    def resolve(books: _Books, told: Happening) -> None:
        books.amend(told, "disputes", resolved_on=told.on, outcome=outcome)

    return resolve


def _arrangement(books: _Books, told: Happening) -> None:
    arrangement_id = books.number("arrangements")
    terms = next(
        (
            found
            for key, rest in told.more.items()
            if (found := re.fullmatch(r"(\S+) (\w+) from (\S+)", f"{key} {rest}"))
        ),
        None,
    )
    if terms is None:
        raise StoryError("an arrangement says '<pounds> monthly from <day>' under More")
    each, frequency, first = terms.groups()
    row = case_rows.arrangement(
        arrangement_id,
        told.amount,
        each,
        first,
        agreed_on=told.on,
        frequency=frequency,
        debtor_id=_owner(books, told),
    )
    books.enter(told.on, "arrangements", row)
    for listed in case_rows.owned(arrangement_id, *told.about):
        books.enter(told.on, "arrangement_invoices", listed)


def _arrangement_cancelled(books: _Books, told: Happening) -> None:
    books.amend(told, "arrangements", cancelled_on=told.on)


def _placed(books: _Books, told: Happening) -> None:
    row = case_rows.placement(
        books.number("agency_placements"), told.about[0], placed_on=told.on, recalled_on=""
    )
    books.enter(told.on, "agency_placements", row | {"recall_acknowledged_on": "", "closed_on": ""})


def _amended(feed: str, column: str) -> Callable[[_Books, Happening], None]:
    def amend(books: _Books, told: Happening) -> None:
        books.amend(told, feed, **{column: told.on})

    return amend


def _in_court(books: _Books, told: Happening) -> None:
    row = case_rows.legal_case(books.number("legal_cases"), told.about[0], referred_on=told.on)
    books.enter(told.on, "legal_cases", row | {"closed_on": ""})


HAPPENINGS: Mapping[str, Callable[[_Books, Happening], None]] = {
    "invoice": _invoice,
    "payment": _payment,
    "credit_note": _credit_note,
    **dict.fromkeys((*STAGES, *CONTACTS), _action),
    **dict.fromkeys(HOLDS, _hold),
    "death_notified": _death,
    "dispute": _dispute,
    "dispute_upheld": _resolved("upheld"),
    "dispute_not_upheld": _resolved("not_upheld"),
    "arrangement": _arrangement,
    "arrangement_cancelled": _arrangement_cancelled,
    "placed_with_agency": _placed,
    "recalled_from_agency": _amended("agency_placements", "recalled_on"),
    "recall_acknowledged": _amended("agency_placements", "recall_acknowledged_on"),
    "closed_by_agency": _amended("agency_placements", "closed_on"),
    "referred_to_court": _in_court,
    "court_case_closed": _amended("legal_cases", "closed_on"),
}


def case_histories(folder: Path = FOLDER) -> list[CaseHistory]:
    """Every story of a folder but the README.

    Raises:
        StoryError: A line cannot be understood; the message names file and line.
    """
    return [
        read_story(path.stem, path.read_text("utf-8"))
        for path in sorted(folder.glob("*.md"))
        if path.stem != "README"
    ]


def read_story(name: str, text: str) -> CaseHistory:
    """One story.

    Raises:
        StoryError: A line cannot be understood; the message names file and line.
    """
    lines = text.splitlines()
    books, said = _Books(), []
    first = min((row["Date"] for _, row in _table(name, lines, HAPPENED)), default="")
    for each in case_rows.SERVICES:
        books.enter(first, "services", each)
    for number, row in _table(name, lines, HAPPENED):
        with_line = f"{name}.md line {number}"
        try:
            told = _happening(row)
            HAPPENINGS[told.what](books, told)
        except KeyError as unknown:
            raise StoryError(f"{with_line}: nobody knows {unknown}; see README.md") from unknown
        except (StoryError, ValueError) as wrong:
            raise StoryError(f"{with_line}: {wrong}") from wrong
    for number, row in _table(name, lines, SAID):
        said.append(Said(number, _day(row["On"], f"{name}.md line {number}"), row["Invoice"],
                         {column: row[column] for column in SAID[2:]}))  # fmt: skip
    if not said:
        raise StoryError(f"{name}.md says nothing of what recovery must say")
    return CaseHistory(name, lines[0].removeprefix("# "), dict(books.files), said)


def _happening(row: Mapping[str, str]) -> Happening:
    phrases = [phrase.strip() for phrase in row["More"].split(",") if phrase.strip()]
    more = {word: rest for word, _, rest in (phrase.partition(" ") for phrase in phrases)}
    _day(row["Date"], "Date")
    for word in ("due", "until", "died", "ordered"):
        if word in more:
            _day(more[word], word)
    about = tuple(each.strip() for each in row["About"].split(",") if each.strip())
    return Happening(row["Date"], _code(row["What"]), about, row["Amount"], more)


def _day(text: str, where: str) -> date:
    if not DAY.fullmatch(text):
        raise StoryError(f"{where}: '{text}' is no day such as 2026-03-31")
    return date.fromisoformat(text)


def _code(words: str) -> str:
    """A word of the story as the product writes it: blanks and hyphens become underscores."""
    return words.replace(" ", "_").replace("-", "_")


def _table(
    name: str, lines: Sequence[str], columns: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of the table with these columns, each with its line in the file."""
    header = _cells("| " + " | ".join(columns) + " |")
    begun = False
    for number, line in enumerate(lines, start=1):
        cells = _cells(line)
        if cells == header:
            begun = True
        elif begun and not line.startswith("|"):
            return
        elif begun and set("".join(cells)) != {"-"}:
            if len(cells) != len(columns):
                raise StoryError(f"{name}.md line {number}: {len(cells)} cells, not {len(columns)}")
            yield number, dict(zip(columns, cells, strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if "|" in line else []


Marts = Mapping[str, Sequence[Mapping[str, object]]]


def not_so(story: CaseHistory, said: Said, marts: Marts) -> list[str]:
    """What the marts of a day say otherwise than a line of the story; ids without prefix."""
    staged = next(
        (row for row in marts["recovery_stages"] if row["invoice_id"] == said.invoice_id), None
    )
    action = next(
        (
            str(row["action_code"])
            for row in marts["recovery_worklist"]
            if said.invoice_id in str(row["invoice_ids"]).split(",")
        ),
        "",
    )
    found = dict.fromkeys(SAID[2:], "") | {"Action": action}
    if staged is None:
        found["Last stage"] = SETTLED
    else:
        found |= {
            "Last stage": str(staged["last_stage"] or ""),
            "Next stage": str(staged["next_stage"] or ""),
            "Due from": str(staged["next_stage_on"] or "")[:10],
            "Blocked by": str(staged["blocked_by"] or ""),
        }
    wanted = {
        column: cell if column == "Due from" else _code(cell) for column, cell in said.cells.items()
    }
    wanted["Blocked by"] = ",".join(
        sorted(_code(each.strip()) for each in said.cells["Blocked by"].split(",") if each)
    )
    return [
        f"{story.name}.md line {said.line}, {said.on} {said.invoice_id}, {column}: "
        f"the story says '{wanted[column]}', found '{found[column]}'"
        for column in SAID[2:]
        if wanted[column] != found[column]
    ]

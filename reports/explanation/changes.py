"""Changes since the previous published day, with the source file and line of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.explanation.allocations import Allocation, why
from reports.explanation.explanation import Account, Earlier, Figure, Part
from reports.explanation.movements import Movement
from reports.explanation.run_marts import RunMarts
from reports.explanation.sentence import Cell, Sentence, joined, say
from reports.explanation.table import Column, Table

_FEW = 3
TITLE = "Changes since the previous published day"


def changes(marts: RunMarts, now: Account, earlier: Earlier | None, before: Account | None) -> Part:
    """Compare an account with the account of the previous published day.

    Args:
        marts: The run that is explained.
        now: The account in that run.
        earlier: The run of the newest earlier day, if there is one.
        before: The account in the earlier run; None if that run has no such id.
    """
    if earlier is None:
        return _only("There is no earlier published day to compare with.")
    facts: dict[str, Cell | Sentence] = {
        "day": earlier.position.as_of,
        "known": earlier.position.known_at,
    }
    if earlier.marts is None:
        return _only(
            "The previous published day is {day}. Only the manifest of that run is kept, so there "
            "is nothing to compare with.",
            **facts,
        )
    if before is None:
        new = joined([_with_source(each) for each in now.movements[:1]])
        return _only(
            "New since {day}" + (": {new}." if now.movements else "."),
            new=new,
            **facts,
        )
    changed = [
        *_of_movements(marts, before.movements, now.movements),
        *_of_allocations(before.allocations, now.allocations),
        *_of_figures(before, now),
    ]
    if not changed and before.balance == now.balance:
        return _only("Nothing has changed since {day} (as known on {known}).", **facts)
    missing = [each for each in earlier.marts.absences if each not in marts.absences]
    return Part(
        "changes",
        TITLE,
        (
            say("Compared with {day} (as known on {known}):", **facts),
            *(say("On {day}: {absence}", absence=each, **facts) for each in missing),
            *_closing(changed, before, now),
        ),
        Table(COLUMNS, tuple(each.cells for each in changed)) if changed else None,
    )


def _only(words: str, **values: Cell | Sentence) -> Part:
    return Part("changes", TITLE, (say(words, **values),))


COLUMNS = (
    Column("change", "Change"),
    Column("what", "Item"),
    Column("before", "Before"),
    Column("now", "Now"),
    Column("source_file", "Source file"),
    Column("source_line", "Line"),
    Column("explanation", "Explanation"),
)


@dataclass(frozen=True)
class Change:
    """One difference; `before` and `now` are written for people, with money in pounds."""

    change: str
    what: Sentence
    before: Cell
    now: Cell
    source_file: str | None = None
    source_line: int | None = None
    how: Sentence | None = None

    @property
    def cells(self) -> tuple[Cell | Sentence, ...]:
        """The row of the table."""
        return (
            self.change,
            self.what,
            self.before,
            self.now,
            self.source_file,
            self.source_line,
            self.how,
        )


def _with_source(movement: Movement) -> Sentence:
    return say(
        "{name} of {amount} from {source}",
        name=movement.name,
        amount=movement.amount,
        source=movement.source,
    )


def _of_movements(
    marts: RunMarts, before: Sequence[Movement], now: Sequence[Movement]
) -> Iterator[Change]:
    old = {each.key: each for each in before}
    new = {each.key: each for each in now}
    for each in now:
        known = old.get(each.key)
        if known is None:
            yield Change(
                "new",
                each.name,
                None,
                each.amount,
                each.source_file,
                each.source_line,
                say("dated {on}, known on {known}", on=each.effective_on, known=each.known_on),
            )
        elif (known.source_file, known.source_line) != (each.source_file, each.source_line):
            yield Change(
                "corrected",
                each.name,
                known.amount,
                each.amount,
                each.source_file,
                each.source_line,
                say("replaces {source}", source=known.source),
            )
        elif known.amount != each.amount or known.counted != each.counted:
            yield Change("moved", each.name, known.counted, each.counted, how=_counts(known, each))
    gone = [each for each in before if each.key not in new]
    yield from _gone(marts, gone)


def _counts(known: Movement, each: Movement) -> Sentence:
    if known.amount != each.amount:
        return say("the amount that counts has changed")
    return say("its own row did not change; a different part of it counts here now")


def _gone(marts: RunMarts, gone: Sequence[Movement]) -> Iterator[Change]:
    """Movements that no longer count here, and where they are now."""
    rows = marts.anywhere("ledger_movements", movement_id={each.id for each in gone})
    present = {(row["movement_type"], row["movement_id"]): row for row in rows}
    for each in gone:
        row = present.get(each.key)
        if row is None:
            how = say("withdrawn, or now dated later; it came from {source}", source=each.source)
            yield Change("gone", each.name, each.amount, None, how=how)
        else:
            whose = row.get("debtor_id")
            how = say(
                "now belongs to debtor {debtor}" if whose else "now in suspense",
                debtor=whose,
            )
            yield Change(
                "gone",
                each.name,
                each.amount,
                None,
                row.get("source_file"),
                row.get("source_line"),
                how if whose != each.debtor_id else say("no longer counts here"),
            )


def _of_allocations(before: Sequence[Allocation], now: Sequence[Allocation]) -> Iterator[Change]:
    old = {each.key: each for each in before}
    new = {each.key: each for each in now}
    for key in dict.fromkeys([*(each.key for each in now), *old]):
        was, is_ = old.get(key), new.get(key)
        either = is_ or was
        if either is None or (was and is_ and was.amount == is_.amount):
            continue
        change = "new" if was is None else "gone" if is_ is None else "moved"
        yield Change(
            change,
            either.short,
            was.amount if was else None,
            is_.amount if is_ else None,
            how=say("{why}", why=why(either.rule)),
        )


def _of_figures(before: Account, now: Account) -> Iterator[Change]:
    old = {each.key: each.value for each in before.figures}
    changed: dict[tuple[Cell, ...], list[Figure]] = {}
    for each in now.figures:
        if each.key in old and old[each.key] != each.value:
            alike = (each.together or each.key, old[each.key], each.value)
            changed.setdefault(alike, []).append(each)
    for (_, was, is_), figures in changed.items():
        label, how = figures[0].label, None
        if len(figures) > 1:
            label = say(figures[0].together, count=len(figures))
            how = _some(figures)
        yield Change("changed", label, _shown(was), _shown(is_), how=how)


def _some(figures: Sequence[Figure]) -> Sentence:
    few = joined([each.name for each in figures[:_FEW]], ", ")
    more = len(figures) - _FEW
    return say("{few}" + (" and {more} more" if more > 0 else ""), few=few, more=more)


def _shown(value: Cell) -> Cell:
    return "none" if value in (None, "") else value


def _closing(changed: Sequence[Change], before: Account, now: Account) -> Iterator[Sentence]:
    """The balance now and then, and a note where no source row explains the changes."""
    if before.balance != now.balance:
        yield say("The balance is {now}. It was {before}.", now=now.balance, before=before.balance)
    else:
        yield say("The balance is the same: {now}.", now=now.balance)
    if all(each.source_file is None and each.change == "changed" for each in changed):
        yield say(
            "No movement caused this. The passing of time, a hold, a dispute or a policy did."
        )

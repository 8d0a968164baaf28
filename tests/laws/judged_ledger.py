"""A shared ledger of many councils as the models answer for it, on several days and twice over.

The councils come in by three runs. The models are asked after the first run, after the second, and
for both days again after the third, all in one warehouse; then for the second day in another
warehouse, which the same rows reached in another order and in which threads are counted otherwise.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random

from tests.laws.canonical_files import Delivery, delivered_rows, feed_of
from tests.laws.case_definition import merged_files
from tests.laws.comparison import council_of
from tests.laws.council_author import Cells, Clock, Council
from tests.laws.model_marts import Rows, judge, take_in_all
from tests.laws.reversed_twins import reversed_twin
from tests.laws.second_opinion import Marts, Row, second_opinion
from tests.laws.second_opinion.provision import provision_of_all
from tests.laws.second_opinion.rows import FEEDS

Answer = Mapping[str, Rows]


@dataclass(frozen=True)
class JudgedLedger:
    """What the models and the second opinion say of a shared ledger.

    Attributes:
        clock: the day looked at last, and what is known by then.
        councils: the councils by the prefix of their ids, without its dot.
        twins: the prefix of each council with a reversed receipt more, by that of its council.
        earlier: the marts of an earlier day, as its own run computed them.
        today: the marts of the clock's day, as its own run computed them.
        earlier_replayed: those of the earlier day, when all was known.
        today_replayed: those of the clock's day, when all was known.
        reordered: those of the clock's day from the same rows in another order.
        earlier_opinion: the second opinion on the earlier day.
        opinion: the second opinion on the clock's day.
    """

    clock: Clock
    councils: Mapping[str, Council]
    twins: Mapping[str, str]
    earlier: Answer
    today: Answer
    earlier_replayed: Answer
    today_replayed: Answer
    reordered: Answer
    earlier_opinion: Marts
    opinion: Marts


def judged_ledger(councils: Sequence[tuple[int, Council]], folder: Path) -> JudgedLedger:
    """Lets the models and the second opinion judge councils of one clock, each with its number.

    Args:
        councils: the councils and their numbers, all of one clock.
        folder: an empty folder to work in.
    """
    clock = councils[0][1].clock
    named = {_name(number): council for number, council in councils}
    twins = {_name(number): _name(number, "r") for number, _ in councils}
    twin_councils = {
        twins[_name(number)]: reversed_twin(council, Random(number))  # noqa: S311 - any will do
        for number, council in councils
    }
    everyone = named | twin_councils
    deliveries = shared_deliveries(everyone)
    first_day = deliveries[0].known_at
    first, second = (first_day, first_day), (clock.as_of, clock.known_at)
    warehouse = folder / "in_order" / "income.duckdb"
    earlier, today = (
        _judge_after(warehouse, [delivery], [position])[0]
        for delivery, position in zip(deliveries, (first, second), strict=False)
    )
    earlier_replayed, today_replayed = _judge_after(warehouse, deliveries[2:], [first, second])
    (reordered,) = _judge_after(
        folder / "reordered" / "income.duckdb",
        in_another_order(deliveries, Random(councils[0][0])),  # noqa: S311 - any order will do
        [second],
        threads=3,
    )
    return JudgedLedger(
        clock,
        everyone,
        twins,
        earlier,
        today,
        earlier_replayed,
        today_replayed,
        reordered,
        second_opinions(deliveries[:1], *first),
        second_opinions(deliveries, *second),
    )


def shared_deliveries(councils: Mapping[str, Council]) -> list[Delivery]:
    """What all these councils send, each under its own name, as if they were one."""
    files = merged_files((f"{name}.", council.files) for name, council in councils.items())
    return next(iter(councils.values())).clock.deliveries(files)


def _judge_after(
    warehouse: Path,
    deliveries: Iterable[Delivery],
    positions: Iterable[tuple[date, date]],
    threads: int | None = None,
) -> list[dict[str, Rows]]:
    warehouse.parent.mkdir(exist_ok=True)
    take_in_all(warehouse, deliveries)
    return judge(warehouse, positions, threads=threads)


def _name(number: int, letter: str = "c") -> str:
    """What the ids of a council start with, before a dot; it keeps the councils apart."""
    return f"{letter}{number:06}"


def second_opinions(deliveries: Iterable[Delivery], as_of: date, known_at: date) -> Marts:
    """The second opinion on each council of a shared ledger, one after the other."""
    by_council: dict[str, list[Row]] = defaultdict(list)
    for row in delivered_rows(deliveries):
        by_council[council_of(dict(row.cells))].append(row)
    together: Marts = defaultdict(list)
    for rows in by_council.values():
        for mart, found in second_opinion(rows, as_of=as_of, known_at=known_at).items():
            together[mart] += found
    together["bad_debt_provision"] = provision_of_all(together["bad_debt_provision"])
    return together


def in_another_order(deliveries: Iterable[Delivery], chance: Random) -> list[Delivery]:
    """The same rows known on the same days: files by other runs, rows on other lines.

    Versions of a row within one file keep their order, which is what distinguishes them.
    """
    apart = []
    for delivery in deliveries:
        names = sorted(delivery.files)
        chance.shuffle(names)
        for start in range(3):
            files = {
                name: _shuffled(name, delivery.files[name], chance) for name in names[start::3]
            }
            apart.append(replace(delivery, files=files))
    chance.shuffle(apart)
    return apart


def _shuffled(name: str, rows: Iterable[Mapping[str, str]], chance: Random) -> list[Cells]:
    key = FEEDS[feed_of(name)].key
    versions: dict[tuple[object, ...], list[Cells]] = defaultdict(list)
    for row in rows:
        versions[tuple(_same(row[column], column) for column in key)].append(dict(row))
    order = [own_key for own_key, own in versions.items() for _ in own]
    chance.shuffle(order)
    return [versions[own_key].pop(0) for own_key in order]


def _same(cell: str, column: str) -> object:
    """A key as the feeds compare it: numbers by their value."""
    return int(cell) if column.endswith("_no") and cell else cell

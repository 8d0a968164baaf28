"""The state of the feeds that the gates need: absent, required but empty, stale, or fit for use."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from expectations.current_rows import Position
from expectations.policy import load_policy


@dataclass(frozen=True)
class Supply:
    """The state of the feeds that the gates' rules need.

    Attributes:
        absent: Feeds of which no row is known.
        unfit: Feeds that make the rules that need them fail, each with the reason in words.
        required_controls: Codes of the checks that fail if their data is absent.
    """

    absent: frozenset[str]
    unfit: Mapping[str, str]
    required_controls: frozenset[str]

    def reasons_against(self, feeds: Iterable[str]) -> list[str]:
        """Why a rule that needs these feeds fails; empty where they are fit or merely absent."""
        return [self.unfit[feed] for feed in sorted(feeds) if feed in self.unfit]

    def lacks(self, feeds: Collection[str], any_of: Collection[str] = ()) -> bool:
        """Whether a required feed is absent, or all the feeds of which one would be enough."""
        has_no_choice = bool(any_of) and self.absent.issuperset(any_of)
        return has_no_choice or not self.absent.isdisjoint(feeds)


def supply_of(con: duckdb.DuckDBPyConnection, position: Position, feeds: Iterable[str]) -> Supply:
    """Assess the feeds: what is known, what policy requires, how old the newest file is."""
    named = sorted(set(feeds))
    absent = frozenset(feed for feed in named if not _is_known(con, feed, position))
    required = _keys_in_force(con, "required_feeds", position)
    freshness = load_policy(con, "feed_freshness", position.known_at)
    unfit = {
        feed: f"policy requires {feed}, and no row of it is known" for feed in absent & required
    }
    for row in freshness.in_force(position.as_of):
        oldest = position.known_at - timedelta(days=int(row["value"]))
        if row["key"] in named and not _has_file_since(
            con, row["key"], position, oldest.isoformat()
        ):
            unfit[row["key"]] = f"{row['key']} is stale: no file of it since {oldest}"
    return Supply(absent, unfit, _keys_in_force(con, "required_controls", position))


def _is_known(con: duckdb.DuckDBPyConnection, feed: str, position: Position) -> bool:
    return bool(
        _one(con, f"select count(*) from raw.{feed} where _known_on <= ?", position.known_at)
    )


def _has_file_since(
    con: duckdb.DuckDBPyConnection, feed: str, position: Position, day: str
) -> bool:
    """The feed column of a mapped file names all of its feeds, joined by a plus sign."""
    found = _one(
        con,
        "select count(*) from raw.files where refused_code is null and known_on <= ? "
        "and file_day >= ?::date and list_contains(string_split(feed, '+'), ?)",
        position.known_at,
        day,
        feed,
    )
    return bool(found)


def _keys_in_force(
    con: duckdb.DuckDBPyConnection, table: str, position: Position
) -> frozenset[str]:
    policy = load_policy(con, table, position.known_at)
    return frozenset(row["key"] for row in policy.in_force(position.as_of))


def _one(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> object:
    row = con.execute(query, list(values)).fetchone()
    return row[0] if row else None

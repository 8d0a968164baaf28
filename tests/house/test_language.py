"""Text for people is plain British English, with one word for one thing.

`WORDS` lists words that nobody in the trade uses, each with what to write instead. The test reads
the files under `FINISHED`: when you have rewritten another folder, add it there. In Python it reads
comments and strings, in SQL comments, in any other file everything. To list what is left elsewhere:

    python -m tests.house.test_language flows reports
"""

import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.house.repository import ROOT, repository_files

# Folders and files whose text is rewritten. It only grows.
FINISHED = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Makefile",
    "README.md",
    "benchmarks",
    "dbt_project",
    "docs/architecture.md",
    "docs/decisions",
    "docs/feeds.md",
    "docs/glossary.md",
    "docs/guides",
    "docs/how-to",
    "docs/limits.md",
    "expectations",
    "flows",
    "ingestion",
    "prefect.yaml",
    "pyproject.toml",
    "reports",
    "tests/checks",
    "tests/conftest.py",
    "tests/expectations",
    "tests/flows",
    "tests/ingestion",
    "tests/laws",
    "tests/portability",
    "tests/reports",
    "tests/scenarios",
)

# Pattern -> what to write instead. A space in a pattern also matches a line break.
WORDS = {
    r"told|tells?|telling": "reported, shown, lists; distinguish",
    r"stands?|standing|stood": "is, applies, is in, current; represents",
    r"work(?:s|ed|ing)? out": "calculate",
    r"bears?|bearing|borne": "has, carries, shows",
    r"mend(?:s|ed|ing)?": "fix, correct",
    r"act(?:s|ed)? towards": "contact",
    r"for want of|lacks?|lacking": "no data yet, missing, without",
    r"ke(?:pt|eps?) back": "withhold",
    r"lets? out": "release",
    r"asked for": "required, requested",
    r"(?:an)?other doors?|by hand of|by the way of|in the way of": "say the thing itself",
    r"as far as there was data": "Passed. 4 checks had no data",
    r"given to (?:an agency|agencies|the agency)": "placed with an agency",
    r"money that (?:leaves|left|went out)": "outgoing payments",
    r"nobody refers to": "unused",
    r"(?:it|that|this|which) is no (?!longer|more|less|later|earlier)": "it is not a ...",
    r"go(?:es|ing)? on|went on": "continue, in progress",
    r"recovery of (?:a |the )?(?:crashed|killed) runs?": "restart, crash recovery",
    r"reckon\w*": "count, calculate, take into account",
    r"the rest (?:is|are) (?:published|run|built)": "everything else is ...",
    r"(?:given|gave|gives?) up": "write off, stop",
    r"lets? off": "write off, release",
    r"slipped in": "added",
    r"held days": "days on hold",
    r"(?:gave|gives?) (?:it|them) back": "return",
    r"puts? right": "correct",
    r"give leave": "allow",
    # Columns that were renamed.
    r"waits_for": "missing_feed",
    r"support_told": "support_description",
    r"officer_sees_to": "needs_officer",
    r"not_provided_because": "no_provision_reason",
    r"no_specific_because": "no_specific_reason",
}

# Phrase -> why it may be there although a word of it is in the list above.
ALLOWED = {
    r"tell (?:us|you)": "one person informs another, in a letter",
    r"standing orders?": "a way of paying, and a council's rules of procedure",
    r"stands? for": "the usual verb for to represent",
    r"long-?standing": "the usual adjective",
    r"bear in mind": "the usual phrase",
    r"work(?:s|ed|ing)? out of": "out belongs to the noun that follows",
}

# File -> the words that it may hold, and why.
ALLOWED_IN = {
    # It lists the renamed columns by their old names.
    "CHANGELOG.md": (
        "waits_for",
        "support_told",
        "officer_sees_to",
        "not_provided_because",
        "no_specific_because",
        "standing",
    ),
    # The text of a simulated note: another one would change the demo's files.
    "ingestion/simulator/payers.py": ("asked for",),
}

_GAP = r"(?:\s|#|--|\*)+"
_TEXTS = frozenset({".csv", ".html", ".j2", ".md", ".py", ".sql", ".toml", ".txt", ".yaml", ".yml"})
_SQL_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/|\{#.*?#\}", re.DOTALL)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words.replace(' ', _GAP)})\b", re.IGNORECASE)


_FORBIDDEN = {_pattern(words): instead for words, instead in WORDS.items()}
_PERMITTED = tuple(_pattern(phrase) for phrase in ALLOWED)


def _files_under(names: Iterable[str]) -> tuple[Path, ...]:
    """The files with text for people, in folders or by their own names."""
    places = tuple(Path(name) for name in names)
    return tuple(
        path
        for path in repository_files()
        if (path.suffix in _TEXTS or path.name == "Makefile")
        and any(path.is_relative_to(place) for place in places)
    )


def _lines_to_rewrite(path: Path) -> list[str]:
    """A line for each word of a file that must be replaced."""
    text = people_read(path, (ROOT / path).read_text("utf-8"))
    return [
        f"{path}:{line}: {word!r}: write instead: {instead}"
        for line, word, instead in sorted(words_to_replace(text, ALLOWED_IN.get(str(path), ())))
    ]


def words_to_replace(text: str, allowed: tuple[str, ...] = ()) -> Iterator[tuple[int, str, str]]:
    """Yields line, word and what to write instead, for each word of a text to replace."""
    permitted = [match.span() for phrase in _PERMITTED for match in phrase.finditer(text)]
    for pattern, instead in _FORBIDDEN.items():
        for match in pattern.finditer(text):
            start, end = match.span()
            within = any(first <= start and end <= last for first, last in permitted)
            if not within and match[0].lower() not in allowed:
                yield text.count("\n", 0, start) + 1, " ".join(match[0].split()), instead


def people_read(path: Path, source: str) -> str:
    """Returns the text for people in a file, on its own lines; everything else is blank."""
    if path.suffix == ".py":
        # The names inside f-strings are code: before Python 3.12 the tokens do not say so.
        return re.sub(r"\{[^{}\n]*\}", lambda m: " " * len(m[0]), _comments_and_texts(source))
    if path.suffix == ".sql":
        return _only(source, [match.span() for match in _SQL_COMMENTS.finditer(source)])
    return source


def _comments_and_texts(source: str) -> str:
    read = (tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1))
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    spans = [
        (starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1])
        for token in tokens
        if token.type in read
    ]
    return _only(source, spans)


def _only(source: str, spans: list[tuple[int, int]]) -> str:
    kept = ["\n" if character == "\n" else " " for character in source]
    for start, end in spans:
        kept[start:end] = source[start:end]
    return "".join(kept)


@pytest.mark.parametrize("path", _files_under(FINISHED), ids=str)
def test_text_for_people_uses_the_words_of_the_trade(path: Path) -> None:
    lines = _lines_to_rewrite(path)
    assert not lines, "\n".join(["", *lines])


@pytest.mark.parametrize("name", FINISHED)
def test_every_finished_path_exists(name: str) -> None:
    assert (ROOT / name).exists(), "moved: give the new path"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The row stands, and\nit bears a day.", ["stands", "bears"]),
        ("The balance is worked\n# out again.", ["worked # out"]),
        ("That is no date.", ["That is no"]),
        ("That is no longer a date.", []),
        ("Paid by standing order; outstanding; I understand; amend and recommend.", []),
        ("method = standing_order", []),
        ("A standing approval.", ["standing"]),
    ],
)
def test_whole_words_are_looked_for_across_lines(text: str, words: list[str]) -> None:
    assert [word.strip() for _, word, _ in words_to_replace(text)] == words


def test_of_a_program_only_comments_and_texts_are_read() -> None:
    source = 'stands = 1  # it stands\nsay = f"{stands} mends"\n'
    read = people_read(Path("a.py"), source)
    assert [(line, word) for line, word, _ in words_to_replace(read)] == [
        (1, "stands"),
        (2, "mends"),
    ]
    query = "select stands -- it bears\nfrom told"
    assert [word for _, word, _ in words_to_replace(people_read(Path("a.sql"), query))] == ["bears"]


if __name__ == "__main__":
    for file in _files_under(sys.argv[1:] or ["."]):
        sys.stdout.writelines(f"{line}\n" for line in _lines_to_rewrite(file))

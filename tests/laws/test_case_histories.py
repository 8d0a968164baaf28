"""The case histories of `tests/scenarios`, played against the models and the second ledger."""

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ingestion.intake.warehouse import open_warehouse
from tests.laws.canonical_files import Delivery, typed_rows
from tests.laws.case_definition import merged_files, rows_of
from tests.laws.case_histories import (
    FOLDER,
    HAPPENINGS,
    CaseHistory,
    Marts,
    StoryError,
    case_histories,
    not_so,
    read_story,
)
from tests.laws.model_days import ModelDays
from tests.laws.model_marts import judge, take_in_all
from tests.laws.second_opinion import second_opinion

STORIES = case_histories()
MARTS = ("recovery_stages", "recovery_worklist")
LAST = max(said.on for story in STORIES for said in story.said)
any_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All stories in one warehouse, each behind the prefix of its name."""
    folder = tmp_path_factory.mktemp("case_histories")
    files = merged_files((story.prefix, story.files) for story in STORIES)
    take_in_all(folder / "income.duckdb", [Delivery(files, LAST)])
    return folder / "income.duckdb"


@pytest.fixture(scope="module")
def by_day(warehouse: Path) -> Mapping[date, Marts]:
    """The marts of every day that a story speaks of, as known then."""
    days = sorted({said.on for story in STORIES for said in story.said})
    with closing(open_warehouse(warehouse)) as connection:
        models = ModelDays(connection, MARTS)
        return {day: models.on(day) for day in days}


@pytest.mark.slow
@any_story
def test_the_models_tell_the_story(story: CaseHistory, by_day: Mapping[date, Marts]) -> None:
    assert [
        line for said in story.said for line in not_so(story, said, _own(story, by_day[said.on]))
    ] == []


def _own(story: CaseHistory, marts: Marts) -> Marts:
    return {mart: rows_of(story.prefix, rows) for mart, rows in marts.items()}


@pytest.mark.slow
def test_the_days_are_those_of_a_run_of_dbt(warehouse: Path, by_day: Mapping[date, Marts]) -> None:
    (by_dbt,) = judge(warehouse, [(LAST, LAST)], MARTS)
    for mart, rows in by_day[LAST].items():
        assert sorted(map(str, by_dbt[mart])) == sorted(map(str, rows))


@any_story
def test_the_second_ledger_agrees(story: CaseHistory) -> None:
    assert [
        line for said in story.said for line in not_so(story, said, _opinion(story, said.on))
    ] == []


def _opinion(story: CaseHistory, on: date) -> Marts:
    rows = list(typed_rows(story.files, on))
    return second_opinion(rows, as_of=on, known_at=on)


@any_story
def test_a_story_that_says_otherwise_is_found_out(story: CaseHistory) -> None:
    """Each cell of each line matters, and so does an invoice that is not there."""
    for said in story.said:
        marts = _opinion(story, said.on)
        emptied: Marts = {mart: [] for mart in marts}
        if said.cells["Last stage"] != "settled":
            assert not_so(story, said, emptied) != []
        for column, cell in said.cells.items():
            wrong = {**said.cells, column: "2000-01-01" if cell != "2000-01-01" else ""}
            other = type(said)(said.line, said.on, said.invoice_id, wrong)
            assert not_so(story, other, marts) != []


HEAD = (
    "# A story\n\n| Date | What | About | Amount | More |\n|---|---|---|---|---|\n"
    "| 2026-01-01 | invoice | A | 10.00 | due 2026-02-01 |\n"
)
TAIL = (
    "\n| On | Invoice | Last stage | Next stage | Due from | Blocked by | Action |\n"
    "|---|---|---|---|---|---|---|\n| 2026-02-01 | A | | | | | |\n"
)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("| 2026-02-03 | reminded | A | | |", "line 6: nobody knows 'reminded'"),
        ("| 3 February | reminder | A | | |", "line 6: Date: '3 February' is no day"),
        ("| 2026-02-03 | reminder | B | | |", "line 6: there is no invoice B yet"),
        ("| 2026-02-03 | reminder | A | |", "line 6: 4 cells, not 5"),
        (
            "| 2026-02-03 | dispute upheld | A | | |",
            "line 6: 'dispute_upheld': nothing of",
        ),
        ("| 2026-02-03 | arrangement | A | 10.00 | some time |", "line 6: an arrangement says"),
        ("| 2026-02-03 | death notified | | | |", "line 6: 'death_notified' needs 'died ...'"),
    ],
)
def test_a_line_that_nobody_understands_is_named(row: str, complaint: str) -> None:
    with pytest.raises(StoryError, match=f"^story.md {complaint}"):
        read_story("story", f"{HEAD}{row}\n{TAIL}")


def test_a_story_without_an_expectation_is_none() -> None:
    with pytest.raises(StoryError, match="says nothing"):
        read_story("story", HEAD)


def test_every_word_of_the_readme_is_known_and_every_known_word_is_there() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    told = {
        word.strip().replace(" ", "_").replace("-", "_")
        for line in readme.splitlines()
        if line.startswith("| ") and not line.startswith("| What")
        for word in line.split("|")[1].split(",")
    }
    assert told == set(HAPPENINGS)

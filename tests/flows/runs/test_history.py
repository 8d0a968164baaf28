"""What a run looks back on: the published folders, each position by its latest run."""

import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest

from flows.answers.query import open_marts
from flows.processes.dbt_process import DbtFolders, TransformOutcome
from flows.runs.chain import PublishedRun, read_chain
from flows.runs.history import HISTORIES, published_rows, runs_seen
from flows.runs.month_ends import signed_positions
from flows.runs.workspace import Workspace
from flows.settings import Settings, load_settings
from ingestion.intake.published_history import Position
from tests.flows import quick_day
from tests.flows.forked_days import run_dbt_forked
from tests.flows.plain_day import run_day
from tests.flows.quick_day import put_first_files


def _days(*texts: str) -> tuple[Position, ...]:
    """Positions from `as_of` or `as_of known_at`."""
    pairs = [(text.split() * 2)[:2] for text in texts]
    return tuple((date.fromisoformat(one), date.fromisoformat(other)) for one, other in pairs)


def _chain(positions: Iterable[Position], runs: Path = Path("runs")) -> list[PublishedRun]:
    return [
        PublishedRun(
            runs / f"{as_of}_{number}",
            {"run_id": str(number), "as_of_date": str(as_of), "known_at": str(known_at)},
            str(number),
        )
        for number, (as_of, known_at) in enumerate(positions)
    ]


def _seen(chain: Sequence[PublishedRun], position: str) -> dict[Position, str]:
    ((as_of, known_at),) = _days(position)
    return {pair: run.run_id for pair, run in runs_seen(chain, as_of, known_at).items()}


def test_a_run_sees_the_latest_run_of_each_other_position() -> None:
    chain = _chain(_days("2026-06-01", "2026-06-01", "2026-06-02"))
    first, second = _days("2026-06-01", "2026-06-02")
    assert _seen(chain, "2026-06-03") == {first: "1", second: "2"}
    assert _seen(chain, "2026-06-02") == {first: "1"}


def test_a_replay_sees_what_was_known_by_then() -> None:
    chain = _chain(_days("2026-06-01", "2026-06-02", "2026-06-03"))
    first, second = _days("2026-06-01", "2026-06-02")
    assert _seen(chain, "2026-05-01 2026-06-02") == {first: "0", second: "1"}


def test_a_replay_of_a_published_position_sees_what_its_last_run_saw() -> None:
    chain = _chain(_days("2026-06-01", "2026-06-30 2026-07-03", "2026-07-01 2026-07-03"))
    (first,) = _days("2026-06-01")
    assert _seen(chain, "2026-06-30 2026-07-03") == {first: "0"}


@pytest.mark.parametrize(
    ("published", "today", "signed"),
    [
        (["2026-06-29", "2026-06-30"], "2026-06-30", ["2026-06-30"]),
        (["2026-05-28", "2026-05-29"], "2026-05-30", []),
        (["2026-05-28", "2026-05-29"], "2026-06-01", ["2026-05-29"]),
        (["2026-05-29", "2026-05-29 2026-06-02"], "2026-06-02", ["2026-05-29 2026-06-02"]),
        (
            ["2026-06-30", "2026-06-30 2026-07-03", "2026-07-03"],
            "2026-07-03",
            ["2026-06-30", "2026-06-30 2026-07-03"],
        ),
        (["2026-05-30", "2026-05-31", "2026-06-01"], "2026-06-02", ["2026-05-31"]),
        (["2024-02-28", "2024-02-29"], "2024-02-29", ["2024-02-29"]),
        (["2025-12-30", "2026-01-02"], "2026-01-02", ["2025-12-30"]),
    ],
    ids=[
        "the last calendar day at once",
        "a month that is not over has none",
        "the last one of a month that is over",
        "the last one by what was known",
        "every position of the last day",
        "no other one beside the last day",
        "a leap day",
        "a year that is over",
    ],
)
def test_month_ends_are_positions_that_nothing_can_overtake(
    published: list[str], today: str, signed: list[str]
) -> None:
    assert signed_positions(_days(*published), date.fromisoformat(today)) == set(_days(*signed))


def test_a_month_end_once_signed_stays_so_whatever_is_published_later() -> None:
    days = _days(
        *(
            "2026-04-29",
            "2026-04-30",
            "2026-04-30 2026-05-04",
            "2026-05-28",
            "2026-05-29 2026-06-01",
        ),
        *("2026-06-01", "2026-06-30", "2026-07-01", "2026-08-31", "2026-09-01"),
    )
    signed: set[Position] = set()
    for number in range(1, len(days)):
        before, signed = signed, signed_positions(days[:number], days[number][0])
        assert before <= signed
    assert len(signed) == 6


def _put_mart(run: PublishedRun, mart: str) -> Path:
    path = run.folder / "marts" / f"{mart}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_thinned_folder_is_read_from_the_newest_history_and_no_other_position_is(
    tmp_path: Path,
) -> None:
    chain = _chain(_days("2026-06-01", "2026-06-02", "2026-06-03"), tmp_path)
    whole = [_put_mart(run, "aged_debt") for run in chain[1:]]
    histories = [_put_mart(run, "aged_debt_history") for run in chain[1:]]
    seen = runs_seen(chain, *_days("2026-06-04")[0])
    own, gathered = published_rows(HISTORIES[0], seen, seen, chain)
    assert (own.files, own.positions) == (whole, list(_days("2026-06-02", "2026-06-03")))
    assert (gathered.files, gathered.positions) == (histories[-1:], list(_days("2026-06-01")))


def test_a_mart_that_an_older_run_did_not_have_is_left_out(tmp_path: Path) -> None:
    chain = _chain(_days("2026-06-01", "2026-06-02"), tmp_path)
    path = _put_mart(chain[1], "arrangement_compliance")
    seen = runs_seen(chain, *_days("2026-06-03")[0])
    own, gathered = published_rows(HISTORIES[1], seen, seen, chain)
    assert (own.files, gathered.files) == ([path], [])


def _history(folder: Path) -> list[tuple[object, ...]]:
    with open_marts(folder) as marts:
        return marts.execute(
            "select as_of_date, outstanding_amount from aged_debt_history order by all"
        ).fetchall()


def test_history_outlives_the_folders_that_it_came_from(
    after_second_day: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_day.stand_in(monkeypatch)
    settings = quick_day.continued_from(after_second_day, tmp_path / "home")
    third, fourth = date(2026, 6, 3), date(2026, 6, 4)
    first, _ = read_chain(Workspace(settings.home).runs)
    whole = run_day(settings, third)
    shutil.rmtree(first.folder / "marts")
    thinned = run_day(settings, fourth)
    assert len(_history(whole.folder)) == 3
    assert _history(thinned.folder)[:3] == _history(whole.folder)


MONTH_END = date(2026, 6, 30)
LATE_RECEIPT = (
    "receipt_id,received_on,amount,method,debtor_id,invoice_id\nR1,2026-06-19,50.00,cash,0001,I2\n"
)
BACKDATED_BANDS = (
    "policy_row,band,lower,upper,unit,sort,effective_from\n"
    "own/d001_030,d001_030,1,20,days,2,1900-01-01\n"
    "own/d031_060,d031_060,21,60,days,3,1900-01-01\n"
)


def _build_what_is_signed(
    settings: Settings, folders: DbtFolders, *, full_refresh: bool = False, **_more: object
) -> TransformOutcome:
    """The real models, but only those that the month ends are built from, and all of policy."""
    words = ["build", "--select", "+aged_debt_as_signed", "resource_type:seed"]
    for kind in ("unit_test", "test"):
        words += ["--exclude-resource-type", kind]
    built = run_dbt_forked(settings, folders, [*words, *["--full-refresh"] * full_refresh])
    manifest = json.loads(built.manifest.read_text("utf-8"))
    ran = {node.unique_id for node in built.nodes}
    manifest["nodes"] = {name: node for name, node in manifest["nodes"].items() if name in ran}
    built.manifest.write_text(json.dumps(manifest), "utf-8")
    return built


def _rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with open_marts(folder) as marts:
        return marts.execute(sql).fetchall()


def _signed_in_june(folder: Path) -> list[tuple[object, ...]]:
    return _rows(
        folder, f"from aged_debt_as_signed where as_of_date = date '{MONTH_END}' order by item_id"
    )


@pytest.mark.slow
def test_nothing_that_comes_later_changes_what_was_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried: later runs, a late file, backdated policy rows, --full-refresh, a thinned run."""
    quick_day.stand_in(monkeypatch)
    monkeypatch.setattr("flows.day.steps.build_models", _build_what_is_signed)
    settings = load_settings(tmp_path / "home", {}, tmp_path)
    put_first_files(settings.home / "inbox")
    month_end = run_day(settings, MONTH_END)
    signed = _signed_in_june(month_end.folder)
    assert len(signed) == 2
    (settings.home / "inbox" / "receipts_20260620.csv").write_text(LATE_RECEIPT, "utf-8")
    (settings.home / "policy" / "age_bands_20260601.csv").write_text(BACKDATED_BANDS, "utf-8")
    later = run_day(settings, date(2026, 7, 30), full_refresh=True)
    assert _signed_in_june(later.folder) == signed
    assert _rows(later.folder, "select item_id, age_band_policy_row from open_items") == [
        ("I1", "own/d031_060")
    ]
    shutil.rmtree(later.folder / "marts")
    last = run_day(settings, date(2026, 8, 3))
    assert _signed_in_june(last.folder) == signed

"""What is read back of published Parquet files: by position, whatever columns they have."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from ingestion.intake.published_history import Position, PublishedRows, load_published
from tests.ingestion.inbox_folder import InboxFolder

MAY, JUNE = (date(2026, 5, 29), date(2026, 5, 31)), (date(2026, 6, 30), date(2026, 7, 10))


def _publish(path: Path, position: Position, columns: str) -> Path:
    as_of, known_at = position
    duckdb.sql(
        f"select date '{as_of}' as as_of_date, date '{known_at}' as known_at, {columns}"
    ).write_parquet(str(path))
    return path


def _aged_debt(path: Path, position: Position, *amounts: str) -> Path:
    listed = ", ".join(f"('D{number}', {amount})" for number, amount in enumerate(amounts))
    return _publish(
        path,
        position,
        "debtor_id, 'sundry' as debt_type, 'HALL' as service_code, 'd001_030' as age_band, "
        "amount::decimal(18, 2) as outstanding_amount, 2::bigint as item_count "
        f"from (values {listed}) as debtors (debtor_id, amount)",
    )


def test_aged_debt_is_summed_over_debtors_and_replaced_each_time(
    folder: InboxFolder, tmp_path: Path
) -> None:
    path = _aged_debt(tmp_path / "june.parquet", JUNE, "10.25", "10.25")
    for _ in range(2):
        load_published(folder.con, "published_aged_debt", [PublishedRows([path], [JUNE])])
    assert folder.rows("from raw.published_aged_debt") == [
        (*JUNE, "sundry", "HALL", "d001_030", Decimal("20.50"), 4)
    ]
    load_published(folder.con, "published_aged_debt", [PublishedRows([], [])])
    assert folder.rows("select count(*) from raw.published_aged_debt") == [(0,)]


def test_only_the_positions_asked_for_are_read(folder: InboxFolder, tmp_path: Path) -> None:
    paths = [
        _aged_debt(tmp_path / "may.parquet", MAY, "1.00"),
        _aged_debt(tmp_path / "june.parquet", JUNE, "2.00"),
    ]
    load_published(folder.con, "published_aged_debt", [PublishedRows(paths, [MAY])])
    assert folder.rows("select as_of_date, outstanding_amount from raw.published_aged_debt") == [
        (MAY[0], Decimal("1.00"))
    ]


def test_files_may_have_fewer_or_other_columns(folder: InboxFolder, tmp_path: Path) -> None:
    older = _publish(tmp_path / "may.parquet", MAY, "'A' as arrangement_id, 'live' as status")
    newer = _publish(
        tmp_path / "june.parquet",
        JUNE,
        "'later' as of_a_later_day, 'breached' as status, 3::bigint as days_past_due, "
        "'A' as arrangement_id",
    )
    rows = PublishedRows([older, newer], [MAY, JUNE])
    load_published(folder.con, "published_arrangements", [rows])
    assert folder.rows(
        "select as_of_date, arrangement_id, status, days_past_due "
        "from raw.published_arrangements order by as_of_date"
    ) == [(MAY[0], "A", "live", None), (JUNE[0], "A", "breached", 3)]

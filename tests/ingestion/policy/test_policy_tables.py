"""The council's own policy rows, over the shipped ones."""

import csv
from datetime import date

import pytest

from ingestion.contracts.contract import CellType
from ingestion.intake.taken import TakenFile
from ingestion.policy.policy_contract import load_policy_contracts
from ingestion.policy.policy_tables import POLICY_SEEDS, load_policy_tables
from tests.ingestion.inbox_folder import InboxFolder, csv_text

HEADER = "policy_row,key,value,effective_from,approved_on"


def put(folder: InboxFolder, name: str, *lines: str, header: str = HEADER) -> TakenFile:
    (folder.policy / name).write_text(csv_text(header, *lines), encoding="utf-8")
    return next(file for file in folder.take().files if file.name == name)


def test_every_shipped_table_may_have_rows_of_the_councils_own(folder: InboxFolder) -> None:
    for seed in sorted(POLICY_SEEDS.glob("*.csv")):
        with seed.open(encoding="utf-8", newline="") as stream:
            header = next(csv.reader(stream))
        columns = [name for name, *_ in folder.rows(f"describe raw.policy_{seed.stem}")]
        assert columns[: len(header)] == header
        assert columns[len(header) :] == [
            "_run_id", "_source", "_source_file", "_source_line", "_file_day", "_known_on",
            "_content_hash",
        ]  # fmt: skip


def test_a_shipped_table_put_in_the_folder_as_it_is_is_taken_whole(folder: InboxFolder) -> None:
    for seed in sorted(POLICY_SEEDS.glob("*.csv")):
        (folder.policy / seed.name).write_bytes(seed.read_bytes())
    for file in folder.take().files:
        assert (file.refused_code, file.rows_quarantined) == (None, 0), file.name
        with (POLICY_SEEDS / file.name).open(encoding="utf-8", newline="") as stream:
            assert file.rows_accepted == len(list(csv.DictReader(stream)))


def test_policy_rows_are_kept_as_written_and_known_from_the_day_of_their_file(
    folder: InboxFolder,
) -> None:
    taken = put(folder, "ledger_rules_20260701.csv", "own-1,unreferenced_receipts,hold,2026-07-01,")
    assert (taken.feed, taken.source) == ("policy_ledger_rules", "policy")
    assert folder.rows(
        "select policy_row, value, effective_from, effective_to, approved_on, _known_on, _source "
        "from raw.policy_ledger_rules"
    ) == [("own-1", "hold", "2026-07-01", None, None, date(2026, 7, 1), "policy")]


def test_a_policy_file_that_was_taken_before_is_not_taken_again(folder: InboxFolder) -> None:
    put(folder, "ledger_rules.csv", "own-1,unreferenced_receipts,hold,2026-07-01,")
    again = folder.take("run-2").files[0]
    assert again.unchanged
    assert folder.rows("select count(*) from raw.policy_ledger_rules") == [(1,)]
    assert (folder.policy / "ledger_rules.csv").exists()


def test_a_policy_file_put_back_to_an_earlier_text_is_a_change_again(folder: InboxFolder) -> None:
    for run, value in enumerate(["hold", "oldest_first", "hold"], start=1):
        row = f"own-1,unreferenced_receipts,{value},2026-07-01,"
        (folder.policy / "ledger_rules.csv").write_text(csv_text(HEADER, row), encoding="utf-8")
        (taken,) = folder.take(f"run-{run}").files
        assert not taken.unchanged
    assert folder.take("run-4").files[0].unchanged
    assert folder.rows("select value from raw.policy_ledger_rules order by _run_id") == [
        ("hold",),
        ("oldest_first",),
        ("hold",),
    ]


def test_the_table_is_the_longest_name_that_fits(folder: InboxFolder) -> None:
    name = "write_off_evidence_keys_20260701.csv"
    taken = put(
        folder,
        name,
        "own-1,W1,traced,2026-07-01",
        header="policy_row,reason_code,evidence_key,effective_from",
    )
    assert taken.feed == "policy_write_off_evidence_keys"


def test_a_late_policy_file_is_seen_from_the_run_that_takes_it(folder: InboxFolder) -> None:
    folder.last_published_known_at = date(2026, 7, 9)
    taken = put(folder, "ledger_rules_20260701.csv", "own-1,a,b,2026-07-01,")
    assert taken.known_on == date(2026, 7, 10)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("own-1,unreferenced_receipts,hold,,", "effective_from", "I04"),
        ("own-1,unreferenced_receipts,hold,1/7/2026,", "effective_from", "I10"),
        ("own-1,unreferenced_receipts,hold,2026-07-01,yesterday", "approved_on", "I10"),
        ("own-1,unreferenced_receipts,hold", "", "I04"),
    ],
)
def test_a_policy_row_that_cannot_be_read_is_refused_alone(
    folder: InboxFolder, line: str, column: str, code: str
) -> None:
    taken = put(folder, "ledger_rules.csv", "own-1,a,b,2026-07-01,", line)
    assert (taken.rows_accepted, taken.rows_quarantined) == (1, 1)
    assert folder.rows("select column_name, reason_code, feed from raw.refused_rows") == [
        (column, code, "policy_ledger_rules")
    ]


def test_a_policy_row_without_a_name_gets_a_lasting_one_from_its_key(folder: InboxFolder) -> None:
    header = "band,lower,upper,sort,effective_from"
    put(folder, "age_bands.csv", "d001_030,1,20,2,2026-07-01", header=header)
    put(folder, "ledger_rules.csv", ",unreferenced_receipts,hold,2026-07-01,")
    assert folder.rows("select policy_row from raw.policy_age_bands") == [
        ("own/age_bands/d001_030@2026-07-01",)
    ]
    assert folder.rows("select policy_row from raw.policy_ledger_rules") == [
        ("own/ledger_rules/unreferenced_receipts@2026-07-01",)
    ]


# The columns that the rows of every policy table share.
SHARED_HEADER = (
    "policy_code,debt_type,party_type,key,value,unit,effective_from,effective_to,"
    "basis,mark,source_ref,approved_by,approved_on"
)


def test_a_policy_file_may_have_the_columns_that_all_tables_share(folder: InboxFolder) -> None:
    row = "arrangement_rules,,,tolerance_days,10,days,2026-07-01,,council_policy,OWN,minute 7,,"
    taken = put(folder, "arrangement_rules_20260701.csv", row, header=SHARED_HEADER)
    assert (taken.rows_accepted, taken.unknown_columns) == (1, ())
    assert folder.rows("select key, value, source_ref from raw.policy_arrangement_rules") == [
        ("tolerance_days", "10", "minute 7")
    ]


def test_a_policy_file_of_any_name_may_say_its_table_row_by_row(folder: InboxFolder) -> None:
    taken = put(
        folder,
        "our_choices_20260701.csv",
        "arrangement_rules,,,tolerance_days,10,days,2026-07-01,,,,,,",
        "ledger_rules,,,unreferenced_receipts,hold,,2026-07-01,,,,,,",
        "colours,,,sky,blue,,2026-07-01,,,,,,",
        header=SHARED_HEADER,
    )
    assert (taken.feed, taken.rows_accepted, taken.rows_quarantined) == ("policy", 2, 1)
    assert folder.rows("select value from raw.policy_arrangement_rules") == [("10",)]
    assert folder.rows("select value from raw.policy_ledger_rules") == [("hold",)]
    ((line, message),) = folder.rows("select source_line, message from raw.refused_rows")
    assert line == 4
    assert "'colours' is not a policy table" in str(message)


def test_a_column_named_key_may_name_a_tables_figures(folder: InboxFolder) -> None:
    header = "policy_code,key,lower,upper,sort,effective_from"
    put(folder, "ours.csv", "age_bands,d001_030,1,20,2,2026-07-01", header=header)
    assert folder.rows("select band, upper from raw.policy_age_bands") == [("d001_030", "20")]


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("arrangement_rules.csv", "ledger_rules,,,a,b,,2026-07-01,,,,,,", "not the table"),
        (
            "arrangement_rules.csv",
            "arrangement_rules,sundry,,tolerance_days,9,,2026-07-01,,,,,,",
            "debt_type must be blank",
        ),
        ("ours.csv", "age_bands,,,d001_030,,,2026-07-01,,,,,,", "needs the columns lower, upper"),
    ],
    ids=["another table than the file's", "a debt type the table has not", "missing columns"],
)
def test_a_policy_row_that_would_be_read_wrongly_is_refused(
    folder: InboxFolder, name: str, row: str, said: str
) -> None:
    taken = put(folder, name, row, header=SHARED_HEADER)
    assert (taken.rows_accepted, taken.rows_quarantined) == (0, 1)
    assert said in str(folder.rows("select message from raw.refused_rows"))


def test_a_figure_of_policy_must_be_a_number(folder: InboxFolder) -> None:
    header = "policy_row,band,lower,upper,sort,effective_from"
    put(folder, "age_bands.csv", "own-1,d001_030,one,30,2,2026-07-01", header=header)
    assert folder.rows("select column_name, reason_code from raw.refused_rows") == [
        ("lower", "I08")
    ]


def test_a_policy_file_without_a_column_that_gives_the_figure_is_refused(
    folder: InboxFolder,
) -> None:
    taken = put(folder, "ledger_rules.csv", header="policy_row,key,Value,effective_from")
    assert taken.refused_code == "I04"
    assert "the required column value is missing" in str(taken.refused_message)


def test_a_policy_file_of_no_table_is_refused_with_the_tables(folder: InboxFolder) -> None:
    taken = put(folder, "colours.csv", header="policy_row")
    assert "does not match any policy table" in str(taken.refused_message)
    assert "write_off_authority" in str(taken.refused_message)


def test_catching_up_takes_no_policy_file_without_a_day(folder: InboxFolder) -> None:
    (folder.policy / "ledger_rules.csv").write_text(csv_text(HEADER), encoding="utf-8")
    intake = folder.take(require_dated_names=True)
    assert intake.left_alone == ("ledger_rules.csv",)


def test_policy_and_inbox_files_of_one_name_are_different_files(folder: InboxFolder) -> None:
    content = csv_text(HEADER, "own-1,a,b,2026-07-01,")
    (folder.policy / "ledger_rules.csv").write_text(content, encoding="utf-8")
    folder.drop("ledger_rules.csv", content)
    refused, taken = folder.take().files
    assert (refused.source, refused.refused_code) == ("canonical", "I04")
    assert (taken.source, taken.refused_code) == ("policy", None)


def test_the_type_of_a_column_is_that_of_its_contract_whatever_is_shipped() -> None:
    fees = {
        column.name: column.type for column in load_policy_tables()["policy_court_fees"].columns
    }
    assert fees["amount"] is CellType.FIGURE
    assert fees["fee"] is CellType.TEXT
    assert fees["effective_to"] is CellType.DATE
    authority = load_policy_tables()["policy_write_off_authority"].columns
    assert {column.name for column in authority if column.type is CellType.FLAG} == {
        "needs_checker",
        "needs_minute_reference",
    }


@pytest.mark.parametrize(
    ("table", "column"), [("feed_freshness", "value"), ("agency_panel", "preference")]
)
def test_a_figure_of_which_none_is_shipped_must_be_a_number_too(
    folder: InboxFolder, table: str, column: str
) -> None:
    (contract,) = (each for name, each in load_policy_contracts().items() if name == table)
    header = ",".join(contract.names)
    cells = {
        "policy_row": "own-1",
        "key": "receipts",
        "effective_from": "2026-07-01",
        column: "two",
    }
    put(folder, f"{table}.csv", ",".join(cells.get(n, "") for n in contract.names), header=header)
    assert folder.rows("select column_name, reason_code from raw.refused_rows") == [(column, "I08")]


TIMETABLE_HEADER = (
    "policy_row,stage,debt_type,sort,not_before_days,after_previous_days,minimum_balance,"
    "needs_officer,effective_from"
)
ACTION = csv_text("action_id,debtor_id,action_code,acted_on", "A1,D1,second_reminder,2026-07-01")


def test_a_recovery_stage_of_the_councils_own_may_be_an_action(folder: InboxFolder) -> None:
    folder.drop("case_actions_20260701.csv", ACTION)
    put(
        folder,
        "recovery_timetable.csv",
        "own-1,second_reminder,,2,14,7,5.00,false,2026-07-01",
        header=TIMETABLE_HEADER,
    )
    folder.drop("case_actions_20260702.csv", ACTION)
    folder.take("run-2")
    assert folder.rows("select action_code, _run_id from raw.case_actions order by 2") == [
        ("second_reminder", "run-1"),
        ("second_reminder", "run-2"),
    ]


def test_a_recovery_stage_of_no_policy_is_refused(folder: InboxFolder) -> None:
    assert folder.take_one("case_actions.csv", ACTION).rows_quarantined == 1

"""Letters and lists: only for debtors who are ready, one page each, exact to the penny."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest

from reports.letters.letters import write_letters
from reports.letters.packs import Pack, write_packs
from reports.letters.sender import Sender
from tests.reports.page import Page, parse

SENDER = Sender(
    name="Example Council",
    address=("Town Hall", "Exampletown"),
    telephone="01632 960000",
    email="income-team@council.invalid",
    opening_hours="Monday to Friday",
    how_to_pay=("By bank transfer.",),
)

_CONTACT_LIST = """
    create table contact_list (
        as_of_date date, debtor_id varchar, action_code varchar, channel varchar, is_ready boolean,
        party_type varchar, name varchar, address_line_1 varchar, address_line_2 varchar,
        town varchar, postcode varchar, email varchar, letter_amount decimal(18, 2),
        reply_by date, priority bigint
    )
"""
_LETTER_LINES = """
    create table letter_lines (
        debtor_id varchar, invoice_id varchar, action_code varchar, service_name varchar,
        invoice_date date, due_date date, charged_amount decimal(18, 2),
        settled_amount decimal(18, 2), outstanding_amount decimal(18, 2)
    )
"""


class Restricted:
    """A run's folder of restricted tables, with rows of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables = duckdb.connect()
        self.tables.execute(_CONTACT_LIST)
        self.tables.execute(_LETTER_LINES)

    def addressee(self, debtor_id: str, **other: object) -> None:
        """Put a debtor on the contact list, with one invoice to pay."""
        row = {
            "as_of_date": date(2026, 6, 30),
            "debtor_id": debtor_id,
            "action_code": "reminder",
            "channel": "letter",
            "is_ready": True,
            "party_type": "individual",
            "name": f"Name of {debtor_id}",
            "address_line_1": "1 High Street",
            "address_line_2": None,
            "town": "Exampletown",
            "postcode": "ZZ1 1ZZ",
            "email": f"{debtor_id}@example.invalid",
            "letter_amount": "88.50",
            "reply_by": date(2026, 7, 14),
            "priority": 1,
        } | other
        self._insert("contact_list", row)
        self._insert(
            "letter_lines",
            {
                "debtor_id": debtor_id,
                "invoice_id": f"INV-{debtor_id}",
                "action_code": row["action_code"],
                "service_name": "Pest control",
                "invoice_date": date(2026, 5, 1),
                "due_date": date(2026, 5, 29),
                "charged_amount": "100.00",
                "settled_amount": "11.50",
                "outstanding_amount": "88.50",
            },
        )

    def _insert(self, table: str, row: Mapping[str, object]) -> None:
        marks = ", ".join("?" for _ in row)
        self.tables.execute(
            f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
        )

    def publish(self, *withheld: str) -> Path:
        for table in {"contact_list", "letter_lines"} - set(withheld):
            self.tables.execute(f"copy {table} to '{self.folder / table}.parquet'")
        return self.folder


@pytest.fixture
def restricted(tmp_path: Path) -> Restricted:
    return Restricted(tmp_path)


def letter_page(restricted: Restricted, stage: str = "reminder", channel: str = "letter") -> Page:
    output = restricted.folder / "letters"
    write_letters(restricted.publish(), SENDER, output)
    return parse((output / f"{stage}_by_{channel}.html").read_text("utf-8"))


def test_each_debtor_has_a_separate_letter_with_name_amount_and_statement(
    restricted: Restricted,
) -> None:
    restricted.addressee("D1")
    restricted.addressee("D2")
    first, second = (letter.text() for letter in letter_page(restricted).root.all("article"))
    for text in ("Name of D1", "1 High Street", "ZZ1 1ZZ", "INV-D1", "£100.00", "£11.50", "£88.50"):
        assert text in first
    assert "14 July 2026" in first
    assert "D2" not in first
    assert "Name of D2" in second


def test_a_debtor_who_is_not_ready_gets_no_letter(restricted: Restricted) -> None:
    restricted.addressee("D1")
    restricted.addressee("D2", is_ready=False)
    (letter,) = letter_page(restricted).root.all("article")
    assert "Name of D2" not in letter.text()


def test_a_debtor_to_be_telephoned_gets_no_letter(restricted: Restricted) -> None:
    restricted.addressee("D1", channel="phone")
    assert write_letters(restricted.publish(), SENDER, restricted.folder / "letters") == ()
    assert not (restricted.folder / "letters").exists()


def test_a_letter_by_email_has_the_email_address_and_no_postal_address(
    restricted: Restricted,
) -> None:
    restricted.addressee("D1", channel="email")
    restricted.addressee("D2")
    (letter,) = letter_page(restricted, channel="email").root.all("article")
    assert "D1@example.invalid" in letter.text()
    assert "1 High Street" not in letter.text()


def test_a_stage_without_a_letter_writes_none(restricted: Restricted) -> None:
    restricted.addressee("D1", action_code="agency_referral")
    assert write_letters(restricted.publish(), SENDER, restricted.folder / "letters") == ()


@pytest.mark.parametrize("withheld", ["contact_list", "letter_lines"])
def test_nothing_is_written_where_the_gate_withheld_a_table(
    restricted: Restricted, withheld: str
) -> None:
    restricted.addressee("D1")
    folder = restricted.publish(withheld)
    assert write_letters(folder, SENDER, folder / "letters") == ()


@pytest.mark.parametrize(
    ("party_type", "is_under_the_protocol"),
    [("individual", True), ("sole_trader", True), ("business", False), ("public_body", False)],
)
def test_the_protocol_and_its_enclosures_are_for_people_and_sole_traders(
    restricted: Restricted, party_type: str, is_under_the_protocol: bool
) -> None:
    restricted.addressee("D1", action_code="letter_of_claim", party_type=party_type)
    text = letter_page(restricted, "letter_of_claim").root.text()
    assert ("Pre-Action Protocol for Debt Claims" in text) is is_under_the_protocol
    assert ("reply form" in text) is is_under_the_protocol


def test_every_letter_says_how_to_pay_how_to_dispute_and_where_to_get_help(
    restricted: Restricted,
) -> None:
    for number, stage in enumerate(("reminder", "final_notice", "letter_of_claim")):
        restricted.addressee(f"D{number}", action_code=stage)
    for stage in ("reminder", "final_notice", "letter_of_claim"):
        text = letter_page(restricted, stage).root.text()
        for fact in ("By bank transfer.", "dispute", "www.moneyhelper.org.uk", "01632 960000"):
            assert fact in text


def test_a_name_is_text_and_never_markup(restricted: Restricted) -> None:
    restricted.addressee("D1", name="<b>Smith</b> & Sons")
    output = restricted.folder / "letters"
    write_letters(restricted.publish(), SENDER, output)
    assert "&lt;b&gt;Smith&lt;/b&gt; &amp; Sons" in (output / "reminder_by_letter.html").read_text(
        "utf-8"
    )


# Lists and files.


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_contact_list_for_each_channel_the_most_urgent_first(
    restricted: Restricted,
) -> None:
    restricted.addressee("D1", channel="phone", priority=1)
    restricted.addressee("D2", channel="phone", priority=5, is_ready=False)
    restricted.addressee("D4", channel="phone", priority=4)
    restricted.addressee("D3", channel="letter")
    files = write_packs(restricted.publish())
    assert [path.name for path in files] == ["by_hand.csv", "letter.csv", "phone.csv"]
    rows = read(restricted.folder / "contact_lists" / "phone.csv")
    assert [row["debtor_id"] for row in rows] == ["D4", "D1"]
    assert rows[0]["address_line_2"] == ""
    (by_hand,) = read(restricted.folder / "contact_lists" / "by_hand.csv")
    assert (by_hand["debtor_id"], by_hand["is_ready"]) == ("D2", "false")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@sum", "'@sum"),
        ("-A1", "'-A1"),
        ("+44 1632 960000", "+44 1632 960000"),
        ("-5.00", "-5.00"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text(
    restricted: Restricted, name: str, written: str
) -> None:
    restricted.addressee("D1", name=name)
    write_packs(restricted.publish())
    (row,) = read(restricted.folder / "contact_lists" / "letter.csv")
    assert row["name"] == written


def test_no_contact_list_where_the_gate_withheld_it(restricted: Restricted) -> None:
    restricted.addressee("D1")
    assert write_packs(restricted.publish("contact_list")) == ()


def test_the_name_of_a_file_stays_in_its_folder(restricted: Restricted) -> None:
    restricted.addressee("D1", channel="../../letter")
    (path,) = write_packs(restricted.publish(), [Pack("contact_list", "x", "channel", "debtor_id")])
    assert path.parent == restricted.folder / "x"
    assert path.name == "%2E%2E%2F%2E%2E%2Fletter.csv"


def test_a_pack_without_a_column_to_split_by_is_one_file(restricted: Restricted) -> None:
    restricted.addressee("D2", channel="phone")
    restricted.addressee("D1")
    (path,) = write_packs(restricted.publish(), [Pack("contact_list", "legal", "", "debtor_id")])
    assert path == restricted.folder / "legal" / "legal.csv"
    assert [row["debtor_id"] for row in read(path)] == ["D1", "D2"]
    assert "file" not in read(path)[0]

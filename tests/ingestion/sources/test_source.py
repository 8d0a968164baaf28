"""How the export of another system becomes rows of our feeds."""

from decimal import Decimal
from pathlib import Path

import pytest

from ingestion import sources
from ingestion.cells import BadCell
from ingestion.contracts.contract import load_contracts
from ingestion.intake import recognition
from ingestion.intake.taken import TakenFile
from ingestion.refusal import IngestionError
from ingestion.sources.source import Money, load_sources, parse_source, source_of
from ingestion.sources.translation import is_rounded, translate_day, translate_money
from tests.ingestion.inbox_folder import InboxFolder

MAPPING = """
source: town_hall
meaning: Sales ledger of the town hall.
files: ["ledger*.csv"]
encoding: cp1252
delimiter: ";"
currency: {column: Cur, treat_as_pounds: [EUR]}
control_feed: invoices
kept_out: [Memo]
set_aside:
  - name: credit_control_notes
    where: [{column: Kind, is_in: [NOTE]}]
  - name: free_of_charge
    where: [{column: Total, is_zero: true}]
yields:
  - feed: services
    only_changes: true
    cells:
      service_code: {constant: HALL}
      service_name: {constant: Town hall}
      debt_type: {constant: sundry}
  - feed: debtors
    only_changes: true
    cells:
      debtor_id: {column: Cust}
      party_type: {column: Type, codes: {P: individual, C: business}}
      name: {column: Name}
  - feed: invoices
    when: [{column: Kind, is_in: [INV]}]
    cells:
      invoice_id: {column: No, before: "TH-"}
      debtor_id: {column: Cust}
      service_code: {constant: HALL}
      invoice_date: {column: Date, days: ["%d/%m/%Y", "%Y-%m-%d"]}
      due_date: {column: Due, days: ["%d/%m/%Y"]}
      net_amount: {column: Total, money: {thousands: ",", rounding: half_up}}
      vat_amount: {constant: "0.00"}
      gross_amount: {column: Total, money: {thousands: ",", rounding: half_up}}
      description: {column: Text, if_blank: none given}
  - feed: receipts
    when: [{column: Paid, is_blank: false}]
    cells:
      receipt_id: {column: No, after: "-paid"}
      received_on: {column: Paid, days: ["%d/%m/%Y"]}
      amount: {column: Total, money: {thousands: ",", rounding: half_up}}
      method: {constant: bank_transfer}
      debtor_id: {column: Cust}
      invoice_id: {column: No, before: "TH-"}
  - feed: credit_notes
    when: [{column: Kind, is_in: [CRN]}]
    cells:
      credit_note_id: {column: No}
      debtor_id: {column: Cust}
      credit_date: {column: Date, days: ["%d/%m/%Y"]}
      net_amount: {column: Total, money: {sign: reversed}}
      vat_amount: {constant: "0.00"}
      gross_amount: {column: Total, money: {sign: reversed}}
"""
CASH = """
source: cash
meaning: Cash office of the town hall.
files: ["cash*.csv"]
currency: {stated: GBP}
control_feed: receipts
yields:
  - feed: receipts
    when: [{column: Type, is_in: [P]}]
    cells:
      receipt_id: {column: No}
      received_on: {column: Day, days: ["%d/%m/%Y"]}
      amount: {column: Sum, money: {}}
      method: {constant: cash}
"""
HEADER = "Kind;No;Cust;Type;Name;Date;Due;Total;Cur;Paid;Text;Memo"
GOOD = {
    "Kind": "INV",
    "No": "1",
    "Cust": "C1",
    "Type": "P",
    "Name": "Ann",
    "Date": "1/6/2026",
    "Due": "29/06/2026",
    "Total": "1,200.50",
    "Cur": "GBP",
    "Paid": "",
    "Text": "",
    "Memo": "",
}


@pytest.fixture
def ledger(folder: InboxFolder, monkeypatch: pytest.MonkeyPatch) -> InboxFolder:
    source = parse_source("town_hall.yml", MAPPING)
    monkeypatch.setattr(recognition, "load_sources", lambda: {source.source: source})
    return folder


def take(ledger: InboxFolder, *rows: dict[str, str]) -> TakenFile:
    lines = [HEADER] + [";".join((GOOD | row).values()) for row in rows]
    return ledger.take_one("ledger_20260630.csv", "\r\n".join(lines).encode("cp1252"))


# ------------------------------------------------------------------------------ what rows become


def test_one_row_of_the_source_may_yield_rows_of_several_feeds(ledger: InboxFolder) -> None:
    taken = take(ledger, {"Paid": "15/6/2026"})
    assert taken.feed == "services+debtors+invoices+receipts+credit_notes"
    assert taken.source == "town_hall"
    assert (taken.rows_read, taken.rows_accepted) == (1, 1)
    assert ledger.rows(
        "select invoice_id, invoice_date::varchar, due_date::varchar, gross_amount, description, "
        "_source, _source_line from raw.invoices"
    ) == [("TH-1", "2026-06-01", "2026-06-29", Decimal("1200.50"), "none given", "town_hall", 2)]
    assert ledger.rows("select receipt_id, received_on::varchar, invoice_id from raw.receipts") == [
        ("1-paid", "2026-06-15", "TH-1")
    ]
    assert ledger.rows("select count(*) from raw.credit_notes") == [(0,)]


def test_the_declared_encoding_is_read(ledger: InboxFolder) -> None:
    take(ledger, {"Name": "Zoë £"})
    assert ledger.rows("select name from raw.debtors") == [("Zoë £",)]


def test_a_sign_is_reversed_where_the_mapping_says_so(ledger: InboxFolder) -> None:
    take(ledger, {"Kind": "CRN", "Total": "-5.00"})
    assert ledger.rows("select gross_amount from raw.credit_notes") == [(Decimal("5.00"),)]


def test_only_what_changes_of_a_key_is_yielded_again(ledger: InboxFolder) -> None:
    names = ("Ann", "Ann", "Anne", "Ann")
    take(ledger, *({"No": str(number), "Name": name} for number, name in enumerate(names)))
    assert ledger.rows("select name, _source_line from raw.debtors order by 2") == [
        ("Ann", 2),
        ("Anne", 4),
        ("Ann", 5),
    ]
    assert ledger.rows("select count(*) from raw.services") == [(1,)]


def test_the_control_total_is_of_the_control_feed(ledger: InboxFolder) -> None:
    taken = take(ledger, {"Paid": "15/6/2026"}, {"No": "2", "Total": "0.25"})
    assert taken.control_total == Decimal("1200.75")


# ------------------------------------------------------------------------------ counts


def test_rows_set_aside_are_counted_by_name(ledger: InboxFolder) -> None:
    taken = take(ledger, {"Kind": "NOTE"}, {"Total": "0.00"}, {"Kind": "NOTE", "Total": "0"}, {})
    assert (taken.rows_read, taken.rows_accepted, taken.rows_set_aside) == (4, 1, 3)
    assert "set aside as credit_control_notes: 2 rows" in taken.notes
    assert "set aside as free_of_charge: 1 rows" in taken.notes


def test_read_is_accepted_and_quarantined_and_set_aside(ledger: InboxFolder) -> None:
    taken = take(ledger, {}, {"Kind": "NOTE"}, {"Due": "soon"}, {"Kind": "INV;x"})
    assert (taken.rows_read, taken.rows_accepted) == (4, 1)
    assert (taken.rows_quarantined, taken.rows_set_aside) == (2, 1)


def test_a_source_row_is_accepted_only_if_everything_that_it_yields_is(ledger: InboxFolder) -> None:
    taken = take(ledger, {"Paid": "31/6/2026"})
    assert (taken.rows_accepted, taken.rows_quarantined) == (0, 1)
    for feed in ("invoices", "receipts", "debtors", "services"):
        assert ledger.rows(f"select count(*) from raw.{feed}") == [(0,)]


def test_a_source_row_with_several_faults_is_one_row_of_quarantine(ledger: InboxFolder) -> None:
    take(ledger, {"Type": "Q", "Due": "soon", "Date": "2026-02-30", "Paid": "x"})
    ((feed, column, code, message, raw),) = ledger.rows(
        "select feed, column_name, reason_code, message, raw_line from raw.refused_rows"
    )
    assert (feed, column, code) == ("invoices", "invoice_date", "I10")
    assert str(message).split("; ") == [
        "invoice_date: Date '2026-02-30' is not a day in the calendar",
        "due_date: Due 'soon' is not a date written %d/%m/%Y",
        "party_type: Type 'Q' is not one of P, C",
        "received_on: Paid 'x' is not a date written %d/%m/%Y",
    ]
    assert str(raw).startswith("INV;1;C1;Q;Ann;2026-02-30;soon;")


def test_a_source_row_of_which_nothing_comes_is_refused(
    folder: InboxFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = parse_source("cash.yml", CASH)
    monkeypatch.setattr(recognition, "load_sources", lambda: {source.source: source})
    taken = folder.take_one("cash.csv", "Type,No,Day,Sum\nP,1,1/6/2026,5.00\nX,2,1/6/2026,5.00\n")
    assert (taken.rows_read, taken.rows_accepted, taken.rows_quarantined) == (2, 1, 1)
    assert folder.rows("select source_line, column_name, reason_code from raw.refused_rows") == [
        (3, "", "I19")
    ]


def test_rounded_rows_are_counted_and_noted(ledger: InboxFolder) -> None:
    taken = take(
        ledger, {"Total": "1.005"}, {"No": "2", "Total": "1.004"}, {"No": "3", "Total": "1.00"}
    )
    assert ledger.rows("select gross_amount from raw.invoices order by invoice_id") == [
        (Decimal("1.01"),),
        (Decimal("1.00"),),
        (Decimal("1.00"),),
    ]
    assert "rounded half up to pence: Total in 2 rows" in taken.notes


def test_unless_rounding_is_declared_a_third_decimal_refuses_the_row(ledger: InboxFolder) -> None:
    take(ledger, {"Kind": "CRN", "Total": "-5.005"})
    assert ledger.rows("select column_name, reason_code from raw.refused_rows") == [
        ("net_amount", "I08")
    ]


# ------------------------------------------------------------------------------ currency


def test_a_currency_that_is_not_pounds_is_refused(ledger: InboxFolder) -> None:
    taken = take(ledger, {"Cur": "USD"}, {"Cur": ""}, {})
    assert (taken.rows_accepted, taken.rows_quarantined) == (1, 2)
    assert ledger.rows(
        "select column_name, reason_code, key_text, debtor_id, amount "
        "from raw.refused_rows order by source_line limit 1"
    ) == [("Cur", "I08", "TH-1", "C1", Decimal("1200.50"))]


def test_a_currency_treated_as_pounds_is_taken_and_noted(ledger: InboxFolder) -> None:
    taken = take(ledger, {"Cur": "EUR"}, {})
    assert taken.rows_accepted == 2
    assert taken.notes == ("treated as pounds: 1 rows of source town_hall in EUR",)


def test_notes_are_repeated_when_the_same_file_comes_again(ledger: InboxFolder) -> None:
    first = take(ledger, {"Cur": "EUR"})
    again = ledger.take("run-2").files[0]
    assert again.unchanged
    assert again.notes == first.notes


# ------------------------------------------------------------------------------ files


def test_a_column_that_the_mapping_needs_is_required(ledger: InboxFolder) -> None:
    taken = ledger.take_one("ledger.csv", HEADER.replace("Due;", "") + "\n")
    assert taken.refused_message is not None
    assert "the required column Due is missing" in taken.refused_message


def test_columns_kept_out_on_purpose_are_not_reported_and_others_are(ledger: InboxFolder) -> None:
    taken = ledger.take_one("ledger.csv", f"{HEADER};Colour\n")
    assert taken.unknown_columns == ("Colour",)


def test_a_file_without_rows_is_taken(ledger: InboxFolder) -> None:
    taken = ledger.take_one("ledger.csv", f"{HEADER}\n")
    assert (taken.refused_code, taken.rows_read, taken.notes) == (None, 0, ())


# ------------------------------------------------------------------------------ cells


@pytest.mark.parametrize(
    ("way", "text", "day"),
    [
        ("%m/%d/%Y", "1/2/2013", "2013-01-02"),
        ("%m/%d/%Y", "01/02/2013", "2013-01-02"),
        ("%d.%m.%Y", "29.02.2024", "2024-02-29"),
        ("%d-%m-%Y", "30-03-2020", "2020-03-30"),
        ("%Y-%m-%d %H:%M:%S", "2021-02-22 20:02:58", "2021-02-22"),
    ],
)
def test_a_date_is_read_in_the_declared_way(way: str, text: str, day: str) -> None:
    assert translate_day((way,), text) == day


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("%d/%m/%Y", "29/02/2025"),
        ("%d/%m/%Y", "2025-02-01"),
        ("%d/%m/%Y", "1/2/13"),
        ("%d/%m/%Y", " 1/2/2013"),
        ("%d.%m.%Y", "1x2x2013"),
        ("%d/%m/%Y", "\u0661/2/2013"),
    ],
)
def test_a_date_written_otherwise_is_refused(way: str, text: str) -> None:
    assert isinstance(judged := translate_day((way,), text), BadCell)
    assert judged.code == "I10"


@pytest.mark.parametrize(
    ("money", "text", "pounds"),
    [
        (Money(), "10", "10"),
        (Money(), "10.005", "10.005"),
        (Money(rounding="half_up"), "10.005", "10.01"),
        (Money(rounding="half_up"), "10.015", "10.02"),
        (Money(rounding="half_up"), "-10.005", "-10.01"),
        (Money(rounding="half_up"), "10.004999", "10.00"),
        (Money(thousands=",", rounding="half_up"), "1,234,567.895", "1234567.90"),
        (Money(thousands=".", decimal_mark=","), "1.234,5", "1234.5"),
        (Money(sign="reversed"), "-3.10", "3.10"),
        (Money(sign="absolute"), "-3.10", "3.10"),
    ],
)
def test_an_amount_is_turned_into_pounds_and_pence(money: Money, text: str, pounds: str) -> None:
    assert translate_money(money, text) == pounds


@pytest.mark.parametrize("text", ["1,00.00", "1,000", "£5", "1e3", "", "5-", "NaN", "1.2.3"])
def test_an_amount_written_otherwise_is_refused(text: str) -> None:
    assert isinstance(judged := translate_money(Money(), text), BadCell)
    assert judged.code == "I08"


def test_a_row_counts_as_rounded_if_it_has_more_than_two_decimals() -> None:
    money = Money(rounding="half_up")
    assert [text for text in ("1", "1.00", "1.000", "1.005", "x") if is_rounded(money, text)] == [
        "1.000",
        "1.005",
    ]


# ------------------------------------------------------------------------------ the mappings


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("ibm_ar_padded_mdy.csv", "ibm_ar"),
        ("hr_open_dmy.csv", "highradius_open"),
        ("xero_invoice_data.csv", "xero_invoices"),
        ("xero_invoice_data_20260630.csv", "xero_invoices"),
        ("sage_intacct__ar_invoice.csv", "sage_intacct_invoices"),
        ("sage_intacct__ar_invoice_20260630.csv", "sage_intacct_invoices"),
        ("sage_intacct__ar_invoice_item.csv", None),
        ("sage_intacct__gl_account.csv", None),
        ("xero_invoice_line_item_data.csv", None),
        ("xero_contact_data.csv", None),
    ],
)
def test_a_shipped_mapping_reads_the_files_of_its_system(name: str, source: str | None) -> None:
    found = source_of(name, load_sources().values())
    assert (found.source if found else None) == source


def test_no_shipped_mapping_takes_a_canonical_file_for_its_own() -> None:
    sources = load_sources().values()
    for feed in load_contracts():
        assert source_of(f"{feed}.csv", sources) is None
        assert source_of(f"{feed}_20260630.csv", sources) is None


def test_of_two_patterns_that_fit_the_longer_one_is_meant() -> None:
    general = parse_source("a.yml", MAPPING)
    special = general.model_copy(update={"source": "special", "files": ("ledger_x*.csv",)})
    assert source_of("ledger_x1.csv", [special, general]) is special
    assert source_of("ledger_1.csv", [special, general]) is general


@pytest.mark.parametrize(
    ("change", "to"),
    [
        ("control_feed: invoices", "control_feed: services"),
        ("control_feed: invoices", "control_feed: refunds"),
        ("encoding: cp1252", "encoding: klingon"),
        ("feed: invoices", "feed: bills"),
        ('      due_date: {column: Due, days: ["%d/%m/%Y"]}\n', ""),
        ("description:", "colour:"),
        ("{constant: HALL}", "{constant: HALL, column: No}"),
        ("{constant: HALL}", "{}"),
        ("is_in: [NOTE]", "is_in: [NOTE], is_blank: false"),
        ("{column: Cur, treat_as_pounds: [EUR]}", "{stated: USD}"),
        ("source: town_hall", "source: town_hall\nowner: me"),
    ],
)
def test_a_mapping_that_cannot_be_carried_out_is_refused_by_name(change: str, to: str) -> None:
    assert change in MAPPING
    with pytest.raises(IngestionError, match=r"source mapping mine\.yml: "):
        parse_source("mine.yml", MAPPING.replace(change, to))


def test_every_shipped_mapping_is_in_a_file_of_its_own_name() -> None:
    folder = Path(sources.__file__).parent
    assert {path.stem for path in folder.glob("*.yml")} == set(load_sources())

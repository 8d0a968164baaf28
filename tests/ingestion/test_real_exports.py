"""Real exports of four systems, read where they lie and never copied into the repository."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.intake.taken import TakenFile
from tests.ingestion.inbox_folder import InboxFolder

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL = Path(os.environ.get("COUNCIL_REAL_DATA", BESIDE)) / "ar"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason="real input files not present: ../shared/data"),
]
IBM = ["ibm/ibm_ar_padded_mdy.csv", "ibm/ibm_ar_unpadded_mdy.csv"]


def take(folder: InboxFolder, name: str) -> TakenFile:
    path = REAL / name
    (folder.inbox / path.name).symlink_to(path)
    (taken,) = folder.take().files
    assert taken.rows_read == (taken.rows_accepted + taken.rows_quarantined + taken.rows_set_aside)
    return taken


@pytest.mark.parametrize("name", IBM)
def test_ibm_gives_invoices_receipts_and_disputes(folder: InboxFolder, name: str) -> None:
    taken = take(folder, name)
    assert (taken.rows_read, taken.rows_accepted) == (2466, 2466)
    assert taken.control_total == Decimal("147703.18")
    assert taken.unknown_columns == ()
    assert folder.rows("select count(distinct debtor_id) from raw.debtors") == [(100,)]
    assert folder.rows("select count(*), sum(amount) from raw.receipts") == [
        (2466, Decimal("147703.18"))
    ]
    assert folder.rows(
        "select count(*), sum(gross_amount) from raw.invoices inner join raw.disputes "
        "using (invoice_id)"
    ) == [(561, Decimal("36746.12"))]
    assert folder.rows(
        "select count(*), sum(amount) from raw.receipts inner join raw.invoices using (invoice_id) "
        "where received_on > due_date"
    ) == [(877, Decimal("53960.78"))]


@pytest.mark.parametrize("name", IBM)
@pytest.mark.parametrize(
    ("as_of", "items", "pounds"),
    [
        ("2012-12-31", 99, "5725.06"),
        ("2013-03-31", 94, "5903.74"),
        ("2013-06-30", 84, "5119.85"),
        ("2013-12-31", 13, "761.90"),
    ],
)
def test_ibm_is_open_until_the_day_of_settlement(
    folder: InboxFolder, name: str, as_of: str, items: int, pounds: str
) -> None:
    take(folder, name)
    assert folder.rows(
        "select count(*), sum(gross_amount) from raw.invoices inner join raw.receipts "
        f"using (invoice_id) where invoice_date <= '{as_of}' and received_on > '{as_of}'"
    ) == [(items, Decimal(pounds))]


def test_ibm_keeps_leading_zeros_where_the_file_has_them(folder: InboxFolder) -> None:
    take(folder, IBM[0])
    assert folder.rows("select count(*) from raw.invoices where invoice_id = '0000611365'") == [
        (1,)
    ]


def test_highradius_is_rounded_row_by_row_and_the_rows_are_counted(folder: InboxFolder) -> None:
    taken = take(folder, "highradius/hr_open_dmy.csv")
    assert (taken.rows_read, taken.rows_accepted) == (9681, 9681)
    assert taken.control_total == Decimal("310427859.34")
    assert "rounded half up to pence: converted_usd in 576 rows" in taken.notes
    assert "treated as pounds: 9681 rows of source highradius_open in USD" in taken.notes
    assert folder.rows("select count(distinct debtor_id) from raw.debtors") == [(553,)]


@pytest.mark.parametrize(
    ("as_of", "not_due", "to_30", "to_60", "to_90"),
    [
        ("2020-03-31", 2800, 2219, 9, 0),
        ("2020-05-31", 108, 2813, 4392, 2356),
        ("2020-07-31", 0, 8, 93, 2698),
    ],
)
def test_highradius_is_past_due_as_expected(
    folder: InboxFolder, as_of: str, not_due: int, to_30: int, to_60: int, to_90: int
) -> None:
    take(folder, "highradius/hr_open_dmy.csv")
    days = f"date '{as_of}' - due_date"
    assert folder.rows(
        f"select count(*) filter ({days} <= 0), count(*) filter ({days} between 1 and 30), "
        f"count(*) filter ({days} between 31 and 60), count(*) filter ({days} between 61 and 90) "
        f"from raw.invoices where invoice_date <= '{as_of}'"
    ) == [(not_due, to_30, to_60, to_90)]


def test_xero_gives_receivables_only_at_the_amount_due(folder: InboxFolder) -> None:
    taken = take(folder, "xero/xero_invoice_data.csv")
    assert (taken.rows_read, taken.rows_accepted, taken.rows_quarantined) == (601, 13, 0)
    assert taken.control_total == Decimal("42841.00")
    assert taken.notes == (
        "set aside as payables: 484 rows",
        "set aside as deleted_or_voided: 1 rows",
        "set aside as nothing_due: 103 rows",
        "treated as pounds: 7 rows of source xero_invoices in USD",
    )
    assert folder.rows(
        "select count(*) filter (date '2021-01-31' - due_date <= 0), "
        "count(*) filter (date '2021-01-31' - due_date between 31 and 60), "
        "count(*) filter (date '2021-01-31' - due_date between 61 and 90) from raw.invoices"
    ) == [(11, 1, 1)]


def test_sage_reports_nothing_since_every_row_is_deleted_at_source(folder: InboxFolder) -> None:
    taken = take(folder, "sage_intacct/sage_intacct__ar_invoice.csv")
    assert (taken.rows_read, taken.rows_accepted, taken.rows_set_aside) == (10, 0, 10)
    assert taken.control_total == Decimal("0.00")
    assert taken.notes == ("set aside as deleted_at_source: 10 rows",)
    assert folder.rows("select count(*) from raw.invoices") == [(0,)]


@pytest.mark.parametrize(
    "name",
    [
        "xero/xero_contact_data.csv",
        "xero/xero_invoice_line_item_data.csv",
        "xero/xero_account_data.csv",
        "xero/xero_organization_data.csv",
        "sage_intacct/sage_intacct__ar_invoice_item.csv",
        "sage_intacct/sage_intacct__gl_account.csv",
    ],
)
def test_a_companion_file_without_a_mapping_is_refused_by_name(
    folder: InboxFolder, name: str
) -> None:
    taken = take(folder, name)
    assert taken.refused_code == "I04"
    assert "does not match any feed or source mapping" in str(taken.refused_message)

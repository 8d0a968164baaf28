"""Control account reconciliation, and the items behind each difference."""

from dataclasses import dataclass

from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

_SHOWN = 20

_CONTROLS = """
    select
        control_code,
        account_code,
        expected_amount,
        actual_amount,
        difference_amount,
        status,
        explanation
    from control_reconciliation
    order by control_code, account_code nulls last
"""

_EXCEPTIONS = """
    select
        control_code,
        account_code,
        item_type,
        item_id,
        amount,
        explanation,
        count(*) over (partition by control_code, account_code) as items,
        sum(amount) over (partition by control_code, account_code) as total
    from reconciliation_exceptions
    qualify
        row_number() over (
            partition by control_code, account_code
            order by abs(amount) desc, item_type, item_id
        ) <= ?
    order by control_code, account_code nulls last, abs(amount) desc, item_type, item_id
"""


_CERTIFICATES = """
    select control_code, control, period_end, prepared_by, reviewed_by, signed_on, status
    from reconciliation_certificates
    qualify period_end = max(period_end) over ()
    order by control_code
"""


@dataclass(frozen=True)
class Difference:
    """A control with a difference: its largest items, their number and their sum in pounds."""

    control_code: str
    account_code: str | None
    shown: tuple[Row, ...]

    @property
    def items(self) -> int:
        """The number of items behind the difference, including those not shown."""
        return int(self.shown[0]["items"])


@dataclass(frozen=True)
class Controls:
    """Controls, or why they are withheld. Differences and sign-offs are always shown."""

    controls: tuple[Row, ...]
    missing: str
    differences: tuple[Difference, ...]
    differences_known: bool
    certificates: tuple[Row, ...]


def section(marts: PublishedMarts, run: Run) -> Section:
    """Read the controls of the run and the items behind each difference."""
    published = "control_reconciliation" in marts
    content = Controls(
        controls=tuple(marts.rows(_CONTROLS)) if published else (),
        missing="" if published else absence("control_reconciliation", run),
        differences=_differences(marts),
        differences_known="reconciliation_exceptions" in marts,
        certificates=tuple(marts.rows(_CERTIFICATES))
        if "reconciliation_certificates" in marts
        else (),
    )
    return Section("controls", "Control accounts", content)


def _differences(marts: PublishedMarts) -> tuple[Difference, ...]:
    if "reconciliation_exceptions" not in marts:
        return ()
    grouped: dict[tuple[str, str | None], list[Row]] = {}
    for row in marts.rows(_EXCEPTIONS, [_SHOWN]):
        grouped.setdefault((row["control_code"], row["account_code"]), []).append(row)
    return tuple(Difference(*key, tuple(rows)) for key, rows in grouped.items())

"""How amounts, dates and codes are written for people: plain British English."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

_MINUS = "\N{MINUS SIGN}"
_LONDON = ZoneInfo("Europe/London")

_NAMES = {
    "adult_social_care": "Adult social care",
    "sundry": "Sundry debt",
    "commercial_rent": "Commercial rent",
    "housing_benefit_overpayment": "Housing benefit overpayment",
    "no_data": "No data",
    "replan_proposed": "Re-plan proposed",
    "control_reconciliation": "Control account reconciliation",
    "write_off_schedule": "Schedule of approved write-offs",
    "gl_balances": "General ledger balances",
    "no_timetable": "No recovery timetable",
    "breach_notice": "Notice after a breach",
    "sign_offs": "Sign-offs",
    "sms": "SMS",
    "same_person": "Same person",
    "withheld": "Published, some outputs withheld",
    "replayed": "Replayed, not published",
}

# Letters only, and ageing bands: an id with digits is never taken for a code.
_CODE = re.compile(r"(?<![\w./-])(?:[a-z]+(?:_[a-z]+)+|[dy]\d+_(?:\d+|plus))(?![\w/-])(?!\.\w)")
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_DAY_BAND = re.compile(r"d(\d+)_(\d+)")
_YEAR_BAND = re.compile(r"y(\d+)_(\d+)")
_LAST_BAND = re.compile(r"([dy])(\d+)_plus")


def money(amount: Decimal | None) -> str:
    """Write pounds and pence: ``£1,234.50``; a missing figure is n/a, never nil."""
    if amount is None:
        return "n/a"
    sign = _MINUS if amount < 0 else ""
    return f"{sign}£{abs(amount):,.2f}"


def short_money(amount: Decimal) -> str:
    """Write pounds for a chart label, rounded half-up: ``£1.2m``, ``£345k``, ``£5.6k``, ``£56``."""
    size = abs(amount)
    sign = _MINUS if amount < 0 else ""
    if size >= Decimal(999_500):
        return f"{sign}£{_half_up(size / 1_000_000, '0.1'):,}m"
    if size >= Decimal(1000):
        return f"{sign}£{_half_up(size / 1000, '0.1' if size < 99_950 else '1')}k"
    return f"{sign}£{_half_up(size, '1')}"


def share(part: Decimal, whole: Decimal) -> str:
    """Write a part as per cent of a whole with one decimal, half-up; blank for a whole of nil."""
    if whole == 0:
        return ""
    return f"{_half_up(part * 100 / whole, '0.1')}%"


def _half_up(amount: Decimal, step: str) -> Decimal:
    return amount.quantize(Decimal(step), rounding=ROUND_HALF_UP)


def count(number: int | None) -> str:
    """Write a whole number with thousands separators; a missing number is n/a."""
    return "n/a" if number is None else f"{number:,}".replace("-", _MINUS)


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Write a number with its noun: ``1 file``, ``1,204 files``."""
    noun = singular if number == 1 else plural or f"{singular}s"
    return f"{count(number)} {noun}"


def day(value: date | None) -> str:
    """Write a date as ``30 June 2026``; a missing date is n/a."""
    return "n/a" if value is None else f"{value.day} {value:%B %Y}"


def plain_text(text: str) -> str:
    """Text of a mart for people: ISO dates as ``30 June 2026``, codes in words.

    Text that only looks like a date, ids of policy rows and file names stay as they are.
    """
    return _CODE.sub(_written_code, _ISO_DAY.sub(_written_day, text))


def sentence_case(text: str) -> str:
    """Start a text with a capital letter."""
    return text[:1].upper() + text[1:]


def _written_code(match: re.Match[str]) -> str:
    words = band(match[0])
    return words[:1].lower() + words[1:]


def _written_day(match: re.Match[str]) -> str:
    try:
        return day(date.fromisoformat(match[0]))
    except ValueError:
        return match[0]


def moment(value: str) -> str:
    """Write an ISO date and time in London time; other text stays as it is."""
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    if instant.tzinfo is not None:
        instant = instant.astimezone(_LONDON)
    return f"{day(instant.date())} at {instant:%H:%M}"


def name(code: str | None) -> str:
    """Write a code in plain words: ``no_data`` becomes ``No data``."""
    if not code:
        return "Not given"
    if known := _NAMES.get(code):
        return known
    plain = code.replace("write_off", "write-off").replace("write_back", "write-back")
    return plain.replace("_", " ").strip().capitalize()


def feed(code: str) -> str:
    """Write the feed or feeds of a file: ``invoices+receipts`` becomes ``Invoices, receipts``."""
    if not code:
        return "Unknown feed"
    first, *others = (name(each) for each in code.split("+"))
    return ", ".join((first, *(each[0].lower() + each[1:] for each in others)))


def policy_key(key: str) -> str:
    """Write the key of a policy row: ``sundry/final_notice`` is ``Sundry debt, final notice``."""
    first, *others = (band(part) for part in key.split("/"))
    return ", ".join((first, *(each[:1].lower() + each[1:] for each in others)))


def debt_type(code: str | None) -> str:
    """Write a debt type; a debt without an invoice has none."""
    return name(code) if code else "No debt type"


def band(code: str) -> str:
    """Write an ageing band in words; a code of another form gets its underscores removed."""
    if match := _DAY_BAND.fullmatch(code):
        lower, upper = int(match[1]), int(match[2])
        return f"{lower} days to 1 year" if upper == 365 else f"{lower} to {upper} days"
    if match := _YEAR_BAND.fullmatch(code):
        return f"{match[1]} to {match[2]} years"
    if match := _LAST_BAND.fullmatch(code):
        start = int(match[2])
        return f"{start} days and over" if match[1] == "d" else f"Over {start} years"
    return {"not_due": "Not yet due", "unallocated_credit": "Unallocated credits"}.get(
        code, name(code)
    )


def band_order(code: str) -> tuple[int, int, str]:
    """Sort ageing bands: not due, then days, then years; unknown bands last."""
    if code == "not_due":
        return (0, 0, code)
    if match := re.match(r"([dy])(\d+)_", code):
        return (1 if match[1] == "d" else 2, int(match[2]), code)
    return (3, 0, code)

"""The facts of a run: the manifest as typed, frozen values.

The flow writes the manifest; this module only reads it. A missing key reads as "not recorded",
because the report of a bad day matters more than that of a good one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from reports.errors import ReportError
from reports.site import wording

RECONCILIATION = "reconciliation"


@dataclass(frozen=True)
class Check:
    """One check of a gate: its rule, how many items it checked and how many are exceptions."""

    code: str
    description: str
    severity: str
    population: int | None
    exceptions: int | None
    exceptions_value: Decimal | None
    status: str
    owner: str
    override: str = ""
    """The override of its failure, in words; blank if there is none."""


@dataclass(frozen=True)
class Gate:
    """One gate's verdict: ``passed``, ``failed`` or ``no_data``, and the marts it withholds."""

    name: str
    status: str
    checks: tuple[Check, ...]
    failed_checks: tuple[str, ...]
    withheld: tuple[str, ...]

    def failures(self) -> tuple[Check, ...]:
        """The failed checks of the gate."""
        return tuple(check for check in self.checks if check.status == "failed")


@dataclass(frozen=True)
class InputFile:
    """One file that the run read; counts are rows of the source."""

    file: str
    feed: str
    source: str
    file_day: date | None
    sha256: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_set_aside: int
    control_total: Decimal | None
    unchanged: bool
    unknown_columns: tuple[str, ...]
    refusal: str
    notes: tuple[str, ...]

    @property
    def rows_lost(self) -> int:
        """Rows read but neither accepted, quarantined nor set aside; 0 unless there is a defect."""
        return self.rows_read - self.rows_accepted - self.rows_quarantined - self.rows_set_aside

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything unusual about the file, one sentence each."""
        ignored = ", ".join(self.unknown_columns)
        possible = (
            f"Refused: {self.refusal}" if self.refusal else "",
            "Same name and content as an earlier file: nothing new." if self.unchanged else "",
            f"Unknown columns ignored: {ignored}." if ignored else "",
            *self.notes,
        )
        return tuple(remark for remark in possible if remark)


@dataclass(frozen=True)
class FeedAge:
    """How recent a feed is: the date of its newest file so far, and the number of files."""

    feed: str
    newest_file_day: date | None
    files: int


@dataclass(frozen=True)
class PolicyFigure:
    """One policy figure and its mark: how far the council can rely on it."""

    row: str
    table: str
    key: str
    applies_to: str
    value: str
    unit: str
    basis: str
    mark: str

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the council has yet to confirm or verify the figure."""
        return "PROPOSED" in self.mark or "GENERAL KNOWLEDGE" in self.mark


@dataclass(frozen=True)
class Run:
    """Everything the report says about the run itself."""

    run_id: str
    as_of: date
    known_at: date
    status: str
    code_version: str
    lock_sha256: str
    policy_sha256: str
    target: str
    started_at: str
    finished_at: str
    previous_manifest_sha256: str
    unreconciled: bool
    gates: tuple[Gate, ...]
    inputs: tuple[InputFile, ...]
    left_alone: tuple[str, ...]
    unreadable: tuple[str, ...]
    feed_ages: tuple[FeedAge, ...]
    notes: tuple[str, ...]
    policy: tuple[PolicyFigure, ...]

    @property
    def overridden(self) -> tuple[Check, ...]:
        """The failed gate checks that an officer overrode."""
        return tuple(check for gate in self.gates for check in gate.checks if check.override)

    @property
    def is_reconciled_by_override(self) -> bool:
        """Whether the figures count as reconciled only because an officer overrode a check."""
        return any(
            check.override
            for gate in self.gates
            if gate.name == RECONCILIATION
            for check in gate.checks
        )

    def gate_withholding(self, mart: str) -> Gate | None:
        """The gate that withholds this mart in this run, if there is one."""
        return next((gate for gate in self.gates if mart in gate.withheld), None)


def read_run(manifest: Mapping[str, object]) -> Run:
    """Read the manifest.

    Raises:
        ReportError: if the manifest has no as-of or known-at date.
    """
    gates = tuple(_gate(each) for each in _mappings(manifest.get("gates")))
    inputs = tuple(_input_file(each) for each in _mappings(manifest.get("inputs")))
    notes = {note for file in inputs for note in file.notes} | set(_texts(manifest.get("notes")))
    return Run(
        run_id=_text(manifest, "run_id"),
        as_of=_day(manifest, "as_of_date"),
        known_at=_day(manifest, "known_at"),
        status=_text(manifest, "status"),
        code_version=_text(manifest, "code_version"),
        lock_sha256=_text(manifest, "lock_sha256"),
        policy_sha256=_text(manifest, "policy_sha256"),
        target=_text(manifest, "target"),
        started_at=_text(manifest, "started_at"),
        finished_at=_text(manifest, "finished_at"),
        previous_manifest_sha256=_text(manifest, "previous_manifest_sha256"),
        unreconciled=_is_unreconciled(manifest, gates),
        gates=gates,
        inputs=inputs,
        left_alone=_texts(manifest.get("left_alone")),
        unreadable=_texts(manifest.get("unreadable")),
        feed_ages=tuple(_feed_age(each) for each in _mappings(manifest.get("feeds"))),
        notes=tuple(sorted(notes)),
        policy=tuple(_policy_figure(each) for each in _mappings(manifest.get("policy_marks"))),
    )


def _is_unreconciled(manifest: Mapping[str, object], gates: Sequence[Gate]) -> bool:
    """Figures are reconciled only if the reconciliation gate passed and the manifest agrees."""
    passed = any(gate.name == RECONCILIATION and gate.status == "passed" for gate in gates)
    return bool(manifest.get("unreconciled", False)) or not passed


def _gate(source: Mapping[str, object]) -> Gate:
    return Gate(
        name=_text(source, "name"),
        status=_text(source, "status"),
        checks=tuple(_check(each) for each in _mappings(source.get("checks_detail"))),
        failed_checks=_texts(source.get("failed_checks")),
        withheld=_texts(source.get("withheld")),
    )


def _check(source: Mapping[str, object]) -> Check:
    return Check(
        code=_text(source, "check_code"),
        description=_text(source, "description"),
        severity=_text(source, "severity"),
        population=_optional_int(source.get("population")),
        exceptions=_optional_int(source.get("exceptions")),
        exceptions_value=_optional_money(source.get("exceptions_value")),
        status=_text(source, "status"),
        owner=_text(source, "owner"),
        override=_override(source.get("override")),
    )


def _override(source: object) -> str:
    if not isinstance(source, Mapping):
        return ""
    approved, expires = (wording.day(_day(source, name)) for name in ("approved_on", "expires_on"))
    return (
        f"Override {_text(source, 'override_id')}, approved by {_text(source, 'approved_by')} "
        f"on {approved}, expires on {expires}. Reason: {_text(source, 'reason')}"
    )


def _input_file(source: Mapping[str, object]) -> InputFile:
    return InputFile(
        file=_text(source, "file"),
        feed=_text(source, "feed"),
        source=_text(source, "source"),
        file_day=_optional_day(source, "file_day"),
        sha256=_text(source, "sha256"),
        rows_read=_optional_int(source.get("rows_read")) or 0,
        rows_accepted=_optional_int(source.get("rows_accepted")) or 0,
        rows_quarantined=_optional_int(source.get("rows_quarantined")) or 0,
        rows_set_aside=_optional_int(source.get("rows_set_aside")) or 0,
        control_total=_optional_money(source.get("control_total")),
        unchanged=bool(source.get("unchanged", False)),
        unknown_columns=_texts(source.get("unknown_columns")),
        refusal=_text(source, "refused_message") or _text(source, "refused_code"),
        notes=_texts(source.get("notes")),
    )


def _feed_age(source: Mapping[str, object]) -> FeedAge:
    return FeedAge(
        feed=_text(source, "feed"),
        newest_file_day=_optional_day(source, "latest_file_day"),
        files=_optional_int(source.get("files")) or 0,
    )


def _policy_figure(source: Mapping[str, object]) -> PolicyFigure:
    reach = (_text(source, "debt_type"), _text(source, "party_type"))
    return PolicyFigure(
        row=_text(source, "policy_row"),
        table=_text(source, "table") or _text(source, "policy_code"),
        key=_text(source, "key"),
        applies_to=", ".join(wording.name(part) for part in reach if part),
        value=_text(source, "value"),
        unit=_text(source, "unit"),
        basis=_text(source, "basis"),
        mark=_text(source, "mark"),
    )


def _mappings(value: object) -> tuple[Mapping[str, object], ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(each for each in value if isinstance(each, Mapping))


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(str(each) for each in value)


def _text(source: Mapping[str, object], key: str) -> str:
    value = source.get(key)
    return "" if value is None else str(value)


def _day(source: Mapping[str, object], key: str) -> date:
    try:
        return date.fromisoformat(_text(source, key))
    except ValueError as error:
        raise ReportError(
            f"manifest: {key} is not a date in YYYY-MM-DD format; run the day again"
        ) from error


def _optional_day(source: Mapping[str, object], key: str) -> date | None:
    return _day(source, key) if source.get(key) else None


def _optional_int(value: object) -> int | None:
    return None if value is None else int(str(value))


def _optional_money(value: object) -> Decimal | None:
    """An amount in the manifest, which holds it as text or Decimal; never a float."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ReportError(
            f"manifest: {value!r} is not an amount of money; run the day again"
        ) from error

"""Finds what is wrong with a day's worklist from the council's raw rows.

Each function gives a line for everything that must not be; no line means that nothing is wrong.
What is open on an invoice and the status of an arrangement come from the second ledger, everything
else from the inbound rows themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from tests.flows.raw_council import NOT_DONE, Cells, RawCouncil, StageRule, shipped_timetables
from tests.laws.second_opinion import second_opinion

PROTECTIVE = ("breathing_space", "mental_health_crisis", "insolvency", "deceased")
BREACH_NOTICE_DAYS = 14
STOP_WHERE_REFUSED = (
    "debtors",
    "holds",
    "disputes",
    "receipts",
    "receipt_reversals",
    "arrangements",
    "case_actions",
)
TIMETABLES = shipped_timetables()
Marts = Sequence[Mapping[str, object]]
Lines = list[str]


@dataclass(frozen=True)
class Day:
    """What the models said on a day, beside what the council had sent in by then.

    Attributes:
        on: the day.
        rows: the rows of each feed that count, as known that day.
        refused: debtors whom a refused row names that may protect them.
        worklist: the mart `recovery_worklist`.
        stages: the mart `recovery_stages`.
        balances: pounds open on each invoice of the debtors on the worklist, by the second ledger.
        standings: status and day of breach of the arrangements of these debtors, by the same.
        listing: ids of the actions that ever listed an invoice.
    """

    on: date
    rows: Mapping[str, Sequence[Cells]]
    refused: frozenset[str]
    worklist: Marts
    stages: Marts
    balances: Mapping[str, Decimal]
    standings: Mapping[str, tuple[str, date | None]]
    listing: frozenset[str] = field(default_factory=frozenset)

    @property
    def today(self) -> str:
        """The day as cells write it."""
        return self.on.isoformat()

    @cached_property
    def invoices(self) -> dict[str, Cells]:
        """Invoices by id."""
        return {row["invoice_id"]: row for row in self.rows["invoices"]}

    @cached_property
    def debt_types(self) -> dict[str, str]:
        """Debt type by service."""
        return {row["service_code"]: row["debt_type"] for row in self.rows["services"]}

    @cached_property
    def persons(self) -> dict[str, set[str]]:
        """The debtor accounts of whoever is behind an account, that account included."""
        parties: dict[str, set[str]] = defaultdict(set)
        for row in self.rows["debtors"]:
            parties[row.get("party_id") or f"only {row['debtor_id']}"].add(row["debtor_id"])
        return {debtor: accounts for accounts in parties.values() for debtor in accounts}

    @cached_property
    def stages_by_invoice(self) -> dict[str, Mapping[str, object]]:
        """The rows of `recovery_stages` by invoice."""
        return {str(row["invoice_id"]): row for row in self.stages}

    @cached_property
    def arrangements_of(self) -> dict[str, list[str]]:
        """Ids of the arrangements that list an invoice."""
        listed: dict[str, list[str]] = defaultdict(list)
        for row in self.rows["arrangement_invoices"]:
            listed[row["invoice_id"]].append(row["arrangement_id"])
        return listed

    @cached_property
    def done(self) -> dict[str, dict[str, str]]:
        """For each invoice the stages done, with the latest day of each."""
        lists: dict[str, list[str]] = defaultdict(list)
        for row in self.rows["case_action_invoices"]:
            lists[row["action_id"]].append(row["invoice_id"])
        of_debtor: dict[str, list[Cells]] = defaultdict(list)
        for row in self.invoices.values():
            of_debtor[row["debtor_id"]].append(row)
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for action in self.rows["case_actions"]:
            if action.get("outcome_code") in NOT_DONE:
                continue
            covered = set(lists[action["action_id"]])
            if action.get("invoice_id"):
                covered.add(action["invoice_id"])
            elif action["action_id"] not in self.listing:
                covered |= {
                    row["invoice_id"]
                    for row in of_debtor[action["debtor_id"]]
                    if row["due_date"] < action["acted_on"]
                }
            for invoice_id in covered:
                days = found[invoice_id]
                code = action["action_code"]
                days[code] = max(days.get(code, ""), action["acted_on"])
        return found

    def timetable(self, invoice_id: str) -> tuple[StageRule, ...]:
        """The stages of an invoice's debt type."""
        return TIMETABLES.get(self.debt_types[self.invoices[invoice_id]["service_code"]], ())


def look(raw: RawCouncil, on: date, worklist: Marts, stages: Marts) -> Day:
    """Puts a day's answer beside the rows that came in, and asks the second ledger for balances."""
    listed = {str(row["debtor_id"]) for row in worklist}
    opinion = second_opinion(list(raw.rows_of(listed, on)), as_of=on, known_at=on)
    balances: dict[str, Decimal] = defaultdict(Decimal)
    for item in opinion["open_items"]:
        if item["item_kind"] in ("invoice", "instalment", "adjustment") and item["invoice_id"]:
            balances[str(item["invoice_id"])] += max(
                Decimal(str(item["outstanding_amount"])), Decimal(0)
            )
    return Day(
        on,
        raw.counted_on(on),
        frozenset(
            each.cells.get("debtor_id", "")
            for each in raw.refused_by(on)
            if each.feed in STOP_WHERE_REFUSED
        )
        - {""},
        worklist,
        stages,
        balances,
        {
            str(row["arrangement_id"]): (str(row["status"]), row["breached_on"])  # type: ignore[misc]
            for row in opinion["arrangement_compliance"]
        },
        frozenset(
            version.cells["action_id"]
            for versions in raw.versions["case_action_invoices"].values()
            for version in versions
            if version.file_day <= on
        ),
    )


def actions(day: Day) -> Iterable[tuple[Mapping[str, object], list[str]]]:
    """The rows of the worklist, each with the invoices that it lists."""
    for row in day.worklist:
        yield row, str(row["invoice_ids"]).split(",")


def runs(hold: Cells, today: str) -> bool:
    """Both ends are included; blank is without end."""
    return hold["starts_on"] <= today and (not hold.get("ends_on") or today <= hold["ends_on"])


def protected_people_pursued(day: Day) -> Lines:
    """Actions on anyone whom a protective hold or a death protects that day, by person."""
    return [
        f"{row['debtor_id']}: {why}"
        for row, invoice_ids in actions(day)
        for why in _protections(day, str(row["debtor_id"]), invoice_ids)
    ]


def _protections(day: Day, debtor_id: str, invoice_ids: Iterable[str]) -> Iterable[str]:
    accounts = day.persons.get(debtor_id, {debtor_id})
    for debtor in day.rows["debtors"]:
        if debtor["debtor_id"] in accounts and _has_come(debtor, "date_of_death", day.today):
            yield f"{debtor['debtor_id']} died on {debtor['date_of_death']}"
    for hold in day.rows["holds"]:
        if (
            hold["hold_type"] in PROTECTIVE
            and hold["debtor_id"] in accounts
            and runs(hold, day.today)
            and any(_is_covered(hold, day.invoices[each]) for each in invoice_ids)
        ):
            yield f"{hold['hold_type']} {hold['hold_id']}"


def _is_covered(hold: Cells, invoice: Cells) -> bool:
    """An insolvency with an order covers only debts dated on or before it."""
    ordered = hold.get("order_date") if hold["hold_type"] == "insolvency" else ""
    return not ordered or invoice["invoice_date"] <= ordered


def pursued_though_stopped(day: Day) -> Lines:
    """Actions on what is disputed, held, arranged, referred, or of a debtor not fully read."""
    return [
        f"{row['debtor_id']} {invoice_id}: {why}"
        for row, invoice_ids in actions(day)
        for invoice_id in invoice_ids
        for why in (
            *_unread(day, str(row["debtor_id"])),
            *_disputes(day, str(row["debtor_id"]), invoice_id),
            *_other_holds(day, str(row["debtor_id"]), invoice_id),
            *_arrangements(day, invoice_id),
            *_referrals(day, invoice_id),
        )
    ]


def _unread(day: Day, debtor_id: str) -> Iterable[str]:
    if debtor_id in day.refused:
        yield "a row of the debtor was refused"


def _disputes(day: Day, debtor_id: str, invoice_id: str) -> Iterable[str]:
    for dispute in day.rows["disputes"]:
        if (
            dispute["kind"] == "dispute"
            and not _has_come(dispute, "resolved_on", day.today)
            and _names(dispute, debtor_id, invoice_id, ())
        ):
            yield f"dispute {dispute['dispute_id']}"


def _other_holds(day: Day, debtor_id: str, invoice_id: str) -> Iterable[str]:
    arranged = day.arrangements_of.get(invoice_id, [])
    for hold in day.rows["holds"]:
        if (
            hold["hold_type"] not in PROTECTIVE
            and runs(hold, day.today)
            and _names(hold, debtor_id, invoice_id, arranged)
        ):
            yield f"{hold['hold_type']} {hold['hold_id']}"


def _arrangements(day: Day, invoice_id: str) -> Iterable[str]:
    for arrangement_id in day.arrangements_of.get(invoice_id, []):
        status, breached_on = day.standings.get(arrangement_id, ("", None))
        if status == "live":
            yield f"arrangement {arrangement_id} is kept"
        if breached_on and day.on < breached_on + timedelta(days=BREACH_NOTICE_DAYS):
            yield f"arrangement {arrangement_id} was broken on {breached_on}"


def _referrals(day: Day, invoice_id: str) -> Iterable[str]:
    for placement in day.rows["agency_placements"]:
        is_back = _has_come(placement, "closed_on", day.today) or _has_come(
            placement, "recall_acknowledged_on", day.today
        )
        if placement["invoice_id"] == invoice_id and not is_back:
            yield f"placement {placement['placement_id']}"
    for case in day.rows["legal_cases"]:
        if case["invoice_id"] == invoice_id and not _has_come(case, "closed_on", day.today):
            yield f"legal case {case['case_id']}"


def _has_come(row: Cells, column: str, today: str) -> bool:
    return bool(row.get(column)) and row[column] <= today


def _names(row: Cells, debtor_id: str, invoice_id: str, arranged: Iterable[str]) -> bool:
    """The invoice that a row names, else its arrangement, else the whole debtor."""
    if row.get("invoice_id"):
        return row["invoice_id"] == invoice_id
    if row.get("arrangement_id"):
        return row["arrangement_id"] in arranged
    return row["debtor_id"] == debtor_id


def stages_skipped(day: Day) -> Lines:
    """Actions whose earlier stages were neither done nor passed over by their minimum balance."""
    lines = []
    for row, invoice_ids in actions(day):
        for invoice_id in invoice_ids:
            timetable = day.timetable(invoice_id)
            if row["action_code"] not in [rule.code for rule in timetable]:
                lines.append(f"{invoice_id}: {row['action_code']} is in no timetable")
                continue
            for rule in timetable:
                if rule.code == row["action_code"]:
                    break
                if rule.code not in day.done[invoice_id] and (
                    rule.minimum <= day.balances[invoice_id]
                ):
                    lines.append(f"{invoice_id}: {row['action_code']} without {rule.code}")
    return lines


def acted_too_early(day: Day) -> Lines:
    """Actions before their day, or sooner after the stage before than the timetable allows."""
    lines = []
    for row, invoice_ids in actions(day):
        for invoice_id in invoice_ids:
            due = date.fromisoformat(day.invoices[invoice_id]["due_date"])
            last_on = None
            for rule in day.timetable(invoice_id):
                if rule.code == row["action_code"]:
                    first = due + timedelta(days=rule.not_before)
                    if last_on:
                        first = max(first, last_on + timedelta(days=rule.after_previous))
                    if day.on < first:
                        lines.append(f"{invoice_id}: {rule.code} before {first}")
                    break
                if rule.code in day.done[invoice_id]:
                    last_on = date.fromisoformat(day.done[invoice_id][rule.code])
    return lines


def acted_on_twice(day: Day) -> Lines:
    """Debtors with more than one action, and actions done twice on a day."""
    listed = Counter(str(row["debtor_id"]) for row in day.worklist)
    ids = Counter(each for _, invoice_ids in actions(day) for each in invoice_ids)
    return [
        *(f"{debtor} is listed {count} times" for debtor, count in listed.items() if count > 1),
        *(f"invoice {each} is listed {count} times" for each, count in ids.items() if count > 1),
    ]


def actions_unexplained(day: Day) -> Lines:
    """Actions whose reason, or invoices whose explanation, does not name the rule that decided."""
    return [
        *(f"{row['invoice_id']}: {row['explanation']}" for row in day.stages if _is_silent(row)),
        *(f"{row['debtor_id']}: {row['reason']}" for row, _ in _reasons_missing(day)),
        *(
            f"{invoice_id}: its explanation is without {words}"
            for row, invoice_ids in actions(day)
            for invoice_id in invoice_ids
            for words in _words_missing(day, invoice_id, str(row["action_code"]))
        ),
    ]


def _is_silent(row: Mapping[str, object]) -> bool:
    """Whether nothing is said, or something other than what blocks."""
    waits = f"is blocked by: {row['blocked_by']}" if row["next_stage"] and row["blocked_by"] else ""
    return not row["explanation"] or waits not in str(row["explanation"])


def _reasons_missing(day: Day) -> Iterable[tuple[Mapping[str, object], list[str]]]:
    for row, invoice_ids in actions(day):
        count = f"{len(invoice_ids)} invoice{'s'[: len(invoice_ids) > 1]}; "
        said = f"{row['action_code']} is due since {row['due_since']} on {count}"
        if not str(row["reason"]).startswith(said):
            yield row, invoice_ids


def _words_missing(day: Day, invoice_id: str, code: str) -> list[str]:
    staged = day.stages_by_invoice.get(invoice_id, {})
    said = f"{staged.get('explanation')} {staged.get('next_stage_policy_row')}"
    return [words for words in _words_of_the_rule(day, invoice_id, code) if words not in said]


def _words_of_the_rule(day: Day, invoice_id: str, code: str) -> Iterable[str]:
    """What an explanation must say: the stage, its days, its policy row, and each stage before."""
    for rule in day.timetable(invoice_id):
        if rule.code == code:
            yield f"{code} is due since "
            yield f"{rule.not_before} days after "
            yield f"{code}: next"
            yield rule.policy_row
            return
        if rule.code in day.done[invoice_id]:
            yield f"{rule.code}: done"
        else:
            yield f"{rule.code}: skipped, balance below {rule.minimum}"


def amounts_that_differ(day: Day) -> Lines:
    """Actions whose amount is not what the second ledger has open on the invoices listed."""
    lines = []
    for row, invoice_ids in actions(day):
        open_on_them = sum((day.balances[each] for each in invoice_ids), Decimal(0))
        if row["amount"] != open_on_them or min(day.balances[each] for each in invoice_ids) <= 0:
            lines.append(f"{row['debtor_id']} {invoice_ids}: {row['amount']}, not {open_on_them}")
        owners = {day.invoices[each]["debtor_id"] for each in invoice_ids}
        if owners != {row["debtor_id"]}:
            lines.append(f"{row['debtor_id']} {invoice_ids}: they are {sorted(owners)}'s")
    return lines


def forgotten(day: Day) -> Lines:
    """Invoices that nothing ever blocked, judged in another way than by counting days.

    Only invoices without instalments, of debtors without hold, dispute, arrangement, referral,
    death, refused row or credit of their own: theirs is the plain timetable.
    """
    listed = {str(row["debtor_id"]): row for row in day.worklist}
    lines = []
    for row in day.stages:
        invoice_id, debtor_id = str(row["invoice_id"]), str(row["debtor_id"])
        timetable = day.timetable(invoice_id)
        if not timetable or not is_plain(day, debtor_id, invoice_id):
            continue
        stage, reached = _next_by_the_timetable(day, invoice_id, Decimal(str(row["balance"])))
        if (stage.code if stage else None, reached) != (row["next_stage"], row["next_stage_on"]):
            lines.append(f"{invoice_id}: {row['next_stage']} {row['next_stage_on']}, not {reached}")
        if stage and reached and reached <= day.on:
            codes = [rule.code for rule in timetable]
            action = listed.get(debtor_id)
            if action is None or codes.index(str(action["action_code"])) < codes.index(stage.code):
                lines.append(f"{invoice_id}: {stage.code} is due since {reached}, not listed")
    return lines


def _next_by_the_timetable(
    day: Day, invoice_id: str, balance: Decimal
) -> tuple[StageRule | None, date | None]:
    due = date.fromisoformat(day.invoices[invoice_id]["due_date"])
    last_on = None
    for rule in day.timetable(invoice_id):
        if rule.code in day.done[invoice_id]:
            last_on = date.fromisoformat(day.done[invoice_id][rule.code])
        elif rule.minimum <= balance:
            reached = due + timedelta(days=rule.not_before)
            if last_on:
                reached = max(reached, last_on + timedelta(days=rule.after_previous))
            return rule, reached
    return None, None


def is_plain(day: Day, debtor_id: str, invoice_id: str) -> bool:
    """Whether nothing but the timetable concerns an invoice: see `forgotten`."""
    return invoice_id not in _odd_invoices(day) and not day.persons.get(
        debtor_id, {debtor_id}
    ) & _odd_debtors(day)


def _odd_debtors(day: Day) -> set[str]:
    named = [
        row["debtor_id"]
        for feed in ("holds", "disputes", "arrangements", "credit_notes", "receipts", "refunds")
        for row in day.rows[feed]
        if row.get("debtor_id") and not (feed in ("credit_notes", "receipts") and row["invoice_id"])
    ]
    named += [row["debtor_id"] for row in day.rows["debtors"] if row.get("date_of_death")]
    return {*named, *day.refused}


def _odd_invoices(day: Day) -> set[str]:
    feeds = ("invoice_instalments", "agency_placements", "legal_cases", "arrangement_invoices")
    return {row["invoice_id"] for feed in feeds for row in day.rows[feed]}


FAULTS: Mapping[str, Callable[[Day], Lines]] = {
    "nobody who is protected is pursued": protected_people_pursued,
    "nothing that is stopped is pursued": pursued_though_stopped,
    "no stage is skipped but for its minimum": stages_skipped,
    "no action comes before its day": acted_too_early,
    "one action for each debtor and day": acted_on_twice,
    "every action is explained": actions_unexplained,
    "amounts are the open balance": amounts_that_differ,
    "nobody is forgotten": forgotten,
}


def faults(day: Day) -> Lines:
    """Everything that is wrong on a day, each line behind its day and rule."""
    return [f"{day.on} {rule}: {line}" for rule, find in FAULTS.items() for line in find(day)]

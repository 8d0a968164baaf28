"""The policy proof: what must hold of recovery in every situation that the timetable can meet.

All cells of the decision space are raw rows of one warehouse, the models are built over them once,
and each law is asked of the raw rows and of the marts by SQL that shares nothing with the models. A
law answers with the debtors for whom it does not hold; each is also asked of marts in which it was
broken on purpose.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import duckdb
import pytest

from ingestion.intake.warehouse import open_warehouse
from tests.conftest import FOR_SUMMARY
from tests.laws.comparison import FIXED_COLUMNS
from tests.laws.decision_space import AS_OF, PROTECTIVE, RAW_TABLES, make_space
from tests.laws.model_days import ModelDays
from tests.laws.second_opinion import Row, second_opinion

pytestmark = pytest.mark.slow

MARTS = ("recovery_stages", "recovery_worklist", "diary")
SAMPLED = 400

# The first stage that the raw rows show as not done, though its minimum balance is reached.
FIRST_UNDONE = """
    select
        invoices.debtor_id,
        min(timetable.place) as place
    from raw.invoices as invoices
    inner join raw.services as services on invoices.service_code = services.service_code
    inner join space.timetable as timetable
        on
            services.debt_type = timetable.debt_type
            and invoices.gross_amount >= timetable.minimum_balance
    left join raw.case_actions as actions
        on
            invoices.invoice_id = actions.invoice_id
            and timetable.stage = actions.action_code
    where actions.action_id is null
    group by invoices.debtor_id
"""
HOLDS_RUNNING = f"""
    select debtor_id, hold_type from raw.holds
    where starts_on <= date '{AS_OF}' and (ends_on is null or ends_on >= date '{AS_OF}')
"""

LAWS: Mapping[str, str] = {
    "every cell has one row of stages": """
        select coalesce(cells.cell_id, stages.debtor_id)
        from space.cells as cells
        full join recovery_stages as stages on cells.cell_id = stages.debtor_id
        group by all
        having count(cells.cell_id) <> 1 or count(stages.debtor_id) <> 1
    """,
    "at most one action per debtor": """
        select debtor_id from recovery_worklist group by debtor_id having count(*) > 1
    """,
    "what is due is acted on, and nothing else": """
        select coalesce(stages.debtor_id, actions.debtor_id)
        from (select * from recovery_stages where is_due) as stages
        full join recovery_worklist as actions
            on
                stages.debtor_id = actions.debtor_id
                and stages.next_stage = actions.action_code
                and stages.invoice_id = actions.invoice_ids
                and stages.balance = actions.amount
        where stages.debtor_id is null or actions.debtor_id is null
    """,
    "no action under a protective hold": f"""
        select actions.debtor_id
        from recovery_worklist as actions
        inner join ({HOLDS_RUNNING}) as holds on actions.debtor_id = holds.debtor_id
        where holds.hold_type in {PROTECTIVE}
    """,
    "nothing due where a hold runs, an arrangement is kept or in notice, or no timetable is": f"""
        select stages.debtor_id
        from recovery_stages as stages
        inner join raw.invoices as invoices on stages.invoice_id = invoices.invoice_id
        inner join raw.services as services on invoices.service_code = services.service_code
        cross join space.arrangement_rules as rules
        where
            stages.is_due
            and (
                stages.debtor_id in (select debtor_id from ({HOLDS_RUNNING}))
                or stages.debtor_id in (
                    select debtor_id from raw.arrangements
                    where first_due_on + rules.tolerance_days + rules.notice_days > date '{AS_OF}'
                )
                or services.debt_type not in (select debt_type from space.timetable)
            )
    """,
    "what blocks is shown, due or not": """
        select cells.cell_id
        from space.cells as cells
        inner join recovery_stages as stages on cells.cell_id = stages.debtor_id
        where stages.blocked_by is distinct from cells.blocked_by
    """,
    "the action is the first stage undone whose minimum the balance reaches": f"""
        select actions.debtor_id
        from recovery_worklist as actions
        inner join raw.invoices as invoices on actions.invoice_ids = invoices.invoice_id
        inner join raw.services as services on invoices.service_code = services.service_code
        left join ({FIRST_UNDONE}) as undone on actions.debtor_id = undone.debtor_id
        left join space.timetable as timetable
            on
                services.debt_type = timetable.debt_type
                and actions.action_code = timetable.stage
        where timetable.place is distinct from undone.place
    """,
    "every stage occurs as an action, for every party type": """
        select timetable.debt_type || ' ' || timetable.stage || ' ' || debtors.party_type
        from space.timetable as timetable
        cross join (select distinct party_type from raw.debtors) as debtors
        where
            (timetable.debt_type, timetable.stage, debtors.party_type) not in (
                select (services.debt_type, actions.action_code, acted_on.party_type)
                from recovery_worklist as actions
                inner join raw.debtors as acted_on on actions.debtor_id = acted_on.debtor_id
                inner join raw.invoices as invoices on actions.invoice_ids = invoices.invoice_id
                inner join raw.services as services
                    on invoices.service_code = services.service_code
            )
    """,
    "a balance with a timetable has a next stage, or all that it reaches is done": f"""
        select stages.debtor_id
        from recovery_stages as stages
        left join ({FIRST_UNDONE}) as undone on stages.debtor_id = undone.debtor_id
        where (stages.next_stage is null) <> (undone.place is null)
    """,
    "a stage is due on its day": f"""
        select cells.cell_id
        from space.cells as cells
        inner join recovery_stages as stages on cells.cell_id = stages.debtor_id
        where
            cells.days_to_go = 0
            and cells.next_stage is not null
            and cells.hold_state in ('none', 'ended')
            and cells.arranged in ('none', 'noticed')
            and (not stages.is_due or stages.next_stage_on <> date '{AS_OF}')
    """,
    "a stage is not due one day earlier": f"""
        select cells.cell_id
        from space.cells as cells
        inner join recovery_stages as stages on cells.cell_id = stages.debtor_id
        where
            cells.days_to_go = 1
            and cells.hold_state in ('none', 'ended')
            and (stages.is_due or stages.next_stage_on <> date '{AS_OF}' + 1)
    """,
    "the clock of every cell reaches its day, days on hold not counted": """
        select cells.cell_id
        from space.cells as cells
        inner join recovery_stages as stages on cells.cell_id = stages.debtor_id
        where
            stages.next_stage_on is distinct from cells.next_stage_on
            or stages.last_stage_on is distinct from cells.last_stage_on
    """,
    "a stage is due if its day has come and nothing blocks, and only then": f"""
        select cells.cell_id
        from space.cells as cells
        inner join recovery_stages as stages on cells.cell_id = stages.debtor_id
        where
            stages.is_due
            <> (coalesce(cells.next_stage_on <= date '{AS_OF}', false) and cells.blocked_by is null)
    """,
    "what was put into the diary is in it, with the days it is overdue": f"""
        select coalesce(actions.debtor_id, entries.debtor_id)
        from (select * from raw.case_actions where diary_on is not null) as actions
        full join diary as entries
            on
                actions.action_id = entries.action_id
                and date '{AS_OF}' - actions.diary_on = entries.days_overdue
        where actions.action_id is null or entries.action_id is null
    """,
}

# One row of a mart put wrong, and the law that must say so.
BREACHES: Mapping[str, tuple[str, str]] = {
    "every cell has one row of stages": (
        "recovery_stages",
        "select * from marts.recovery_stages order by debtor_id offset 1",
    ),
    "at most one action per debtor": (
        "recovery_worklist",
        "select * from marts.recovery_worklist union all "
        "(select * from marts.recovery_worklist order by debtor_id limit 1)",
    ),
    "what is due is acted on, and nothing else": (
        "recovery_worklist",
        "select * from marts.recovery_worklist order by debtor_id offset 1",
    ),
    "no action under a protective hold": (
        "recovery_worklist",
        "select * replace (case when debtor_id = (select min(debtor_id) from "
        "marts.recovery_worklist) then (select min(debtor_id) from raw.holds where hold_type = "
        "'deceased' and ends_on is null) else debtor_id end as debtor_id) "
        "from marts.recovery_worklist",
    ),
    "nothing due where a hold runs, an arrangement is kept or in notice, or no timetable is": (
        "recovery_stages",
        "select * replace (is_due or debtor_id = (select min(debtor_id) from marts.recovery_stages "
        "where blocked_by = 'breach_notice') as is_due) from marts.recovery_stages",
    ),
    "what blocks is shown, due or not": (
        "recovery_stages",
        "select * replace (nullif(blocked_by, 'hold,live_arrangement,no_timetable') as blocked_by) "
        "from marts.recovery_stages",
    ),
    "the action is the first stage undone whose minimum the balance reaches": (
        "recovery_worklist",
        "select * replace (case when action_code = 'reminder' then 'final_notice' else action_code "
        "end as action_code) from marts.recovery_worklist",
    ),
    "every stage occurs as an action, for every party type": (
        "recovery_worklist",
        "select * from marts.recovery_worklist where debtor_id not in (select debtor_id from "
        "raw.debtors where party_type = 'business') or action_code <> 'legal_referral'",
    ),
    "a balance with a timetable has a next stage, or all that it reaches is done": (
        "recovery_stages",
        "select * replace (nullif(next_stage, 'write_off_review') as next_stage) "
        "from marts.recovery_stages",
    ),
    "a stage is due on its day": (
        "recovery_stages",
        "select * replace (is_due and next_stage <> 'agency_referral' as is_due) "
        "from marts.recovery_stages",
    ),
    "a stage is not due one day earlier": (
        "recovery_stages",
        f"select * replace (is_due or next_stage_on = date '{AS_OF}' + 1 as is_due) "
        "from marts.recovery_stages",
    ),
    "the clock of every cell reaches its day, days on hold not counted": (
        "recovery_stages",
        "select * replace (next_stage_on + cast(next_stage = 'legal_referral' as int) as "
        "next_stage_on) from marts.recovery_stages",
    ),
    "a stage is due if its day has come and nothing blocks, and only then": (
        "recovery_stages",
        "select * replace (is_due and last_stage is null as is_due) from marts.recovery_stages",
    ),
    "what was put into the diary is in it, with the days it is overdue": (
        "diary",
        "select * replace (abs(days_overdue) as days_overdue) from marts.diary",
    ),
}


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of the whole space, its marts built."""
    warehouse = tmp_path_factory.mktemp("proof") / "income.duckdb"
    with closing(open_warehouse(warehouse)) as connection:
        make_space(connection)
        ModelDays(connection, MARTS).on(AS_OF)
    with closing(duckdb.connect(str(warehouse))) as connection:
        yield connection


def broken_by(connection: duckdb.DuckDBPyConnection, law: str, schema: str) -> list[str]:
    """Ten debtors at most for whom a law does not hold in the marts of a schema."""
    connection.execute(f"set search_path = '{schema},marts'")
    return [name for (name,) in connection.execute(f"{LAWS[law]} limit 10").fetchall()]


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_the_space_is_whole(
    proof: duckdb.DuckDBPyConnection, record_property: Callable[[str, object], None]
) -> None:
    ((cells, situations, holds, arranged, of_types),) = proof.execute(
        "select count(*), count(distinct situation_no), "
        "count(distinct coalesce(hold_type, '') || hold_state), count(distinct arranged), "
        "count(distinct debt_type || party_type) from space.cells"
    ).fetchall()
    record_property(FOR_SUMMARY, f"policy proof: {cells:,} cells")
    # Four debt types; nothing, seven prefixes and four other orders done; eleven balances.
    assert situations == 4 * 12 * 11
    assert (holds, arranged, of_types) == (1 + 9 * 3, 4, 4 * 4)
    assert cells > 400_000


@pytest.mark.parametrize("law", LAWS)
def test_a_law_holds_in_every_cell(proof: duckdb.DuckDBPyConnection, law: str) -> None:
    assert broken_by(proof, law, "marts") == []


@pytest.mark.parametrize("law", BREACHES)
def test_a_law_that_is_broken_on_purpose_says_so(
    proof: duckdb.DuckDBPyConnection, law: str
) -> None:
    mart, altered = BREACHES[law]
    proof.execute("create schema breached")
    try:
        proof.execute(f"create view breached.{mart} as {altered}")
        assert broken_by(proof, law, "breached") != []
    finally:
        proof.execute("drop schema breached cascade")


def test_every_law_is_broken_on_purpose() -> None:
    assert BREACHES.keys() == LAWS.keys()


def test_cells_taken_at_random_are_what_the_second_opinion_says(
    proof: duckdb.DuckDBPyConnection,
) -> None:
    # Half of them from the smaller part of the space, which goes over every boundary.
    proof.execute(
        "create or replace temp table sampled as select cell_id from space.cells qualify "
        "row_number() over (partition by clock = 'any' order by hash(cell_id), cell_id) "
        f"<= {SAMPLED // 2}"
    )
    rows = list(rows_known_of_the_sample(proof))
    opinion = second_opinion(rows, as_of=AS_OF, known_at=AS_OF)
    assert len(opinion["recovery_stages"]) == SAMPLED
    for mart in MARTS:
        columns = FIXED_COLUMNS[mart]
        modelled = rows_of(
            proof,
            f"select {', '.join(columns)} from marts.{mart} "
            "where debtor_id in (select cell_id from sampled)",
        )
        assert told(modelled, columns) == told(opinion[mart], columns)


def rows_known_of_the_sample(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    for table in RAW_TABLES:
        whose = {
            "services": "true",
            "arrangement_invoices": "substr(invoice_id, 2) in (select cell_id from sampled)",
        }.get(table, "debtor_id in (select cell_id from sampled)")
        for row in rows_of(connection, f"select * from raw.{table} where {whose}"):
            cells = {
                name: cell
                for name, cell in row.items()
                if not name.startswith("_") and cell is not None
            }
            yield Row(table, cells, row["_source_file"], row["_source_line"], AS_OF, AS_OF)


def told(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The rows as text, blank for nothing, in an order of their own."""
    return sorted(
        tuple("" if row[column] is None else str(row[column]) for column in columns) for row in rows
    )

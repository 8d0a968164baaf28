"""Every situation in which the shipped timetable has to decide, one debtor for each, as raw rows.

The space is a product of what was done, what is owed, which hold there is, the status of an
arrangement, the debt type and the party type; and in each of its cells the days that matter: the
one on which the next stage is due and the one before. A second part covers the days around every
boundary of the timetable, whichever stage is next, without hold or arrangement. Made by
SQL alone, so that hundreds of thousands of cells take seconds. What each cell should give is
calculated here too, independently of the models; figures come from the shipped seed.
"""

from datetime import date

import duckdb

from tests.dbt_workbench import PROJECT

AS_OF = date(2026, 6, 30)
SEEDS = PROJECT / "seeds" / "policy"
RAW_TABLES = (
    "services",
    "debtors",
    "invoices",
    "holds",
    "arrangements",
    "arrangement_invoices",
    "case_actions",
)
PROTECTIVE = ("breathing_space", "mental_health_crisis", "insolvency", "deceased")
OTHER_HOLDS = ("dispute", "vulnerability", "query", "payment_pending", "internal")
DEBT_TYPES = ("sundry", "commercial_rent", "adult_social_care", "housing_benefit_overpayment")
PARTY_TYPES = ("individual", "sole_trader", "business", "public_body")
# A prefix of the timetable each; and what nobody should have done in that order.
OUT_OF_ORDER = (
    "final_notice",
    "reminder,contact_attempt",
    "letter_of_claim,agency_referral",
    "reminder,final_notice,legal_referral,write_off_review",
)
# Holds that ended and that run have begun before the shortest clock could have started; the ones
# ended yesterday, the others end today.
HELD_FROM, ENDED = 5, 1
HELD_DAYS = HELD_FROM - ENDED + 1
LONG_AGO = 2000


def make_space(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the cells in schema `space` and their rows in the raw tables.

    Args:
        con: The warehouse, its raw tables made and empty.
    """
    con.execute("create schema if not exists space")
    _make_timetable(con)
    _make_situations(con)
    _make_cells(con)
    for table in RAW_TABLES:
        _fill(con, table)


def _listed(words: tuple[str, ...]) -> str:
    return "(values " + ", ".join(f"('{word}')" for word in words) + ")"


def _make_timetable(con: duckdb.DuckDBPyConnection) -> None:
    """The stages that are used, with their places, and the days an arrangement is given."""
    con.execute(
        f"""
        create or replace table space.timetable as
        select
            debt_type,
            stage,
            cast(row_number() over (partition by debt_type order by cast(sort as int)) as int)
                as place,
            cast(not_before_days as int) as not_before_days,
            cast(after_previous_days as int) as after_previous_days,
            cast(minimum_balance as decimal(18, 2)) as minimum_balance
        from read_csv('{SEEDS}/recovery_timetable.csv', all_varchar = true, header = true)
        where usage = 'used' and party_type is null
        """
    )
    con.execute(
        f"""
        create or replace table space.arrangement_rules as
        select
            cast(max(value) filter (where key = 'tolerance_days') as int) as tolerance_days,
            cast(max(value) filter (where key = 'breach_notice_days') as int) as notice_days
        from read_csv('{SEEDS}/arrangement_rules.csv', all_varchar = true, header = true)
        """
    )


def _make_situations(con: duckdb.DuckDBPyConnection) -> None:
    """What was done and what is owed, and which stage the text then says is the last and the next.

    No stage is skipped: the next is the first neither done nor passed over. Debt types without a
    timetable have none of either; what was done of another type's stages stays recorded.
    """
    con.execute(
        f"""
        create or replace table space.situations as
        with

        prefixes as (
            select
                longer.place as prefix,
                string_agg(stages.stage, ',' order by stages.place) as stages_done
            from space.timetable as longer
            inner join space.timetable as stages
                on longer.debt_type = stages.debt_type and stages.place <= longer.place
            where longer.debt_type = 'sundry'
            group by longer.place
        ),

        what_was_done as (
            select '' as stages_done
            union all
            select stages_done from prefixes
            union all
            select * from {_listed(OUT_OF_ORDER)}
        ),

        balances as (
            select distinct minimum_balance as balance from space.timetable
            union
            select distinct minimum_balance - 0.01 from space.timetable
            where minimum_balance > 0.01
        ),

        debt_types as (
            select * from {_listed(DEBT_TYPES)} as listed(debt_type)
        ),

        undone as (
            select
                debt_types.debt_type,
                what_was_done.stages_done,
                balances.balance,
                min(timetable.place) filter (
                    where timetable.minimum_balance <= balances.balance
                    and not list_contains(string_split(stages_done, ','), timetable.stage)
                ) as next_place
            from debt_types
            cross join what_was_done
            cross join balances
            left join space.timetable as timetable on debt_types.debt_type = timetable.debt_type
            group by all
        ),

        with_the_last as (
            select
                undone.*,
                max(timetable.place) as last_place
            from undone
            left join space.timetable as timetable
                on
                    undone.debt_type = timetable.debt_type
                    and list_contains(string_split(undone.stages_done, ','), timetable.stage)
                    and timetable.place < coalesce(undone.next_place, 1000)
            group by all
        )

        select
            row_number() over (
                order by with_the_last.debt_type, stages_done, balance
            ) as situation_no,
            with_the_last.*,
            last_stages.stage as last_stage,
            next_stages.stage as next_stage,
            next_stages.not_before_days,
            case when last_stages.stage is not null then next_stages.after_previous_days end
                as after_previous_days,
            exists (
                select 1 from space.timetable as timetable
                where timetable.debt_type = with_the_last.debt_type
            ) as has_timetable
        from with_the_last
        left join space.timetable as last_stages
            on
                with_the_last.debt_type = last_stages.debt_type
                and with_the_last.last_place = last_stages.place
        left join space.timetable as next_stages
            on
                with_the_last.debt_type = next_stages.debt_type
                and with_the_last.next_place = next_stages.place
        """
    )


def _make_cells(con: duckdb.DuckDBPyConnection) -> None:
    """The cells of both parts, each with its rows' dates and the day on which its stage is due."""
    con.execute(
        f"""
        create or replace table space.cells as
        with

        holds as (
            select cast(null as varchar) as hold_type, 'none' as hold_state
            union all
            select hold_types.*, states.*
            from {_listed(PROTECTIVE + OTHER_HOLDS)} as hold_types
            cross join {_listed(("running", "ended", "open_ended"))} as states
        ),

        arrangements as (
            select * from {_listed(("none", "live", "notice", "noticed"))} as listed(arranged)
        ),

        party_types as (
            select * from {_listed(PARTY_TYPES)} as listed(party_type)
        ),

        -- On which of its two clocks the stage waits, and how many days are still to go.
        timings as (
            select * from (values
                ('day', 0), ('day', 1), ('interval', 0), ('interval', 1), ('none', 0)
            ) as listed(clock, days_to_go)
        ),

        decided as (
            select
                situations.*,
                party_types.party_type,
                holds.hold_type,
                holds.hold_state,
                arrangements.arranged,
                timings.clock,
                timings.days_to_go,
                case when holds.hold_state = 'ended' then {HELD_DAYS} else 0 end as held_days,
                case
                    when timings.clock = 'day'
                        then situations.not_before_days + held_days - timings.days_to_go
                    else {LONG_AGO}
                end as days_past_due,
                case
                    when timings.clock = 'interval'
                        then situations.after_previous_days + held_days - timings.days_to_go
                    else {LONG_AGO} - 500
                end as days_since_last
            from space.situations
            cross join party_types
            cross join holds
            cross join arrangements
            cross join timings
            where
                -- No arrangement of a pound or less can be breached: policy forgives a pound.
                (arrangements.arranged in ('none', 'live') or situations.balance > 1.00)
                and case timings.clock
                    when 'day' then situations.next_stage is not null
                    when 'interval' then situations.after_previous_days is not null
                    else situations.next_stage is null
                end
        ),

        -- The second part: any days past due with any days since the last stage.
        boundaries as (
            select distinct timetable.not_before_days + around.days as days_past_due
            from space.timetable
            cross join (values (-1), (0), (1)) as around(days)
        ),

        intervals as (
            select distinct timetable.after_previous_days + around.days as days_since_last
            from space.timetable
            cross join (values (-1), (0), (1)) as around(days)
            where timetable.after_previous_days is not null
        ),

        walked as (
            select
                situations.*,
                'individual' as party_type,
                cast(null as varchar) as hold_type,
                'none' as hold_state,
                'none' as arranged,
                'any' as clock,
                cast(null as int) as days_to_go,
                0 as held_days,
                boundaries.days_past_due,
                coalesce(intervals.days_since_last, {LONG_AGO}) as days_since_last
            from space.situations
            cross join boundaries
            left join intervals on situations.last_stage is not null
            where situations.debt_type = 'sundry'
        ),

        numbered as (
            select
                both_parts.*,
                format('C{{:07d}}', row_number() over (
                    order by
                        clock, situation_no, party_type, hold_type, hold_state, arranged,
                        days_to_go, days_past_due, days_since_last
                )) as cell_id
            from (
                select * from decided
                union all by name
                select * from walked
            ) as both_parts
        ),

        dated as (
            select
                numbered.*,
                date '{AS_OF}' - cast(days_past_due as int) as due_date,
                case
                    when last_stage is not null then date '{AS_OF}' - cast(days_since_last as int)
                end as last_stage_on,
                case when hold_state <> 'none' then date '{AS_OF}' - {HELD_FROM} end as held_from,
                hold_state in ('running', 'open_ended') as is_held,
                case hold_state
                    when 'ended' then date '{AS_OF}' - {ENDED}
                    when 'running' then date '{AS_OF}'
                end as held_until
            from numbered
        ),

        -- With one hold at most, a clock that has not run down when it begins waits for its end.
        run_down as (
            select
                dated.*,
                {_run_down("due_date", "not_before_days")} as day_on,
                {_run_down("last_stage_on", "after_previous_days")} as interval_on
            from dated
        )

        select
            run_down.*,
            case
                when hold_state <> 'open_ended' then greatest(day_on, coalesce(interval_on, day_on))
            end as next_stage_on,
            nullif(concat_ws(
                ',',
                case arranged when 'notice' then 'breach_notice' end,
                case when is_held and hold_type = 'dispute' then 'dispute' end,
                case when is_held and hold_type in {OTHER_HOLDS[1:]} then 'hold' end,
                case arranged when 'live' then 'live_arrangement' end,
                case when not has_timetable then 'no_timetable' end,
                case when is_held and hold_type in {PROTECTIVE} then 'statutory_hold' end
            ), '') as blocked_by
        from run_down
        """
    )


def _run_down(start: str, days: str) -> str:
    return (
        f"{start} + {days} + cast(case "
        f"when held_from <= {start} + {days} and held_until > {start} "
        f"then held_until - greatest(held_from, {start} + 1) + 1 else 0 end as int)"
    )


_ROWS = {
    "services": """
        select distinct
            debt_type as service_code,
            debt_type as service_name,
            debt_type
        from space.situations
    """,
    "debtors": """
        select
            cell_id as debtor_id,
            party_type,
            cell_id as name
        from space.cells
    """,
    "invoices": """
        select
            'I' || cell_id as invoice_id,
            cell_id as debtor_id,
            debt_type as service_code,
            due_date - 28 as invoice_date,
            due_date,
            balance as net_amount,
            cast(0 as decimal(18, 2)) as vat_amount,
            balance as gross_amount
        from space.cells
    """,
    "holds": """
        select
            'H' || cell_id as hold_id,
            cell_id as debtor_id,
            hold_type,
            held_from as starts_on,
            held_until as ends_on
        from space.cells
        where hold_state <> 'none'
    """,
    # Breached after its tolerance; `notice` is the last day of the notice, `noticed` the day after.
    "arrangements": f"""
        select
            'A' || cell_id as arrangement_id,
            cell_id as debtor_id,
            date '{AS_OF}' - 90 as agreed_on,
            case arranged
                when 'live' then date '{AS_OF}' + 30
                when 'notice' then date '{AS_OF}' - (tolerance_days + notice_days - 1)
                else date '{AS_OF}' - (tolerance_days + notice_days)
            end as first_due_on,
            'one_off' as frequency,
            balance as instalment_amount,
            balance as total_amount
        from space.cells
        cross join space.arrangement_rules
        where arranged <> 'none'
    """,
    "arrangement_invoices": """
        select
            'A' || cell_id as arrangement_id,
            'I' || cell_id as invoice_id
        from space.cells
        where arranged <> 'none'
    """,
    # The last stage on its day, those before it each a day earlier; what was done out of order was
    # done yesterday, and its day counts for nothing.
    "case_actions": f"""
        select
            cell_id || '/' || stages.stage as action_id,
            cell_id as debtor_id,
            'I' || cell_id as invoice_id,
            stages.stage as action_code,
            case
                when stages.place <= last_place then last_stage_on - (last_place - stages.place)
                else date '{AS_OF}' - 1
            end as acted_on,
            case stages.stage
                when 'contact_attempt' then date '{AS_OF}' - 1
                when 'letter_of_claim' then date '{AS_OF}' + 1
            end as diary_on
        from (select *, unnest(string_split(stages_done, ',')) as done from space.cells) as cells
        inner join (
            select stage, place from space.timetable where debt_type = 'sundry'
        ) as stages on cells.done = stages.stage
    """,
}


def _fill(con: duckdb.DuckDBPyConnection, table: str) -> None:
    con.execute(
        f"""
        insert into raw.{table} by name
        select
            made.*,
            'R1' as _run_id,
            'canonical' as _source,
            '{table}_{AS_OF:%Y%m%d}.csv' as _source_file,
            row_number() over () + 1 as _source_line,
            date '{AS_OF}' as _file_day,
            date '{AS_OF}' as _known_on,
            md5(cast(made as varchar)) as _content_hash
        from ({_ROWS[table]}) as made
        """
    )

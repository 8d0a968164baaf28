"""How the rows of a policy table take precedence: stated once, in SQL that both engines read.

Of the rows for one key and first day one is used: the council's own before the shipped one, and of
the council's own the one that came last (by the file's day, then file name, then line). It is in
force from its first day until the day it ends or a later row of its key begins, whichever is first.
A blank cell of a key is a key like another.

dbt, the gates and the manifest get this query, each with its own names of tables. Rows that are not
in a database yet are ordered in the same way by `ingestion.policy.policy_rules`.
"""

from collections.abc import Sequence

ROWS = """\
select
    {columns},
    effective_from,
    effective_to,
    least(
        coalesce(effective_to, '9999-12-31'),
        coalesce(
            lead(effective_from) over (partition by {key} order by effective_from),
            '9999-12-31'
        )
    ) as in_force_until
from (
    select
        every_row.*,
        row_number() over (
            partition by {key}, effective_from
            order by
                is_own_row desc, _file_day desc nulls last, _source_file desc nulls last,
                _source_line desc nulls last, _known_on desc nulls last,
                _run_id desc nulls last, policy_row asc nulls last
        ) as precedence
    from (
        select
            {columns},
            effective_from,
            nullif(effective_to, '') as effective_to,
            false as is_own_row,
            cast(null as date) as _file_day,
            cast(null as string) as _source_file,
            cast(null as bigint) as _source_line,
            cast(null as date) as _known_on,
            cast(null as string) as _run_id
        from {shipped}
        union all
        select
            {columns},
            effective_from,
            nullif(effective_to, '') as effective_to,
            true as is_own_row,
            _file_day,
            _source_file,
            _source_line,
            _known_on,
            _run_id
        from {own}
        where _known_on <= {known_at}
    ) as every_row
) as ranked
where precedence = 1
"""
"""The query. `columns` are those of the table but for the two dates, `policy_row` the first."""


def rows_query(
    key: Sequence[str], columns: Sequence[str], *, shipped: str, own: str, known_at: str
) -> str:
    """The query for one policy table.

    Args:
        key: The columns that say which figure a row gives.
        columns: The columns to read, `policy_row` among them; the two dates come after them.
        shipped: The table of the shipped rows.
        own: The table of the council's own rows.
        known_at: An expression: the last day on which a row of the council's own may be known.
    """
    return ROWS.format(
        columns=", ".join(columns),
        key=", ".join(f"coalesce({column}, '')" for column in key),
        shipped=shipped,
        own=own,
        known_at=known_at,
    )

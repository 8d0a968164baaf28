-- The totals by reason and authority equal the write-offs and write-backs of the ledger, by year.
with

told as (
    select
        year_start,
        written_off_amount as written_off,
        written_back_amount as written_back
    from {{ ref('write_offs_by_reason') }}
),

moved as (
    select
        {{ financial_year_start('effective_on') }} as year_start,
        case when movement_type = 'write_off' then amount else 0 end as written_off,
        case when movement_type = 'write_back' then -amount else 0 end as written_back
    from {{ ref('ledger_movements') }}
    where movement_type in ('write_off', 'write_back')
),

both_sides as (
    select * from told
    union all
    select * from moved
)

select
    year_start,
    sum(written_off) as written_off_difference,
    sum(written_back) as written_back_difference
from both_sides
group by year_start
having sum(written_off) != 0 or sum(written_back) != 0

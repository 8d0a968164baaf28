{{ refuse_to_go_on_from_nothing() }}
-- The numbers of the ledger's rows leave room for a hundred thousand million rows in each run.
select
    as_of_date,
    known_at,
    kept_as_of_date,
    kept_known_at,
    kept_run_id,
    coalesce(runs_kept, 0) * 100000000000 as numbers_begin
from {{ source('raw', 'position') }}

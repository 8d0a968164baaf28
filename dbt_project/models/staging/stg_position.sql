select
    as_of_date,
    known_at
from {{ source('raw', 'position') }}

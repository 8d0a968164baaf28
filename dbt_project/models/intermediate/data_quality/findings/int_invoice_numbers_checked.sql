{{ config(materialized="view") }}

with

position as (
    select * from {{ ref('stg_position') }}
),

invoice_rows as (
    select
        invoice_id,
        _known_on as known_on
    from {{ source('raw', 'invoices') }}
),

refused_rows as (
    select
        key_text,
        known_on
    from {{ source('raw', 'refused_ids') }}
    where feed = 'invoices' and key_text is not null
),

thresholds as (
    select
        threshold as rule,
        value,
        effective_from,
        effective_to
    from {{ ref('stg_policy__check_thresholds') }}
    where check_code in ('I06', 'I11')
),

limits as (
    select
        {{ figure_of('thresholds', 'series_least', 'bigint') }} as series_least,
        {{ figure_of('thresholds', 'series_present', 'bigint') }} as series_present,
        {{ figure_of('thresholds', 'series_break', 'bigint') }} as series_break
    from position
    inner join thresholds on {{ policy_in_force('thresholds', 'position.as_of_date') }}
),

-- I06: a number that is known, withdrawn or refused rows included, is no gap.
numbers_known as (
    select invoice_rows.invoice_id
    from invoice_rows
    inner join position on invoice_rows.known_on <= position.known_at
    union
    select refused_rows.key_text as invoice_id
    from refused_rows
    inner join position on refused_rows.known_on <= position.known_at
),

parts as (
    select
        invoice_id,
        trim(trailing '0123456789' from invoice_id) as series
    from numbers_known
),

numbered as (
    select
        series,
        try_cast(substr(invoice_id, length(series) + 1) as bigint) as invoice_no,
        max(length(invoice_id) - length(series)) as digit_count,
        count(*) as id_count
    from parts
    where length(invoice_id) - length(series) between 1 and 18
    group by
        series,
        try_cast(substr(invoice_id, length(series) + 1) as bigint)
),

beside_previous as (
    select
        numbered.*,
        lag(invoice_no) over (partition by series order by invoice_no nulls last) as previous_no
    from numbered
),

beside_gaps as (
    select
        beside_previous.*,
        beside_previous.invoice_no - beside_previous.previous_no - 1 as gap_count,
        limits.series_break
    from beside_previous
    cross join limits
),

sequences as (
    select
        beside_gaps.*,
        sum(case when gap_count > series_break then 1 else 0 end) over (
            partition by series
            order by invoice_no nulls last
            rows between unbounded preceding and current row
        ) as sequence_no
    from beside_gaps
),

sequences_judged as (
    select
        sequences.series,
        sequences.sequence_no
    from sequences
    cross join limits
    group by
        sequences.series,
        sequences.sequence_no
    having
        count(*) >= max(limits.series_least)
        and count(*) * 100
        >= (max(sequences.invoice_no) - min(sequences.invoice_no) + 1) * max(limits.series_present)
),

numbers_judged as (
    select
        sequences.*,
        case when sequences.gap_count <= sequences.series_break then sequences.gap_count else 0 end
            as missing_count
    from sequences
    inner join sequences_judged
        on
            sequences.series = sequences_judged.series
            and sequences.sequence_no = sequences_judged.sequence_no
)

select * from numbers_judged

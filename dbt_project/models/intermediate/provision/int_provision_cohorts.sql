with

open_items as (
    select
        debtor_id,
        debt_type,
        document_date,
        due_date,
        outstanding_amount
    from {{ ref('int_open_items') }}
    where not is_open_credit
),

due_dates_banded as (
    select
        due_date,
        age_band
    from {{ ref('int_due_dates_banded') }}
),

age_bands as (
    select * from {{ ref('stg_policy__age_bands') }}
),

debtors as (
    select
        debtor_id,
        party_type
    from {{ ref('stg_debtors') }}
),

owed_then as (
    select * from {{ ref('int_debits_owed_then') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

moments as (
    {{ days_compared_with() }}
),

due_dates as (
    select distinct
        due_date,
        measured_on as aged_on
    from owed_then
),

reached_then as (
    {{ bands_reached('due_dates', 'age_bands') }}
),

every_debit as (
    select
        owed_then.moment,
        owed_then.measured_on,
        false as is_new,
        owed_then.debtor_id,
        owed_then.debt_type,
        owed_then.due_date,
        reached_then.age_band as age_band_then,
        owed_then.opening_amount,
        owed_then.collected_amount,
        owed_then.written_off_amount,
        owed_then.credited_amount,
        owed_then.opening_amount - owed_then.collected_amount - owed_then.written_off_amount
        - owed_then.credited_amount as open_amount
    from owed_then
    left join reached_then
        on
            owed_then.due_date = reached_then.due_date
            and owed_then.measured_on = reached_then.aged_on
    union all
    select
        moments.moment,
        moments.measured_on,
        true as is_new,
        open_items.debtor_id,
        open_items.debt_type,
        open_items.due_date,
        cast(null as string) as age_band_then,
        0 as opening_amount,
        0 as collected_amount,
        0 as written_off_amount,
        0 as credited_amount,
        open_items.outstanding_amount as open_amount
    from open_items
    inner join moments on open_items.document_date > moments.measured_on
),

summed as (
    select
        every_debit.moment,
        every_debit.measured_on,
        every_debit.is_new,
        coalesce(every_debit.debt_type, '') as debt_type,
        coalesce(debtors.party_type, '') as party_type,
        coalesce(every_debit.age_band_then, '') as age_band_then,
        coalesce(due_dates_banded.age_band, '') as age_band_now,
        count(*) as item_count,
        cast(sum(every_debit.opening_amount) as decimal(18, 2)) as opening_amount,
        cast(sum(every_debit.collected_amount) as decimal(18, 2)) as collected_amount,
        cast(sum(every_debit.written_off_amount) as decimal(18, 2)) as written_off_amount,
        cast(sum(every_debit.credited_amount) as decimal(18, 2)) as credited_amount,
        cast(sum(every_debit.open_amount) as decimal(18, 2)) as open_amount
    from every_debit
    left join debtors on every_debit.debtor_id = debtors.debtor_id
    left join due_dates_banded on every_debit.due_date = due_dates_banded.due_date
    group by
        every_debit.moment,
        every_debit.measured_on,
        every_debit.is_new,
        coalesce(every_debit.debt_type, ''),
        coalesce(debtors.party_type, ''),
        coalesce(every_debit.age_band_then, ''),
        coalesce(due_dates_banded.age_band, '')
)

select * from summed

with

fitting as (
    select
        pairs.*,
        coalesce(bank_account, '') as unit_account
    from {{ ref('int_bank_pairs') }} as pairs
    where
        is_of_account
        and days_apart
        <= case when unit_kind = 'batch' then days_apart_batch else days_apart_exact end
),

receipts as (
    select
        unit_id as receipt_id,
        paying_in_batch_id,
        coalesce(bank_account, '') as unit_account
    from {{ ref('int_bank_units') }}
    where unit_kind = 'single' and paying_in_batch_id is not null
),

-- A paying-in batch in one line: its total, or its total less unpaid and charged back items.
batches_equal as (
    select
        fitting.*,
        count(*) over (partition by bank_transaction_id) as units_of_line,
        count(*) over (partition by unit_no) as lines_of_unit
    from fitting
    where
        unit_kind = 'batch'
        and bank_amount in (unit_amount, unit_amount - reversed_amount)
),

batches_met as (
    select * from batches_equal
    where units_of_line = 1 and lines_of_unit = 1
),

batch_receipts_met as (
    select
        receipts.receipt_id,
        batches_met.bank_transaction_id
    from batches_met
    inner join receipts
        on
            batches_met.paying_in_batch_id = receipts.paying_in_batch_id
            and batches_met.unit_account = receipts.unit_account
),

singles as (
    select * from fitting
    where
        unit_kind = 'single'
        and bank_transaction_id not in (select batches_met.bank_transaction_id from batches_met)
        and unit_id not in (select batch_receipts_met.receipt_id from batch_receipts_met)
),

-- On one day, equal numbers of identical lines and receipts match in the order of their ids: the
-- choice changes no figure.
same_day as (
    select
        singles.*,
        count(*) over (partition by bank_transaction_id) as units_of_line,
        count(*) over (partition by unit_no) as lines_of_unit,
        row_number() over (
            partition by bank_transaction_id order by unit_id nulls last
        ) as place_of_unit,
        row_number() over (
            partition by unit_no order by bank_transaction_id nulls last
        ) as place_of_line
    from singles
    where bank_amount = unit_amount and days_apart = 0
),

same_day_paired as (
    select
        same_day.*,
        count(*) over (partition by bank_transaction_id) as pairs_of_line,
        count(*) over (partition by unit_no) as pairs_of_unit
    from same_day
    where units_of_line = lines_of_unit and place_of_unit = place_of_line
),

same_day_met as (
    select * from same_day_paired
    where pairs_of_line = 1 and pairs_of_unit = 1
),

near as (
    select * from singles
    where
        bank_amount = unit_amount
        and bank_transaction_id not in (
            select same_day_met.bank_transaction_id from same_day_met
        )
        and unit_no not in (select same_day_met.unit_no from same_day_met)
),

lines_of_one_unit as (
    select bank_transaction_id from near
    group by bank_transaction_id
    having count(*) = 1
),

units_of_one_line as (
    select unit_no from near
    group by unit_no
    having count(*) = 1
),

near_met as (
    select * from near
    where
        bank_transaction_id in (select lines_of_one_unit.bank_transaction_id from lines_of_one_unit)
        and unit_no in (select units_of_one_line.unit_no from units_of_one_line)
),

met_alone as (
    {%- for met_by, pairs_met, lines_of_unit in [
        ('batch', 'batches_met', 'lines_of_unit'),
        ('same_day', 'same_day_met', 'lines_of_unit'),
        ('near', 'near_met', 'cast(1 as bigint)'),
    ] %}
        select
            '{{ met_by }}' as met_by,
            bank_transaction_id,
            unit_no,
            unit_kind,
            unit_id,
            paying_in_batch_id,
            unit_account,
            receipt_count,
            {{ lines_of_unit }} as lines_of_unit,
            bank_amount,
            unit_amount,
            days_apart_batch_row,
            days_apart_exact_row
        from {{ pairs_met }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from met_alone

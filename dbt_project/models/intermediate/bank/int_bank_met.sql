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

-- A paying-in batch in one line: its total, or what unpaid and charged back items leave of it.
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

-- On one day as many lines as receipts that are alike in everything meet in the order of their
-- ids: which with which makes no difference to any figure.
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

lines_met as (
    select bank_transaction_id from batches_met
    union all
    select bank_transaction_id from same_day_met
    union all
    select bank_transaction_id from near_met
),

units_met as (
    select unit_no from batches_met
    union all
    select unit_no from same_day_met
    union all
    select unit_no from near_met
),

-- A batch of which a receipt met a line of its own is whole no more.
batches_broken as (
    select
        receipts.paying_in_batch_id,
        receipts.unit_account
    from receipts
    inner join same_day_met on receipts.receipt_id = same_day_met.unit_id
    union
    select
        receipts.paying_in_batch_id,
        receipts.unit_account
    from receipts
    inner join near_met on receipts.receipt_id = near_met.unit_id
),

resting_singles as (
    select * from singles
    where
        bank_transaction_id not in (select lines_met.bank_transaction_id from lines_met)
        and unit_no not in (select units_met.unit_no from units_met)
),

batch_pairs as (
    select * from fitting
    where
        unit_kind = 'batch'
        and bank_transaction_id not in (select lines_met.bank_transaction_id from lines_met)
        and unit_no not in (select units_met.unit_no from units_met)
),

resting_batches as (
    select batch_pairs.*
    from batch_pairs
    left join batches_broken
        on
            batch_pairs.paying_in_batch_id = batches_broken.paying_in_batch_id
            and batch_pairs.unit_account = batches_broken.unit_account
    where batches_broken.paying_in_batch_id is null
),

resting as (
    select * from resting_singles
    union all
    select * from resting_batches
),

counted as (
    select
        resting.*,
        count(*) over (partition by bank_transaction_id) as units_of_line,
        count(*) over (partition by unit_no) as lines_of_unit
    from resting
),

-- Several receipts of one reference in one line, and one receipt or batch over several lines.
summed as (
    select
        counted.*,
        sum(unit_amount) over (partition by bank_transaction_id) as amount_of_units,
        sum(bank_amount) over (partition by unit_no) as amount_of_lines,
        max(lines_of_unit) over (partition by bank_transaction_id) as most_lines_of_a_unit,
        max(units_of_line) over (partition by unit_no) as most_units_of_a_line,
        min(unit_kind) over (partition by bank_transaction_id) as first_kind
    from counted
),

together_met as (
    select * from summed
    where
        units_of_line > 1
        and most_lines_of_a_unit = 1
        and first_kind = 'single'
        and amount_of_units = bank_amount
),

split_met as (
    select * from summed
    where
        lines_of_unit > 1
        and most_units_of_a_line = 1
        and amount_of_lines = unit_amount
),

every_match as (
    select
        'batch' as match_kind,
        bank_transaction_id,
        unit_kind,
        unit_id,
        paying_in_batch_id,
        unit_account,
        receipt_count,
        1 as line_count,
        cast(bank_amount - unit_amount as decimal(18, 2)) as difference_amount,
        days_apart_batch_row as policy_row
    from batches_met
    union all
    select
        'exact' as match_kind,
        bank_transaction_id,
        unit_kind,
        unit_id,
        paying_in_batch_id,
        unit_account,
        1 as receipt_count,
        lines_of_unit as line_count,
        cast(0 as decimal(18, 2)) as difference_amount,
        days_apart_exact_row as policy_row
    from same_day_met
    union all
    select
        'exact' as match_kind,
        bank_transaction_id,
        unit_kind,
        unit_id,
        paying_in_batch_id,
        unit_account,
        1 as receipt_count,
        1 as line_count,
        cast(0 as decimal(18, 2)) as difference_amount,
        days_apart_exact_row as policy_row
    from near_met
    union all
    select
        'batch' as match_kind,
        bank_transaction_id,
        unit_kind,
        unit_id,
        paying_in_batch_id,
        unit_account,
        units_of_line as receipt_count,
        1 as line_count,
        cast(0 as decimal(18, 2)) as difference_amount,
        days_apart_exact_row as policy_row
    from together_met
    union all
    select
        'split' as match_kind,
        bank_transaction_id,
        unit_kind,
        unit_id,
        paying_in_batch_id,
        unit_account,
        receipt_count,
        lines_of_unit as line_count,
        cast(0 as decimal(18, 2)) as difference_amount,
        case when unit_kind = 'batch' then days_apart_batch_row else days_apart_exact_row end
            as policy_row
    from split_met
),

of_receipts as (
    select
        match_kind,
        bank_transaction_id,
        unit_id as receipt_id,
        receipt_count,
        line_count,
        difference_amount,
        cast(null as string) as paying_in_batch_id,
        policy_row
    from every_match
    where unit_kind = 'single'
    union all
    select
        every_match.match_kind,
        every_match.bank_transaction_id,
        receipts.receipt_id,
        every_match.receipt_count,
        every_match.line_count,
        every_match.difference_amount,
        every_match.paying_in_batch_id,
        every_match.policy_row
    from every_match
    inner join receipts
        on
            every_match.paying_in_batch_id = receipts.paying_in_batch_id
            and every_match.unit_account = receipts.unit_account
    where every_match.unit_kind = 'batch'
)

select * from of_receipts

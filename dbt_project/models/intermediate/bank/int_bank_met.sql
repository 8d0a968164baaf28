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

met_alone as (
    select * from {{ ref('int_bank_pairs_alone') }}
),

batch_receipts_met as (
    select receipts.receipt_id
    from met_alone
    inner join receipts
        on
            met_alone.paying_in_batch_id = receipts.paying_in_batch_id
            and met_alone.unit_account = receipts.unit_account
    where met_alone.met_by = 'batch'
),

-- A batch is no longer whole once one of its receipts has met a line of its own.
batches_broken as (
    select distinct
        receipts.paying_in_batch_id,
        receipts.unit_account
    from receipts
    inner join met_alone on receipts.receipt_id = met_alone.unit_id
    where met_alone.met_by != 'batch'
),

resting_singles as (
    select * from fitting
    where
        unit_kind = 'single'
        and bank_transaction_id not in (select met_alone.bank_transaction_id from met_alone)
        and unit_no not in (select met_alone.unit_no from met_alone)
        and unit_id not in (select batch_receipts_met.receipt_id from batch_receipts_met)
),

batch_pairs as (
    select * from fitting
    where
        unit_kind = 'batch'
        and bank_transaction_id not in (select met_alone.bank_transaction_id from met_alone)
        and unit_no not in (select met_alone.unit_no from met_alone)
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
    from met_alone
    where met_by = 'batch'
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
    from met_alone
    where met_by != 'batch'
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

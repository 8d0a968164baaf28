with

reversals as (
    select
        reversal_id,
        receipt_id,
        amount
    from {{ ref('stg_receipt_reversals') }}
),

refunds as (
    select
        refund_id,
        receipt_id,
        amount
    from {{ ref('stg_refunds') }}
    where receipt_id is not null
),

receipts as (
    select
        receipt_id,
        amount
    from {{ ref('stg_receipts') }}
),

write_backs as (
    select
        write_back_id,
        write_off_id,
        amount
    from {{ ref('stg_write_backs') }}
),

write_offs as (
    select
        write_off_id,
        amount
    from {{ ref('stg_write_offs') }}
),

adjustments as (
    select
        adjustment_id,
        corresponding_id,
        amount
    from {{ ref('stg_adjustments') }}
    where corresponding_id is not null
),

reversed_in_all as (
    select
        reversals.*,
        sum(amount) over (partition by receipt_id) as total_amount
    from reversals
),

written_back_in_all as (
    select
        write_backs.*,
        sum(amount) over (partition by write_off_id) as total_amount
    from write_backs
),

transfers as (
    select
        corresponding_id,
        sum(amount) as net_amount
    from adjustments
    group by corresponding_id
),

judged as (
    select
        'I16' as check_code,
        reversed_in_all.amount,
        receipts.receipt_id is null or reversed_in_all.total_amount > receipts.amount as is_at_fault
    from reversed_in_all
    left join receipts on reversed_in_all.receipt_id = receipts.receipt_id
    union all
    select
        'I16' as check_code,
        refunds.amount,
        receipts.receipt_id is null as is_at_fault
    from refunds
    left join receipts on refunds.receipt_id = receipts.receipt_id
    union all
    select
        'W18' as check_code,
        written_back_in_all.amount,
        write_offs.write_off_id is null
        or written_back_in_all.total_amount > write_offs.amount as is_at_fault
    from written_back_in_all
    left join write_offs on written_back_in_all.write_off_id = write_offs.write_off_id
    union all
    select
        'R12' as check_code,
        abs(net_amount) as amount,
        net_amount != 0 as is_at_fault
    from transfers
),

counted as (
    select
        check_code,
        count(*) as population,
        sum(case when is_at_fault then 1 else 0 end) as exceptions,
        sum(case when is_at_fault then amount else 0 end) as exceptions_value
    from judged
    group by check_code
)

select * from counted

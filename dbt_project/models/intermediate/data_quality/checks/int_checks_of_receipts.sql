with

receipts as (
    select
        receipt_id,
        received_on,
        amount,
        method,
        debtor_id
    from {{ ref('stg_receipts') }}
),

credits as (
    select
        credit_id,
        debtor_id
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt'
),

debtors as (
    select debtor_id from {{ ref('stg_debtors') }}
),

-- The payer is the identified debtor; the payer of a receipt in suspense is unknown.
ranked as (
    select
        receipts.receipt_id,
        receipts.amount,
        receipts.debtor_id,
        credits.debtor_id as payer_id,
        row_number() over (
            partition by
                credits.debtor_id, receipts.amount, receipts.received_on, receipts.method
            order by receipts.receipt_id nulls last
        ) as twin_no
    from receipts
    inner join credits on receipts.receipt_id = credits.credit_id
),

judged as (
    select
        ranked.receipt_id,
        ranked.amount,
        ranked.debtor_id is not null and debtors.debtor_id is null as is_of_unknown,
        ranked.payer_id is not null and ranked.twin_no > 1 as is_probable_duplicate
    from ranked
    left join debtors on ranked.debtor_id = debtors.debtor_id
),

counted as (
    select
        'I12' as check_code,
        count(*) as population,
        sum(case when is_of_unknown then 1 else 0 end) as exceptions,
        sum(case when is_of_unknown then amount else 0 end) as exceptions_value
    from judged
    union all
    select
        'I15' as check_code,
        count(*) as population,
        sum(case when is_probable_duplicate then 1 else 0 end) as exceptions,
        sum(case when is_probable_duplicate then amount else 0 end) as exceptions_value
    from judged
)

select * from counted

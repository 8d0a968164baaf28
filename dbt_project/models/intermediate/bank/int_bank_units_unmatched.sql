{{ config(materialized="view") }}

with

units as (
    select * from {{ ref('int_bank_units') }}
),

met as (
    select * from {{ ref('int_bank_met') }}
),

receipts as (
    select
        receipt_id,
        bank_account,
        paying_in_batch_id
    from {{ ref('int_bank_receipts') }}
),

-- Units hold no receipt that a person decided on, so what met is all that is settled among them.
receipts_settled as (
    select receipt_id from met
),

batches_settled as (
    select distinct
        receipts.paying_in_batch_id,
        coalesce(receipts.bank_account, '') as unit_account
    from receipts_settled
    inner join receipts on receipts_settled.receipt_id = receipts.receipt_id
    where receipts.paying_in_batch_id is not null
),

free_singles as (
    select * from units
    where
        unit_kind = 'single'
        and unit_id not in (select receipts_settled.receipt_id from receipts_settled)
),

batches as (
    select
        units.*,
        coalesce(bank_account, '') as unit_account
    from units
    where unit_kind = 'batch'
),

free_batches as (
    select units.*
    from units
    inner join batches on units.unit_no = batches.unit_no
    left join batches_settled
        on
            batches.paying_in_batch_id = batches_settled.paying_in_batch_id
            and batches.unit_account = batches_settled.unit_account
    where batches_settled.paying_in_batch_id is null
),

free_units as (
    select * from free_singles
    union all
    select * from free_batches
)

select * from free_units

{{ config(
    materialized="kept",
    pre_hook="{{ forget_numbers_gone('credit_no', 'int_credits_identified') }}"
) }}

with

from_feed as (
    select * from {{ ref('int_allocations_from_feed') }}
),

by_invoice as (
    select * from {{ ref('int_allocations_by_invoice') }}
),

by_referenced_arrangement as (
    select * from {{ ref('int_allocations_by_referenced_arrangement') }}
),

by_arrangement as (
    select * from {{ ref('int_allocations_by_arrangement') }}
),

oldest_first as (
    select * from {{ ref('int_allocations_oldest_first') }}
),

every_allocation as (
    select
        credit_no,
        item_no,
        allocated_amount,
        'feed' as allocation_rule
    from from_feed
    union all
    select
        credit_no,
        item_no,
        allocated_amount,
        allocation_rule
    from by_invoice
    union all
    select
        credit_no,
        item_no,
        allocated_amount,
        'reference' as allocation_rule
    from by_referenced_arrangement
    union all
    select
        credit_no,
        item_no,
        allocated_amount,
        'arrangement' as allocation_rule
    from by_arrangement
    union all
    select
        credit_no,
        item_no,
        allocated_amount,
        'oldest_first' as allocation_rule
    from oldest_first
)

select * from every_allocation

{{ config(materialized="view") }}

with

measured as (
    select * from {{ ref('int_agency_rows_compared') }}
),

findings as (
    select
        row_kind,
        row_id,
        placement_id,
        'not_in_ledger' as finding,
        'no agency receipt in the ledger matches it' as explanation
    from measured
    where row_kind = 'remittance' and receipt_id is null
    union all
    select
        row_kind,
        row_id,
        placement_id,
        case when ledger_amount = 0 then 'reversed' else 'not_remitted' end as finding,
        case
            when ledger_amount = 0 then 'the receipt is reversed'
            else 'no remittance line matches it'
        end as explanation
    from measured
    where row_kind = 'receipt'
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'direct_payment' as finding,
        'the debtor paid the council while it was placed: inform the agency' as explanation
    from measured
    where row_kind = 'direct_payment'
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'commission' as finding,
        'commission ' || cast(commission_amount as string) || ' instead of '
        || cast(commission_expected_amount as string) as explanation
    from measured
    where commission_difference_amount != 0
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'no_rate' as finding,
        'no rate of the agency is known' as explanation
    from measured
    where row_kind = 'remittance' and commission_rate is null
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'net' as finding,
        'gross less commission is not net, by '
        || cast(net_difference_amount as string) as explanation
    from measured
    where net_difference_amount != 0
    union all
    select
        row_kind,
        row_id,
        placement_id,
        case when ledger_amount = net_amount then 'booked_net' else 'ledger_amount' end
            as finding,
        case
            when ledger_amount = net_amount then 'the ledger has the net amount only'
            else 'the ledger has ' || cast(ledger_amount as string)
        end as explanation
    from measured
    where ledger_difference_amount != 0
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'unknown_placement' as finding,
        'the placement is not known' as explanation
    from measured
    where is_placement_unknown
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'other_agency' as finding,
        'it was placed with another agency' as explanation
    from measured
    where is_of_other_agency
    union all
    select
        row_kind,
        row_id,
        placement_id,
        'outside_placement' as finding,
        'collected while it was not placed' as explanation
    from measured
    where is_outside_placement
),

listed as (
    select
        row_kind,
        row_id,
        coalesce(placement_id, '') as placement_id,
        {{ sorted_list('finding') }} as findings,
        {{ ordered_list('explanation', 'finding', '; ') }} as explanation
    from findings
    group by
        row_kind,
        row_id,
        coalesce(placement_id, '')
)

select * from listed

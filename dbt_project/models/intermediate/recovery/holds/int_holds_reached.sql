with

holds as (
    select * from {{ ref('stg_holds') }}
),

disputes as (
    select * from {{ ref('stg_disputes') }}
),

debtors as (
    select
        debtor_id,
        party_id,
        date_of_death
    from {{ ref('stg_debtors') }}
),

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

hold_types as (
    select * from {{ ref('stg_policy__hold_types') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

protective_types as (
    select hold_types.rule as hold_type
    from hold_types
    inner join position on {{ policy_in_force('hold_types', 'position.as_of_date') }}
    where hold_types.value = 'protective'
),

-- A date of death acts as a hold without end; an open dispute acts as one until the day before it
-- is resolved.
every_hold as (
    select
        'hold' as hold_source,
        hold_id,
        hold_type,
        debtor_id,
        invoice_id,
        arrangement_id,
        starts_on,
        ends_on,
        case when hold_type = 'insolvency' then order_date end as order_date
    from holds
    union all
    select
        'date_of_death' as hold_source,
        debtor_id as hold_id,
        'deceased' as hold_type,
        debtor_id,
        cast(null as string) as invoice_id,
        cast(null as string) as arrangement_id,
        date_of_death as starts_on,
        cast(null as date) as ends_on,
        cast(null as date) as order_date
    from debtors
    where date_of_death is not null
    union all
    select
        'dispute' as hold_source,
        dispute_id as hold_id,
        'dispute' as hold_type,
        debtor_id,
        invoice_id,
        cast(null as string) as arrangement_id,
        raised_on as starts_on,
        {{ add_days('resolved_on', -1) }} as ends_on,
        cast(null as date) as order_date
    from disputes
    where kind = 'dispute'
),

judged as (
    select
        every_hold.*,
        protective_types.hold_type is not null as is_protective
    from every_hold
    left join protective_types on every_hold.hold_type = protective_types.hold_type
    where every_hold.ends_on is null or every_hold.ends_on >= every_hold.starts_on
),

persons as (
    select
        debtors.debtor_id,
        same_person.debtor_id as reached_debtor_id
    from debtors
    inner join debtors as same_person on debtors.party_id = same_person.party_id
    where debtors.debtor_id != same_person.debtor_id
),

reached as (
    -- A protective hold protects a person: every debtor of the party, whatever the row names.
    select
        judged.*,
        judged.debtor_id as reached_debtor_id,
        cast(null as string) as reached_invoice_id
    from judged
    where judged.is_protective
    union all
    select
        judged.*,
        persons.reached_debtor_id,
        cast(null as string) as reached_invoice_id
    from judged
    inner join persons on judged.debtor_id = persons.debtor_id
    where judged.is_protective
    union all
    select
        judged.*,
        cast(null as string) as reached_debtor_id,
        judged.invoice_id as reached_invoice_id
    from judged
    where not judged.is_protective and judged.invoice_id is not null
    union all
    select
        judged.*,
        cast(null as string) as reached_debtor_id,
        arrangement_invoices.invoice_id as reached_invoice_id
    from judged
    inner join arrangement_invoices
        on judged.arrangement_id = arrangement_invoices.arrangement_id
    where not judged.is_protective and judged.invoice_id is null
    union all
    select
        judged.*,
        judged.debtor_id as reached_debtor_id,
        cast(null as string) as reached_invoice_id
    from judged
    where
        not judged.is_protective
        and judged.invoice_id is null
        and judged.arrangement_id is null
)

select * from reached

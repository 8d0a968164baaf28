with

mentioned as (
    select * from {{ ref('int_rows_mentioned') }}
),

owners as (
    select * from {{ ref('int_receipt_owners') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- The debtors of every known version, so that a debtor who loses a row is included.
debtors_of_rows as (
    select debtor_id
    from ({{ versions_listed('debtors', 'mentioned') }}) as debtors
    union
    select debtor_id
    from ({{ versions_listed('invoices', 'mentioned') }}) as invoices
    union
    select debtor_id
    from ({{ versions_listed('credit_notes', 'mentioned') }}) as credit_notes
    union
    select debtor_id
    from ({{ versions_listed('receipts', 'mentioned') }}) as receipts
    union
    select debtor_id
    from ({{ versions_listed('refunds', 'mentioned') }}) as refunds
    union
    select debtor_id
    from ({{ versions_listed('adjustments', 'mentioned') }}) as adjustments
    union
    select debtor_id
    from ({{ versions_listed('write_offs', 'mentioned') }}) as write_offs
    union
    select debtor_id
    from ({{ versions_listed('arrangements', 'mentioned') }}) as arrangements
),

owners_of_receipts_reached as (
    select debtor_id
    from owners
    where is_reached
),

debtors_of_services as (
    select invoices.debtor_id
    from {{ ref('stg_invoices') }} as invoices
    inner join mentioned on invoices.service_code = mentioned.row_id and mentioned.feed = 'services'
),

-- A change of an allocation rule affects everybody who pays without a reference.
rules_changed as (
    select ledger_rules.policy_row
    from {{ ref('stg_policy__ledger_rules') }} as ledger_rules
    cross join position
    where
        (
            ledger_rules.effective_from > position.kept_as_of_date
            and ledger_rules.effective_from <= position.as_of_date
        )
        or (
            ledger_rules.effective_to > position.kept_as_of_date
            and ledger_rules.effective_to <= position.as_of_date
        )
    union all
    select own_rules.policy_row
    from {{ source('raw', 'policy_ledger_rules') }} as own_rules
    cross join position
    where own_rules._known_on <= position.known_at and {{ is_seen_anew('own_rules', 'position') }}
),

debtors_who_pay as (
    select receipts.debtor_id
    from {{ ref('stg_receipts') }} as receipts
    where exists (select 1 from rules_changed)
    union
    select owners.debtor_id
    from owners
    where exists (select 1 from rules_changed)
),

-- The owner of a receipt may depend on what another candidate has open: all of them are calculated
-- together.
bound_by_a_receipt as (
    select receipt_id
    from owners
    group by receipt_id
    having count(distinct debtor_id) > 1
),

every_debtor as (
    select debtor_id from debtors_of_rows
    union
    select debtor_id from owners_of_receipts_reached
    union
    select debtor_id from debtors_of_services
    union
    select debtor_id from debtors_who_pay
    union
    select owners.debtor_id
    from owners
    inner join bound_by_a_receipt on owners.receipt_id = bound_by_a_receipt.receipt_id
)

select debtor_id
from every_debtor
where debtor_id is not null

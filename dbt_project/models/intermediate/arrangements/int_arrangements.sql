with

arrangements as (
    select * from {{ ref('stg_arrangements') }}
),

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

-- It stays superseded even if the later one is cancelled; a court arrangement neither supersedes
-- nor is superseded. The first of several later ones counts.
later_ones as (
    select
        earlier.arrangement_id,
        later.arrangement_id as later_id,
        row_number() over (
            partition by earlier.arrangement_id
            order by later.agreed_on nulls last, later.arrangement_id nulls last
        ) as sequence_no
    from arrangements as earlier
    inner join arrangement_invoices as earlier_invoices
        on earlier.arrangement_id = earlier_invoices.arrangement_id
    inner join arrangement_invoices as later_invoices
        on
            earlier_invoices.invoice_id = later_invoices.invoice_id
            and earlier_invoices.arrangement_id != later_invoices.arrangement_id
    inner join arrangements as later
        on later_invoices.arrangement_id = later.arrangement_id
    where
        coalesce(earlier.kind, 'informal') = 'informal'
        and coalesce(later.kind, 'informal') = 'informal'
        and (
            later.agreed_on > earlier.agreed_on
            or (
                later.agreed_on = earlier.agreed_on
                and later.arrangement_id > earlier.arrangement_id
            )
        )
),

superseded as (
    select
        arrangement_id,
        later_id
    from later_ones
    where sequence_no = 1
),

judged as (
    select
        arrangements.arrangement_id,
        arrangements.debtor_id,
        arrangements.agreed_on,
        arrangements.first_due_on,
        arrangements.frequency,
        arrangements.instalment_amount,
        arrangements.total_amount,
        coalesce(arrangements.initial_amount, 0) as initial_amount,
        coalesce(arrangements.initial_due_on, arrangements.agreed_on) as initial_due_on,
        arrangements.cancelled_on is not null as is_cancelled,
        superseded.arrangement_id is not null as is_superseded,
        superseded.later_id as superseded_by
    from arrangements
    left join superseded on arrangements.arrangement_id = superseded.arrangement_id
)

select * from judged

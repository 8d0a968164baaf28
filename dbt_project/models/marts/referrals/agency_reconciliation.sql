with

measured as (
    select * from {{ ref('int_agency_rows_compared') }}
),

listed as (
    select * from {{ ref('int_agency_differences') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        measured.row_kind,
        measured.row_id,
        measured.placement_id,
        measured.agency_id,
        measured.invoice_id,
        measured.debtor_id,
        measured.remittance_line_id,
        measured.receipt_id,
        measured.collected_on,
        measured.remitted_on,
        measured.received_on,
        measured.gross_amount,
        measured.commission_amount,
        measured.net_amount,
        measured.commission_rate,
        measured.vat_rate,
        measured.commission_expected_amount,
        measured.commission_difference_amount,
        measured.net_difference_amount,
        measured.ledger_amount,
        measured.ledger_difference_amount,
        measured.direct_amount,
        case
            when listed.findings is null then 'agreed'
            when measured.row_kind = 'direct_payment' then 'direct_payment'
            when measured.row_kind = 'receipt' then listed.findings
            when measured.receipt_id is null then 'not_in_ledger'
            else 'difference'
        end as status,
        listed.findings,
        coalesce(listed.explanation, 'remittance, ledger and rate agree') as explanation
    from measured
    cross join position
    left join listed
        on
            measured.row_kind = listed.row_kind
            and measured.row_id = listed.row_id
            and coalesce(measured.placement_id, '') = listed.placement_id
)

select * from final

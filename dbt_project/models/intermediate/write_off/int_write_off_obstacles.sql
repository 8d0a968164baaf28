with

requests as (
    select
        request_id,
        invoice_id,
        debtor_id
    from {{ ref('int_write_off_requests') }}
),

rules as (
    select
        request_id,
        moratorium_hold_types
    from {{ ref('int_write_off_rules') }}
),

holds as (
    select * from {{ ref('int_holds_reached') }}
),

arrangements as (
    select arrangement_id from {{ ref('int_arrangement_balances') }}
    where status = 'live'
),

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

placements as (
    select invoice_id from {{ ref('stg_agency_placements') }} as every_placement
    where {{ placement_is_open('every_placement') }}
),

legal_cases as (
    select invoice_id from {{ ref('stg_legal_cases') }}
    where closed_on is null
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

holds_today as (
    select holds.*
    from holds
    cross join position
    where holds.ends_on is null or holds.ends_on >= position.as_of_date
),

every_obstacle as (
    select
        requests.request_id,
        'moratorium' as obstacle
    from requests
    inner join rules on requests.request_id = rules.request_id
    inner join holds_today on requests.debtor_id = holds_today.reached_debtor_id
    where {{ is_listed('rules.moratorium_hold_types', 'holds_today.hold_type') }}
    union all
    select
        requests.request_id,
        'dispute' as obstacle
    from requests
    inner join holds_today
        on
            requests.invoice_id = holds_today.reached_invoice_id
            or requests.debtor_id = holds_today.reached_debtor_id
    where holds_today.hold_type = 'dispute'
    union all
    select
        requests.request_id,
        'live_arrangement' as obstacle
    from requests
    inner join arrangement_invoices on requests.invoice_id = arrangement_invoices.invoice_id
    inner join arrangements on arrangement_invoices.arrangement_id = arrangements.arrangement_id
    union all
    select
        requests.request_id,
        'agency_placement' as obstacle
    from requests
    inner join placements on requests.invoice_id = placements.invoice_id
    union all
    select
        requests.request_id,
        'legal_case' as obstacle
    from requests
    inner join legal_cases on requests.invoice_id = legal_cases.invoice_id
),

distinct_obstacles as (
    select distinct
        request_id,
        obstacle
    from every_obstacle
)

select * from distinct_obstacles

with

requests as (
    select
        request_id,
        invoice_id,
        debtor_id,
        amount,
        requested_on
    from {{ ref('int_write_off_requests') }}
),

rules as (
    select
        request_id,
        splitting_window_days
    from {{ ref('int_write_off_rules') }}
),

-- A window starts on the day of a request and includes the debtor's other requests within its days.
windows as (
    select
        requests.request_id as window_id,
        requests.debtor_id,
        requests.requested_on as starts_on,
        {{ add_days('requests.requested_on', 'rules.splitting_window_days') }} as ends_on
    from requests
    inner join rules on requests.request_id = rules.request_id
),

members as (
    select
        windows.window_id,
        requests.request_id,
        requests.invoice_id,
        requests.amount
    from windows
    inner join requests
        on
            windows.debtor_id = requests.debtor_id
            and windows.starts_on <= requests.requested_on
            and windows.ends_on >= requests.requested_on
),

-- Two requests for one invoice are a duplicate (W17), not a split: an invoice counts once.
invoices_in_windows as (
    select
        window_id,
        invoice_id,
        max(amount) as amount
    from members
    group by
        window_id,
        invoice_id
),

totalled as (
    select
        window_id,
        sum(amount) as together_amount,
        max(amount) as largest_amount
    from invoices_in_windows
    group by window_id
    having count(*) > 1
),

of_requests as (
    select
        members.request_id,
        members.window_id,
        cast(totalled.together_amount as decimal(18, 2)) as together_amount,
        cast(totalled.largest_amount as decimal(18, 2)) as largest_amount
    from members
    inner join totalled on members.window_id = totalled.window_id
)

select * from of_requests

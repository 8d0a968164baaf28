with

todays_rows as (
    {{ todays_set('write_off_requests') }}
),

selected as (
    select
        request_id,
        invoice_id,
        debtor_id,
        amount,
        reason_code,
        requested_by,
        requested_on,
        checked_by,
        approved_by,
        approver_role,
        case when approved_on <= _as_of_date then approved_on end as approved_on,
        posted_by,
        batch_id,
        minute_reference,
        case when declined_on <= _as_of_date then declined_on end as declined_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected

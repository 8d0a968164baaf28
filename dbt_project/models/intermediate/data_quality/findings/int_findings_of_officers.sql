with

position as (
    select * from {{ ref('stg_position') }}
),

officers as (
    select officer_id from {{ ref('stg_officers') }}
),

officer_rows as (
    select
        officer_id,
        _known_on as known_on
    from {{ source('raw', 'officers') }}
),

suspense as (
    select * from {{ ref('suspense') }}
),

suspense_notes as (
    select * from {{ ref('stg_suspense_notes') }}
),

sign_offs as (
    select * from {{ ref('stg_sign_offs') }}
),

bank_match_decisions as (
    select * from {{ ref('stg_bank_match_decisions') }}
),

credit_notes as (
    select * from {{ ref('stg_credit_notes') }}
),

adjustments as (
    select * from {{ ref('stg_adjustments') }}
),

refunds as (
    select * from {{ ref('stg_refunds') }}
),

overrides as (
    {{ todays_set('gate_overrides') }}
),

-- The owner of something must be an officer today; whoever decided something must have been one at
-- any known time.
officers_once as (
    select distinct officer_rows.officer_id
    from officer_rows
    inner join position on officer_rows.known_on <= position.known_at
),

acts as (
    select
        'suspense_notes.owner' as item_type,
        suspense_notes.receipt_id as item_id,
        suspense_notes.owner as officer_id,
        true as is_todays,
        suspense.amount,
        suspense_notes.source_file,
        suspense_notes.source_line
    from suspense_notes
    inner join suspense on suspense_notes.receipt_id = suspense.receipt_id
    union all
    select
        'gate_overrides.approved_by' as item_type,
        override_id as item_id,
        approved_by as officer_id,
        false as is_todays,
        0 as amount,
        _source_file as source_file,
        _source_line as source_line
    from overrides
    {%- set control = "control_code || ' ' || cast(period_end as string)" %}
    {%- for feed, decided_by, item_id, amount in [
        ('sign_offs', 'prepared_by', control, 0),
        ('sign_offs', 'reviewed_by', control, 0),
        ('bank_match_decisions', 'decided_by', "bank_transaction_id || ' ' || receipt_id", 0),
        ('credit_notes', 'approved_by', 'credit_note_id', 'gross_amount'),
        ('adjustments', 'approved_by', 'adjustment_id', 'abs(amount)'),
        ('refunds', 'approved_by', 'refund_id', 'amount'),
    ] %}
        union all
        select
            '{{ feed }}.{{ decided_by }}' as item_type,
            {{ item_id }} as item_id,
            {{ decided_by }} as officer_id,
            false as is_todays,
            {{ amount }} as amount,
            source_file,
            source_line
        from {{ feed }}
    {%- endfor %}
),

-- If no officers are known, nobody is an unknown officer.
feed_of_officers as (
    select count(*) > 0 as is_there
    from officers
),

named as (
    select
        acts.*,
        case
            when acts.is_todays then officers.officer_id is null
            else officers_once.officer_id is null
        end as is_unknown
    from acts
    left join officers on acts.officer_id = officers.officer_id
    left join officers_once on acts.officer_id = officers_once.officer_id
    cross join feed_of_officers
    where acts.officer_id != '' and feed_of_officers.is_there
),

findings as (
    select
        'I12' as check_code,
        item_type,
        item_id,
        source_file,
        source_line,
        cast(amount as decimal(38, 2)) as amount,
        cast(1 as bigint) as exceptions,
        'its ' || item_type || ' is not among the officers' as explanation
    from named
    where is_unknown
),

populations as (
    select
        'I12' as check_code,
        count(*) as population
    from named
),

final as (
    {{ items_and_populations('findings', 'populations') }}
)

select * from final

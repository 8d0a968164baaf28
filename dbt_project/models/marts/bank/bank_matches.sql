with

position as (
    select * from {{ ref('stg_position') }}
),

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
),

proposals as (
    select * from {{ ref('int_bank_proposals') }}
),

met as (
    select * from {{ ref('int_bank_met') }}
),

waiting as (
    select * from {{ ref('int_bank_waiting') }}
),

receipts as (
    select
        receipt_id,
        received_on,
        amount,
        bank_account,
        reference,
        paying_in_batch_id
    from {{ ref('int_bank_receipts') }}
),

returned as (
    select * from {{ ref('int_bank_returns_matched') }}
),

decided_measured as (
    select * from {{ ref('int_bank_decisions_measured') }}
),

-- What the bank withheld from a line is listed once, with the first of its receipts.
kept_back as (
    select
        bank_transaction_id,
        min(receipt_id) as receipt_id
    from met
    where difference_amount != 0
    group by bank_transaction_id
),

met_measured as (
    select
        met.match_kind,
        met.bank_transaction_id,
        met.receipt_id,
        met.receipt_count,
        met.line_count,
        met.paying_in_batch_id,
        met.policy_row,
        met.difference_amount as kept_amount,
        case when kept_back.receipt_id is null then 0 else met.difference_amount end
            as difference_amount
    from met
    left join kept_back
        on
            met.bank_transaction_id = kept_back.bank_transaction_id
            and met.receipt_id = kept_back.receipt_id
),

every_row as (
    select
        bank_transaction_id,
        receipt_id,
        'decided' as match_kind,
        cast(null as bigint) as score,
        'decided by a person'
        || case
            when bank_amount <= 0 or together_amount = 0 then ''
            else
                '; what the bank has is ' || cast(abs(together_amount) as string)
                || case when together_amount < 0 then ' less' else ' more' end
                || ' than the receipts'
        end as reason,
        receipt_count,
        line_count,
        case when place = 1 and bank_amount > 0 then together_amount else 0 end
            as difference_amount,
        cast(null as bigint) as days_waiting,
        decided_by,
        decided_on,
        cast(null as string) as policy_row
    from decided_measured
    union all
    select
        met_measured.bank_transaction_id,
        met_measured.receipt_id,
        met_measured.match_kind,
        cast(null as bigint) as score,
        case
            when met_measured.match_kind = 'exact' and met_measured.line_count > 1
                then
                    'same reference, amount and day as '
                    || cast(met_measured.line_count - 1 as string)
                    || ' more of each, taken in the order of their numbers'
            when met_measured.match_kind = 'exact' then 'same reference and amount'
            when met_measured.match_kind = 'split'
                then
                    cast(met_measured.line_count as string)
                    || ' lines of its reference come to its amount'
            when met_measured.paying_in_batch_id is null
                then
                    cast(met_measured.receipt_count as string)
                    || ' receipts of the reference of the line come to its amount'
            else
                'paying-in batch of ' || cast(met_measured.receipt_count as string)
                || ' receipts comes to the amount of the line'
                || case
                    when met_measured.kept_amount = 0 then ''
                    else
                        ', less ' || cast(-met_measured.kept_amount as string)
                        || ' unpaid or charged back'
                end
        end as reason,
        met_measured.receipt_count,
        met_measured.line_count,
        met_measured.difference_amount,
        cast(null as bigint) as days_waiting,
        cast(null as string) as decided_by,
        cast(null as date) as decided_on,
        met_measured.policy_row
    from met_measured
    union all
    select
        bank_transaction_id,
        receipt_id,
        'proposed' as match_kind,
        score,
        reason,
        receipt_count,
        1 as line_count,
        cast(null as decimal(18, 2)) as difference_amount,
        cast(null as bigint) as days_waiting,
        cast(null as string) as decided_by,
        cast(null as date) as decided_on,
        least_score_row as policy_row
    from proposals
    union all
    select
        bank_transaction_id,
        receipt_id,
        match_kind,
        cast(null as bigint) as score,
        reason,
        case when receipt_id is null then 0 else 1 end as receipt_count,
        case when receipt_id is null then 1 else 0 end as line_count,
        cast(null as decimal(18, 2)) as difference_amount,
        days_waiting,
        cast(null as string) as decided_by,
        cast(null as date) as decided_on,
        timing_days_row as policy_row
    from waiting
    union all
    select
        bank_lines.bank_transaction_id,
        returned.receipt_id,
        case when returned.receipt_id is null then 'money_out' else 'returned' end as match_kind,
        cast(null as bigint) as score,
        case
            when returned.receipt_id is null then 'money that left the account'
            else 'money given back, as a reversal of the receipt says'
        end as reason,
        case when returned.receipt_id is null then 0 else 1 end as receipt_count,
        1 as line_count,
        cast(null as decimal(18, 2)) as difference_amount,
        cast(null as bigint) as days_waiting,
        cast(null as string) as decided_by,
        cast(null as date) as decided_on,
        cast(null as string) as policy_row
    from bank_lines
    left join returned on bank_lines.bank_transaction_id = returned.bank_transaction_id
    where bank_lines.amount <= 0 and not bank_lines.is_decided
),

final as (
    select
        position.as_of_date,
        position.known_at,
        every_row.bank_transaction_id,
        every_row.receipt_id,
        every_row.match_kind,
        coalesce(bank_lines.bank_account, receipts.bank_account) as bank_account,
        bank_lines.booked_on,
        bank_lines.amount as bank_amount,
        receipts.received_on,
        receipts.amount as receipt_amount,
        receipts.paying_in_batch_id,
        {{ days_between('receipts.received_on', 'bank_lines.booked_on') }} as days_apart,
        cast(every_row.receipt_count as bigint) as receipt_count,
        cast(every_row.line_count as bigint) as line_count,
        cast(every_row.difference_amount as decimal(18, 2)) as difference_amount,
        cast(every_row.score as bigint) as score,
        every_row.reason,
        every_row.days_waiting,
        every_row.decided_by,
        every_row.decided_on,
        every_row.policy_row
    from every_row
    cross join position
    left join bank_lines on every_row.bank_transaction_id = bank_lines.bank_transaction_id
    left join receipts on every_row.receipt_id = receipts.receipt_id
)

select * from final

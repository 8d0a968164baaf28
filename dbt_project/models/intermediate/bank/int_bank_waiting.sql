with

position as (
    select * from {{ ref('stg_position') }}
),

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
),

every_receipt as (
    select
        receipt_id,
        reference,
        paying_in_batch_id
    from {{ ref('stg_receipts') }}
),

met as (
    select * from {{ ref('int_bank_met') }}
),

invoices as (
    select invoice_id from {{ ref('stg_invoices') }}
),

arrangements as (
    select arrangement_id from {{ ref('stg_arrangements') }}
),

debtors as (
    select debtor_id from {{ ref('stg_debtors') }}
),

waiting_receipts as (
    select * from {{ ref('int_bank_receipts_waiting') }}
),

waiting_lines as (
    select
        bank_lines.bank_transaction_id,
        bank_lines.bank_account,
        bank_lines.booked_on,
        bank_lines.amount,
        bank_lines.quoted,
        bank_lines.days_apart_scored,
        {{ days_between('bank_lines.booked_on', 'position.as_of_date') }} as days_waiting,
        bank_lines.timing_days,
        bank_lines.timing_days_row
    from bank_lines
    cross join position
    where
        bank_lines.amount > 0
        and not bank_lines.is_decided
        and bank_lines.bank_transaction_id not in (select met.bank_transaction_id from met)
),

-- Other income: an old line that quotes nothing known, and whose amount is not that of a missing
-- receipt.
old_lines as (
    select * from waiting_lines
    where days_waiting > timing_days
),

-- Words end at a blank, because an id may contain punctuation; also at punctuation.
readings as (
    select
        bank_transaction_id,
        {{ each_listed("replace(quoted, ' ', ',')") }} as quoted
    from old_lines
    where quoted is not null
    union
    select
        bank_transaction_id,
        {{ each_listed("translate(quoted, ' #-/.:;()', ',,,,,,,,,')") }} as quoted
    from old_lines
    where quoted is not null
    union
    select
        bank_transaction_id,
        quoted
    from old_lines
    where quoted is not null
),

ids as (
    select lower(invoice_id) as id from invoices
    union all
    select lower(arrangement_id) as id from arrangements
    union all
    select lower(debtor_id) as id from debtors
    union all
    select lower(receipt_id) as id from every_receipt
    union all
    select lower(paying_in_batch_id) as id from every_receipt
    where paying_in_batch_id is not null
),

-- A payer's own text identifies a receipt only as a whole.
references_known as (
    select lower(trim(reference)) as reference
    from every_receipt
    where reference is not null
),

lines_quoting as (
    select readings.bank_transaction_id
    from readings
    inner join ids on readings.quoted = ids.id
    union
    select old_lines.bank_transaction_id
    from old_lines
    inner join references_known on old_lines.quoted = references_known.reference
),

missing_receipts as (
    select
        bank_account,
        amount,
        received_on,
        receipt_id as missing_id
    from waiting_receipts
    where days_waiting > timing_days
    union all
    select
        bank_account,
        sum(amount) as amount,
        max(received_on) as received_on,
        min(receipt_id) as missing_id
    from waiting_receipts
    where days_waiting > timing_days and paying_in_batch_id is not null
    group by
        bank_account,
        paying_in_batch_id
    having count(*) > 1
),

missing_amounts as (
    select
        bank_account,
        amount,
        count(*) as missing_count
    from missing_receipts
    group by
        bank_account,
        amount
),

missing_days as (
    select distinct
        bank_account,
        amount,
        received_on
    from missing_receipts
),

-- As many lines of an amount stay unexplained as receipts of it are missing: first those that quote
-- something known, then the nearest in time.
lines_near as (
    select
        old_lines.bank_transaction_id,
        old_lines.bank_account,
        old_lines.amount,
        old_lines.bank_transaction_id in (
            select lines_quoting.bank_transaction_id from lines_quoting
        ) as is_quoting,
        min(abs({{ days_between('missing_days.received_on', 'old_lines.booked_on') }}))
            as days_apart
    from old_lines
    inner join missing_days
        on
            old_lines.bank_account = missing_days.bank_account
            and old_lines.amount = missing_days.amount
    where
        abs({{ days_between('missing_days.received_on', 'old_lines.booked_on') }})
        <= old_lines.days_apart_scored
    group by
        old_lines.bank_transaction_id,
        old_lines.bank_account,
        old_lines.amount
),

lines_near_ranked as (
    select
        bank_transaction_id,
        bank_account,
        amount,
        row_number() over (
            partition by bank_account, amount
            order by
                is_quoting desc nulls last, days_apart asc nulls last,
                bank_transaction_id asc nulls last
        ) as place
    from lines_near
),

lines_of_ours as (
    select bank_transaction_id from lines_quoting
    union all
    select lines_near_ranked.bank_transaction_id
    from lines_near_ranked
    inner join missing_amounts
        on
            lines_near_ranked.bank_account = missing_amounts.bank_account
            and lines_near_ranked.amount = missing_amounts.amount
    where lines_near_ranked.place <= missing_amounts.missing_count
),

every_row as (
    select
        bank_transaction_id,
        cast(null as string) as receipt_id,
        case
            when days_waiting <= timing_days then 'timing'
            when bank_transaction_id in (
                select lines_of_ours.bank_transaction_id from lines_of_ours
            ) then 'unexplained'
            else 'other_income'
        end as match_kind,
        days_waiting,
        timing_days_row
    from waiting_lines
    union all
    select
        cast(null as string) as bank_transaction_id,
        receipt_id,
        case when days_waiting <= timing_days then 'timing' else 'unexplained' end as match_kind,
        days_waiting,
        timing_days_row
    from waiting_receipts
),

final as (
    select
        bank_transaction_id,
        receipt_id,
        match_kind,
        case
            when match_kind = 'other_income'
                then 'the line quotes nothing known, and no receipt of its amount is missing'
            when receipt_id is null then 'no receipt matches the line'
            else 'no bank line matches the receipt'
        end
        || case when match_kind = 'timing' then ' yet' else '' end as reason,
        cast(days_waiting as bigint) as days_waiting,
        timing_days_row
    from every_row
)

select * from final

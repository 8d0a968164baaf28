with

position as (
    select * from {{ ref('stg_position') }}
),

invoice_rows as (
    select
        invoice_id,
        _known_on as known_on
    from {{ source('raw', 'invoices') }}
),

refused_rows as (
    select
        key_text,
        known_on
    from {{ source('raw', 'refused_ids') }}
    where feed = 'invoices' and key_text is not null
),

movements as (
    select
        movement_type,
        movement_id,
        effective_on,
        known_on,
        amount,
        source_file,
        source_line
    from {{ ref('ledger_movements') }}
),

sign_offs as (
    select
        period_end,
        signed_on
    from {{ ref('stg_sign_offs') }}
),

receipts as (
    select
        receipt_id,
        reference,
        amount
    from {{ ref('stg_receipts') }}
    where reference != ''
),

reference_masks as (
    select * from {{ ref('stg_policy__reference_masks') }}
),

thresholds as (
    select
        threshold as rule,
        value,
        effective_from,
        effective_to
    from {{ ref('stg_policy__check_thresholds') }}
    where check_code in ('I06', 'I11')
),

limits as (
    select
        {{ figure_of('thresholds', 'series_least', 'bigint') }} as series_least,
        {{ figure_of('thresholds', 'series_present', 'bigint') }} as series_present,
        {{ figure_of('thresholds', 'series_break', 'bigint') }} as series_break,
        {{ figure_of('thresholds', 'backdated_days', 'bigint') }} as backdated_days
    from position
    inner join thresholds on {{ policy_in_force('thresholds', 'position.as_of_date') }}
),

-- I06: a number that is known, withdrawn or refused rows included, is no gap.
numbers_known as (
    select invoice_rows.invoice_id
    from invoice_rows
    inner join position on invoice_rows.known_on <= position.known_at
    union
    select refused_rows.key_text as invoice_id
    from refused_rows
    inner join position on refused_rows.known_on <= position.known_at
),

parts as (
    select
        invoice_id,
        trim(trailing '0123456789' from invoice_id) as series
    from numbers_known
),

numbered as (
    select
        series,
        try_cast(substr(invoice_id, length(series) + 1) as bigint) as invoice_no,
        max(length(invoice_id) - length(series)) as digit_count,
        count(*) as id_count
    from parts
    where length(invoice_id) - length(series) between 1 and 18
    group by
        series,
        try_cast(substr(invoice_id, length(series) + 1) as bigint)
),

beside_previous as (
    select
        numbered.*,
        lag(invoice_no) over (partition by series order by invoice_no nulls last) as previous_no
    from numbered
),

beside_gaps as (
    select
        beside_previous.*,
        beside_previous.invoice_no - beside_previous.previous_no - 1 as gap_count,
        limits.series_break
    from beside_previous
    cross join limits
),

sequences as (
    select
        beside_gaps.*,
        sum(case when gap_count > series_break then 1 else 0 end) over (
            partition by series
            order by invoice_no nulls last
            rows between unbounded preceding and current row
        ) as sequence_no
    from beside_gaps
),

sequences_judged as (
    select
        sequences.series,
        sequences.sequence_no
    from sequences
    cross join limits
    group by
        sequences.series,
        sequences.sequence_no
    having
        count(*) >= max(limits.series_least)
        and count(*) * 100
        >= (max(sequences.invoice_no) - min(sequences.invoice_no) + 1) * max(limits.series_present)
),

numbers_judged as (
    select
        sequences.*,
        case when sequences.gap_count <= sequences.series_break then sequences.gap_count else 0 end
            as missing_count
    from sequences
    inner join sequences_judged
        on
            sequences.series = sequences_judged.series
            and sequences.sequence_no = sequences_judged.sequence_no
),

of_numbers as (
    select
        'I06' as check_code,
        'invoice number' as item_type,
        series || lpad(cast(previous_no + 1 as string), cast(digit_count as int), '0')
        || case
            when missing_count > 1
                then
                    ' to ' || series
                    || lpad(cast(invoice_no - 1 as string), cast(digit_count as int), '0')
            else ''
        end as item_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_line,
        cast(0 as decimal(38, 2)) as amount,
        missing_count as exceptions,
        'not used: ' || cast(missing_count as string) as explanation
    from numbers_judged
    where missing_count > 0
    union all
    select
        'I06' as check_code,
        'invoice number' as item_type,
        series || cast(invoice_no as string) as item_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_line,
        cast(0 as decimal(38, 2)) as amount,
        id_count - 1 as exceptions,
        'used by ' || cast(id_count as string) || ' invoices, with and without leading zeros'
            as explanation
    from numbers_judged
    where id_count > 1
),

-- I11: what was there on the first day is brought forward, not backdated.
first_known as (
    select min(known_on) as known_on
    from movements
),

known_later as (
    select movements.*
    from movements
    inner join first_known on movements.known_on > first_known.known_on
),

days_known as (
    select distinct known_on from known_later
),

-- The last period that had been signed off before a day.
closed_before as (
    select
        days_known.known_on,
        max(sign_offs.period_end) as closed_until
    from days_known
    inner join sign_offs on days_known.known_on > sign_offs.signed_on
    group by days_known.known_on
),

of_backdated as (
    select
        'I11' as check_code,
        known_later.movement_type as item_type,
        known_later.movement_id as item_id,
        known_later.source_file,
        known_later.source_line,
        cast(abs(known_later.amount) as decimal(38, 2)) as amount,
        cast(1 as bigint) as exceptions,
        case
            when known_later.effective_on <= closed_before.closed_until
                then
                    'dated in a period signed off up to '
                    || cast(closed_before.closed_until as string)
            else
                'known '
                || cast(
                    {{ days_between('known_later.effective_on', 'known_later.known_on') }} as string
                )
                || ' days after its date'
        end as explanation
    from known_later
    cross join limits
    left join closed_before on known_later.known_on = closed_before.known_on
    where
        known_later.effective_on <= closed_before.closed_until
        or {{ days_between('known_later.effective_on', 'known_later.known_on') }}
        > limits.backdated_days
),

-- I13: a 9 of a mask is any digit, an @ any letter; both are looked for in the kinds of signs.
masks as (
    select
        reference_masks.check_digit,
        translate(reference_masks.pattern, '9@', '__') as literal_mask,
        translate(
            reference_masks.pattern,
            ' -/.#012345678ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
            '__________________________________________________________________'
        ) as kind_mask
    from reference_masks
    cross join position
    where {{ policy_in_force('reference_masks', 'position.as_of_date') }}
),

references_given as (
    select
        reference,
        translate(
            reference,
            '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
            '9999999999@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@'
        ) as kinds,
        translate(
            reference,
            '0123456789' || translate(reference, '0123456789', ''),
            '0123456789'
        ) as digits
    from receipts
    group by reference
),

references_fitting as (
    select distinct references_given.reference
    from references_given
    inner join masks
        on
            references_given.reference like masks.literal_mask
            and references_given.kinds like masks.kind_mask
    where
        masks.check_digit is null
        or (
            length(references_given.digits) between 2 and 19
            and {{ luhn_sum('references_given.digits') }} % 10 = 0
        )
),

masks_counted as (
    select count(*) as mask_count from masks
),

receipts_judged as (
    select receipts.*
    from receipts
    inner join masks_counted on masks_counted.mask_count > 0
),

of_references as (
    select
        'I13' as check_code,
        'receipt' as item_type,
        receipt_id as item_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_line,
        cast(amount as decimal(38, 2)) as amount,
        cast(1 as bigint) as exceptions,
        'its reference fits no mask' as explanation
    from receipts_judged
    where reference not in (select references_fitting.reference from references_fitting)
),

every_finding as (
    select * from of_numbers
    union all
    select * from of_backdated
    union all
    select * from of_references
),

populations as (
    select
        'I06' as check_code,
        coalesce(sum(id_count), 0) as population
    from numbers_judged
    union all
    select
        'I11' as check_code,
        count(*) as population
    from known_later
    union all
    select
        'I13' as check_code,
        count(*) as population
    from receipts_judged
),

final as (
    {{ items_and_populations('every_finding', 'populations') }}
)

select * from final

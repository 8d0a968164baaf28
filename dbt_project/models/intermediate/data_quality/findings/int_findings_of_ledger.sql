with

position as (
    select * from {{ ref('stg_position') }}
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

numbers_judged as (
    select * from {{ ref('int_invoice_numbers_checked') }}
),

limits as (
    select
        {{ figure_of('thresholds', 'backdated_days', 'bigint') }} as backdated_days
    from position
    inner join thresholds on {{ policy_in_force('thresholds', 'position.as_of_date') }}
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

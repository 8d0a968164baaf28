with

figures as (
    select * from {{ ref('int_bank_days') }}
),

widest as (
    select
        max(days_apart_scored) as days_apart_scored,
        max(most_candidates) as most_candidates
    from figures
),

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
),

units as (
    select * from {{ ref('int_bank_units') }}
),

pairs as (
    select * from {{ ref('int_bank_pairs') }}
),

met as (
    select * from {{ ref('int_bank_met') }}
),

receipts as (
    select
        receipt_id,
        bank_account,
        paying_in_batch_id
    from {{ ref('int_bank_receipts') }}
),

-- Units hold no receipt that a person decided on, so what met is all that is settled among them.
receipts_settled as (
    select receipt_id from met
),

free_lines as (
    select * from bank_lines
    where
        amount > 0
        and not is_decided
        and bank_transaction_id not in (select met.bank_transaction_id from met)
),

batches_settled as (
    select distinct
        receipts.paying_in_batch_id,
        coalesce(receipts.bank_account, '') as unit_account
    from receipts_settled
    inner join receipts on receipts_settled.receipt_id = receipts.receipt_id
    where receipts.paying_in_batch_id is not null
),

free_singles as (
    select * from units
    where
        unit_kind = 'single'
        and unit_id not in (select receipts_settled.receipt_id from receipts_settled)
),

batches as (
    select
        units.*,
        coalesce(bank_account, '') as unit_account
    from units
    where unit_kind = 'batch'
),

free_batches as (
    select units.*
    from units
    inner join batches on units.unit_no = batches.unit_no
    left join batches_settled
        on
            batches.paying_in_batch_id = batches_settled.paying_in_batch_id
            and batches.unit_account = batches_settled.unit_account
    where batches_settled.paying_in_batch_id is null
),

free_units as (
    select * from free_singles
    union all
    select * from free_batches
),

-- Candidates by name stand in the pairs; those by amount and by word meet here, near days by the
-- stretch that they share, and never where many are alike.
line_words as (
    select distinct
        bank_transaction_id,
        word
    from (
        select
            bank_transaction_id,
            {{ each_listed("translate(quoted, ' #/.:;()', ',,,,,,,,')") }} as word
        from free_lines
        where quoted is not null
    ) as every_word
    where word != ''
),

line_keys as (
    select
        bank_transaction_id,
        booked_on,
        'amount' as key_kind,
        cast(amount as string) as key_text
    from free_lines
    union all
    select
        line_words.bank_transaction_id,
        free_lines.booked_on,
        'word' as key_kind,
        line_words.word as key_text
    from line_words
    inner join free_lines on line_words.bank_transaction_id = free_lines.bank_transaction_id
),

every_unit_key as (
    select
        unit_no,
        last_received_on,
        'amount' as key_kind,
        cast(amount as string) as key_text
    from free_units
    union all
    select
        unit_no,
        last_received_on,
        'amount' as key_kind,
        cast(cast(amount - reversed_amount as decimal(18, 2)) as string) as key_text
    from free_units
    where reversed_amount > 0
    union all
    select
        unit_no,
        last_received_on,
        'word' as key_kind,
        lower(unit_id) as key_text
    from free_units
    union all
    select
        unit_no,
        last_received_on,
        'word' as key_kind,
        reference as key_text
    from free_units
    union all
    select
        unit_no,
        last_received_on,
        'word' as key_kind,
        invoice_id as key_text
    from free_units
),

-- Only what some line says: most receipts have met theirs, and few lines are left.
unit_keys as (
    select distinct
        unit_no,
        last_received_on,
        key_kind,
        key_text
    from every_unit_key
    where key_text in (select line_keys.key_text from line_keys)
),

units_placed as (
    select
        unit_keys.unit_no,
        unit_keys.key_kind,
        unit_keys.key_text,
        {{ stretch_of_days('unit_keys.last_received_on', 'widest.days_apart_scored') }} as stretch
    from unit_keys
    cross join widest
),

lines_placed as (
    select
        line_keys.bank_transaction_id,
        line_keys.key_kind,
        line_keys.key_text,
        {{ stretch_of_days(
            add_days('line_keys.booked_on', '-widest.days_apart_scored'),
            'widest.days_apart_scored'
        ) }} as stretch
    from line_keys
    cross join widest
    union
    select
        line_keys.bank_transaction_id,
        line_keys.key_kind,
        line_keys.key_text,
        {{ stretch_of_days(
            add_days('line_keys.booked_on', 'widest.days_apart_scored'),
            'widest.days_apart_scored'
        ) }} as stretch
    from line_keys
    cross join widest
),

units_counted as (
    select
        key_kind,
        key_text,
        stretch,
        count(*) as unit_count
    from units_placed
    group by
        key_kind,
        key_text,
        stretch
),

lines_counted as (
    select
        key_kind,
        key_text,
        stretch,
        count(*) as line_count
    from lines_placed
    group by
        key_kind,
        key_text,
        stretch
),

telling as (
    select
        units_counted.key_kind,
        units_counted.key_text,
        units_counted.stretch
    from units_counted
    inner join lines_counted
        on
            units_counted.key_kind = lines_counted.key_kind
            and units_counted.key_text = lines_counted.key_text
            and units_counted.stretch = lines_counted.stretch
    cross join widest
    where
        units_counted.unit_count <= widest.most_candidates
        and lines_counted.line_count <= widest.most_candidates
),

meeting as (
    select
        lines_placed.bank_transaction_id,
        units_placed.unit_no,
        false as is_name,
        telling.key_kind = 'word' as is_word
    from telling
    inner join units_placed
        on
            telling.key_kind = units_placed.key_kind
            and telling.key_text = units_placed.key_text
            and telling.stretch = units_placed.stretch
    inner join lines_placed
        on
            telling.key_kind = lines_placed.key_kind
            and telling.key_text = lines_placed.key_text
            and telling.stretch = lines_placed.stretch
    union all
    select
        pairs.bank_transaction_id,
        pairs.unit_no,
        true as is_name,
        false as is_word
    from pairs
    inner join free_lines on pairs.bank_transaction_id = free_lines.bank_transaction_id
    inner join free_units on pairs.unit_no = free_units.unit_no
),

candidates as (
    select
        bank_transaction_id,
        unit_no,
        bool_or(is_name) as is_name,
        bool_or(is_word) as is_word
    from meeting
    group by
        bank_transaction_id,
        unit_no
),

compared as (
    select
        candidates.bank_transaction_id,
        candidates.is_name,
        candidates.is_word,
        free_units.unit_kind,
        free_units.unit_id,
        free_units.bank_account as unit_account,
        free_units.receipt_count,
        free_lines.amount in (
            free_units.amount, free_units.amount - free_units.reversed_amount
        ) as is_amount,
        free_lines.bank_account = free_units.bank_account as is_account,
        line_words.word is not null as is_payer,
        abs({{ days_between('free_units.last_received_on', 'free_lines.booked_on') }})
            as days_apart,
        figures.days_apart_scored,
        case
            when free_units.unit_kind = 'batch' then figures.days_apart_batch
            else figures.days_apart_exact
        end as days_allowed,
        figures.points_reference,
        figures.points_word,
        figures.points_amount,
        figures.points_day,
        figures.points_account,
        figures.points_payer,
        figures.least_score,
        figures.most_proposals,
        figures.least_score_row,
        free_lines.amount - free_units.amount as difference_amount
    from candidates
    inner join free_lines on candidates.bank_transaction_id = free_lines.bank_transaction_id
    inner join free_units on candidates.unit_no = free_units.unit_no
    inner join figures on free_lines.booked_on = figures.day_on
    left join line_words
        on
            candidates.bank_transaction_id = line_words.bank_transaction_id
            and free_units.debtor_id = line_words.word
),

scored as (
    select
        compared.*,
        case when is_name then points_reference when is_word then points_word else 0 end
        + case when is_amount then points_amount else 0 end
        + case when days_apart <= days_allowed then points_day else 0 end
        + case when is_account then points_account else 0 end
        + case when is_payer then points_payer else 0 end as score
    from compared
    where days_apart <= days_apart_scored
),

ranked as (
    select
        scored.*,
        row_number() over (
            partition by bank_transaction_id
            order by
                score desc nulls last, days_apart asc nulls last, unit_kind desc nulls last,
                unit_id asc nulls last, unit_account asc nulls last
        ) as place
    from scored
    where score >= least_score
),

proposed_units as (
    select
        ranked.*,
        case
            when is_name then 'same reference'
            when is_word then 'its number is among the words of the line'
            else 'nothing in the reference'
        end
        || case
            when is_amount then ', same amount'
            else
                ', the line is ' || cast(abs(difference_amount) as string)
                || case when difference_amount < 0 then ' less' else ' more' end
        end
        || case
            when days_apart = 0 then ', same day'
            else ', ' || cast(days_apart as string) || ' days apart'
        end
        || case
            when is_account then ', same account'
            when unit_account is null then ', account not told'
            else ', another account'
        end
        || case when is_payer then ', names the debtor' else '' end
        || case
            when unit_kind = 'batch'
                then ', batch of ' || cast(receipt_count as string) || ' receipts'
            else ''
        end as reason
    from ranked
    where place <= most_proposals
),

proposed_receipts as (
    select
        proposed_units.*,
        proposed_units.unit_id as receipt_id
    from proposed_units
    where unit_kind = 'single'
    union all
    select
        proposed_units.*,
        receipts.receipt_id
    from proposed_units
    inner join receipts
        on
            proposed_units.unit_id = receipts.paying_in_batch_id
            and coalesce(proposed_units.unit_account, '') = coalesce(receipts.bank_account, '')
    where
        proposed_units.unit_kind = 'batch'
        and receipts.receipt_id not in (
            select receipts_settled.receipt_id from receipts_settled
        )
),

proposed as (
    select
        proposed_receipts.*,
        row_number() over (
            partition by bank_transaction_id, receipt_id
            order by place nulls last
        ) as place_of_pair
    from proposed_receipts
),

final as (
    select
        bank_transaction_id,
        receipt_id,
        receipt_count,
        score,
        reason,
        least_score_row
    from proposed
    where place_of_pair = 1
)

select * from final

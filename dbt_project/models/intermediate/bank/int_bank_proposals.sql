with

figures as (
    select * from {{ ref('int_bank_days') }}
),

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
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

free_units as (
    select * from {{ ref('int_bank_units_unmatched') }}
),

candidates as (
    select * from {{ ref('int_bank_candidates_met') }}
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

-- Pairs with a common name are candidates already. Those with a common amount or word meet here,
-- near days by the stretch that they share, and never where many are alike.
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

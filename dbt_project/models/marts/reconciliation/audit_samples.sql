with

movements as (
    select * from {{ ref('ledger_movements') }}
),

month_ends as (
    select * from {{ ref('aged_debt_as_signed') }}
    where is_year_end
),

credit_notes as (
    select
        credit_note_id,
        invoice_id,
        raised_by,
        approved_by
    from {{ ref('stg_credit_notes') }}
),

adjustments as (
    select
        adjustment_id,
        raised_by,
        approved_by
    from {{ ref('stg_adjustments') }}
),

write_offs as (
    select
        write_off_id,
        request_id
    from {{ ref('stg_write_offs') }}
),

requests as (
    select
        request_id,
        requested_by,
        approved_by
    from {{ ref('stg_write_off_requests') }}
),

decisions as (
    select
        request_id,
        failed_checks
    from {{ ref('write_off_decisions') }}
),

reversals as (
    select distinct receipt_id
    from {{ ref('stg_receipt_reversals') }}
),

sampling_rules as (
    select * from {{ ref('stg_policy__sampling_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- The financial year that ended last: on the day looked at, where that is a 31 March.
years as (
    select
        as_of_date,
        known_at,
        {{ year_end_before(add_days('as_of_date', 1)) }} as year_end
    from position
),

rules as (
    select
        years.as_of_date,
        years.known_at,
        years.year_end,
        {{ financial_year_start('years.year_end') }} as year_start,
        {{ figure_of('sampling_rules', 'seed') }} as seed,
        {{ figure_of('sampling_rules', 'random_items', 'bigint') }} as random_items,
        {{ figure_of('sampling_rules', 'risk_items', 'bigint') }} as risk_items,
        {{ figure_of('sampling_rules', 'round_sum', 'decimal(18, 2)') }} as round_sum,
        {{ figure_of('sampling_rules', 'year_end_days', 'bigint') }} as year_end_days,
        {{ figure_of('sampling_rules', 'old_debt_days', 'bigint') }} as old_debt_days,
        max(
            case when sampling_rules.rule = 'seed' then sampling_rules.policy_row end
        ) as seed_policy_row,
        max(
            case when sampling_rules.rule = 'random_items' then sampling_rules.policy_row end
        ) as random_policy_row,
        max(
            case when sampling_rules.rule = 'risk_items' then sampling_rules.policy_row end
        ) as risk_policy_row
    from years
    left join sampling_rules
        on {{ policy_in_force('sampling_rules', 'years.year_end') }}
    group by years.as_of_date, years.known_at, years.year_end
),

moved as (
    select
        case movements.movement_type
            when 'invoice' then 'invoices'
            when 'receipt' then 'receipts'
            when 'write_off' then 'write_offs'
            else 'credits'
        end as population,
        movements.movement_type as item_kind,
        movements.movement_id as item_id,
        movements.debtor_id,
        movements.invoice_id,
        movements.effective_on as dated_on,
        movements.known_on > rules.year_end as is_known_late,
        {{ days_between('movements.effective_on', 'rules.year_end') }} < rules.year_end_days
            as is_at_year_end,
        cast(null as bigint) as days_past_due,
        abs(movements.amount) as amount,
        movements.source_file,
        movements.source_line
    from movements
    inner join rules
        on movements.effective_on between rules.year_start and rules.year_end
    where
        movements.movement_type in ('invoice', 'receipt', 'write_off', 'credit_note')
        or (movements.movement_type = 'adjustment' and movements.amount < 0)
),

-- What was open at the year end as it was published for that day, as lately as it is known.
signed as (
    select
        month_ends.*,
        case
            when month_ends.item_kind = 'instalment' then 'invoice'
            else replace(month_ends.item_kind, 'unallocated_', '')
        end as movement_type,
        case
            when month_ends.item_kind = 'instalment' then month_ends.invoice_id
            else month_ends.item_id
        end as movement_id,
        dense_rank() over (order by month_ends.known_at desc nulls last) as lateness
    from month_ends
    inner join rules on month_ends.as_of_date = rules.year_end
),

open_then as (
    select
        'open_items' as population,
        signed.item_kind,
        signed.item_id,
        signed.debtor_id,
        signed.invoice_id,
        signed.document_date as dated_on,
        false as is_known_late,
        false as is_at_year_end,
        signed.days_past_due,
        abs(signed.outstanding_amount) as amount,
        movements.source_file,
        movements.source_line
    from signed
    left join movements
        on
            signed.movement_type = movements.movement_type
            and signed.movement_id = movements.movement_id
    where signed.lateness = 1
),

items as (
    select * from moved
    union all
    select * from open_then
),

-- Who raised and who approved what takes a debt away otherwise than by money.
signatures as (
    select
        'credit_note' as item_kind,
        credit_note_id as item_id,
        raised_by,
        approved_by,
        invoice_id is null as is_manual
    from credit_notes
    union all
    select
        'adjustment' as item_kind,
        adjustment_id as item_id,
        raised_by,
        approved_by,
        true as is_manual
    from adjustments
    union all
    select
        'write_off' as item_kind,
        write_offs.write_off_id as item_id,
        requests.requested_by as raised_by,
        requests.approved_by,
        false as is_manual
    from write_offs
    left join requests on write_offs.request_id = requests.request_id
),

failed as (
    select write_offs.write_off_id
    from write_offs
    inner join decisions on write_offs.request_id = decisions.request_id
    where decisions.failed_checks != ''
),

judged as (
    select
        items.*,
        reversals.receipt_id is not null as is_reversed,
        failed.write_off_id is not null as has_failed_check,
        signatures.item_id is not null and signatures.approved_by is null as lacks_approver,
        coalesce(signatures.raised_by = signatures.approved_by, false) as is_one_person,
        coalesce(signatures.is_manual, false) as is_manual
    from items
    left join signatures
        on
            items.population in ('credits', 'write_offs')
            and items.item_kind = signatures.item_kind
            and items.item_id = signatures.item_id
    left join reversals on items.population = 'receipts' and items.item_id = reversals.receipt_id
    left join failed on items.population = 'write_offs' and items.item_id = failed.write_off_id
),

risks as (
    select
        population,
        item_kind,
        item_id,
        amount,
        'highest_value' as risk
    from judged
    {%- for risk, condition in [
        ('round_sum', 'mod(' ~ pence('judged.amount') ~ ', nullif('
            ~ pence('rules.round_sum') ~ ', 0)) = 0'),
        ('posted_at_year_end', 'judged.is_at_year_end'),
        ('known_after_year_end', 'judged.is_known_late'),
        ('no_approver', 'judged.lacks_approver'),
        ('raised_and_approved_by_one', 'judged.is_one_person'),
        ('manual_credit', 'judged.is_manual'),
        ('failed_check', 'judged.has_failed_check'),
        ('reversed', 'judged.is_reversed'),
        ('no_debtor', 'judged.debtor_id is null'),
        ('old_open_debt', 'judged.days_past_due > rules.old_debt_days'),
    ] %}
        union all
        select
            judged.population,
            judged.item_kind,
            judged.item_id,
            judged.amount,
            '{{ risk }}' as risk
        from judged
        cross join rules
        where {{ condition }}
    {%- endfor %}
),

ranked as (
    select
        risks.*,
        row_number() over (
            partition by population, risk
            order by amount desc nulls last, item_kind asc nulls last, item_id asc nulls last
        ) as place
    from risks
),

-- Of each risk the largest are drawn; whoever is drawn is told with every risk that it bears.
at_risk as (
    select
        ranked.population,
        ranked.item_kind,
        ranked.item_id,
        max(ranked.amount) as amount,
        {{ sorted_list('ranked.risk') }} as reasons
    from ranked
    cross join rules
    where ranked.risk != 'highest_value' or ranked.place <= rules.risk_items
    group by ranked.population, ranked.item_kind, ranked.item_id
    having min(ranked.place) <= max(rules.risk_items)
),

drawn as (
    select
        population,
        item_kind,
        item_id,
        'risk' as sample_kind,
        reasons,
        cast(null as string) as draw_sha256,
        row_number() over (
            partition by population
            order by amount desc nulls last, item_kind asc nulls last, item_id asc nulls last
        ) as draw_no
    from at_risk
),

-- Lots are drawn by a hash, which anybody can work out again, and which no engine shuffles.
lots as (
    select
        judged.population,
        judged.item_kind,
        judged.item_id,
        {{ sha256_of(
            "rules.seed || '|' || judged.population || '|' || judged.item_kind || '|' "
            ~ "|| judged.item_id"
        ) }} as draw_sha256
    from judged
    cross join rules
),

shuffled as (
    select
        population,
        item_kind,
        item_id,
        'random' as sample_kind,
        cast(null as string) as reasons,
        draw_sha256,
        row_number() over (
            partition by population
            order by draw_sha256 nulls last, item_kind nulls last, item_id nulls last
        ) as draw_no
    from lots
    where draw_sha256 is not null
),

samples as (
    select * from drawn
    union all
    select shuffled.* from shuffled
    inner join rules on shuffled.draw_no <= rules.random_items
),

populations as (
    select
        population,
        count(*) as item_count,
        sum(amount) as amount
    from items
    group by population
),

final as (
    select
        rules.as_of_date,
        rules.known_at,
        rules.year_start,
        rules.year_end,
        samples.population,
        samples.sample_kind,
        samples.draw_no,
        items.item_kind,
        items.item_id,
        items.debtor_id,
        items.invoice_id,
        items.dated_on,
        cast(items.amount as decimal(18, 2)) as amount,
        samples.reasons,
        items.source_file,
        items.source_line,
        populations.item_count as population_count,
        cast(populations.amount as decimal(18, 2)) as population_amount,
        rules.seed,
        samples.draw_sha256,
        case samples.sample_kind
            when 'random' then rules.random_policy_row
            else rules.risk_policy_row
        end as policy_row,
        rules.seed_policy_row
    from samples
    cross join rules
    inner join items
        on
            samples.population = items.population
            and samples.item_kind = items.item_kind
            and samples.item_id = items.item_id
    inner join populations on samples.population = populations.population
)

select * from final

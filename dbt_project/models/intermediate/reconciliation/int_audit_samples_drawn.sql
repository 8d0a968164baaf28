{{ config(materialized="view") }}

with

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

items as (
    select * from {{ ref('int_audit_items_listed') }}
),

rules as (
    select * from {{ ref('int_sampling_rules') }}
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

-- The largest items of each risk are drawn; each lists every risk that it has.
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

-- Lots are drawn by a hash, which anybody can calculate again and which is the same on every
-- engine.
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
)

select * from samples

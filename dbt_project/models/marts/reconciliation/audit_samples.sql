with

items as (
    select * from {{ ref('int_audit_items_listed') }}
),

samples as (
    select * from {{ ref('int_audit_samples_drawn') }}
),

rules as (
    select * from {{ ref('int_sampling_rules') }}
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

with

disputes as (
    select * from {{ ref('int_disputes') }}
),

improvements as (
    select * from {{ ref('stg_dispute_improvements') }}
),

masked_words as (
    select
        word,
        effective_from,
        effective_to,
        {{ whole_words('word') }} as pattern
    from {{ ref('stg_policy__masked_words') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- Words that free text should not contain, as one pattern, the longest first: of two that start
-- alike the longer one is masked. Without any word, the pattern matches nothing.
words as (
    select
        coalesce(
            {{ ordered_list('masked_words.pattern', '-length(masked_words.word)', '|') }}, '^$'
        ) as pattern
    from position
    left join masked_words on {{ policy_in_force('masked_words', 'position.as_of_date') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        disputes.dispute_id,
        disputes.service_code,
        disputes.kind,
        disputes.category,
        disputes.root_cause,
        disputes.resolved_on,
        {{ masked_text('improvements.improvement', 'words.pattern') }} as improvement
    from disputes
    cross join position
    cross join words
    inner join improvements on disputes.dispute_id = improvements.dispute_id
    where disputes.resolved_on is not null
)

select * from final

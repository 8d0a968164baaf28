with

position as (
    select * from {{ ref('stg_position') }}
),

files as (
    select rows_read from {{ ref('stg_files') }}
    where refused_code is null and feed not like 'policy%'
),

masked_words as (
    select * from {{ ref('stg_policy__masked_words') }}
),

-- I05: a key that occurs twice in one file with other content. In a later file it is a new version.
keys_given_twice as (
    {{ keys_given_twice() }}
),

-- I21: each text is searched once, however many rows have it.
free_texts as (
    {{ free_texts() }}
),

texts as (
    select
        free_text,
        length(free_text) - length(translate(free_text, '0123456789', '')) as digit_count,
        {{ bare_words('free_text') }} as words
    from free_texts
    group by free_text
),

card_numbers as (
    select
        free_text,
        translate(card_number, ' -', '') as digits
    from (
        select
            free_text,
            {{ each_found('free_text', card_pattern()) }} as card_number
        from texts
        where digit_count >= 13
    ) as found
),

every_kind as (
    select
        free_text,
        'a card number' as kind
    from card_numbers
    where {{ luhn_sum('digits') }} % 10 = 0
    union
    select
        free_text,
        'bank details' as kind
    from texts
    where
        digit_count >= 10
        and (
            regexp_extract(free_text, '{{ account_pattern() }}', 0) != ''
            or regexp_extract(free_text, '{{ iban_pattern() }}', 0) != ''
        )
    union
    select
        texts.free_text,
        'words about health' as kind
    from texts
    cross join position
    inner join masked_words on instr(texts.words, {{ bare_words('masked_words.word') }}) > 0
    where {{ policy_in_force('masked_words', 'position.as_of_date') }}
),

kinds as (
    select
        free_text,
        {{ sorted_list('kind') }} as kinds
    from every_kind
    group by free_text
),

findings as (
    select
        'I05' as check_code,
        feed as item_type,
        source_file || ' ' || key_text as item_id,
        source_file,
        max(source_line) as source_line,
        cast(0 as decimal(38, 2)) as amount,
        cast(1 as bigint) as exceptions,
        'the same key came twice in one file with other content' as explanation
    from keys_given_twice
    group by
        feed,
        source_file,
        key_text
    union all
    select
        'I21' as check_code,
        free_texts.item_type,
        free_texts.source_file || ' ' || cast(free_texts.source_line as string) as item_id,
        free_texts.source_file,
        free_texts.source_line,
        cast(0 as decimal(38, 2)) as amount,
        cast(1 as bigint) as exceptions,
        max(kinds.kinds) as explanation
    from free_texts
    inner join kinds on free_texts.free_text = kinds.free_text
    group by
        free_texts.item_type,
        free_texts.source_file,
        free_texts.source_line
),

populations as (
    select
        'I05' as check_code,
        coalesce(sum(rows_read), 0) as population
    from files
    union all
    select
        'I21' as check_code,
        count(*) as population
    from free_texts
),

final as (
    {{ items_and_populations('findings', 'populations') }}
)

select * from final

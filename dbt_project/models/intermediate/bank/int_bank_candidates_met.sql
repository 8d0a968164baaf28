{{ config(materialized="view") }}

with

figures as (
    select * from {{ ref('int_bank_days') }}
),

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
),

pairs as (
    select * from {{ ref('int_bank_pairs') }}
),

met as (
    select * from {{ ref('int_bank_met') }}
),

free_units as (
    select * from {{ ref('int_bank_units_unmatched') }}
),

widest as (
    select
        max(days_apart_scored) as days_apart_scored,
        max(most_candidates) as most_candidates
    from figures
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
)

select * from candidates

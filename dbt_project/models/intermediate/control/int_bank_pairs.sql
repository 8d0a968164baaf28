with

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
    where amount > 0 and not is_decided and quoted is not null
),

units as (
    select * from {{ ref('int_bank_units') }}
),

figures as (
    select
        max(days_apart_scored) as days_apart_scored,
        max(most_candidates) as most_candidates
    from {{ ref('int_bank_days') }}
),

-- What a receipt may be called by who pays it in: its reference, its invoice, its own number.
names as (
    select
        unit_no,
        last_received_on,
        own_name as name_borne
    from units
    union
    select
        unit_no,
        last_received_on,
        reference as name_borne
    from units
    where reference is not null
    union
    select
        unit_no,
        last_received_on,
        invoice_id as name_borne
    from units
    where invoice_id is not null
),

-- Days are cut into stretches, so that near days meet by an equal key: each name stands in the
-- stretch of its day, each line in those that its neighbourhood touches.
names_placed as (
    select
        names.unit_no,
        names.name_borne,
        {{ stretch_of_days('names.last_received_on', 'figures.days_apart_scored') }} as stretch
    from names
    cross join figures
),

lines_placed as (
    select
        bank_lines.bank_transaction_id,
        bank_lines.quoted,
        {{ stretch_of_days(
            add_days('bank_lines.booked_on', '-figures.days_apart_scored'),
            'figures.days_apart_scored'
        ) }} as stretch
    from bank_lines
    cross join figures
    union
    select
        bank_lines.bank_transaction_id,
        bank_lines.quoted,
        {{ stretch_of_days(
            add_days('bank_lines.booked_on', 'figures.days_apart_scored'),
            'figures.days_apart_scored'
        ) }} as stretch
    from bank_lines
    cross join figures
),

names_counted as (
    select
        name_borne,
        stretch,
        count(*) as unit_count
    from names_placed
    group by
        name_borne,
        stretch
),

lines_counted as (
    select
        quoted,
        stretch,
        count(*) as line_count
    from lines_placed
    group by
        quoted,
        stretch
),

-- Where one name stands on many lines and on many receipts, nothing tells them apart.
telling as (
    select
        names_counted.name_borne,
        names_counted.stretch
    from names_counted
    inner join lines_counted
        on
            names_counted.name_borne = lines_counted.quoted
            and names_counted.stretch = lines_counted.stretch
    cross join figures
    where
        names_counted.unit_count = 1
        or lines_counted.line_count = 1
        or (
            names_counted.unit_count <= figures.most_candidates
            and lines_counted.line_count <= figures.most_candidates
        )
),

met as (
    select distinct
        lines_placed.bank_transaction_id,
        names_placed.unit_no
    from telling
    inner join names_placed
        on
            telling.name_borne = names_placed.name_borne
            and telling.stretch = names_placed.stretch
    inner join lines_placed
        on
            telling.name_borne = lines_placed.quoted
            and telling.stretch = lines_placed.stretch
),

final as (
    select
        bank_lines.bank_transaction_id,
        bank_lines.booked_on,
        bank_lines.amount as bank_amount,
        bank_lines.days_apart_exact,
        bank_lines.days_apart_batch,
        bank_lines.days_apart_exact_row,
        bank_lines.days_apart_batch_row,
        units.unit_no,
        units.unit_kind,
        units.unit_id,
        units.bank_account,
        units.paying_in_batch_id,
        units.receipt_count,
        units.amount as unit_amount,
        units.reversed_amount,
        coalesce(units.bank_account = bank_lines.bank_account, true) as is_of_account,
        abs({{ days_between('units.last_received_on', 'bank_lines.booked_on') }}) as days_apart
    from met
    inner join bank_lines on met.bank_transaction_id = bank_lines.bank_transaction_id
    inner join units on met.unit_no = units.unit_no
    where
        abs({{ days_between('units.last_received_on', 'bank_lines.booked_on') }})
        <= bank_lines.days_apart_scored
)

select * from final

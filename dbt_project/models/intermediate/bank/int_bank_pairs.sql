with

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
    where amount > 0 and not is_decided and quoted is not null
),

units as (
    select * from {{ ref('int_bank_units') }}
),

-- A copy is made of what is read more than once: so no more than is needed.
names_of_units as (
    select
        unit_no,
        last_received_on,
        lower(unit_id) as own_name,
        reference,
        invoice_id
    from {{ ref('int_bank_units') }}
),

figures as (
    select
        max(days_apart_scored) as days_apart_scored,
        max(most_candidates) as most_candidates
    from {{ ref('int_bank_days') }}
),

-- What a receipt may be called by who pays it in: its reference, its invoice, its own number. One
-- that is two of these is one name.
every_name as (
    select
        unit_no,
        last_received_on,
        own_name as name_borne
    from names_of_units
    union all
    select
        unit_no,
        last_received_on,
        reference as name_borne
    from names_of_units
    where reference != own_name
    union all
    select
        unit_no,
        last_received_on,
        invoice_id as name_borne
    from names_of_units
    where invoice_id != own_name and invoice_id != coalesce(reference, '')
),

-- Few of them are quoted; cutting the others off first is what keeps a year's receipts cheap.
names as (
    select * from every_name
    where name_borne in (select bank_lines.quoted from bank_lines)
),

-- Days are cut into stretches, so that near days meet by an equal key: each name is in the
-- stretch of its day, each line in those that its neighbourhood touches.
names_placed as (
    select
        names.unit_no,
        names.name_borne,
        {{ stretch_of_days('names.last_received_on', 'figures.days_apart_scored') }} as stretch
    from names
    cross join figures
),

lines_reaching as (
    select
        bank_lines.bank_transaction_id,
        bank_lines.quoted,
        {{ stretch_of_days(
            add_days('bank_lines.booked_on', '-figures.days_apart_scored'),
            'figures.days_apart_scored'
        ) }} as first_stretch,
        {{ stretch_of_days(
            add_days('bank_lines.booked_on', 'figures.days_apart_scored'),
            'figures.days_apart_scored'
        ) }} as last_stretch
    from bank_lines
    cross join figures
),

lines_placed as (
    select
        bank_transaction_id,
        quoted,
        first_stretch as stretch
    from lines_reaching
    union all
    select
        bank_transaction_id,
        quoted,
        last_stretch as stretch
    from lines_reaching
    where last_stretch != first_stretch
),

-- Where many lines and many receipts have one name, nothing distinguishes them.
crowded_names as (
    select
        names_placed.name_borne,
        names_placed.stretch
    from names_placed
    cross join figures
    group by
        names_placed.name_borne,
        names_placed.stretch
    having count(*) > max(figures.most_candidates)
),

crowded_on_both_sides as (
    select
        crowded_names.name_borne,
        crowded_names.stretch
    from crowded_names
    inner join lines_placed
        on
            crowded_names.name_borne = lines_placed.quoted
            and crowded_names.stretch = lines_placed.stretch
    cross join figures
    group by
        crowded_names.name_borne,
        crowded_names.stretch
    having count(*) > max(figures.most_candidates)
),

lines_of_few as (
    select lines_placed.*
    from lines_placed
    left join crowded_on_both_sides
        on
            lines_placed.quoted = crowded_on_both_sides.name_borne
            and lines_placed.stretch = crowded_on_both_sides.stretch
    where crowded_on_both_sides.name_borne is null
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
    from lines_of_few
    inner join names_placed
        on
            lines_of_few.quoted = names_placed.name_borne
            and lines_of_few.stretch = names_placed.stretch
    inner join bank_lines on lines_of_few.bank_transaction_id = bank_lines.bank_transaction_id
    inner join units on names_placed.unit_no = units.unit_no
    where
        abs({{ days_between('units.last_received_on', 'bank_lines.booked_on') }})
        <= bank_lines.days_apart_scored
)

select * from final

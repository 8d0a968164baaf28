with

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
    where amount > 0 and not is_decided and quoted is not null
),

units as (
    select * from {{ ref('int_bank_units') }}
),

-- A CTE that is read more than once is copied, so it has no more columns than needed.
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

-- The names by which a payer may quote a receipt: its own number, its reference, its invoice. If
-- two of these are equal they count as one name. Few receipts are quoted; leaving out the others
-- first keeps a year's receipts fast.
names as (
    {%- for name_borne in ['own_name', 'reference', 'invoice_id'] %}
        select
            unit_no,
            last_received_on,
            {{ name_borne }} as name_borne
        from names_of_units
        where {{ name_borne }} in (select bank_lines.quoted from bank_lines)
        {{ 'union' if not loop.last }}
    {%- endfor %}
),

-- Days are divided into time slots, so that near days have an equal key: each name is in the slot
-- of its day, each line in the slots that its range of days covers.
names_placed as (
    select
        names.unit_no,
        names.name_borne,
        {{ stretch_of_days('names.last_received_on', 'figures.days_apart_scored') }} as stretch
    from names
    cross join figures
),

lines_placed as (
    {%- for reach in ['-figures.days_apart_scored', 'figures.days_apart_scored'] %}
        select
            bank_lines.bank_transaction_id,
            bank_lines.quoted,
            {{ stretch_of_days(
                add_days('bank_lines.booked_on', reach), 'figures.days_apart_scored'
            ) }} as stretch
        from bank_lines
        cross join figures
        {{ 'union' if not loop.last }}
    {%- endfor %}
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

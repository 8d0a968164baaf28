with

todays_rows as (
    {{ todays_set('financial_statements') }}
),

selected as (
    select
        statement_id,
        debtor_id,
        assessed_on,
        monthly_income,
        monthly_essential_expenditure,
        monthly_priority_payments,
        monthly_savings,
        number_of_creditors,
        total_debt,
        -- The evidence seen is free text; without evidence the cell is blank or is
        -- "none" or "no".
        coalesce(lower(trim(evidence_seen)) not in ('', 'none', 'no'), false) as is_evidence_seen,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected

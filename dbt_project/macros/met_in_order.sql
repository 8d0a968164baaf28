{#
    One round of matching remittance lines with receipts: what met before, and of what is left the nth
    line with the nth receipt of the same invoice and the same of the columns named.

    met       CTE with remittance_line_id and receipt_id: what met in the rounds before
    lines     CTE with remittance_line_id, invoice_id, amount, day_on
    receipts  CTE with receipt_id, invoice_id, amount, day_on
    columns   columns that must be equal beside the invoice
#}
{% macro met_in_order(met, lines, receipts, columns) %}
    select
        remittance_line_id,
        receipt_id
    from {{ met }}
    union all
    select
        lines_left.remittance_line_id,
        receipts_left.receipt_id
    from ({{ left_in_order(lines, 'remittance_line_id', met, columns) }}) as lines_left
    inner join ({{ left_in_order(receipts, 'receipt_id', met, columns) }}) as receipts_left
        on
            {{ same_key('lines_left', 'receipts_left', ['invoice_id'] + columns + ['place']) }}
{% endmacro %}


{% macro left_in_order(side, id, met, columns) %}
    select
        {{ side }}.*,
        row_number() over (
            partition by {{ (['invoice_id'] + columns) | join(', ') }}
            order by day_on nulls last, {{ id }} nulls last
        ) as place
    from {{ side }}
    where invoice_id is not null and {{ id }} not in (select {{ met }}.{{ id }} from {{ met }})
{% endmacro %}

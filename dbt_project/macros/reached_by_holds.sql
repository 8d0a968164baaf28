{#
    Debts and the holds that reach them: one row per debt and hold and way of being reached. A hold reaches
    an invoice, or a whole debtor; by an insolvency order only what was dated on or before it.

    debts, holds   relations; `debts` with debtor_id, `holds` as in int_holds_reached
    invoice_id     column of `debts` that names the invoice
    dated_on       column of `debts` by which an insolvency order reaches it
    columns        columns wanted, of either
#}
{% macro reached_by_holds(debts, holds, invoice_id, dated_on, columns) -%}
    select {{ columns | join(', ') }}
    from {{ debts }}
    inner join {{ holds }} on {{ debts }}.{{ invoice_id }} = {{ holds }}.reached_invoice_id
    union all
    select {{ columns | join(', ') }}
    from {{ debts }}
    inner join {{ holds }} on {{ debts }}.debtor_id = {{ holds }}.reached_debtor_id
    where {{ holds }}.order_date is null or {{ debts }}.{{ dated_on }} <= {{ holds }}.order_date
{%- endmacro %}

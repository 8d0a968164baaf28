"""The recovery stages done for each invoice, from the recorded actions.

An action counts for the invoice that it names and for those that it lists. If it never listed one
and names none, it counts for every invoice of the debtor that was past due that day. An action that
failed, was returned or was withdrawn does not count.
"""

COUNTS = "coalesce(outcome_code, '') not in ('failed', 'returned', 'withdrawn')"
"""SQL condition of an action that counts: it did not fail and was not returned or withdrawn."""

RECORDED_STAGES = f"""
    with done as (
        from current_case_actions
        where {COUNTS}
    ),
    listing as (
        select distinct action_id from raw.case_action_invoices where _known_on <= $known
    ),
    done_for as (
        select invoice_id, action_code, acted_on from done where invoice_id is not null
        union all
        select o.invoice_id, d.action_code, d.acted_on
        from done d join current_case_action_invoices o using (action_id)
        union all
        select i.invoice_id, d.action_code, d.acted_on
        from done d anti join listing using (action_id)
        join current_invoices i on i.debtor_id = d.debtor_id and i.due_date < d.acted_on
        where d.invoice_id is null
    )
    select invoice_id, action_code, max(acted_on) as done_on from done_for group by all
"""

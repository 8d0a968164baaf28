"""The stages of recovery that were done for each invoice, from the recorded actions.

An action counts for the invoice that it names or lists, else for every invoice of the debtor that
was past due that day, if it never listed one; an action that failed, came back or was withdrawn
counts for none.
"""

COUNTS = "coalesce(outcome_code, '') not in ('failed', 'returned', 'withdrawn')"
"""That a recorded action counts: it did not fail, come back and was not withdrawn."""

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

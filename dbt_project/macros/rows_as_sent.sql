{# Which columns tell the rows of each feed apart: the keys of the feeds' contracts. #}
{% macro keys_of_feeds() %}
    {{ return({
        'adjustments': ['adjustment_id'],
        'agencies': ['agency_id'],
        'agency_placements': ['placement_id'],
        'agency_remittances': ['remittance_line_id'],
        'allocations': ['allocation_id'],
        'arrangement_invoices': ['arrangement_id', 'invoice_id'],
        'arrangements': ['arrangement_id'],
        'bank_match_decisions': ['bank_transaction_id', 'receipt_id'],
        'bank_transactions': ['bank_transaction_id'],
        'case_action_invoices': ['action_id', 'invoice_id'],
        'case_actions': ['action_id'],
        'case_allocations': ['debtor_id'],
        'credit_notes': ['credit_note_id'],
        'debtors': ['debtor_id'],
        'disputes': ['dispute_id'],
        'financial_statements': ['statement_id'],
        'gate_overrides': ['override_id'],
        'gl_balances': ['account_code', 'balance_date'],
        'holds': ['hold_id'],
        'invoice_instalments': ['invoice_id', 'instalment_no'],
        'invoice_lines': ['invoice_id', 'line_no'],
        'invoices': ['invoice_id'],
        'legal_cases': ['case_id'],
        'officers': ['officer_id'],
        'receipt_reversals': ['reversal_id'],
        'receipts': ['receipt_id'],
        'refunds': ['refund_id'],
        'services': ['service_code'],
        'sign_offs': ['control_code', 'period_end'],
        'suspense_notes': ['receipt_id'],
        'write_backs': ['write_back_id'],
        'write_off_evidence': ['request_id', 'evidence_key'],
        'write_off_papers': ['batch_id'],
        'write_off_requests': ['request_id'],
        'write_offs': ['write_off_id']
    }) }}
{% endmacro %}


{# Which column of a feed is its money: as in the feeds' contracts; a feed without one has none. #}
{% macro amounts_of_feeds() %}
    {{ return({
        'adjustments': 'amount',
        'agency_remittances': 'gross_amount',
        'allocations': 'amount',
        'arrangements': 'total_amount',
        'bank_transactions': 'amount',
        'credit_notes': 'gross_amount',
        'gl_balances': 'balance',
        'invoice_instalments': 'amount',
        'invoice_lines': 'net_amount',
        'invoices': 'gross_amount',
        'receipt_reversals': 'amount',
        'receipts': 'amount',
        'refunds': 'amount',
        'write_backs': 'amount',
        'write_off_papers': 'total_amount',
        'write_off_requests': 'amount',
        'write_offs': 'amount'
    }) }}
{% endmacro %}


{#
    Keys that one file gives twice with other content: feed, file, run, key and the last line of it. `position`
    is a CTE with known_at. Contents are compared only where a key comes again.
#}
{% macro keys_given_twice() %}
    {%- set keys = keys_of_feeds() -%}
    {%- for feed, key in keys.items() %}
    select
        '{{ feed }}' as feed,
        rows_of_feed._source_file as source_file,
        rows_of_feed._run_id as run_id,
        {% for column in key -%}
            cast(rows_of_feed.{{ column }} as string){{ " || '/' || " if not loop.last }}
        {%- endfor %} as key_text,
        max(rows_of_feed._source_line) as source_line
    from {{ source('raw', feed) }} as rows_of_feed
    inner join (
        select
            _source_file,
            _run_id,
            {{ key | join(', ') }}
        from {{ source('raw', feed) }}
        group by
            _source_file,
            _run_id,
            {{ key | join(', ') }}
        having count(*) > 1
    ) as seen_again
        on {{ same_key('rows_of_feed', 'seen_again', ['_source_file', '_run_id'] + key) }}
    inner join position on rows_of_feed._known_on <= position.known_at
    group by
        rows_of_feed._source_file,
        rows_of_feed._run_id,
        {{ prefixed('rows_of_feed', key) }}
    having min(rows_of_feed._content_hash) != max(rows_of_feed._content_hash)
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}


{#
    Rows whose key came again in a later file of the same day: file, run, number of rows and pounds. `position` is
    a CTE with known_at, `days` one with each file_day that has several files of a feed; others are not looked at.
#}
{% macro rows_sent_again() %}
    {%- for feed, key in keys_of_feeds().items() %}
    {%- set same_day = ['_file_day'] + key %}
    select
        source_file,
        run_id,
        count(*) as row_count,
        sum(amount) as amount
    from (
        select
            rows_of_feed._source_file as source_file,
            rows_of_feed._run_id as run_id,
            cast(
                {{- 'rows_of_feed.' ~ amounts_of_feeds()[feed] if feed in amounts_of_feeds() else 0 }}
                as decimal(38, 2)
            ) as amount,
            {%- for column in ['_source_file', '_run_id'] %}
            first_value(rows_of_feed.{{ column }}) over (
                partition by {{ prefixed('rows_of_feed', same_day) }}
                order by
                    rows_of_feed._source_file desc nulls last,
                    rows_of_feed._known_on desc nulls last,
                    rows_of_feed._run_id desc nulls last
            ) as last{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ source('raw', feed) }} as rows_of_feed
        inner join (
            select {{ prefixed('all_rows', same_day) }}
            from {{ source('raw', feed) }} as all_rows
            inner join days on all_rows._file_day = days.file_day
            group by {{ prefixed('all_rows', same_day) }}
            having
                min(all_rows._source_file) != max(all_rows._source_file)
                or min(all_rows._run_id) != max(all_rows._run_id)
        ) as several
            on {{ same_key('rows_of_feed', 'several', same_day) }}
        inner join position on rows_of_feed._known_on <= position.known_at
    ) as placed
    where source_file != last_source_file or run_id != last_run_id
    group by
        source_file,
        run_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}


{#
    Every free text that came in, by feed, column, file and line. `position` is a CTE with known_at. The columns
    are those of the feeds' contracts that hold what people wrote.
#}
{% macro free_texts() %}
    {%- set free_texts = [
        ('arrangements', 'cancel_reason'),
        ('bank_match_decisions', 'reason'),
        ('case_actions', 'note'),
        ('disputes', 'improvement'),
        ('gate_overrides', 'reason'),
        ('invoice_lines', 'description'),
        ('invoices', 'description'),
        ('suspense_notes', 'note'),
        ('write_off_evidence', 'evidence_value'),
    ] -%}
    {%- for feed, column in free_texts %}
    select
        '{{ feed }}.{{ column }}' as item_type,
        rows_of_feed._source_file as source_file,
        rows_of_feed._source_line as source_line,
        rows_of_feed.{{ column }} as free_text
    from {{ source('raw', feed) }} as rows_of_feed
    inner join position on rows_of_feed._known_on <= position.known_at
    where rows_of_feed.{{ column }} != ''
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

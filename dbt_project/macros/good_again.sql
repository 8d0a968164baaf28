{#
    The feeds in which a refused row may keep from us what protects a debtor, each with the column that
    identifies its rows.
#}
{% macro feeds_that_protect() -%}
    {{ return({
        'debtors': 'debtor_id',
        'holds': 'hold_id',
        'disputes': 'dispute_id',
        'receipts': 'receipt_id',
        'receipt_reversals': 'reversal_id',
        'arrangements': 'arrangement_id',
        'case_actions': 'action_id',
    }) }}
{%- endmacro %}


{# Whether a feed is one of those. #}
{% macro is_feed_that_protects(feed) -%}
    {{ feed }} in ('{{ feeds_that_protect().keys() | join("', '") }}')
{%- endmacro %}


{#
    One row per known good row whose key a refused row of its feed had. `refused` is a CTE with feed and
    key_text, `position` one with known_at.
#}
{% macro good_again() %}
    {%- for feed, key in feeds_that_protect().items() %}
    select
        refused.feed,
        refused.key_text,
        good._file_day as file_day,
        good._source_file as source_file,
        good._source_line as source_line,
        good._known_on as known_on,
        good._run_id as run_id
    from {{ source('raw', feed) }} as good
    inner join position on good._known_on <= position.known_at
    inner join refused on good.{{ key }} = refused.key_text
    where refused.feed = '{{ feed }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{# The feeds in which a refused row may hide what protects a debtor. #}
{% macro feeds_that_protect() -%}
    {{ return([
        'debtors',
        'holds',
        'disputes',
        'receipts',
        'receipt_reversals',
        'arrangements',
        'case_actions',
    ]) }}
{%- endmacro %}


{#
    The feeds in which a refused row may hide that others collect a debt or that it is being paid off. Such a
    row keeps a debt from agencies and court; it does not stop recovery, for which decision 27 names the feeds.
#}
{% macro feeds_that_refer() -%}
    {{ return(['agency_placements', 'legal_cases', 'arrangement_invoices']) }}
{%- endmacro %}


{# Whether a feed is one of a list of feeds. #}
{% macro is_feed_of(feed, feeds) -%}
    {{ feed }} in ('{{ feeds | join("', '") }}')
{%- endmacro %}


{# Whether a file, which names its feeds joined by plus signs, yields one of a list of feeds. #}
{% macro is_file_of(feeds_named, feeds) -%}
    (
        {%- for feed in feeds %}
        {{ 'or ' if not loop.first }}'+' || {{ feeds_named }} || '+' like '%+{{ feed }}+%'
        {%- endfor %}
    )
{%- endmacro %}


{#
    One row per known good row whose key a refused row of its feed had. `refused` is a CTE with feed and
    key_text, `position` one with known_at.
#}
{% macro good_again() %}
    {%- for feed in feeds_that_protect() + feeds_that_refer() %}
    {%- set key = registered_feeds()[feed]['key'] %}
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
    inner join refused on good.{{ key | join(" || '|' || good.") }} = refused.key_text
    where refused.feed = '{{ feed }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

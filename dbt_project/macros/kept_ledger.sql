{#
    The ledger is kept from run to run: a run calculates again what the changes since the last
    published position can affect, and leaves all other rows as they are. What it calculates again
    is "in hand": rows that changed, and every debit and credit of the debtors whom they affect. A
    model that keeps its rows is `kept`: its pre-hook deletes what is in hand, its body calculates
    that again. With `--full-refresh` everything is in hand.

    Rows of the ledger have numbers that grow from run to run, so the numbers given in this run are
    those above `numbers_begin`.
#}

{# Stops a build that would append to kept tables although the position names none to continue from. #}
{% macro refuse_to_go_on_from_nothing() -%}
    {%- if execute and not flags.FULL_REFRESH -%}
    {%- set kept = adapter.get_relation(this.database, 'intermediate', 'int_credits_identified') -%}
    {%- if kept is not none -%}
    {%- set named = run_query('select count(kept_run_id) from ' ~ source('raw', 'position')) -%}
    {%- if named.rows[0][0] == 0 -%}
    {{ exceptions.raise_compiler_error(
        "the position names no kept ledger to continue from: build with --full-refresh"
    ) }}
    {%- endif -%}
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# A number that identifies a row inside the kept ledger. Its order means nothing. #}
{% macro ledger_number() -%}
    (select numbers_begin from {{ ref('stg_position') }}) + {{ surrogate_number() }}
{%- endmacro %}


{# Whether a numbered row was calculated in this run. #}
{% macro is_in_hand(number) -%}
    {{ number }} > (select numbers_begin from {{ ref('stg_position') }})
{%- endmacro %}


{# Whether a row of a feed was not yet known at the kept position. #}
{% macro is_seen_anew(relation, position) -%}
    (
        {{ relation }}._run_id > {{ position }}.kept_run_id
        or {{ relation }}._known_on > {{ position }}.kept_known_at
    )
{%- endmacro %}


{#
    The rows of a feed that changed since the kept position, by the first column of the key: another
    version of the row is current, or one of its days has arrived. A row that repeats the content of the one
    before it changes nothing, wherever it is in the order.

    feed  name of the feed
    days  columns with the days on which a row starts or stops counting, besides the effective date of
          the feed and `withdrawn_on`
#}
{% macro rows_touched(feed, days=[]) -%}
    {%- set facts = registered_feeds()[feed] -%}
    {%- set key = facts['key'] -%}
    {%- set own_days = [facts['effective_on']] if facts['effective_on'] else [] -%}
    select
        '{{ feed }}' as feed,
        feed_rows.{{ key[0] }} as row_id
    from {{ source('raw', feed) }} as feed_rows
    cross join {{ ref('stg_position') }} as position
    where
        feed_rows._known_on <= position.known_at
        and (
            {%- for day in own_days + days + ['withdrawn_on'] %}
            {{ 'or ' if not loop.first }}(
                feed_rows.{{ day }} > position.kept_as_of_date
                and feed_rows.{{ day }} <= position.as_of_date
            )
            {%- endfor %}
        )
    union
    select
        '{{ feed }}' as feed,
        row_id
    from (
        select
            feed_rows.{{ key[0] }} as row_id,
            feed_rows._content_hash,
            {{ is_seen_anew('feed_rows', 'position') }} as is_seen_anew,
            lag(feed_rows._content_hash) over (
                partition by {{ prefixed('feed_rows', key) }}
                order by {{ precedence_order('feed_rows') }}
            ) as previous_content_hash
        from {{ source('raw', feed) }} as feed_rows
        cross join {{ ref('stg_position') }} as position
        inner join (
            select distinct {{ prefixed('new_rows', key) }}
            from {{ source('raw', feed) }} as new_rows
            cross join {{ ref('stg_position') }} as position
            where
                new_rows._known_on <= position.known_at
                and {{ is_seen_anew('new_rows', 'position') }}
        ) as seen_anew on {{ same_key('feed_rows', 'seen_anew', key) }}
        where feed_rows._known_on <= position.known_at
    ) as in_order
    where is_seen_anew and previous_content_hash is distinct from _content_hash
{%- endmacro %}


{# Every known version of the rows of a feed whose first key column is in a list of feed and id. #}
{% macro versions_listed(feed, listed) -%}
    {%- set id = registered_feeds()[feed]['key'][0] -%}
    select versions.*
    from {{ source('raw', feed) }} as versions
    inner join {{ listed }} on versions.{{ id }} = {{ listed }}.row_id and {{ listed }}.feed = '{{ feed }}'
    inner join {{ ref('stg_position') }} as position on versions._known_on <= position.known_at
{%- endmacro %}


{# Pre-hook of a staging model that keeps its rows: delete the rows with a changed id. #}
{% macro forget_touched_rows(feed) -%}
    {%- set id = registered_feeds()[feed]['key'][0] -%}
    {%- set rows_touched = ref('stg_rows_touched') -%}
    {%- if keeps_rows() -%}
    delete from {{ this }}
    where {{ id }} in (select row_id from {{ rows_touched }} where feed = '{{ feed }}')
    {%- endif -%}
{%- endmacro %}


{# Pre-hook: delete the rows of the debtors in hand. #}
{% macro forget_debtors_in_hand() -%}
    {%- set debtors_in_hand = ref('int_debtors_in_hand') -%}
    {%- if keeps_rows() -%}
    delete from {{ this }}
    where debtor_id in (select debtor_id from {{ debtors_in_hand }})
    {%- endif -%}
{%- endmacro %}


{# Pre-hook: delete the credits of the debtors in hand, and the receipts in hand that name no debtor. #}
{% macro forget_credits_in_hand() -%}
    {%- set debtors_in_hand = ref('int_debtors_in_hand') -%}
    {%- set receipts_in_hand = ref('int_receipts_in_hand') -%}
    {%- if keeps_rows() -%}
    delete from {{ this }}
    where
        debtor_id in (select debtor_id from {{ debtors_in_hand }})
        or (
            credit_type = 'receipt'
            and credit_id in (select receipt_id from {{ receipts_in_hand }})
        )
    {%- endif -%}
{%- endmacro %}


{# Pre-hook: delete the refunds of debtors in hand and of receipts in hand. #}
{% macro forget_refunds_in_hand() -%}
    {%- set debtors_in_hand = ref('int_debtors_in_hand') -%}
    {%- set credits = ref('int_credits_identified') -%}
    {%- if keeps_rows() -%}
    delete from {{ this }}
    where
        debtor_id in (select debtor_id from {{ debtors_in_hand }})
        or (
            credit_no is not null
            and credit_no not in (select credit_no from {{ credits }})
        )
    {%- endif -%}
{%- endmacro %}


{# Pre-hook: delete the rows whose number no longer exists in the model that gave it. #}
{% macro forget_numbers_gone(number, numbered) -%}
    {%- set numbered_rows = ref(numbered) -%}
    {%- if keeps_rows() -%}
    delete from {{ this }}
    where {{ number }} not in (select {{ number }} from {{ numbered_rows }})
    {%- endif -%}
{%- endmacro %}


{# The kept rows of debtors in hand; all rows if nothing is kept. #}
{% macro of_debtors_in_hand(relation) -%}
    {%- set debtors_in_hand = ref('int_debtors_in_hand') -%}
    {%- if keeps_rows() %}
    where {{ relation }}.debtor_id in (select debtor_id from {{ debtors_in_hand }})
    {%- endif -%}
{%- endmacro %}


{# The credits in hand; all of them if nothing is kept. #}
{% macro of_credits_in_hand(relation) -%}
    {%- set debtors_in_hand = ref('int_debtors_in_hand') -%}
    {%- set receipts_in_hand = ref('int_receipts_in_hand') -%}
    {%- if keeps_rows() %}
    where
        {{ relation }}.debtor_id in (select debtor_id from {{ debtors_in_hand }})
        or (
            {{ relation }}.credit_type = 'receipt'
            and {{ relation }}.debtor_id is null
            and {{ relation }}.credit_id in (select receipt_id from {{ receipts_in_hand }})
        )
    {%- endif -%}
{%- endmacro %}

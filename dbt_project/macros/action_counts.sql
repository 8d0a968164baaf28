{# Whether an action was carried out: one that failed, came back or was withdrawn counts for nothing. #}
{% macro action_counts(relation) -%}
    (
        {{ relation }}.outcome_code is null
        or {{ relation }}.outcome_code not in ('failed', 'returned', 'withdrawn')
    )
{%- endmacro %}


{# Whether an action was made at all: a letter that came back was sent, one that failed was not. #}
{% macro action_was_made(relation) -%}
    (
        {{ relation }}.outcome_code is null
        or {{ relation }}.outcome_code not in ('failed', 'withdrawn')
    )
{%- endmacro %}

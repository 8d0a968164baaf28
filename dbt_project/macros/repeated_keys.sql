{# How often each model repeats a key; no rows where every key names one row.

   keys: the key's columns by model. Blanks count as equal. A mart's contract says whether its key may be
   blank; an intermediate has no contract, so its key of one column may not. #}
{% macro repeated_keys(keys) %}
    with

    counted as (
        {% for model, columns in keys.items() %}
            select
                '{{ model }}' as model,
                count(*) as repeated_key_count
            from (
                select {{ columns | join(', ') }}
                from {{ ref(model) }}
                group by {{ columns | join(', ') }}
                having
                    count(*) > 1
                    {% if model.startswith('int_') and columns | length == 1 %}
                        or {{ columns[0] }} is null
                    {% endif %}
            ) as repeated
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

    select *
    from counted
    where repeated_key_count > 0
{% endmacro %}

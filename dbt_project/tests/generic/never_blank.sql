{# No row has a blank in one of the columns; for views, whose contract cannot hold not-null constraints. #}
{% test never_blank(model, columns) %}
    select *
    from {{ model }}
    where {% for column in columns %}{{ column }} is null{% if not loop.last %} or {% endif %}{% endfor %}
{% endtest %}

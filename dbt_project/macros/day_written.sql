{# The day that a text names as 2026-06-30 does; blank where it names none, or names it in another way. #}
{% macro day_written(text) -%}
    case
        when trim({{ text }}) like '____-__-__' then try_cast(trim({{ text }}) as date)
    end
{%- endmacro %}

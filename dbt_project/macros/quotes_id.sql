{#
    Whether a text that somebody wrote contains an id that is no part of a longer number, however it is
    capitalised: INV70000085 quotes 70000085, and 700000851 does not.
#}
{% macro quotes_id(text, id) -%}
    instr(
        replace(
            replace(
                translate(
                    replace(replace(lower({{ text }}), '#', ' '), lower({{ id }}), '#'),
                    '123456789',
                    '000000000'
                ),
                '0#',
                ''
            ),
            '#0',
            ''
        ),
        '#'
    ) > 0
{%- endmacro %}

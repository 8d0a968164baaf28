{# Patterns of figures that free text should not contain; both engines read them alike. #}

{# Thirteen to nineteen digits, with or without blanks or hyphens between them. A card number also passes the Luhn check. #}
{% macro card_pattern() -%}
    [0-9]([ -]?[0-9]){12,18}
{%- endmacro %}


{# A sort code and, not far behind it, an account number of eight digits. #}
{% macro account_pattern() -%}
    [0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2}[^0-9]{1,20}[0-9]{8}
{%- endmacro %}


{# An international account number. #}
{% macro iban_pattern() -%}
    [A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){3,7}( ?[0-9]{1,3})?
{%- endmacro %}


{#
    The Luhn sum of up to nineteen digits: every second one from the right counts twice, its digits added.
    A card number is valid if the sum is a multiple of ten.

    digits  an expression of digits only
#}
{% macro luhn_sum(digits) -%}
    (
    {%- for place in range(1, 20) %}
        {%- set digit = "cast(nullif(substr(reverse(" ~ digits ~ "), " ~ place ~ ", 1), '') as int)" %}
        coalesce(
            {%- if place % 2 %}{{ digit }}
            {%- else %}2 * {{ digit }} - case when {{ digit }} > 4 then 9 else 0 end
            {%- endif %}, 0){{ ' +' if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}


{# A free text that may be shown: card and account numbers and the words of a pattern are masked. #}
{% macro masked_text(text, words) -%}
    {%- set figures = "'" ~ iban_pattern() ~ "|" ~ account_pattern() ~ "|" ~ card_pattern() ~ "'" -%}
    {{ with_masked(with_masked(text, figures), words) }}
{%- endmacro %}


{# A text in lower case with a blank for every punctuation mark and one at each end: check I21 searches it for words. #}
{% macro bare_words(text) -%}
    ' ' || translate(lower({{ text }}), '.,;:!?()[]/-"', '             ') || ' '
{%- endmacro %}

{# The SHA-256 of a text, as 64 lower-case hexadecimal digits. #}
{% macro sha256_of(text) -%}
    {{ return(adapter.dispatch('sha256_of', 'council_income')(text)) }}
{%- endmacro %}

{% macro default__sha256_of(text) -%}
    {{ exceptions.raise_compiler_error("sha256_of is not written for this engine") }}
{%- endmacro %}

{% macro duckdb__sha256_of(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro spark__sha256_of(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}

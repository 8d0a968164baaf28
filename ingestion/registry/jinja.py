"""Python values written as Jinja dictionaries, indented."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "str | bool | Sequence[Value] | Mapping[str, Value] | None"


def literal(value: Value) -> str:
    """The value as Jinja writes it, on one line.

    Raises:
        ValueError: A text holds a quotation mark or a backslash, which no name of a contract does.
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if "'" in value or "\\" in value:
            raise ValueError(f"{value!r} cannot be written into a macro")
        return f"'{value}'"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    return "[" + ", ".join(literal(each) for each in value) + "]"


def entries(values: Mapping[str, Value], indent: int) -> str:
    """The entries of a dictionary, a line for each and for each part of a list of lists."""
    margin = " " * indent
    return ",\n".join(
        f"{margin}{literal(key)}: {_spread(value, indent)}" for key, value in values.items()
    )


def _spread(value: Value, indent: int) -> str:
    margin = " " * indent
    if isinstance(value, Mapping):
        return f"{{\n{entries(value, indent + 4)}\n{margin}}}"
    if isinstance(value, Sequence) and any(isinstance(e, (list, tuple, dict)) for e in value):
        parts = ",\n".join(f"{margin}    {literal(each)}" for each in value)
        return f"[\n{parts}\n{margin}]"
    return literal(value)

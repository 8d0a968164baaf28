"""The data tests that every model's key names one row, from `meta.key` of the models' YAML files.

One test for each group of models: a test for each model would take a fifth of dbt's time.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_HEAD = "-- Written by `make generated` from `meta.key` of the group's models.\n"


def keys_by_group(models: Path) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The key's columns of every model that has a key, by group and model.

    Args:
        models: dbt's folder of models. Staging belongs to the group intake, every other model to
            the group that its subject's folder is named after.
    """
    keys: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for file in sorted(models.glob("*/**/*.yml")):
        layer, subject = file.relative_to(models).parts[:2]
        group = "intake" if layer == "staging" else subject
        for model in (yaml.safe_load(file.read_text("utf-8")) or {}).get("models", ()):
            if columns := _key(model):
                keys[group][model["name"]] = columns
    return {group: dict(sorted(of_group.items())) for group, of_group in keys.items()}


def key_test(group: str, keys: Mapping[str, tuple[str, ...]]) -> str:
    """The SQL of one group's test."""
    lines = "".join(f"    '{model}': {list(columns)},\n" for model, columns in keys.items())
    return f"{_HEAD}{{{{ config(group='{group}') }}}}\n\n{{{{ repeated_keys({{\n{lines}}}) }}}}\n"


def _key(model: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(model.get("config", {}).get("meta", {}).get("key", ()))

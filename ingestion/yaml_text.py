"""YAML that ships with the product, read with libyaml where it is installed: ten times as fast."""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:  # noqa: ANN401 - whatever the text holds
    """What the text holds.

    Raises:
        yaml.YAMLError: The text is not YAML.
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - both loaders are safe ones

"""What the exports of both models share: what JSON and lines of a comment can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from surrogate_app import __version__

APPLICATION = {"name": "surrogate-app", "version": __version__}
"""What wrote an exported file."""


def finite(value: Any) -> Any:
    """Return nested values with None in place of numbers that JSON does not know.

    Examples
    --------
    >>> finite({"loss": float("nan"), "sizes": (1, 2.5)})
    {'loss': None, 'sizes': [1, 2.5]}
    """
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def described(model: Mapping[str, Any]) -> dict[str, str]:
    r"""Return those entries of a model's metadata that fit on a line, each on one line.

    Examples
    --------
    >>> described({"name": "nn", "notes": "first\nsecond", "layers": [512, 512]})
    {'name': 'nn', 'notes': 'first second'}
    """
    simple = {key: item for key, item in model.items() if isinstance(item, str | int | float)}
    return {key: on_one_line(item) for key, item in simple.items()}


def on_one_line(value: Any) -> str:
    r"""Return the text of a value without line breaks or other control characters.

    Examples
    --------
    >>> on_one_line("argon\r\n1,2,3")
    'argon 1,2,3'
    """
    printable = (character if character.isprintable() else " " for character in str(value))
    return " ".join("".join(printable).split())

"""Checks of the numbers that functions of both models are given."""

from __future__ import annotations

import math
import operator
from typing import Any


def whole(name: str, value: Any, least: int | None = None) -> int:
    """Return a whole number, or raise a ValueError that names it.

    Parameters
    ----------
    name : str
        Name of the number.
    value : any
        What was given for it.
    least : int, optional
        Smallest number that is accepted.

    Examples
    --------
    >>> whole("seed", 1.5, least=0)
    Traceback (most recent call last):
    ValueError: seed must be a whole number, got 1.5
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, got {value!r}") from None
    if least is not None and number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number


def positive(name: str, value: Any) -> float:
    """Return a finite number above zero, or raise a ValueError that names it.

    Examples
    --------
    >>> positive("precision", "fine")
    Traceback (most recent call last):
    ValueError: precision must be positive, got 'fine'
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0.0 < number < math.inf:
        raise ValueError(f"{name} must be positive, got {value!r}")
    return number

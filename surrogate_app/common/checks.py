"""Checks of the numbers that functions of both halves are given."""

from __future__ import annotations

import math
import operator
from typing import Any

_LONGEST = 60


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


def positive(name: str, value: Any, unit: str | None = None) -> float:
    """Return a finite number above zero, or raise a ValueError that names it.

    Parameters
    ----------
    name : str
        Name of the number.
    value : any
        What was given for it.
    unit : str, optional
        Its unit, if it has one.

    Examples
    --------
    >>> positive("precision", "fine")
    Traceback (most recent call last):
    ValueError: precision must be positive, got 'fine'
    >>> positive("sigma", -1, "nm")
    Traceback (most recent call last):
    ValueError: sigma must be a positive number in nm, got -1
    """
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if 0.0 < number < math.inf:
        return number
    if unit is None:
        raise ValueError(f"{name} must be positive, got {_shown(value)}")
    shown = f"{number:g}" if math.isfinite(number) else _shown(value)
    raise ValueError(f"{name} must be a positive number in {unit}, got {shown}")


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # integers of thousands of digits have none
        return "a number of thousands of digits"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

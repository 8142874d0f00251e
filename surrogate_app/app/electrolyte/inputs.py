"""How the page writes inputs, what it says of refused ones, and the systems that it offers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from surrogate_app.app.numbers import number
from surrogate_app.electrolyte import DOMAIN, UNITS, Electrolyte

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {"h": "h", "c": "c", "d_pos": "d₊", "d_neg": "d₋", "sigma_s": "σₛ"}
)
"""How each input is written on the page."""

PRESETS: Mapping[str, Electrolyte] = MappingProxyType(
    {
        "I": Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02),
        "II": Electrolyte(5.0, 2.0, 0.63, 0.63, -0.02),
        "III": Electrolyte(4.4, 1.0, 0.415, 0.5225, -0.015),
        "IV": Electrolyte(4.0, 1.5, 0.5225, 0.415, -0.015),
        "Low c": Electrolyte(4.5, 0.3, 0.4, 0.6, -0.015),
        "High c": Electrolyte(4.5, 1.9, 0.4, 0.6, -0.015),
        "Series in c": Electrolyte(5.0, 1.0, 0.415, 0.63, -0.01),
    }
)
"""Systems of the paper: I–IV of its Fig. 5, two of its sensitivity analysis, one of its series."""


def with_unit(name: str, value: float) -> str:
    """Write an input with its unit.

    Examples
    --------
    >>> with_unit("h", 4.8)
    '4.8 nm'
    """
    return f"{number(value)} {UNITS[name]}"


def refusal(name: str, value: float) -> str:
    """Say in one sentence what an input may be if `value` is outside its domain, else nothing.

    Examples
    --------
    >>> refusal("h", 9.0)
    '9 nm is outside 4 to 5 nm.'
    >>> refusal("h", 4.5)
    ''
    """
    low, high = DOMAIN[name]
    if low <= value <= high:
        return ""
    return f"{with_unit(name, value)} is outside {number(low)} to {with_unit(name, high)}."

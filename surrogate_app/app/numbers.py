"""Numbers as the dashboard writes them: true minus signs, powers of ten, uncertainties."""

from __future__ import annotations

import math

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_PLAIN = range(-2, 5)
"""Powers of ten of the leading digit of numbers that are written without a power of ten."""


def number(value: float) -> str:
    """Write a number in full, with a true minus sign.

    Examples
    --------
    >>> number(-0.015)
    '−0.015'
    """
    text = repr(float(value))
    return text.removesuffix(".0").replace("-", "−")


def rounded(value: float, digits: int = 4) -> str:
    """Write a number with so many significant digits, very large and small ones by powers of ten.

    Examples
    --------
    >>> rounded(9.8471e-6), rounded(0.34101, 3), rounded(-120.0)
    ('9.847×10⁻⁶', '0.341', '−120.0')
    """
    return uncertain(value, 0.0, digits)


def uncertain(value: float, std: float, digits: int = 4) -> str:
    """Write a number with its standard deviation, both to the second digit of the latter.

    Parameters
    ----------
    value, std : float
        The number and its standard deviation; a deviation that is not a positive number is not
        written, and `value` is then given to `digits` significant digits.
    digits : int
        Significant digits without a standard deviation.

    Examples
    --------
    >>> uncertain(9.8471e-6, 2.34e-8), uncertain(0.34101, 0.00026)
    ('(9.847 ± 0.023)×10⁻⁶', '0.34101 ± 0.00026')
    >>> uncertain(12345.0, 678.0)
    '12340 ± 680'
    """
    if not math.isfinite(value):
        return "unknown"
    known = math.isfinite(std) and std > 0.0
    power = _power(max(abs(value), std) if known else abs(value))
    shift = 0 if power in _PLAIN else power
    last = _power(std) - 1 if known else power - digits + 1
    decimals = max(shift - last, 0)
    if known and last > 0 and not shift:  # both are written in full, but not to digits unknown
        value, std = round(value, -last), round(std, -last)
    text = f"{value / 10.0**shift:.{decimals}f}".replace("-", "−")
    if known:
        text += f" ± {std / 10.0**shift:.{decimals}f}"
    if not shift:
        return text
    return f"{f'({text})' if known else text}×10{str(shift).translate(_SUPERSCRIPTS)}"


def _power(value: float) -> int:
    """Power of ten of the leading digit."""
    return math.floor(math.log10(value)) if value > 0.0 else 0

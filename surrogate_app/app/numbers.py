"""Numbers as the dashboard writes them: true minus signs, powers of ten, uncertainties."""

from __future__ import annotations

import math

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_PLAIN = range(-2, 5)
"""Powers of ten of the leading digit of numbers that are written without a power of ten."""

_MAX_DIGITS = 7
"""Digits to which single precision distinguishes the ends of a range."""


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
    return f"{f'({text})' if known else text}×10{superscript(shift)}"


def ranged(low: float, high: float, digits: int = 3) -> str:
    """Write both ends of a range to the same digit and with the same power of ten.

    Parameters
    ----------
    low, high : float
        The ends.
    digits : int
        Significant digits of the larger one; more are written where both would look alike.

    Examples
    --------
    >>> ranged(7.38e-3, 0.0104), ranged(-2.5e-6, 1e-8), ranged(1.5001, 1.5003)
    ('0.0074 to 0.0104', '(−2.50 to 0.01)×10⁻⁶', '1.50010 to 1.50030')
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return "unknown"
    power = _power(max(abs(low), abs(high)))
    last = power - digits + 1
    if high > low:
        last = max(min(last, _power(1.000001 * (high - low)) - 1), power - _MAX_DIGITS)
    shift = 0 if power in _PLAIN else power
    decimals = max(shift - last, 0)
    ends = (f"{end / 10.0**shift:.{decimals}f}".replace("-", "−") for end in (low, high))
    text = " to ".join(ends)
    return f"({text})×10{superscript(shift)}" if shift else text


def percent(share: float, decimals: int = 1) -> str:
    """Write a share in per cent.

    Examples
    --------
    >>> percent(0.4567)
    '45.7 %'
    """
    return f"{100.0 * share:.{decimals}f} %"


def superscript(power: int) -> str:
    """Write an exponent."""
    return str(power).translate(_SUPERSCRIPTS)


def _power(value: float) -> int:
    """Power of ten of the leading digit."""
    return math.floor(math.log10(value)) if value > 0.0 else 0

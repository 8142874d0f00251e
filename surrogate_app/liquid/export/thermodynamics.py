"""Pressure, energy and compressibility of fitted fluids, for readers and programs."""

from __future__ import annotations

import math
from typing import Any

from surrogate_app.liquid.analysis.thermodynamics import BAR_PER_MPA, Quantity, of_fit
from surrogate_app.liquid.inverse.surrogate import Fit, StructureFactorFit

WAYS = {"virial": "by the structure", "equation": "by the equation of state"}
"""How each quantity is found, by the names in `Quantity`."""


def content(fit: Fit | StructureFactorFit) -> dict[str, dict[str, Any]]:
    """Return what `of_fit` gives as numbers by name, with units; what is not known is None."""
    return {
        quantity.name: {
            "unit": quantity.unit,
            **{
                key: None if math.isnan(value) else value
                for way in WAYS
                for key, value in (
                    (way, getattr(quantity, way)),
                    (f"{way}_std", _std(quantity, way)),
                )
            },
        }
        for quantity in of_fit(fit)
    }


def lines(fit: Fit | StructureFactorFit) -> list[str]:
    """Return what `of_fit` gives as lines for a reader, one a quantity."""
    return [
        f"{quantity.label}: "
        + ", ".join(_by(quantity, way) for way in WAYS if _known(quantity, way))
        for quantity in of_fit(fit)
    ]


def cell(quantity: Quantity, way: str) -> str:
    """Return a quantity by one of `WAYS` with its uncertainty and unit; '–' if it is not known.

    Examples
    --------
    >>> cell(Quantity("pressure", 110.34, 0.52, float("nan"), float("nan")), "virial")
    '110.34 ± 0.52 MPa (1103.4 ± 5.2 bar)'
    """
    if not _known(quantity, way):
        return "–"
    value, std = getattr(quantity, way), _std(quantity, way)
    if quantity.name == "pressure":
        bar = _rounded(BAR_PER_MPA * value, BAR_PER_MPA * std)
        return f"{_rounded(value, std)} MPa ({bar} bar)"
    return f"{_rounded(value, std)} {'' if quantity.unit == '1' else quantity.unit}".rstrip()


def _by(quantity: Quantity, way: str) -> str:
    return f"{cell(quantity, way)} {WAYS[way]}"


def _known(quantity: Quantity, way: str) -> bool:
    return not math.isnan(getattr(quantity, way))


def _std(quantity: Quantity, way: str) -> float:
    return float(getattr(quantity, f"{way}_std"))


def _rounded(value: float, std: float) -> str:
    """Return a value to the second digit of its uncertainty."""
    if not std > 0.0:
        return f"{value:.4g}"
    digits = max(1 - math.floor(math.log10(std)), 0)
    return f"{value:.{digits}f} ± {std:.{digits}f}"

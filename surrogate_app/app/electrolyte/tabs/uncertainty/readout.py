"""Numbers of the tab Uncertainty, as HTML."""

from __future__ import annotations

from collections.abc import Iterable

from surrogate_app.app.electrolyte.inputs import QUANTITY_UNITS
from surrogate_app.app.markup import tiles, value
from surrogate_app.app.numbers import ranged, rounded
from surrogate_app.electrolyte.analysis.propagation import Propagation

STEADY = 1e-6
"""Standard deviation over the value below which the value does not vary: single precision."""


def distribution(there: Propagation, quantiles: Iterable[float]) -> str:
    """Return the numbers that describe a distribution at one position, as HTML.

    Parameters
    ----------
    there : Propagation
        The distribution.
    quantiles : iterable of float
        Values that 2.5, 16, 50, 84 and 97.5 % of the systems stay below.
    """
    unit = QUANTITY_UNITS[there.quantity]
    entries = [("Prediction", value(rounded(float(there.exact[0]), 3), unit), "there.exact")]
    if steady(there):
        entries.append(("Standard deviation, inputs", value("does not vary here"), "there.std"))
    else:
        low, lower, median, upper, high = map(float, quantiles)
        entries += [
            ("Mean", value(rounded(float(there.mean[0]), 3), unit), "there.mean"),
            ("Median", value(rounded(median, 3), unit), "there.quantiles([0.5])"),
            ("68 % lie in", value(ranged(lower, upper), unit), "there.quantiles([0.16, 0.84])"),
            ("95 % lie in", value(ranged(low, high), unit), "there.quantiles([0.025, 0.975])"),
            (
                "Standard deviation, inputs",
                value(rounded(float(there.std[0]), 3), unit),
                "there.std",
            ),
        ]
    entries += [
        (
            "Standard deviation, model",
            value(rounded(float(there.model_std[0]), 3), unit),
            "there.model_std",
        ),
        ("Systems", value(f"{len(there.samples):,}"), "len(there.samples)"),
    ]
    return tiles(entries)


def steady(there: Propagation) -> bool:
    """Whether a quantity is the same at one position for all systems, but for rounding."""
    return float(there.std[0]) <= STEADY * abs(float(there.exact[0]))

"""The part of a radial distribution function that a fit uses, as a histogram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.rdf.rdf import BELIEVED, RDF
from surrogate_app.liquid.rdf.sampling import bin_edges, possible_samplings
from surrogate_app.liquid.simulation.bins import REACH

Array = NDArray[np.float64]

NEAREST = 0.2
"""Distance in ρ^(−1/3) below which no fluid has pairs."""

LEAST_BINS = 20
"""Fewest bins within reach that a fit needs."""

LEAST_LEVEL = 0.02
"""Least mean of g over the bins; below it no neighbours were seen."""


@dataclass(frozen=True)
class Bins:
    """The part of an RDF that a fit uses, in reduced distances.

    Parameters
    ----------
    edges : ndarray, shape (n + 1,)
        Edges of the bins in ρ^(−1/3).
    g : ndarray, shape (n,)
        Values in the bins.
    density, temperature : float
        Density in nm⁻³ and temperature in K.
    points : ndarray, shape (n,), optional
        The distances that the RDF gives, in ρ^(−1/3); the middles of the bins by default.
    samplings : tuple of str
        What the distances may be, one if it is known.
    counted : bool
        Whether a program wrote them that is known to count pairs in bins.
    """

    edges: Array
    g: Array
    density: float
    temperature: float
    points: Array | None = None
    samplings: tuple[str, ...] = ("centres", "points")
    counted: bool = False

    @property
    def t(self) -> Array:
        """Middles of the bins."""
        return np.asarray(0.5 * (self.edges[1:] + self.edges[:-1]))

    @property
    def width(self) -> Array:
        """Widths of the bins."""
        return np.diff(self.edges)


def usable_bins(rdf: RDF, density: float, temperature: float) -> Bins:
    """Bins between `NEAREST` and the reach of the forward surrogate.

    Parameters
    ----------
    rdf : RDF
        The RDF.
    density, temperature : float
        Density in nm⁻³ and temperature in K.

    Returns
    -------
    Bins

    Raises
    ------
    ValueError
        If there are too few, or g is about zero in all of them.
    """
    scale = density ** (1.0 / 3.0)
    edges = bin_edges(rdf.r, rdf.sampling or "centres") * scale
    used = (edges[:-1] >= NEAREST) & (edges[1:] <= REACH * (1.0 + 1e-9))
    if used.sum() < LEAST_BINS:
        low, high = NEAREST * density ** (-1.0 / 3.0), REACH * density ** (-1.0 / 3.0)
        raise ValueError(
            f"{_about_peak(rdf)}the RDF has {used.sum()} points between {low:.3g} and "
            f"{high:.3g} nm, the range that holds information at a density of {density:g} nm⁻³; "
            f"at least {LEAST_BINS} are needed"
        )
    first, last = np.flatnonzero(used)[[0, -1]]
    bins = Bins(
        *(edges[first : last + 2], rdf.g[first : last + 1], density, temperature),
        points=rdf.r[first : last + 1] * scale,
        samplings=possible_samplings(rdf.r) if rdf.sampling is None else (rdf.sampling,),
        counted=rdf.counted,
    )
    volume = bins.t**2 * bins.width
    if volume @ bins.g < LEAST_LEVEL * volume.sum():
        low, high = bins.edges[[0, -1]] * density ** (-1.0 / 3.0)
        raise ValueError(
            f"{_about_peak(rdf)}g(r) is about zero between {low:.3g} and {high:.3g} nm, "
            f"where the neighbours in a fluid of {density:g} nm⁻³ are; check density and length "
            "unit"
        )
    return bins


def _about_peak(rdf: RDF) -> str:
    """Begin a refusal with a first peak where no liquid has one, the likeliest reason for it."""
    low, high = BELIEVED["nm"]
    if low <= rdf.first_peak <= high:
        return ""
    return f"the first peak at {rdf.first_peak:.3g} nm is unusual, check the length unit: "


def cell_means(edges: Array, bin_edges: Array, g: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Average a histogram over cells that need not coincide with its bins.

    Parameters
    ----------
    edges : ndarray, shape (m + 1,)
        Edges of the cells.
    bin_edges : ndarray, shape (n + 1,)
        Edges of the bins.
    g : ndarray, shape (n,)
        Values in the bins.

    Returns
    -------
    means : ndarray, shape (m,)
        0 in cells below the bins, 1 in cells that end beyond them.
    covered : ndarray of bool, shape (m,)
        Whether a cell ends within the bins.

    Examples
    --------
    >>> means, covered = cell_means(np.arange(4.0), np.array([0.5, 1.5, 2.5]), np.array([2.0, 4.0]))
    >>> means.tolist(), covered.tolist()
    ([1.0, 3.0, 1.0], [True, True, False])
    """
    integral = np.concatenate(([0.0], np.cumsum(g * np.diff(bin_edges))))
    means = np.diff(np.interp(edges, bin_edges, integral)) / np.diff(edges)
    covered = edges[1:] <= bin_edges[-1] * (1.0 + 1e-9)
    return np.where(covered, means, 1.0), covered

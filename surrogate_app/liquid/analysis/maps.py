r"""Error maps: how far g(r) of every potential around a fit is from the measured one.

The relative entropy is the potential of its gradient (A.6). Summed along one path of the grid (A.9)
it would depend on the path, since no surrogate obeys the Maxwell relation between the derivatives
by C12 and C6 exactly. Here it is the function whose differences between neighbours agree best, by
least squares, with the mean of the gradient at both: one linear system, in which no path is
preferred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.liquid.analysis.problem import Problem, reduced
from surrogate_app.liquid.inverse.surrogate import Fit
from surrogate_app.liquid.phases import (
    CRITICAL_TEMPERATURE,
    METASTABLE,
    freezing_density,
    saturated_liquid_density,
    saturated_vapour_density,
)
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.validity import LEAST_ATTRACTION, LEAST_COUPLING, LOWEST_TEMPERATURE

Array = NDArray[np.float64]

QUANTITIES = ("rdf", "kl")
"""What a map may show: the total variation of g(r), or the relative entropy above its minimum."""

POINTS = 150
"""Points along each axis."""

REASONS = (
    "",
    "liquid and vapour separate",
    "the fluid freezes",
    "a vapour, which the surrogate does not know",
    "colder than the states that were simulated",
    "hotter or more dilute than the states that were simulated",
    "not connected with the fit by states of a single fluid",
)
"""Why there is no value, by the numbers in `ErrorMap.reason`."""

_SPAN, _SIGMAS = 0.3, 6.0
_BATCH = 1_500


@dataclass(frozen=True)
class ErrorMap:
    """Errors of potentials on a grid.

    Parameters
    ----------
    fit : Fit
        The default fit, around which the grid lies.
    quantity : str
        "rdf" (L 7) or "kl", per atom.
    c12, c6 : ndarray, shape (n,) and (m,)
        The axes, in kJ/mol nm¹² and kJ/mol nm⁶.
    values : ndarray, shape (m, n)
        Errors, by C6 and C12; NaN where there is no single fluid.
    mask : ndarray of bool, shape (m, n)
        Where there are values.
    reason : ndarray of int, shape (m, n)
        Why there is none: index in `REASONS`.
    """

    fit: Fit
    quantity: str
    c12: Array
    c6: Array
    values: Array
    mask: NDArray[np.bool_]
    reason: NDArray[np.int8]

    @property
    def minimum(self) -> tuple[float, float]:
        """C12 and C6 of the grid point with the least error."""
        row, column = np.unravel_index(int(np.nanargmin(self.values)), self.values.shape)
        return float(self.c12[column]), float(self.c6[row])

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say which part of the map is blank, and why."""
        total = self.reason.size
        shares = ((text, np.count_nonzero(self.reason == i)) for i, text in enumerate(REASONS))
        return tuple(
            f"{100.0 * count / total:.0f} % of the map is blank: {text}."
            for text, count in shares
            if text and count
        )


def error_map(
    rdf: RDF,
    density: float,
    temperature: float,
    quantity: str = "rdf",
    c12: ArrayLike | None = None,
    c6: ArrayLike | None = None,
) -> ErrorMap:
    """Compute the error of all potentials on a grid against a measured g(r).

    Parameters
    ----------
    rdf : RDF
        Radial distribution function of a one-component fluid.
    density, temperature : float
        Number density in nm⁻³ and temperature in K.
    quantity : str, optional
        "rdf": total variation of g(r) (L 7); "kl": relative entropy per atom (A.6) above the
        least value of the map.
    c12, c6 : array_like, optional
        Axes in kJ/mol nm¹² and kJ/mol nm⁶: two ends, between which 150 points lie, or increasing
        values. By default 30 % about the default fit, or 6 standard deviations if that is more.

    Returns
    -------
    ErrorMap

    Raises
    ------
    ValueError
        If the RDF can't be fitted, the quantity is unknown, an axis is not positive and
        increasing, or no state on the grid is a single fluid.

    Examples
    --------
    >>> from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
    >>> from surrogate_app.liquid.state import LJState
    >>> argon = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)
    >>> r = np.arange(0.005, 1.4, 0.01)
    >>> rdf = RDF(r, ForwardSurrogate.load().rdf(argon, r, width=0.01))
    >>> found = error_map(rdf, density=13.7, temperature=345.0, quantity="kl")
    >>> found.values.shape, bool(abs(found.minimum[0] / argon.c12 - 1.0) < 0.01)
    ((150, 150), True)
    """
    if quantity not in QUANTITIES:
        raise ValueError(f"quantity must be {' or '.join(QUANTITIES)}, got {quantity!r}")
    return map_of(Problem.of(rdf, density, temperature), (quantity,), c12, c6)[0]


def map_of(
    problem: Problem,
    quantities: Sequence[str] = QUANTITIES,
    c12: ArrayLike | None = None,
    c6: ArrayLike | None = None,
) -> tuple[ErrorMap, ...]:
    """Return maps of several quantities, for which g(r) is computed once; see `error_map`."""
    fit = problem.fit
    axes = (
        _axis("c12", c12, fit.c12, fit.c12_std),
        _axis("c6", c6, fit.c6, fit.c6_std),
    )
    x = reduced(axes[0][None, :], axes[1][:, None], *problem.thermal)
    reason = _reasons(x)
    mask = reason == 0
    if not mask.any():
        raise ValueError("no state on the grid is a single fluid; choose other c12 and c6")
    errors, slopes = np.full(mask.shape, np.nan), np.full((*mask.shape, 2), np.nan)
    places = np.flatnonzero(mask)
    inside = x.reshape(-1, 2)[places]
    for begin in range(0, len(places), _BATCH):
        part = places[begin : begin + _BATCH]
        g = problem.surrogate.g(inside[begin : begin + _BATCH])
        errors.flat[part] = problem.rdf_error(g)
        slopes.reshape(-1, 2)[part] = problem.gradient(g)
    made = []
    for quantity in quantities:
        values, why = errors, reason
        if quantity == "kl":
            values = integrated(slopes, x[0, :, 0], x[:, 0, 1], _nearest(x, problem.fitted, mask))
            why = np.where(mask & ~np.isfinite(values), len(REASONS) - 1, reason).astype(np.int8)
            values = values - np.nanmin(values)
        made.append(ErrorMap(fit, quantity, *axes, values, why == 0, why))
    return tuple(made)


def integrated(slopes: Array, x: Array, y: Array, place: tuple[int, int]) -> Array:
    """Integrate a gradient field on a grid without preferring a path.

    Parameters
    ----------
    slopes : ndarray, shape (m, n, 2)
        Derivatives by x and y; NaN where unknown.
    x, y : ndarray, shape (n,) and (m,)
        The axes.
    place : tuple of int
        Row and column of a known point, where the integral is 0.

    Returns
    -------
    ndarray, shape (m, n)
        NaN where unknown or not connected with the place.
    """
    from scipy import sparse  # too slow for serving: fits need none of it
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import spsolve

    known = np.isfinite(slopes[..., 0])
    index = np.arange(known.size).reshape(known.shape)
    ends, steps = [], []
    across, up = known[:, 1:] & known[:, :-1], known[1:] & known[:-1]
    mean = 0.5 * (slopes[:, 1:, 0] + slopes[:, :-1, 0]) * np.diff(x)
    ends.append(np.stack((index[:, :-1][across], index[:, 1:][across])))
    steps.append(mean[across])
    mean = 0.5 * (slopes[1:, :, 1] + slopes[:-1, :, 1]) * np.diff(y)[:, None]
    ends.append(np.stack((index[:-1][up], index[1:][up])))
    steps.append(mean[up])
    pairs, step = np.concatenate(ends, axis=1), np.concatenate(steps)
    ones = np.ones(len(step))
    size = known.size
    links = sparse.coo_matrix((ones, (pairs[0], pairs[1])), shape=(size, size))
    label = connected_components(links, directed=False)[1]
    origin = int(index[place])
    mine = label == label[origin]
    free = mine.copy()
    free[origin] = False
    rows = np.arange(len(step))
    difference = sparse.coo_matrix(
        (np.r_[-ones, ones], (np.r_[rows, rows], np.r_[pairs[0], pairs[1]])), (len(step), size)
    ).tocsc()[:, free]
    found = np.full(size, np.nan)
    found[origin] = 0.0
    if free.any():
        found[free] = spsolve((difference.T @ difference).tocsc(), difference.T @ step)
    return found.reshape(known.shape)


def _nearest(x: Array, fitted: Array, mask: NDArray[np.bool_]) -> tuple[int, int]:
    away = np.where(mask, np.sum((x / fitted - 1.0) ** 2, axis=-1), np.inf)
    row, column = np.unravel_index(int(np.argmin(away)), mask.shape)
    return int(row), int(column)


def _axis(name: str, given: ArrayLike | None, centre: float, std: float) -> Array:
    if given is None:
        half = min(max(_SPAN, _SIGMAS * std / centre), 0.9)
        return np.asarray(centre * np.linspace(1.0 - half, 1.0 + half, POINTS))
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be increasing positive numbers") from None
    sound = values.ndim == 1 and values.size >= 2 and np.all(np.isfinite(values))
    if not (sound and values[0] > 0.0 and np.all(np.diff(values) > 0.0)):
        raise ValueError(f"{name} must be two or more increasing positive numbers, got {given!r}")
    return np.linspace(values[0], values[-1], POINTS) if values.size == 2 else values


def _reasons(x: Array) -> NDArray[np.int8]:
    """Why states with reduced parameters x, shape (..., 2), have no known g(r)."""
    x12, x6 = x[..., 0], x[..., 1]
    rho, t_star = np.sqrt(x12 / x6), 4.0 * x12 / x6**2
    with np.errstate(all="ignore"):  # far below any liquid the polynomials overflow
        liquid, freezing = saturated_liquid_density(t_star), freezing_density(t_star)
    cold = t_star < CRITICAL_TEMPERATURE
    least, most = METASTABLE
    coupling, attraction = rho * t_star**-0.25, 2.0 * t_star**-0.5
    tests = (
        cold & (rho <= saturated_vapour_density(t_star)),
        rho > most * np.where(cold, np.maximum(freezing, liquid), freezing),
        cold & (rho < least * liquid),
        t_star < LOWEST_TEMPERATURE,
        (attraction < LEAST_ATTRACTION) | (coupling < LEAST_COUPLING),
    )
    numbers = (3, 2, 1, 4, 5)
    return np.asarray(np.select(tests, numbers, 0), dtype=np.int8)

"""Inputs that are not known exactly: normal or uniform spreads about a system's values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.domain import Domain
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import ALL_PARAMETERS, UNITS, VALENCIES, Electrolyte

Array = NDArray[np.float64]

NORMAL, UNIFORM = "normal", "uniform"

DISTRIBUTIONS = (NORMAL, UNIFORM)
"""Kinds of spreads: a normal one has its width as standard deviation, a uniform one reaches that
far to both sides."""

TOLERATED = 0.05
"""Largest share of a spread that may lie where the surrogate was not trained, and is left out."""

SMALLEST = 1e-6
"""Share of the domain's width below which a spread is lost in the precision of predictions."""

FARTHEST = 8.0
"""Standard deviations beyond which nothing of a normal spread is left in double precision."""


@dataclass(frozen=True)
class Spread:
    """The values that one input may have.

    Parameters
    ----------
    name : str
        Name of the input.
    centre, width : float
        Mean, and standard deviation (normal) or half of the range (uniform), in the input's unit.
    distribution : str
        "normal" or "uniform".
    low, high : float
        Range in which the surrogate was trained; what lies outside is left out.

    Examples
    --------
    >>> spread = Spread("d_neg", 0.6, 0.02, "uniform", 0.19, 0.68)
    >>> spread.share_outside(0.2, 0.61)
    0.25
    """

    name: str
    centre: float
    width: float
    distribution: str
    low: float
    high: float

    def share_outside(self, low: float, high: float) -> float:
        """Probability that the input, untruncated, lies below `low` or above `high`."""
        below, above = (low - self.centre) / self.width, (self.centre - high) / -self.width
        if self.distribution == UNIFORM:
            inside = max(0.0, min(above, 1.0) - max(below, -1.0)) / 2.0
            return round(1.0 - inside, 12)
        return 0.5 * (math.erfc(-below / math.sqrt(2.0)) + math.erfc(above / math.sqrt(2.0)))

    def reach(self, widths: float) -> tuple[float, float]:
        """Return the lowest and the highest value within so many widths of the centre."""
        width = self.width * (1.0 if self.distribution == UNIFORM else widths)
        return max(self.centre - width, self.low), min(self.centre + width, self.high)

    def rule(self, points: int) -> tuple[Array, Array]:
        """Return nodes and weights of the Gauss quadrature for this spread, each (points,)."""
        lowest, highest = self._ends()
        if self.distribution == UNIFORM:
            x, weights = np.polynomial.legendre.leggauss(points)
            x = lowest + 0.5 * (highest - lowest) * (x + 1.0)
            weights = 0.5 * weights
        else:
            x, weights = truncated_hermite(points, lowest, highest)
        return self.centre + self.width * x, weights

    def quantile(self, probability: Array) -> Array:
        """Values below which the input lies with the given probabilities."""
        from scipy.special import ndtr, ndtri

        lowest, highest = self._ends()
        if self.distribution == UNIFORM:
            x = lowest + (highest - lowest) * probability
        else:
            x = ndtri(ndtr(lowest) + (ndtr(highest) - ndtr(lowest)) * probability)
        return np.asarray(np.clip(self.centre + self.width * x, self.low, self.high))

    def _ends(self) -> tuple[float, float]:
        reach = 1.0 if self.distribution == UNIFORM else FARTHEST
        lowest, highest = (
            (self.low - self.centre) / self.width,
            (self.high - self.centre) / self.width,
        )
        return max(lowest, -reach), min(highest, reach)


def spreads(
    surrogate: Surrogate,
    system: Electrolyte,
    spread: Mapping[str, float],
    distribution: str | Mapping[str, str] = NORMAL,
) -> tuple[Spread, ...]:
    """Check spreads about a system and return them in the order of `ALL_PARAMETERS`.

    Parameters
    ----------
    surrogate : Surrogate
        Model that is to be evaluated for all systems that the spreads allow.
    system : Electrolyte
        Centre of the spreads, inside the domain.
    spread : mapping of str to float
        Width for each input that is not exact, in its unit.
    distribution : str or mapping of str to str, optional
        "normal" or "uniform", for all inputs or by name; normal where left out.

    Returns
    -------
    tuple of Spread

    Raises
    ------
    ValueError
        If there is no such input or distribution, an input has a distribution but no spread, a
        width is not positive or too small to matter, the system lies outside the domain, or more
        than 5 % of a spread outside the range of the training.
    """
    domain = surrogate.domain
    domain.require(system)
    if not isinstance(spread, Mapping):
        raise ValueError(f"spread must be widths by name, as {{'d_pos': 0.01}}, got {spread!r}")
    kinds = dict.fromkeys(spread, distribution) if isinstance(distribution, str) else distribution
    if not isinstance(kinds, Mapping):
        raise ValueError(
            f"distribution must be {' or '.join(DISTRIBUTIONS)}, or these by name, got {kinds!r}"
        )
    names = continuous(domain)
    for name in (*spread, *kinds):
        if name in VALENCIES:
            raise ValueError(f"{name} is a whole number and has no spread; sweep it instead")
        if name in ALL_PARAMETERS and name not in names:
            raise ValueError(
                f"{surrogate.name} knows {name} = {domain.ranges[name][0]:g} {UNITS[name]} only, "
                "which has no spread; choose another input or model"
            )
        if name not in names:
            raise ValueError(f"there is no input {name!r}; choose from {', '.join(names)}")
    if not spread:
        raise ValueError(f"at least one input must have a spread: {', '.join(names)}")
    for name in kinds:
        if name not in spread:
            raise ValueError(f"{name} has a distribution, but no spread; give both or none")
    trained = trained_range(surrogate)
    chosen = []
    for name in names:
        if name not in spread:
            continue
        unit, kind, width = UNITS[name], kinds.get(name, NORMAL), spread[name]
        if kind not in DISTRIBUTIONS:
            raise ValueError(
                f"there is no distribution {kind!r}; choose {' or '.join(DISTRIBUTIONS)}"
            )
        if not (isinstance(width, int | float | np.number) and 0.0 < width < math.inf):
            raise ValueError(
                f"the spread of {name} must be a positive number in {unit}, got {width!r}"
            )
        smallest = SMALLEST * (domain.ranges[name][1] - domain.ranges[name][0])
        if width < smallest:
            raise ValueError(
                f"the spread of {name} must be at least {smallest:.2g} {unit}, got {width:g}: "
                "predictions do not resolve smaller ones"
            )
        low, high = trained[name]
        one = Spread(name, getattr(system, name), float(width), kind, low, high)
        lost = one.share_outside(low, high)
        if lost > TOLERATED:
            raise ValueError(
                f"{lost:.1%} of {name} = {one.centre:g} ± {one.width:g} {unit} ({kind}) lies "
                f"outside {low:g} to {high:g} {unit}, where the model was trained; at most "
                f"{TOLERATED:.0%} may, choose a smaller spread or move the value inwards"
            )
        chosen.append(one)
    return tuple(chosen)


def continuous(domain: Domain) -> tuple[str, ...]:
    """Return the inputs that vary in a domain and may have a spread: no valencies."""
    return tuple(name for name in domain.inputs if name not in VALENCIES)


def trained_range(surrogate: Surrogate) -> dict[str, tuple[float, float]]:
    """Range of each input that is not a valency in which a surrogate was trained."""
    trained = surrogate.metadata.get("training_range", {})
    known = surrogate.domain.ranges
    return {
        name: (trained[name][0], trained[name][1]) if name in trained else known[name]
        for name in known
    }


def outside(chosen: tuple[Spread, ...], domain: Domain) -> dict[str, float]:
    """Share of each spread that lies outside the domain, where accuracy was measured."""
    return {one.name: one.share_outside(*domain.ranges[one.name]) for one in chosen}


def spread_warnings(chosen: tuple[Spread, ...], domain: Domain) -> tuple[str, ...]:
    """Sentences about what lies outside the domain, and what had to be left out."""
    sentences = []
    for one in chosen:
        unit, (low, high) = UNITS[one.name], domain.ranges[one.name]
        beyond, lost = one.share_outside(low, high), one.share_outside(one.low, one.high)
        if beyond > 1e-4:
            trained = (
                f": the model was trained a little beyond it, up to {one.low:g} and {one.high:g} "
                f"{unit}, but its accuracy was measured inside only."
                if one.low < low or one.high > high
                else ", where the model was not trained either."
            )
            sentences.append(
                f"{100.0 * beyond:.2g} % of the systems lie outside the domain by their {one.name} "
                f"({low:g} to {high:g} {unit}){trained}"
            )
        if lost > 1e-4:
            sentences.append(
                f"{100.0 * lost:.2g} % of all systems lie where the model was not trained by their "
                f"{one.name} and were left out."
            )
    return tuple(sentences)


def truncated_hermite(points: int, lowest: float, highest: float) -> tuple[Array, Array]:
    """Gauss quadrature for the standard normal distribution between two bounds.

    The three-term recurrence of the orthogonal polynomials by Stieltjes' procedure on a fine
    discretisation, nodes and weights from the eigenvectors of its Jacobi matrix (Golub and Welsch,
    Math. Comp. 23, 221 (1969)).

    Parameters
    ----------
    points : int
        Number of nodes.
    lowest, highest : float
        Bounds in standard deviations.

    Returns
    -------
    nodes, weights : ndarray, shape (points,)
        Nodes in standard deviations; the weights add up to 1.

    Examples
    --------
    >>> nodes, weights = truncated_hermite(5, -8.0, 8.0)
    >>> print(f"{weights @ nodes**2:.6f} {weights @ nodes**4:.6f}")
    1.000000 3.000000
    """
    panel, panel_weights = _panel()
    edges = np.linspace(lowest, highest, 33)
    half = 0.5 * np.diff(edges)[:, None]
    x = (edges[:-1, None] + half * (panel + 1.0)).ravel()
    measure = (half * panel_weights).ravel() * np.exp(-0.5 * x**2)
    measure /= measure.sum()
    diagonal, beside = np.zeros((2, points))
    before, current = np.zeros_like(x), np.ones_like(x)
    for order in range(points):
        diagonal[order] = measure @ (x * current**2)
        following = (x - diagonal[order]) * current - beside[order - 1] * before
        beside[order] = math.sqrt(measure @ following**2)
        before, current = current, following / beside[order]
    jacobi = np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1)
    nodes, vectors = np.linalg.eigh(jacobi)
    return nodes, vectors[0] ** 2


@cache
def _panel() -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(20)
    return nodes, weights

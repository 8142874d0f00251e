r"""Causes of a misfit that lie in how a fluid was simulated: its cut-off, and a small box.

A potential that ends at 2.5σ changes g(r) by parts in a thousand (`forward.truncation`), and a box
of few atoms by more than a fit takes for possible (`finite_size`); long runs show either. Each is a
difference d that is added to g before the parameters, with their priors and bounds, are fitted anew
to what the first fit left, by linear least squares; a box frees ν of both. Half of what that takes
from :math:`r^T C^{-1} r` is how much likelier the data become, in the logarithm, and is divided by
:math:`\kappa^2`, the scatter that remains, where noise was thought too small. A likelihood ratio
exceeds :math:`e^8` with a probability of :math:`e^{-8}` at most where there is no such cause, so a
cause is named from there on, if what it leaves is usual or a small share of the misfit, and if
twice of a cut-off's d would not be better still: then something else is at work.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.data.fluctuations import outside_core
from surrogate_app.liquid.forward.truncation import truncated
from surrogate_app.liquid.inverse.estimate import Estimate
from surrogate_app.liquid.inverse.fitting import ATOMS, FitSettings, Measurement, Solution
from surrogate_app.liquid.inverse.histogram import Bins
from surrogate_app.liquid.inverse.sampling import NOTABLE
from surrogate_app.liquid.rdf.sampling import cells
from surrogate_app.liquid.state import CUTOFF, LJState, parameters

Array = NDArray[np.float64]

CUTS = (2.5, 3.0)
"""Cut-offs in σ that are usual and short enough to show."""

GAIN = 8.0
"""How much likelier a cause must make the data, in the logarithm."""

REMAINS = 1.0 / 3.0
"""Share of the misfit that a cause may leave, unless what it leaves is usual (`NOTABLE`)."""

FEWEST = 60
"""Fewest atoms in a box whose g(r) one over their number describes."""

_SHORTEST = 1.5
_FARTHEST = (0.1, 0.2)  # changes of ln Γ and a for which a linear estimate is enough


@dataclass(frozen=True)
class _Cause:
    """What may explain a misfit, and how much likelier, in the logarithm, it makes the data."""

    name: str
    gain: float
    misfit: float
    p: Array
    """Parameters (ln Γ, a, α, ν) with it."""


@dataclass(frozen=True)
class _Linear:
    """A fit and what is near it, to first order."""

    solution: Solution
    t: Array
    g: Array
    settings: FitSettings
    typical: float

    @cached_property
    def p(self) -> Array:
        """Parameters (ln Γ, a, α, ν) of the fit."""
        of = self.solution
        return np.array([math.log(of.coupling), of.attraction, of.level, of.inverse_atoms])

    @cached_property
    def weighted(self) -> Array:
        """Derivatives by the parameters times the inverse covariance, shape (n, 4)."""
        return self.solution.noise.weigh(self.solution.jacobian)

    @cached_property
    def before(self) -> tuple[Array, Array, float]:
        """The fit as it is, see `with_added`."""
        return self.with_added(np.zeros_like(self.g))

    def with_added(self, difference: Array, any_box: bool = False) -> tuple[Array, Array, float]:
        """Parameters where a difference, shape (n,), is added to g; what is left; its deviance."""
        prior = self.settings.prior_weights
        if any_box:
            prior[ATOMS] = 0.0
        # ln Γ and a are expected where they are, so loosely that it counts where data tell nothing
        expected = np.array([*self.p[:2], 1.0, self.settings.inverse_atoms])
        normal = self.weighted.T @ self.solution.jacobian + np.diag(prior)
        residual = self.solution.residual - difference
        right = self.weighted.T @ residual + prior * (expected - self.p)
        step = np.linalg.solve(normal, right)
        low, high = self.settings.lower[ATOMS], self.settings.upper[ATOMS]
        held = float(np.clip(self.p[ATOMS] + step[ATOMS], low, high) - self.p[ATOMS])
        if not any_box and held != step[ATOMS]:
            free = slice(0, ATOMS)
            right = right[free] - held * normal[free, ATOMS]
            step = np.append(np.linalg.solve(normal[free, free], right), held)
        p, left = self.p + step, residual - self.solution.jacobian @ step
        deviance = left @ self.solution.noise.weigh(left) + prior @ (p - expected) ** 2
        return p, left, float(deviance)

    def cause(self, name: str, less: float, p: Array, left: Array) -> _Cause:
        """Cause by which the deviance is less, with its parameters and what it leaves."""
        counted = outside_core(self.g - self.solution.residual)
        kappa = self.solution.noise.kappa(self.t, left, counted)
        return _Cause(name, 0.5 * less / max(kappa, 1.0) ** 2, kappa / self.typical, p)

    def cut(self, name: str, difference: Array) -> Iterator[_Cause]:
        """Cut-off that adds a difference to g, unless twice of it would be better still."""
        p, left, deviance = self.with_added(difference)
        less = self.before[2] - deviance
        if less > 0.0 and deviance < self.with_added(2.0 * difference)[2]:
            yield self.cause(name, less, p, left)

    def small_box(self) -> Iterator[_Cause]:
        """Box of fewer atoms than fits take for possible, if g depends on their number at all."""
        if self.weighted[:, ATOMS] @ self.solution.jacobian[:, ATOMS] < FEWEST**2:
            return
        p, left, deviance = self.with_added(np.zeros_like(self.g), any_box=True)
        if self.settings.upper[ATOMS] < p[ATOMS] < 1.0 / FEWEST:
            name = f"a small box, of about {float(f'{1.0 / p[ATOMS]:.2g}'):.0f} atoms"
            before, _, less = self.before
            unlikely = (before[ATOMS] - self.settings.inverse_atoms) / self.settings.inverse_atoms
            yield self.cause(name, less - unlikely**2 - deviance, p, left)


def cause_of_misfit(
    measured: Measurement, bins: Bins, estimate: Estimate, half_box: float | None = None
) -> tuple[str, ...]:
    """Name the cut-off or the small box that explains the misfit of a simulated g(r).

    Parameters
    ----------
    measured : Measurement
        The RDF as a fit by its noise sees it, and the models.
    bins : Bins
        The RDF.
    estimate : Estimate
        The answer of that fit.
    half_box : float, optional
        Half of the box in nm, if known.

    Returns
    -------
    tuple of str
        One sentence; none where nothing needs to be explained, or nothing explains it.
    """
    solution, typical = estimate.solution, measured.noise_model.scatter
    misfit = estimate.kappa / typical
    if solution is None or misfit <= NOTABLE or solution.at_bound or not solution.converged:
        return ()
    t = cells(bins.t if bins.points is None else bins.points, estimate.sampling)[0]
    linear = _Linear(solution, t, bins.g, measured.settings, typical)
    size = LJState(estimate.c12, estimate.c6, bins.density, bins.temperature).sigma
    place = measured.forward.expansion, solution.coupling, solution.attraction
    found = list(linear.small_box())
    cuts = _cuts(None if half_box is None else half_box / size)
    changes = truncated(*place, t, list(cuts.values()))
    for name, change in zip(cuts, changes, strict=True):
        found += linear.cut(name, solution.level * change)
    enough = max(NOTABLE, REMAINS * misfit)
    found = [
        each
        for each in found
        if each.gain > GAIN
        and each.misfit < enough
        and np.all(np.abs(each.p - linear.p)[:2] < _FARTHEST)
    ]
    if not found:
        return ()
    best = max(found, key=lambda each: each.gain)
    log_coupling, attraction = best.p[:2].tolist()
    c12, c6 = parameters(math.exp(log_coupling), attraction, bins.density, bins.temperature)
    state = LJState(float(c12), float(c6), bins.density, bins.temperature)
    return (
        f"The misfit is explained by {best.name}: with it, the misfit falls from {misfit:.1f} to "
        f"{best.misfit:.1f}, and the parameters are σ = {state.sigma:.4f} nm and "
        f"ε = {state.epsilon:.4g} kJ/mol.",
    )


def _cuts(half_box: float | None) -> dict[str, tuple[float, bool]]:
    """Cut-offs to compare by their names, see `truncated`; half a box in σ, too, if known."""
    places = {f"{cut:g}σ": cut for cut in CUTS}
    if half_box is not None and _SHORTEST < half_box < CUTOFF:
        places[f"half the box ({half_box:.2f}σ)"] = half_box
    cuts = {}
    for place, cut in places.items():
        cuts[f"a potential cut off at {place} and shifted there, as forces are"] = cut, True
        cuts[f"a potential cut off at {place} without a shift"] = cut, False
    return cuts

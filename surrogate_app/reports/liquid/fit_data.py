"""What the report shows of fits: systems that are drawn, their fits, and pressures of argon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.analysis.thermodynamics import silent_pressure
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.data.designs import outside
from surrogate_app.liquid.evaluation import evaluate as evaluation
from surrogate_app.liquid.forward.draws import Draws, draw_systems
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.models.deepilst import scaled
from surrogate_app.liquid.inverse.surrogate import InverseSurrogate
from surrogate_app.liquid.state import TABLE_1, TRANSFERABILITY, LJState

Array = NDArray[np.float64]

SIDES = ("training", "validation", "test", "transferability")
"""Sets of drawn systems: what the paper's network was taught, chosen and tested by, and beyond."""

_DRAWN_PER_POINT = 12


@dataclass(frozen=True)
class Fits:
    """True and found parameters of the systems of one set.

    Parameters
    ----------
    truth, found : ndarray, shape (N, 2)
        C12 and C6.
    """

    truth: Array
    found: Array

    def between(self, distance: float) -> Array:
        """Share of the systems less than a distance, scaled to Table 1, off the truth, (2,)."""
        error = np.abs(scaled(self.found) - scaled(self.truth))
        return np.asarray((error < distance).mean(axis=0))

    @property
    def loss(self) -> float:
        """Loss of the paper (L 5)."""
        return float(np.mean((scaled(self.found) - scaled(self.truth)) ** 2))


def line_distance(sets: Mapping[str, Fits]) -> float:
    """Distance of the accuracy lines, 4 √loss of the training systems, scaled to Table 1."""
    return float(4.0 * np.sqrt(sets["training"].loss))


def drawn_systems(surrogate: ForwardSurrogate, seed: int, points: int) -> dict[str, Draws]:
    """Draw the systems of the panels: the first ones that the paper's network had on each side.

    Those for transferability come from the test side, outside Table 1's box.
    """
    states = Structures.load("states")
    number = points * _DRAWN_PER_POINT
    inner = draw_systems(states, surrogate.expansion, TABLE_1, number, seed)
    wide = draw_systems(states, surrogate.expansion, TRANSFERABILITY, number, seed)[2]
    far = np.flatnonzero(outside(wide.parameters, TABLE_1))
    parts = (*inner, wide.take(far))
    few = (part.take(slice(points)) for part in parts)
    return dict(zip(SIDES, few, strict=True))


def fit_sets(name: str, systems: Mapping[str, Draws]) -> dict[str, Fits]:
    """Fit all systems of each set with one model."""
    model, fitted = InverseSurrogate.load(name), {}
    for key, draws in systems.items():
        fits = evaluation.fit_all(model, draws)
        found = np.array([[fit.c12, fit.c6] for fit in fits])
        fitted[key] = Fits(draws.parameters[:, :2], found)
    return fitted


@dataclass(frozen=True)
class ArgonPressures:
    """Pressures of argon in MPa.

    Parameters
    ----------
    density, temperature : ndarray, shape (N,)
        The states, in nm⁻³ and K.
    simulated : ndarray, shape (N,)
        Pressure of the simulation.
    of_fits : dict of ndarray, shape (N,)
        Pressure that the fitted parameters imply, by model.
    of_truth : ndarray, shape (N,)
        Pressure that the true parameters imply, by the same way.
    """

    density: Array
    temperature: Array
    simulated: Array
    of_fits: dict[str, Array]
    of_truth: Array

    def relative(self, values: Array) -> Array:
        """Difference from the simulated pressure in per cent."""
        return np.asarray(100.0 * (values / self.simulated - 1.0))


def argon_pressures(surrogate: ForwardSurrogate, names: list[str]) -> ArgonPressures:
    """Pressures of the simulated states of argon and of the parameters fitted to them."""
    simulated, draws = Structures.load("argon"), evaluation.systems("argon", surrogate)
    fits = {name: evaluation.fit_all(InverseSurrogate.load(name), draws) for name in names}
    units = np.array([evaluation.state_pressure_unit(fit) for fit in fits[names[0]]])
    return ArgonPressures(
        density=draws.parameters[:, 2],
        temperature=draws.parameters[:, 3],
        simulated=simulated.results["pressure"] * units,
        of_fits={
            name: np.array([silent_pressure(surrogate, fit.state) for fit in each])
            for name, each in fits.items()
        },
        of_truth=np.array([silent_pressure(surrogate, LJState(*row)) for row in draws.parameters]),
    )


def percent(error: float) -> str:
    """Write an error in per cent with the digits that count.

    Examples
    --------
    >>> percent(1.7), percent(39.81)
    ('1.70', '39.8')
    """
    return f"{error:.2f}" if error < 10.0 else f"{error:.1f}"

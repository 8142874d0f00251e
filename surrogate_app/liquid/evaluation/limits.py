r"""What no fit can fall below: the error that the noise of given runs alone leaves.

By Cramér and Rao no unbiased estimate of θ = (ln Γ, a) has a covariance smaller than the inverse of

.. math:: J_{kl} = \frac{\partial g}{\partial \theta_k} \cdot C^{-1}
    \frac{\partial g}{\partial \theta_l}

with C the covariance of the bins: counts, and shells that vary together, as in the blocks of other
simulations, scaled to the scatter of each run about its own fit. Molecular dynamics, whose shells
relax more slowly between measurements, need that scale. The bound is that of an estimator that
knows the structure of every fluid exactly, and normalisation and number of atoms, too: errors of
the surrogate, and what is fitted beside the parameters, are left out.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.draws import Draws
from surrogate_app.liquid.forward.noise import NoiseModel
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.fitting import Measurement, fit_structure
from surrogate_app.liquid.inverse.histogram import NEAREST
from surrogate_app.liquid.simulation.bins import WIDTH, distances
from surrogate_app.liquid.state import coupling_and_attraction

Array = NDArray[np.float64]


def limits(draws: Draws, forward: ForwardSurrogate, noise: NoiseModel) -> dict[str, float]:
    """Mean absolute percentage errors that a perfect estimator would have.

    Parameters
    ----------
    draws : Draws
        Systems with the g(r) of a run of their own each.
    forward : ForwardSurrogate
        The model of g, by which it changes with the parameters.
    noise : NoiseModel
        The model of its noise.

    Returns
    -------
    dict
        `mape_c12` and `mape_c6` in per cent as `scores.mape` has them, expected of normal errors;
        and `mape_c12_std`, `mape_c6_std`, by how much they scatter between sets of such runs.

    Examples
    --------
    >>> from surrogate_app.liquid.evaluation.evaluate import systems
    >>> forward = ForwardSurrogate.load()
    >>> few = systems("direct_table_1", forward, most=4)
    >>> limits(few, forward, NoiseModel.load())["mape_c12"] < 1.0
    True
    """
    variance = np.array([np.diag(each) for each in covariances(draws, forward, noise)])
    truth = np.abs(draws.parameters[:, :2])
    error = 100.0 * truth * np.sqrt(variance) / truth.sum(axis=0)
    mean = math.sqrt(2.0 / math.pi) * error.sum(axis=0)
    spread = math.sqrt(1.0 - 2.0 / math.pi) * np.sqrt(np.sum(error**2, axis=0))
    names = ("mape_c12", "mape_c6")
    found = zip(names, mean.tolist(), strict=True)
    scatter = zip((f"{name}_std" for name in names), spread.tolist(), strict=True)
    return {**dict(found), **dict(scatter)}


def covariances(draws: Draws, forward: ForwardSurrogate, noise: NoiseModel) -> Array:
    """Least covariance of ln C12 and ln C6 of each system, shape (N, 2, 2); arguments as above."""
    t = distances()
    t = t[t - 0.5 * WIDTH >= NEAREST]
    exact = replace(noise, error=np.zeros((2, 1)))
    bins = Measurement.of(forward, exact, t, np.full(len(t), WIDTH), np.zeros(len(t)))
    coupling, attraction = coupling_and_attraction(*draws.parameters.T)
    found = []
    for g, *place in zip(draws.g, coupling.tolist(), attraction.tolist(), strict=True):
        measured = replace(bins, g=g[-len(t) :].astype(float))
        solution = fit_structure(measured, (place[0], place[1]))
        slopes = measured.curves(np.array([math.log(place[0]), place[1]]))[1].T
        information = slopes.T @ solution.noise.weigh(slopes) / solution.kappa**2
        # d ln C12 = 4 d ln Γ, d ln C6 = 2 d ln Γ + d ln a
        turn = np.array([[4.0, 0.0], [2.0, 1.0 / place[1]]])
        found.append(turn @ np.linalg.inv(information) @ turn.T)
    return np.array(found)

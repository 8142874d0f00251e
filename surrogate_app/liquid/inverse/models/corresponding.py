"""Corresponding states: a network estimates the structural state, least squares refine it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.palette import FITTED
from surrogate_app.liquid.forward.noise import STRETCH
from surrogate_app.liquid.inverse.estimate import Estimate
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.histogram import Bins, cell_means
from surrogate_app.liquid.inverse.model import InverseModel
from surrogate_app.liquid.inverse.sampling import fit_as_given
from surrogate_app.liquid.state import CORE_DENSITY, parameters
from surrogate_app.network import Network

Array = NDArray[np.float64]

EDGES = np.linspace(0.3, 3.5, 65)
"""Edges in t of the cells of g(r) that the initial estimate of Γ and a is made from."""

CENTRE = np.array([0.65 / CORE_DENSITY, 1.2])
SCALE = np.array([0.35 / CORE_DENSITY, 0.65])
"""Middle and scale of Γ and a, which the network gives standardised."""

_PRIOR_STRETCHES = 10.0


@dataclass(frozen=True, kw_only=True)
class CorrespondingCard(ModelCard):
    """Where the weights come from.

    Parameters
    ----------
    inflation : float
        Factor of the covariance, from simulations that no model was trained on.
    curves : int
        Number of curves of the forward model that the network was trained on.
    """

    inflation: float
    curves: int


def estimate(
    network: Network, card: CorrespondingCard, measured: Measurement, bins: Bins
) -> Estimate:
    """Estimate Γ and a with the network, then refine them by least squares on the forward model.

    Parameters
    ----------
    network : Network
        The network of initial estimates.
    card : CorrespondingCard
        Its model card.
    measured : Measurement
        The RDF as the fit sees it.
    bins : Bins
        The RDF.

    Returns
    -------
    Estimate
    """
    return inflated(network, card.inflation, measured, bins)


def inflated(network: Network, inflation: float, measured: Measurement, bins: Bins) -> Estimate:
    """Return what `estimate` does with a given factor of the covariance of least squares."""
    raw = network.predict(network_inputs(bins.edges, bins.g)[None])[0].astype(float)
    coupling, attraction = (CENTRE + SCALE * raw).tolist()
    points = bins.t if bins.points is None else bins.points
    chosen = fit_as_given(measured, (coupling, attraction), points, bins.samplings, bins.counted)
    solution = chosen.solution
    c12, c6 = parameters(solution.coupling, solution.attraction, bins.density, bins.temperature)
    # d ln C12 = 4 d ln Γ, d ln C6 = 2 d ln Γ + d ln a
    turn = np.array([[4.0, 0.0], [2.0, 1.0 / solution.attraction]])
    widening = _widening(solution.kappa, bins, measured.noise_model.scatter)
    covariance = inflation * widening * turn @ solution.covariance @ turn.T
    covariance = covariance + turn @ chosen.spread @ turn.T
    return Estimate(
        c12=float(c12),
        c6=float(c6),
        covariance=covariance,
        noise=solution.noise,
        kappa=solution.kappa,
        at_bound=solution.at_bound,
        converged=solution.converged,
        fitted=True,
        sampling=chosen.sampling,
        open_to=chosen.open_to,
        solution=solution,
    )


def _widening(kappa: float, bins: Bins, typical: float) -> float:
    """Square of κ, drawn towards the typical one as far as it rests on few stretches of bins."""
    stretches = (bins.edges[-1] - bins.edges[0]) / STRETCH
    share = stretches / (stretches + _PRIOR_STRETCHES)
    return float(share * kappa**2 + (1.0 - share) * typical**2)


def network_inputs(bin_edges: Array, g: Array) -> NDArray[np.float32]:
    """Return the inputs of the network that estimates Γ and a: g in 64 cells, its end.

    Parameters
    ----------
    bin_edges : ndarray, shape (n + 1,)
        Edges of the bins in ρ^(−1/3).
    g : ndarray, shape (n,)
        Radial distribution function.

    Returns
    -------
    ndarray of float32, shape (65,)
    """
    means, covered = cell_means(EDGES, bin_edges, g)
    return np.append(means, covered.mean()).astype(np.float32)


CORRESPONDING = InverseModel(
    name="corresponding",
    label="Corresponding states (default)",
    colour=FITTED,
    estimate=estimate,
    card=CorrespondingCard,
    training="surrogate_app.liquid.training.corresponding:TRAINING",
    rank=0,
)

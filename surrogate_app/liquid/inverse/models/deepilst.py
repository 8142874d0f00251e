"""The liquid paper's network: g, density and temperature in; C12 and C6 out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.palette import UPLOADED
from surrogate_app.liquid.inverse.estimate import Estimate
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.histogram import Bins, cell_means
from surrogate_app.liquid.inverse.model import InverseModel
from surrogate_app.liquid.simulation.bins import REACH
from surrogate_app.liquid.state import TABLE_1, LJState
from surrogate_app.network import Network

Array = NDArray[np.float64]

EDGES = np.linspace(0.2, 1.2, 101)
"""Edges in nm of the 100 cells of g(r) that the liquid paper's network sees (our choice)."""

POWERS = 3
"""Highest power of density and temperature among its inputs."""

_LOW, _HIGH = np.array([TABLE_1["c12"], TABLE_1["c6"]]).T


@dataclass(frozen=True, kw_only=True)
class DeepILSTCard(ModelCard):
    """Where the weights come from.

    Parameters
    ----------
    covariance : list of list of float
        Of the errors of C12 and C6 on validation systems, scaled as in `scaled`: the network was
        trained to make these small, not the relative ones.
    draws : mapping
        Number of systems for training, validation and test.
    """

    covariance: list[list[float]]
    draws: Mapping[str, int]


def estimate(network: Network, card: DeepILSTCard, measured: Measurement, bins: Bins) -> Estimate:
    """Evaluate the liquid paper's network; its errors are those on validation systems.

    Parameters
    ----------
    network : Network
        The paper's network.
    card : DeepILSTCard
        Its model card.
    measured : Measurement
        The RDF as a fit would see it.
    bins : Bins
        The RDF.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If the RDF ends before the last cell of the network.
    """
    edges = bins.edges * bins.density ** (-1.0 / 3.0)
    if not cell_means(EDGES, edges, bins.g)[1].all():
        needed = f"the paper's network needs g(r) up to {EDGES[-1]:g} nm"
        if REACH - bins.edges[-1] < bins.width[-1]:
            raise ValueError(
                f"{needed}, and at a density of {bins.density:g} nm⁻³ only what lies below "
                f"{REACH * bins.density ** (-1.0 / 3.0):.3g} nm is used; choose the other model"
            )
        raise ValueError(
            f"{needed}, this RDF ends at {edges[-1]:.3g} nm; choose the other model or a longer RDF"
        )
    inputs = network_inputs(edges, bins.g, bins.density, bins.temperature)
    found = unscaled(network.predict(inputs[None]).astype(float))[0]
    c12, c6 = found.tolist()
    state = LJState(c12, c6, bins.density, bins.temperature)
    sampling = bins.samplings[0]
    if sampling == "points" and bins.points is not None:
        measured = measured.at_points(bins.points)
    noise, kappa = measured.compare(state.coupling, state.attraction)
    to_relative = np.diag((_HIGH - _LOW) / found)
    covariance = to_relative @ np.array(card.covariance) @ to_relative
    return Estimate(
        *(c12, c6, covariance, noise, kappa),
        at_bound=False,
        converged=True,
        fitted=False,
        sampling=sampling,
    )


def network_inputs(
    bin_edges: Array, g: Array, density: float, temperature: float
) -> NDArray[np.float32]:
    """Return the inputs of the liquid paper's network (L 3), before scaling.

    Parameters
    ----------
    bin_edges : ndarray, shape (n + 1,)
        Edges of the bins in nm.
    g : ndarray, shape (n,)
        Radial distribution function.
    density, temperature : float
        Density in nm⁻³ and temperature in K.

    Returns
    -------
    ndarray of float32, shape (106,)
    """
    means, _ = cell_means(EDGES, bin_edges, g)
    powers = np.arange(1, POWERS + 1)
    return np.concatenate((means, density**powers, temperature**powers)).astype(np.float32)


def scaled(c: Array) -> Array:
    """C12 and C6, shape (n, 2), scaled to 0…1 over the ranges of Table 1."""
    return np.asarray((c - _LOW) / (_HIGH - _LOW))


def unscaled(v: Array) -> Array:
    """Undo `scaled`."""
    return np.asarray(_LOW + (_HIGH - _LOW) * v)


DEEPILST = InverseModel(
    name="deepilst",
    label="DeepILST (paper)",
    colour=UPLOADED,
    estimate=estimate,
    card=DeepILSTCard,
    training="surrogate_app.liquid.training.deepilst:TRAINING",
    rank=1,
)

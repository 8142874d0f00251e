"""The network of `corresponding`: initial estimates of Γ and a from g in reduced distances.

It is trained on curves of the forward model with noise of any strength, half of them cut short.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.calibration import covering_factor
from surrogate_app.liquid.data.dataset import Structures, sides
from surrogate_app.liquid.data.designs import cold_states, reduced_states
from surrogate_app.liquid.forward.draws import unbounded
from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.noise import NoiseModel
from surrogate_app.liquid.forward.structure import structure
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.histogram import Bins
from surrogate_app.liquid.inverse.models.corresponding import (
    CENTRE,
    SCALE,
    inflated,
    network_inputs,
)
from surrogate_app.liquid.simulation.bins import N_BINS, REACH, WIDTH, distances
from surrogate_app.liquid.state import from_reduced, parameters
from surrogate_app.liquid.training.examples import BIN_EDGES, Training, TrainingSet, cosine_decay
from surrogate_app.network import Network
from surrogate_app.training import Floats, Recipe

Array = NDArray[np.float64]

_NOISE = (-18.4, -9.2)  # logarithms of the variance by counts
_SHORTEST = 1.4
_CORE = 20
_COLD_SHARE = 0.2


def build(inputs: Floats, seed: int) -> keras.Sequential:
    """Three hidden layers of 96 SiLU units; scaled Γ and a as linear outputs."""
    keras.utils.set_random_seed(seed)
    # inputs to zero mean and unit variance
    scale = 1.0 / inputs.std(axis=0)
    offset = -inputs.mean(axis=0) * scale
    rescaling = keras.layers.Rescaling(scale=scale.tolist(), offset=offset.tolist())
    hidden = [keras.layers.Dense(96, "silu") for _ in range(3)]
    outputs = keras.layers.Dense(2)
    return keras.Sequential([keras.Input((inputs.shape[1],)), rescaling, *hidden, outputs])


def training_set(states: Structures, number: int, seed: int) -> TrainingSet:
    """Noisy curves of the forward model; validation by held-out simulations."""
    forward = ForwardSurrogate.load()
    held_out = sides(states)[1]
    inputs, targets = noisy_curves(forward.expansion, number, seed)
    simulated = np.array([network_inputs(BIN_EDGES, g) for g in held_out.g])
    truth = _standardised(held_out.coupling, held_out.attraction)

    def score(network: Network) -> tuple[float, float]:
        few = slice(0, 4_096)
        return (
            float(np.mean((network.predict(inputs[few]) - targets[few]) ** 2)),
            float(np.mean((network.predict(simulated) - truth) ** 2)),
        )

    def finish(network: Network) -> dict[str, Any]:
        factor = inflation(network, forward, NoiseModel.load(), held_out)
        return {"inflation": factor, "curves": number}

    return TrainingSet(inputs, targets, score, finish)


def noisy_curves(forward: Expansion, number: int, seed: int) -> tuple[Floats, Floats]:
    """Make inputs of the network for random states with random noise, and their scaled Γ and a."""
    rng = np.random.default_rng(seed)
    cold = int(_COLD_SHARE * number)
    drawn = reduced_states(number - cold, seed + 100), cold_states(cold, seed + 100)
    coupling, attraction = from_reduced(*rng.permutation(np.concatenate(drawn)).T)
    t = distances()
    inputs = np.empty((number, len(network_inputs(BIN_EDGES, t))), np.float32)
    for start in range(0, number, 2_048):
        part = slice(start, start + 2_048)
        g = structure(forward, t, WIDTH, coupling[part], attraction[part])
        scale = np.exp(rng.uniform(*_NOISE, (len(g), 1)))
        g = g + rng.normal(size=g.shape) * np.sqrt(scale * (g + 0.02) / (t**2 * WIDTH))
        ends = np.where(
            rng.random(len(g)) < 0.5, N_BINS, rng.uniform(_SHORTEST, REACH, len(g)) / WIDTH
        )
        for row, (values, end) in enumerate(zip(g, ends.astype(int), strict=True), start=start):
            inputs[row] = network_inputs(BIN_EDGES[: end + 1], values[:end])
    return inputs, _standardised(coupling, attraction)


def _standardised(coupling: Array, attraction: Array) -> Floats:
    places = np.stack((coupling, attraction), axis=1)
    return np.asarray((places - CENTRE) / SCALE, np.float32)


def inflation(
    network: Network, forward: ForwardSurrogate, noise: NoiseModel, held_out: Structures
) -> float:
    """Find the factor that makes the stated errors of fits as large as the actual ones.

    Parameters
    ----------
    network : Network
        The network of initial estimates.
    forward : ForwardSurrogate
        The forward surrogate.
    noise : NoiseModel
        The model of the noise.
    held_out : Structures
        States that none of them was trained on.

    Returns
    -------
    float
        Factor of all covariances that makes as nearly as possible 68.3 % of the true parameters lie
        within one standard deviation and 95.4 % within two.
    """
    estimates = []
    for g in unbounded(held_out, forward.expansion).g[:, _CORE:]:
        bins = Bins(BIN_EDGES[_CORE:], g, 1.0, 300.0)
        measured = Measurement.of(forward, noise, bins.t, bins.width, g)
        estimates.append(inflated(network, 1.0, measured, bins))
    found = np.log([[each.c12, each.c6] for each in estimates])
    truth = parameters(held_out.coupling, held_out.attraction, 1.0, 300.0)
    spread = np.sqrt([np.diag(each.covariance) for each in estimates])
    error = found - np.log(np.stack(truth, axis=1))
    return covering_factor(error, np.zeros_like(error), spread) ** 2


TRAINING = Training(
    recipe=Recipe(
        build=build,
        loss=lambda seed: "mean_squared_error",  # noqa: ARG005
        learning_rate=cosine_decay(2e-3),
        batch=1_024,
        epochs=120,
        evaluate_every=4,
        patience=120,
    ),
    examples=training_set,
    number=131_072,
)

"""Structures to fit: what a run of a Lennard-Jones fluid, or of another one, would measure."""

import numpy as np
from scipy.fft import dst

from surrogate_app.liquid import RDF, ForwardSurrogate, LJState
from surrogate_app.liquid.data.fluctuations import WAVES, count_shape, outside_core, waves
from surrogate_app.liquid.forward.finite_size import FiniteSizeCorrection
from surrogate_app.liquid.forward.noise import NoiseModel
from surrogate_app.liquid.forward.structure import structure
from surrogate_app.liquid.inverse.fitting import FitSettings, Measurement
from surrogate_app.liquid.simulation.bins import REACH, WIDTH

COUNTS = 1e-7
"""Variance of g(r) by counts, times t² and the width of a bin in t, after a usual run."""

CORE = 20
"""Bins below the shortest distance that occurs."""


def expansion():
    return ForwardSurrogate.load().expansion


def measurement(t, width, g):
    return Measurement.of(ForwardSurrogate.load(), NoiseModel.load(), t, width, g)


def fluid(density, temperature):
    """A state with argon's size and depth by its ρ* and T*."""
    return LJState.from_reduced(density, temperature, sigma=0.34, epsilon=1.0)


def bins(coarser=1, end=REACH):
    """Middles and widths in ρ^(−1/3) of the simulation's bins, or of so many of them together."""
    t = (np.arange(round(end / WIDTH) // coarser) + 0.5) * coarser * WIDTH
    t = t[t > CORE * WIDTH]
    return t, np.full(len(t), coarser * WIDTH)


ATOMS = 1.0 / FitSettings().inverse_atoms
"""Number of atoms in the boxes of these runs: the one that fits expect."""


def curve(state, t, width):
    place = np.array([state.coupling]), np.array([state.attraction])
    whole = structure(expansion(), t, width, *place)[0]
    return whole - FiniteSizeCorrection.over(t, width).of(expansion(), *place)[0] / ATOMS


def scatter(state, t, width, rng, counts=COUNTS):
    """Deviation of g(r) that a run leaves: independent counts, and waves of the density."""
    g = curve(state, t, width)
    std = np.sqrt(counts * count_shape(t, width, g)) * outside_core(g)
    covariance = NoiseModel.load().near(state.coupling, state.attraction)
    # counts on top of waves would count twice what waves have of them
    heights = rng.multivariate_normal(np.zeros(WAVES), covariance)
    over, white = waves(t, width), rng.normal(size=len(t))
    alone = np.linalg.lstsq(over, white, rcond=None)[0]
    return std * (white + over @ (heights - alone))


def measured(state, counts=COUNTS, seed=0, level=1.0, coarser=1, end=REACH):
    """RDF of a state as a run would measure it, in nm."""
    t, width = bins(coarser, end)
    g = curve(state, t, width)
    if counts:
        g = g + scatter(state, t, width, np.random.default_rng(seed), counts)
    return RDF(t * state.density ** (-1.0 / 3.0), level * g)


def hypernetted_chain(potential, density, length=0.34, end=1.5, steps=900):
    """RDF of particles with a pair potential in k_BT, distances and density in units of `length`.

    Solves the Ornstein-Zernike equation with the hypernetted chain closure by iteration.
    """
    size, n = 20.48, 2048
    r, k = ((np.arange(n) + 0.5) * step for step in (size / n, np.pi / size))
    boltzmann, indirect = np.exp(-potential(r)), np.zeros(n)
    for _ in range(steps):
        direct = boltzmann * np.exp(indirect) - 1.0 - indirect
        wave = 2.0 * np.pi * (size / n) * dst(direct * r, type=4) / k
        chains = wave / (1.0 - density * wave) - wave
        indirect += 0.3 * (dst(chains * k, type=4) / (4.0 * np.pi * size * r) - indirect)
    g = boltzmann * np.exp(indirect)
    near = r * length < end
    return RDF(r[near] * length, np.maximum(g[near], 0.0))


def fitted(surrogate, example, rdf=None, density=1.0):
    """Fit of an example, or of another g(r) in its place, at `density` times its density."""
    state = example.state
    rdf = example.rdf if rdf is None else rdf
    return surrogate.fit(rdf, density * state.density, state.temperature)


def pulls(fit, state):
    """Deviations from a state in units of the stated errors."""
    return np.array([(fit.c12 - state.c12) / fit.c12_std, (fit.c6 - state.c6) / fit.c6_std])

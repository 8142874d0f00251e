"""Designs of the liquid campaigns: which states are simulated, and how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import CHUNK, Campaign, Task, first_systems, sobol
from surrogate_app.common.resources import pretrained_dir
from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.data import molecules, nist
from surrogate_app.liquid.data.fluctuations import covariance_of_waves, upper
from surrogate_app.liquid.phases import (
    CRITICAL_DENSITY,
    CRITICAL_TEMPERATURE,
    freezing_density,
    simulated_freezing_density,
)
from surrogate_app.liquid.simulation.bins import WIDTH, distances
from surrogate_app.liquid.state import (
    CORE_DENSITY,
    PARAMETERS,
    TABLE_1,
    TRANSFERABILITY,
    LJState,
    to_reduced,
)

if TYPE_CHECKING:
    from surrogate_app.liquid.simulation.run import SimulatedRDF

Array = NDArray[np.float64]

ATTRACTION = (0.08, 2.32)
"""Range of the attraction a that is simulated: T* from 0.74 to 625."""

MIN_COUPLING = 0.055 / CORE_DENSITY
"""Smallest coupling Γ that is simulated, 0.0389."""

_BEYOND = 0.985
_NEAR_EDGES = 0.4
_NEAR_COLD = 0.8
_MOST_DIRECT = 48


_LIQUID = (0.4250, 0.4083, -0.1767)


def _liquid_density(t_star: Array) -> Array:
    """Line in whose units the thinnest liquids to simulate are chosen.

    It follows `phases.saturated_liquid_density` within 0.5 %; designs keep it because their states
    are to stay what they are.
    """
    below = np.maximum(CRITICAL_TEMPERATURE - t_star, 0.0)
    terms = zip(_LIQUID, (0.325, 1.0, 1.5), strict=True)
    return np.asarray(CRITICAL_DENSITY + sum(factor * below**power for factor, power in terms))


def reduced_states(number: int, seed: int) -> Array:
    """States that fill the fluid region, denser towards freezing, saturation and low T*.

    Sobol points in attraction and in the place between the least and the largest density: from
    Γ = 0.0389, or 1.5 % below the saturated liquid, to 0.985 times freezing.

    Parameters
    ----------
    number, seed : int
        Number of states and seed of the scrambling.

    Returns
    -------
    ndarray, shape (number, 2)
        ρ* and T*.

    Examples
    --------
    >>> states = reduced_states(4, seed=1)
    >>> states.shape
    (4, 2)
    """
    u, v = sobol({"attraction": (0.0, 1.0), "density": (0.0, 1.0)}, number, seed).T
    attraction = ATTRACTION[0] + (ATTRACTION[1] - ATTRACTION[0]) * u**_NEAR_COLD
    least, t_star = to_reduced(MIN_COUPLING, attraction)
    liquid = _BEYOND * _liquid_density(t_star)
    low = np.where(t_star < CRITICAL_TEMPERATURE, liquid, least)
    high = _BEYOND * simulated_freezing_density(t_star)
    place = (1.0 - _NEAR_EDGES) * v + _NEAR_EDGES * 0.5 * (1.0 - np.cos(np.pi * v))
    return np.stack((low + (high - low) * place, t_star), axis=1)


_COLDEST = 0.655
_COLD = 0.8
_EDGES_TO = 2.5
_COLD_SHARE = 0.7
_STRETCHED = 0.955
_COMPRESSED = 1.03
_NEAR_LIQUID = (0.955, 0.99)
_NEAR_FREEZING = (0.965, 1.03)
_LIQUID_SHARE = 0.4
_LIQUID_TO = 1.25


def cold_states(number: int, seed: int) -> Array:
    """States of the cold liquid and of the metastable rims that `reduced_states` leaves out.

    Seven in ten have T* from 0.655 to 0.8, evenly in attraction, with densities from 0.955 times
    the saturated liquid, which is stretched there, to 1.03 times freezing. The others lie along the
    edges up to T* = 2.5: from 0.965 to 1.03 times freezing, and up to T* = 1.25 from 0.955 to 0.99
    times the saturated liquid.

    Parameters
    ----------
    number, seed : int
        Number of states and seed of the scrambling.

    Returns
    -------
    ndarray, shape (number, 2)
        ρ* and T*.

    Examples
    --------
    >>> states = cold_states(4, seed=1)
    >>> bool((states[:, 1] > 0.65).all())
    True
    """
    ranges = {"attraction": (0.0, 1.0), "density": (0.0, 1.0)}
    u, v = sobol(ranges, number, seed).T
    cold = u < _COLD_SHARE
    within = np.where(cold, u / _COLD_SHARE, (u - _COLD_SHARE) / (1.0 - _COLD_SHARE))
    coldest = np.where(cold, _COLDEST, _COLD)
    hottest = np.where(cold, _COLD, np.where(v < _LIQUID_SHARE, _LIQUID_TO, _EDGES_TO))
    inverse = 1.0 / np.sqrt(hottest) + within * (1.0 / np.sqrt(coldest) - 1.0 / np.sqrt(hottest))
    t_star = inverse**-2
    liquid, frozen = _liquid_density(t_star), freezing_density(t_star)
    bulk = _STRETCHED * liquid + v * (_COMPRESSED * frozen - _STRETCHED * liquid)
    low, high = _NEAR_LIQUID
    stretched = liquid * (low + (high - low) * v / _LIQUID_SHARE)
    low, high = _NEAR_FREEZING
    dense = frozen * (low + (high - low) * (v - _LIQUID_SHARE) / (1.0 - _LIQUID_SHARE))
    edge = np.where(v < _LIQUID_SHARE, stretched, dense)
    return np.stack((np.where(cold, bulk, edge), t_star), axis=1)


FREEZING_MARGIN = 0.97
"""Fraction of `phases.simulated_freezing_density` up to which physical states are drawn."""


def is_drawn(density: Array, t_star: Array) -> NDArray[np.bool_]:
    """Whether states at ρ* and T* are among the fluids from which physical states are drawn.

    They are denser than the saturated liquid, and thinner than 0.97 times
    `phases.simulated_freezing_density`.
    """
    liquid = (t_star > CRITICAL_TEMPERATURE) | (density > _liquid_density(t_star))
    thin = density < FREEZING_MARGIN * simulated_freezing_density(t_star)
    return np.asarray((density > 0.0) & thin & liquid)


def physical_states(box: dict[str, tuple[float, float]], number: int, seed: int) -> Array:
    """Draw states uniformly from a box and keep those that are fluid.

    Parameters
    ----------
    box : dict
        Range of each of `PARAMETERS`.
    number, seed : int
        Number of states that are kept and seed of the draws.

    Returns
    -------
    ndarray, shape (number, 4)
        C12, C6, density and temperature.
    """
    rng = np.random.default_rng(seed)
    low, high = np.array([box[name] for name in PARAMETERS]).T
    kept: list[Array] = []
    while sum(map(len, kept)) < number:
        drawn = low + (high - low) * rng.random((number, len(low)))
        sigma3 = np.sqrt(drawn[:, 0] / drawn[:, 1])
        t_star = GAS_CONSTANT * drawn[:, 3] * 4.0 * drawn[:, 0] / drawn[:, 1] ** 2
        kept.append(drawn[is_drawn(drawn[:, 2] * sigma3, t_star)])
    return np.concatenate(kept)[:number]


def outside(states: Array, box: dict[str, tuple[float, float]]) -> NDArray[np.bool_]:
    """Return which states lie outside a box in density or temperature."""
    density, temperature = states[:, 2], states[:, 3]
    inside = (density >= box["density"][0]) & (density <= box["density"][1])
    inside &= (temperature >= box["temperature"][0]) & (temperature <= box["temperature"][1])
    return np.asarray(~inside)


def _direct(number: int) -> Array:
    inner = physical_states(TABLE_1, _MOST_DIRECT, seed=11)
    wide = physical_states(TRANSFERABILITY, 4 * _MOST_DIRECT, seed=12)
    wide = wide[outside(wide, TABLE_1)]
    # alternating, so that the first systems of the design are of both kinds
    pairs = np.stack((inner[: _MOST_DIRECT // 2], wide[: _MOST_DIRECT // 2]), axis=1)
    return pairs.reshape(-1, len(PARAMETERS))[:number]


def _argon(number: int) -> Array:
    density = np.linspace(*TABLE_1["density"], 11)
    temperature = np.linspace(*TABLE_1["temperature"], 11)
    mesh = np.stack(np.meshgrid(density, temperature, indexing="ij"), axis=-1).reshape(-1, 2)
    rows = [[ARGON["c12"], ARGON["c6"], *state] for state in mesh[:number].tolist()]
    return np.array(rows)


ARGON = {"c12": 9.70e-6, "c6": 6.22e-3}
"""The liquid paper's parameters of argon (kJ/mol nm¹², kJ/mol nm⁶)."""


def simulate_row(parameters: Array, seed: int, **run: Any) -> dict[str, Any]:
    """Simulate one state of a campaign and return what is kept of it.

    Parameters
    ----------
    parameters : ndarray, shape (2,) or (4,)
        ρ* and T*, or the fields of an `LJState`.
    seed : int
        Seed of the run.
    **run
        Options of `simulation.simulate`.

    Returns
    -------
    dict
        `g` and `g_sem`, shape (400,); `parts`, g of the first 1/32, 1/16, … 1/2 of a run of a
        physical state, shape (5, 400); `pressure`, `energy` and their `…_sem` in reduced units;
        `atoms`, `length`.
    """
    result = _simulated(parameters, seed, **run)
    kept = _kept(result)
    if len(parameters) == len(PARAMETERS):
        parts = [result.blocks[: 2**power].mean(axis=0) for power in range(5)]
        kept["parts"] = np.array(parts, np.float32)
    return kept


def _kept(result: SimulatedRDF) -> dict[str, Any]:
    return {
        "g": result.g.astype(np.float32),
        "g_sem": result.g_sem.astype(np.float16),
        "pressure": result.pressure,
        "pressure_sem": result.pressure_sem,
        "energy": result.energy,
        "energy_sem": result.energy_sem,
        "atoms": result.atoms,
        "length": result.length,
    }


def simulate_watched(parameters: Array, seed: int, **run: Any) -> dict[str, Any]:
    """Simulate a state that may freeze or tear, and keep how its energy went as well.

    Parameters
    ----------
    parameters : ndarray, shape (2,)
        ρ* and T*.
    seed : int
        Seed of the run.
    **run
        Options of `simulation.simulate`.

    Returns
    -------
    dict
        What `simulate_row` keeps, and `course`, shape (32,): the pair energy per atom in ε within
        the reach of g(r) in the successive blocks.
    """
    result = _simulated(parameters, seed, **run)
    rho = parameters[0]
    r = distances() * rho ** (-1.0 / 3.0)
    pair = 8.0 * np.pi * rho * (r**-10 - r**-4) * WIDTH * rho ** (-1.0 / 3.0)
    return {**_kept(result), "course": (result.blocks @ pair).astype(np.float32)}


def simulate_noise(parameters: Array, seed: int, **run: Any) -> dict[str, Any]:
    """Simulate one state of a campaign and keep the noise of its blocks only.

    Parameters
    ----------
    parameters : ndarray, shape (2,)
        ρ* and T*.
    seed : int
        Seed of the run.
    **run
        Options of `simulation.simulate`.

    Returns
    -------
    dict
        `covariance`, upper triangle of `noise.covariance_of_waves` row by row, shape (820,);
        `atoms`, `length`.
    """
    result = _simulated(parameters, seed, **run)
    return {
        "covariance": upper(covariance_of_waves(result.blocks)).astype(np.float16),
        "atoms": result.atoms,
        "length": result.length,
    }


def simulate_scattering(parameters: Array, seed: int, **run: Any) -> dict[str, Any]:
    """Simulate one state of a campaign and keep its structure factor.

    Parameters
    ----------
    parameters : ndarray, shape (2,)
        ρ* and T*.
    seed : int
        Seed of the run.
    **run
        Options of `scattering.simulate_scattering`.

    Returns
    -------
    dict
        What that returns.
    """
    from surrogate_app.liquid.simulation import scattering  # too slow for listing designs

    return scattering.simulate_scattering(_state(parameters), seed, **run)


def _simulated(parameters: Array, seed: int, **run: Any) -> SimulatedRDF:
    from surrogate_app.liquid.simulation.run import simulate  # too slow for listing designs

    return simulate(_state(parameters), seed=seed, **run)


def _state(parameters: Array) -> LJState:
    if len(parameters) == len(PARAMETERS):
        return LJState(*parameters.tolist())
    density, t_star = parameters.tolist()
    return LJState.from_reduced(density, t_star, sigma=1.0, epsilon=1.0)


@dataclass(frozen=True)
class Design:
    """A rule that lists states to simulate, and how to simulate each.

    Parameters
    ----------
    states : callable
        ``states(number)`` returns the rows to simulate.
    names : tuple of str
        What the columns are: ρ* and T*, or `PARAMETERS`.
    number, seed : int
        Default number of states and seed of the simulations.
    run : dict
        Options of `simulation.simulate`.
    task : callable, optional
        ``task(row, seed, **run)`` simulates a row and returns what is kept.
    chunk : int, optional
        States per file of the campaign.
    inputs : mapping, optional
        What else the results depend on, to be recorded with them.
    """

    states: Callable[[int], Array]
    names: tuple[str, ...]
    number: int
    seed: int
    run: dict[str, Any]
    task: Task = simulate_row
    chunk: int = CHUNK
    inputs: Mapping[str, Any] = field(default_factory=dict)


def _nist(number: int) -> Array:
    return np.array([row[:2] for row in nist.TABLE[:number]])


SCATTERING = ((0.839, 0.7095), (0.8, 1.0), (0.95, 2.0), (0.6, 1.5), (0.3, 1.6))
"""States whose structure factor is simulated; the first is argon at 85 K and 21.25 nm⁻³."""


SCATTERING_ATOMS = 4_096
"""Number of atoms in each of these runs."""


def _scattering(number: int) -> Array:
    # more runs where peaks are higher: they vary more, and more slowly
    first, *others = SCATTERING
    rows = [row for other in others for row in (first, other)] + others[:2]
    return np.array(rows)[:number]


REDUCED = ("reduced_density", "reduced_temperature")

DESIGNS = {
    "states": Design(partial(reduced_states, seed=1), REDUCED, 832, 1, {"sweeps": 24_576}),
    "test": Design(partial(reduced_states, seed=2), REDUCED, 104, 2, {"sweeps": 32_768}),
    "noise": Design(
        partial(reduced_states, seed=3), REDUCED, 384, 6, {"sweeps": 16_384}, simulate_noise
    ),
    "cold": Design(
        partial(cold_states, seed=21), REDUCED, 208, 21, {"sweeps": 20_480}, simulate_watched
    ),
    "direct": Design(
        _direct, PARAMETERS, 40, 3, {"sweeps": 96_000, "engine": "lammps", "atoms": 864}
    ),
    "argon": Design(_argon, PARAMETERS, 121, 4, {"sweeps": 8_192}),
    "nist": Design(
        _nist, REDUCED, len(nist.TABLE), 5, {"sweeps": 65_536, "atoms": nist.ATOMS, "cut": nist.CUT}
    ),
    "scattering": Design(
        *(_scattering, REDUCED, 10, 9),
        {"atoms": SCATTERING_ATOMS, "steps": 32_000, "equilibration": 6_000, "blocks": 16},
        *(simulate_scattering, 1),
    ),
    "molecules": Design(
        *(molecules.replicas, molecules.NAMES, 24, 7, {"steps": 8_000, "number": 512}),
        *(molecules.simulate_replica, 1, molecules.inputs()),
    ),
}
"""`states`: training, in reduced units. `test`: others, longer, for the forward surrogate.
`cold`: the liquid down to the triple point and metastable rims. `noise`: how blocks of runs
scatter. `direct`: physical states drawn at random, in turn inside Table 1's box and outside it in
the transferability box, by molecular dynamics. `argon`: the paper's 11 × 11 states of argon.
`nist`: the reference calculations of NIST, cut where they were. `scattering`: structure factors
of large boxes, repeated, by molecular dynamics. `molecules`: independent runs of
three molecules, in turn, with all their atoms, by molecular dynamics."""


def data_dir(design: str) -> Path:
    """Folder that holds the results of a design's campaign."""
    return pretrained_dir() / "liquid" / "data" / design


def campaign(design: str, number: int | None = None, folder: Path | None = None) -> Campaign:
    """Campaign that simulates a design.

    Parameters
    ----------
    design : str
        Name in `DESIGNS`.
    number : int, optional
        Number of states; the design's own number by default.
    folder : Path, optional
        Where results go; `data_dir` by default.

    Returns
    -------
    Campaign

    Raises
    ------
    ValueError
        If the design is unknown, or the number is not between one and as many as there are.
    """
    if design not in DESIGNS:
        raise ValueError(f"design must be one of {', '.join(DESIGNS)}, got {design}")
    plan = DESIGNS[design]
    return Campaign(
        folder=folder or data_dir(design),
        task=partial(plan.task, **plan.run),
        parameters=first_systems(plan.states, plan.number if number is None else number, design),
        names=plan.names,
        options={"design": design, **plan.run, **plan.inputs},
        seed=plan.seed,
        chunk=plan.chunk,
    )

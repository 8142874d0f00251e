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
    CRITICAL_TEMPERATURE,
    freezing_density,
    is_fluid,
    saturated_liquid_density,
)
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
    liquid = _BEYOND * saturated_liquid_density(t_star)
    low = np.where(t_star < CRITICAL_TEMPERATURE, liquid, least)
    high = _BEYOND * freezing_density(t_star)
    place = (1.0 - _NEAR_EDGES) * v + _NEAR_EDGES * 0.5 * (1.0 - np.cos(np.pi * v))
    return np.stack((low + (high - low) * place, t_star), axis=1)


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
        kept.append(drawn[is_fluid(drawn[:, 2] * sigma3, t_star)])
    return np.concatenate(kept)[:number]


def outside(states: Array, box: dict[str, tuple[float, float]]) -> NDArray[np.bool_]:
    """Tell which states lie outside a box in density or temperature."""
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
    kept = {
        "g": result.g.astype(np.float32),
        "g_sem": result.g_sem.astype(np.float16),
        "pressure": result.pressure,
        "pressure_sem": result.pressure_sem,
        "energy": result.energy,
        "energy_sem": result.energy_sem,
        "atoms": result.atoms,
        "length": result.length,
    }
    if len(parameters) == len(PARAMETERS):
        parts = [result.blocks[: 2**power].mean(axis=0) for power in range(5)]
        kept["parts"] = np.array(parts, np.float32)
    return kept


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


def _simulated(parameters: Array, seed: int, **run: Any) -> SimulatedRDF:
    from surrogate_app.liquid.simulation.run import simulate

    if len(parameters) == len(PARAMETERS):
        state = LJState(*parameters.tolist())
    else:
        density, t_star = parameters.tolist()
        state = LJState.from_reduced(density, t_star, sigma=1.0, epsilon=1.0)
    return simulate(state, seed=seed, **run)


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


REDUCED = ("reduced_density", "reduced_temperature")

DESIGNS = {
    "states": Design(partial(reduced_states, seed=1), REDUCED, 832, 1, {"sweeps": 24_576}),
    "test": Design(partial(reduced_states, seed=2), REDUCED, 104, 2, {"sweeps": 32_768}),
    "noise": Design(
        partial(reduced_states, seed=3), REDUCED, 384, 6, {"sweeps": 16_384}, simulate_noise
    ),
    "direct": Design(
        _direct, PARAMETERS, 40, 3, {"sweeps": 96_000, "engine": "lammps", "atoms": 864}
    ),
    "argon": Design(_argon, PARAMETERS, 121, 4, {"sweeps": 8_192}),
    "nist": Design(
        _nist, REDUCED, len(nist.TABLE), 5, {"sweeps": 65_536, "atoms": nist.ATOMS, "cut": nist.CUT}
    ),
    "molecules": Design(
        *(molecules.replicas, molecules.NAMES, 18, 7, {"steps": 8_000, "number": 512}),
        *(molecules.simulate_replica, 1, molecules.inputs()),
    ),
}
"""`states`: training, in reduced units. `test`: others, longer, for the forward surrogate.
`noise`: how blocks of runs scatter. `direct`: physical states drawn at random, in turn inside
Table 1's box and outside it in the transferability box, by molecular dynamics. `argon`: the paper's
11 × 11 states of argon. `nist`: the reference calculations of NIST, cut where they were. `molecules`:
independent runs of three molecules, in turn, with all their atoms, by molecular dynamics."""


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

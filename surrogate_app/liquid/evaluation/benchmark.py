"""Speed of the liquid's simulator and surrogates."""

from __future__ import annotations

import time

import numpy as np

from surrogate_app.common.timing import Figure, best, median
from surrogate_app.liquid.analysis.comparison import compare_methods
from surrogate_app.liquid.analysis.maps import QUANTITIES, error_map
from surrogate_app.liquid.data.examples import load_examples
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.surrogate import InverseSurrogate
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.simulation.run import SimulatedRDF, Simulation, simulate
from surrogate_app.liquid.state import LJState

LENGTH = 12_800
"""Sweeps or time steps of the runs whose errors are compared."""

STATES = ((0.3, 1.7), (0.8, 1.0), (0.95, 4.0))
"""ρ* and T* of these runs."""

FIT_LIMIT = 5.0
"""Limit in ms for one fit."""

METHODS_LIMIT = 3.0
"""Limit in s for all methods."""

MAP_LIMIT = 2.0
"""Limit in s for one error map."""


def figures() -> list[Figure]:
    """Measure everything."""
    return [*simulation_cost(), *engines(), *fit_time(), *comparison_time()]


def simulation_cost() -> list[Figure]:
    """Time per trial move and partner."""
    simulation = Simulation(_state(0.8, 1.0), seed=1, atoms=513)
    simulation.equilibrate(200)
    pairs = 400 * simulation.n**2
    seconds = best(lambda: simulation.produce(400)) / pairs
    name = f"simulation of {simulation.n} atoms: ns per trial move and partner, g(r) included"
    return [Figure(name, 1e9 * seconds, "limit", 3.0)]


def engines() -> list[Figure]:
    """Time of both engines for the same error: seconds times squared standard error."""
    rows = []
    for rho, t_star in STATES:
        state = _state(rho, t_star)
        simulate(state, sweeps=32, equilibration=1)  # compiles
        monte_carlo = _cost(state, "monte-carlo", 513)
        dynamics = _cost(state, "lammps", 513)
        for name, ours, theirs in zip(("g(r)", "p", "U"), monte_carlo, dynamics, strict=True):
            what = (
                f"ρ* = {rho}, T* = {t_star}: seconds of Monte Carlo for an error in {name} of 0.001"
            )
            rows.append(Figure(what, 1e6 * ours, "LAMMPS, s", 1e6 * theirs))
    return rows


def fit_time() -> list[Figure]:
    """Median time of reading and fitting an example, and of one g(r)."""
    rows = []
    example = load_examples()[0]
    state, rdf = example.state, example.rdf
    reading = 1e3 * median(lambda: RDF.read(example.data), repeats=200)
    rows.append(Figure(f"{example.file}: ms to read", reading, "limit for reading", 2.0))
    for name in InverseSurrogate.available():
        model = InverseSurrogate.load(name)
        fitting = 1e3 * median(
            lambda model=model: model.fit(rdf, state.density, state.temperature),  # type: ignore[misc]
            repeats=200,
        )
        rows.append(Figure(f"{example.file}: ms to fit with {name}", fitting, "limit", FIT_LIMIT))
    surrogate = ForwardSurrogate.load()
    r = rdf.r[rdf.r <= surrogate.r_max(state)]
    forward = 1e3 * median(lambda: surrogate.rdf(state, r), repeats=200)
    rows.append(Figure(f"ms for one g(r) of {len(r)} points", forward, "limit", 1.0))
    return rows


def comparison_time() -> list[Figure]:
    """Median time of all methods side by side, and of an error map of 150 × 150 potentials."""
    example = load_examples()[0]
    asked = example.rdf, example.state.density, example.state.temperature
    methods = median(lambda: compare_methods(*asked), repeats=5)
    maps = [
        (name, median(lambda name=name: error_map(*asked, quantity=name), repeats=5))  # type: ignore[misc]
        for name in QUANTITIES
    ]
    return [
        Figure(f"{example.file}: s for all methods", methods, "limit", METHODS_LIMIT),
        *(
            Figure(f"s for an error map ({name})", seconds, "limit", MAP_LIMIT)
            for name, seconds in maps
        ),
    ]


def _cost(state: LJState, engine: str, atoms: int) -> tuple[float, float, float]:
    start = time.perf_counter()
    run: SimulatedRDF = simulate(state, LENGTH, engine=engine, atoms=atoms, equilibration=1_000)
    seconds = time.perf_counter() - start
    of_g = float(np.mean(run.g_sem**2))
    return seconds * of_g, seconds * run.pressure_sem**2, seconds * run.energy_sem**2


def _state(density: float, temperature: float) -> LJState:
    return LJState.from_reduced(density, temperature, sigma=0.34, epsilon=1.0)

"""Speed of the electrolyte's simulator and surrogates."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.timing import Figure, best, median, once, resident
from surrogate_app.electrolyte.analysis.poisson_boltzmann import mean_field_profile
from surrogate_app.electrolyte.analysis.sampled_sensitivity import sampled
from surrogate_app.electrolyte.analysis.sensitivity import sensitivity
from surrogate_app.electrolyte.domain import WIDE
from surrogate_app.electrolyte.surrogate.surrogate import TILE, Surrogate
from surrogate_app.electrolyte.system import DOMAIN, PARAMETERS, Electrolyte
from surrogate_app.network import Dense, one_thread

Array = NDArray[np.float64]

SYSTEM_I = Electrolyte(h=4.8, c=1.5, d_pos=0.415, d_neg=0.63, sigma_s=-0.02)
SYSTEM_II = Electrolyte(h=5.0, c=2.0, d_pos=0.63, d_neg=0.63, sigma_s=-0.02)
TRIVALENT = Electrolyte(5.0, 0.3, 0.4, 0.4, -0.1, z_pos=3, permittivity=78.4)
PAIRED = Electrolyte(4.0, 0.4, 0.47, 0.47, -0.02, z_pos=2, z_neg=-2)
DILUTE = Electrolyte(h=4.5, c=0.15, d_pos=0.4, d_neg=0.5, sigma_s=-0.015)


def figures() -> list[Figure]:
    """Measure everything."""
    return [
        *simulation_cost(),
        *strong_coupling_cost(),
        *estimator_gain(),
        *prediction_time(),
        *theory_time(),
        *throughput(),
        *million(),
        *sensitivity_time(),
    ]


def simulation_cost() -> list[Figure]:
    """Time per trial move and partner ion, whole program and bare pair loop."""
    from numba import njit

    from surrogate_app.electrolyte.simulation.kernel import Ions, pair_sums
    from surrogate_app.electrolyte.simulation.run import Simulation

    simulation = Simulation(SYSTEM_I, seed=1)
    simulation.equilibrate(200)
    ions = simulation.cell.n_pos + simulation.cell.n_neg
    sweeps, moves = 400, 20_000
    whole = best(lambda: simulation.produce(sweeps)) / (sweeps * ions * ions)
    unit, size2 = np.float32(simulation.cell.length / 2.0**32), np.float32(0.25)

    @njit
    def bare(places):  # type: ignore[no-untyped-def]
        x, y, z = places
        total = 0.0
        for move in range(moves):
            i = move % ions
            j = (move + 1) % ions
            sums = pair_sums(places, (x[i], y[i], z[i]), (x[j], y[j], z[j]), unit, size2)
            total += sums.coulomb_old + sums.wca_old + sums.coulomb_force + sums.wca_force
            total += sums.coulomb_new + sums.wca_new
        return total

    places = Ions(simulation.x, simulation.y, simulation.z)
    loop = best(lambda: bare(places)) / (moves * ions)
    name = f"simulation of {ions} ions: ns per trial move and partner"
    return [
        Figure(name, 1e9 * whole, "limit", 4.0),
        Figure(name, 1e9 * whole, "bare pair loop, ns", 1e9 * loop),
    ]


def strong_coupling_cost() -> list[Figure]:
    """Time per sweep of a salt whose ions pair, with and without the moves that loosen pairs."""
    from surrogate_app.electrolyte.simulation.run import Simulation

    simulations = [Simulation(PAIRED, seed=1) for _ in range(2)]
    simulations[1].strong = False
    ions = simulations[0].cell.n_pos + simulations[0].cell.n_neg
    for simulation in simulations:
        simulation.equilibrate(200)
    loosened, plain = (
        best(partial(simulation.produce, 50)) / (50 * ions**2) for simulation in simulations
    )
    name = f"simulation of {ions} ions of a 2:2 salt: ns per ion, sweep and partner"
    return [Figure(name, 1e9 * loosened, "without moves that loosen pairs, ns", 1e9 * plain)]


def estimator_gain() -> list[Figure]:
    """How many times longer plain histograms must sample for the same standard error."""
    from surrogate_app.common.blocks import BLOCKS
    from surrogate_app.electrolyte.simulation.run import Run, Simulation

    figures = []
    for name, system in (("dilute", DILUTE), ("I", SYSTEM_I), ("II, densest", SYSTEM_II)):
        simulation = Simulation(system, seed=1)
        simulation.equilibrate(1000)
        production = Run(simulation, per_block=128)
        production.extend()
        combined, plain = (
            math.sqrt(float(np.mean(found.n_neg_sem**2))) / float(found.n_neg.mean())
            for found in (production.profile(), production.profile("histogram"))
        )
        figures.append(
            Figure(
                f"system {name}: relative standard error of n₋ after {128 * BLOCKS} sweeps",
                combined,
                "plain histogram (run length goes with the square)",
                plain,
            )
        )
    return figures


def prediction_time() -> list[Figure]:
    """Median time of one prediction with all derived quantities."""
    figures = []
    for name in Surrogate.available():
        surrogate = Surrogate.load(name)
        systems = {"": SYSTEM_I}
        if surrogate.domain is WIDE:
            systems[" of a 3:1 salt"] = TRIVALENT
        for which, system in systems.items():

            def predict(surrogate: Surrogate = surrogate, system: Electrolyte = system) -> None:
                profile = surrogate.predict(system)
                _ = profile.charge_density, profile.integrated_charge, profile.screening_length
                _ = profile.contact_density, profile.midplane_density, profile.neutrality_residual

            milliseconds = 1e3 * median(predict, repeats=400)
            label = f"{name}: ms per profile{which}, all quantities"
            figures.append(Figure(label, milliseconds, "limit", 1.0))
    return figures


def theory_time() -> list[Figure]:
    """Time to solve the Poisson–Boltzmann equation between two plates, ions as in the system."""
    figures = []
    for which, system in (("system I", SYSTEM_I), ("a 3:1 salt", TRIVALENT)):
        milliseconds = 1e3 * median(partial(mean_field_profile, system), repeats=100)
        label = f"Poisson–Boltzmann: ms per profile of {which}"
        figures.append(Figure(label, milliseconds, "limit", 5.0))
    return figures


def throughput() -> list[Figure]:
    """Time per system among many on one core, against 60 % of its rate of matrix products."""
    rows = systems(TILE)
    matrix = np.random.default_rng(1).random((512, 512), np.float32)
    product = np.empty_like(matrix)
    paper = 2 * sum(layer.kernel.size for layer in _dense(Surrogate.load("modnn")))
    with one_thread():
        seconds = best(lambda: np.matmul(matrix, matrix, out=product), repeats=100)
        at_rate = seconds * paper / (2 * len(matrix) ** 3)
        figures = []
        for name in Surrogate.available():
            surrogate = Surrogate.load(name)
            taken = best(partial(predict_all, surrogate, rows), repeats=50) / len(rows)
            factor, of = (1, "") if _outputs(surrogate) > 1 else (3, "3 times ")
            limit = f"{of}1.3 MFLOP at 60 % of the rate of float32 matrix products, µs"
            figures.append(
                Figure(
                    f"{name}: µs per system among many, one core",
                    1e6 * taken,
                    limit,
                    1e6 * factor * at_rate / 0.6,
                )
            )
    return figures


def million() -> list[Figure]:
    """Time and largest memory to predict the profiles of a million systems on all cores."""
    from joblib import cpu_count

    number = 1_000_000
    surrogate = Surrogate.load()
    seconds = once(partial(predict_all, surrogate, systems(number)))
    peak = resident(
        "from surrogate_app.electrolyte import Surrogate\n"
        "from surrogate_app.electrolyte.evaluation import benchmark\n"
        f"benchmark.predict_all(Surrogate.load(), benchmark.systems({number}))",
        largest=True,
    )
    name = f"{surrogate.name}: µs per system among a million, {cpu_count()} cores"
    return [
        Figure(name, 1e6 * seconds / number, "limit, µs", 25.0),
        Figure("MiB at most while a million systems are predicted", peak, "limit, MiB", 1024.0),
    ]


def sensitivity_time() -> list[Figure]:
    """Time of sensitivity indices at all z, against limits and against the paper's route."""
    system = Electrolyte(h=4.5, c=1.9, d_pos=0.4, d_neg=0.6, sigma_s=-0.015)
    two = {"d_pos": 0.01, "d_neg": 0.015}
    five = {"h": 0.05, "c": 0.05, "d_pos": 0.01, "d_neg": 0.01, "sigma_s": 0.0005}
    figures = []
    for name in Surrogate.available():
        surrogate = Surrogate.load(name)
        seconds = best(partial(sensitivity, surrogate, system, two))
        label = f"{name}: ms for sensitivity to two inputs at 502 z"
        figures.append(Figure(label, 1e3 * seconds, "limit", 50.0))
        if name == "modnn":
            route = once(partial(sampled, surrogate, system, two))
            figures.append(
                Figure(label, 1e3 * seconds, "the paper's route, 1000 × 1000 systems", 1e3 * route)
            )
        seconds = best(partial(sensitivity, surrogate, system, five), repeats=2)
        label = f"{name}: ms for sensitivity to five inputs at 502 z"
        figures.append(Figure(label, 1e3 * seconds, "limit", 2000.0))
    return figures


def predict_all(surrogate: Surrogate, rows: Array) -> None:
    """Predict the profiles of many systems, a part at a time, and keep none of them."""
    for _ in surrogate.predict_chunks(rows):
        pass


def systems(number: int) -> Array:
    """Return random systems of the domain, shape (number, 5)."""
    low, high = np.array([DOMAIN[name] for name in PARAMETERS]).T
    return np.random.default_rng(1).uniform(low, high, (number, len(PARAMETERS)))


def _dense(surrogate: Surrogate) -> list[Dense]:
    return [layer for layer in surrogate.network.layers if isinstance(layer, Dense)]


def _outputs(surrogate: Surrogate) -> int:
    return len(_dense(surrogate)[-1].bias)

"""Simulated fluids as tables that say by themselves what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from surrogate_app.common.tables import Table, on_one_line, quantities
from surrogate_app.liquid.state import PARAMETERS, UNITS, LJState
from surrogate_app.liquid.validity import about_phase

if TYPE_CHECKING:
    from surrogate_app.liquid.simulation.run import SimulatedRDF

Progress = Callable[[float], None]

NUMBERS = {
    "reduced_density": "1/σ³",
    "reduced_temperature": "ε/k_B",
    "reduced_pressure": "ε/σ³",
    "reduced_pressure_sem": "ε/σ³",
    "reduced_energy": "ε per atom",
    "reduced_energy_sem": "ε per atom",
    "sigma": "nm",
    "epsilon": "kJ/mol",
}
"""Numbers of a simulation, with their units."""

COLUMNS = {"r": "nm", "g": "1", "g_sem": "1"}
"""Arrays of a simulation in the order of the CSV columns, with their units."""

RUN = ("engine", "atoms", "length", "seed")
"""How it was simulated; the length is in sweeps, or in time steps of LAMMPS."""


def python_call(found: SimulatedRDF, sweeps: int) -> str:
    """Return the Python expression that repeats a simulation of so many sweeps."""
    engine = "" if found.engine == "monte-carlo" else f", engine={found.engine!r}"
    return f"simulate({found.state!r}, sweeps={sweeps}, seed={found.seed}{engine})"


def table(found: SimulatedRDF, sweeps: int) -> Table:
    """Return g(r) with its standard error, pressure and energy of a simulation.

    Parameters
    ----------
    found : SimulatedRDF
        The simulation.
    sweeps : int
        Length of the run.

    Returns
    -------
    Table
        In CSV, columns r, g and g_sem, which `RDF.read` reads too. In JSON, an object with inputs,
        units and every number. It warns where the state is no homogeneous fluid.
    """
    warnings = [sentence for sentence in (about_phase(found.state),) if sentence]
    state, numbers = found.state.to_dict(), _numbers(found)
    run = {name: getattr(found, name) for name in RUN}
    columns = {name: getattr(found, name) for name in COLUMNS}
    return Table(
        title="radial distribution function of a simulated fluid",
        columns=columns,
        header=["r (nm)", "g(r)", "g_sem"],
        formats={"r": ".9g", "g": ".9g", "g_sem": ".4g"},
        comments=[
            python_call(found, sweeps),
            *quantities(state, UNITS),
            *quantities(numbers, NUMBERS),
            *(f"  {name}: {value}" for name, value in run.items()),
            *(f"  warning: {on_one_line(warning)}" for warning in warnings),
        ],
        content={
            "units": {**{name: UNITS[name] for name in state}, **NUMBERS, **COLUMNS},
            "state": state,
            "call": python_call(found, sweeps),
            "run": run,
            "numbers": numbers,
            "warnings": warnings,
            **columns,
        },
        warnings=warnings,
    )


def simulate(
    inputs: Mapping[str, Any], sweeps: int, seed: int, progress: Progress | None = None
) -> Table:
    """Simulate one fluid and return what is found as a table.

    Parameters
    ----------
    inputs : mapping
        Fields of an `LJState`, and `engine`.
    sweeps, seed, progress
        As for `liquid.simulate`.
    """
    # Numba takes a second to import, which other exports would wait for
    from surrogate_app.liquid.simulation import run

    state = LJState(**{name: inputs[name] for name in PARAMETERS})
    found = run.simulate(
        state, sweeps=sweeps, seed=seed, progress=progress, engine=inputs["engine"]
    )
    return table(found, sweeps)


def _numbers(found: SimulatedRDF) -> dict[str, float]:
    state = found.state
    values = (state.reduced_density, state.reduced_temperature)
    measured = (found.pressure, found.pressure_sem, found.energy, found.energy_sem)
    numbers = (float(value) for value in (*values, *measured, state.sigma, state.epsilon))
    return dict(zip(NUMBERS, numbers, strict=True))

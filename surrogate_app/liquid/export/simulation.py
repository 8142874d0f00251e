"""Simulated fluids as CSV and JSON texts that say by themselves what they hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from surrogate_app import __version__
from surrogate_app.common.export import APPLICATION, finite, on_one_line
from surrogate_app.liquid.state import UNITS

if TYPE_CHECKING:
    from surrogate_app.liquid.simulation.run import SimulatedRDF

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


def to_csv(found: SimulatedRDF, sweeps: int, warnings: Sequence[str] = ()) -> str:
    """Return g(r) and its standard error in CSV, after lines that begin with # and describe it.

    Parameters
    ----------
    found : SimulatedRDF
        The simulation.
    sweeps : int
        Length that was asked for.
    warnings : sequence of str, optional
        Sentences for the reader.

    Returns
    -------
    str
        Columns of `COLUMNS`; `pandas.read_csv(..., comment="#")` and `RDF.read` read it.
    """
    lines = [f"# surrogate-app {__version__}: radial distribution function of a simulated fluid"]
    lines.append(f"# {python_call(found, sweeps)}")
    lines += [f"#   {name} = {value!r} {UNITS[name]}" for name, value in _state(found).items()]
    lines += [f"#   {name} = {value!r} {NUMBERS[name]}" for name, value in _numbers(found).items()]
    lines += [f"#   {name}: {getattr(found, name)}" for name in RUN]
    lines += [f"#   warning: {on_one_line(warning)}" for warning in warnings]
    lines.append("r (nm),g(r),g_sem")
    columns = (getattr(found, name).tolist() for name in COLUMNS)
    lines += [f"{r:.9g},{g:.9g},{sem:.4g}" for r, g, sem in zip(*columns, strict=True)]
    return "\n".join(lines) + "\n"


def to_json(found: SimulatedRDF, sweeps: int, warnings: Sequence[str] = ()) -> str:
    """Return a simulation as JSON with inputs, units and every number; arguments as `to_csv`."""
    document = {
        "application": APPLICATION,
        "units": {**{name: UNITS[name] for name in _state(found)}, **NUMBERS, **COLUMNS},
        "state": _state(found),
        "call": python_call(found, sweeps),
        "run": {name: getattr(found, name) for name in RUN},
        "numbers": finite(_numbers(found)),
        "warnings": list(warnings),
        **{name: finite(getattr(found, name).tolist()) for name in COLUMNS},
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def _state(found: SimulatedRDF) -> dict[str, float]:
    return found.state.to_dict()


def _numbers(found: SimulatedRDF) -> dict[str, float]:
    state = found.state
    values = (state.reduced_density, state.reduced_temperature)
    measured = (found.pressure, found.pressure_sem, found.energy, found.energy_sem)
    numbers = (float(value) for value in (*values, *measured, state.sigma, state.epsilon))
    return dict(zip(NUMBERS, numbers, strict=True))

"""Simulated liquids of molecules: independent runs of each, and their averages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import read_campaign
from surrogate_app.common.resources import pretrained_dir
from surrogate_app.liquid.simulation.molecules import (
    CUTOFF,
    CUTOFF_NEAR,
    MOLECULES,
    TIMESTEPS,
    Molecule,
    simulate_molecules,
)
from surrogate_app.liquid.state import TABLE_1

Array = NDArray[np.float64]

NAMES = ("molecule", "density", "temperature")
"""Columns of the design: place in `MOLECULES`, molecules per nm³, K."""

EQUILIBRATION = 2_000
"""Time steps before each run, 8 to 12 ps."""

_MOST = 96


def replicas(number: int) -> Array:
    """List runs of the molecules in turn, at the midpoint of Table 1's density and temperature.

    Parameters
    ----------
    number : int
        Number of runs.

    Returns
    -------
    ndarray, shape (number, 3)
        `NAMES`.

    Examples
    --------
    >>> replicas(2)
    array([[  0. ,  13.7, 345. ],
           [  1. ,  13.7, 345. ]])
    """
    density, temperature = (float(np.mean(TABLE_1[name])) for name in NAMES[1:])
    rows = [[i % len(MOLECULES), round(density, 9), temperature] for i in range(min(number, _MOST))]
    return np.array(rows)


def inputs() -> dict[str, Any]:
    """Return the interactions and settings of the simulations, ready for JSON."""
    return {
        "equilibration": EQUILIBRATION,
        "timesteps": TIMESTEPS,
        "cutoff": CUTOFF,
        "cutoff_near": CUTOFF_NEAR,
        "molecules": [molecule.to_dict() for molecule in MOLECULES],
    }


def simulate_replica(
    parameters: Array, seed: int, steps: int = 8_000, number: int = 512
) -> dict[str, Any]:
    """Simulate one run of a campaign and return what is kept of it.

    Parameters
    ----------
    parameters : ndarray, shape (3,)
        `NAMES`.
    seed : int
        Seed of the run.
    steps, number : int, optional
        Time steps of production and number of molecules.

    Returns
    -------
    dict
        `r`, `g` and `g_sem`, shape (bins,); `pressure` in bar, `energy` in kJ/mol per molecule and
        their `…_sem`; `atoms`, the number of molecules; `length`.
    """
    kind, density, temperature = parameters.tolist()
    molecule = MOLECULES[int(kind)]
    result = simulate_molecules(
        *(molecule, density, temperature, steps, seed),
        number=number,
        timestep=TIMESTEPS[molecule.name],
        equilibration=EQUILIBRATION,
    )
    return {
        "r": result.r.astype(np.float32),
        "g": result.g.astype(np.float32),
        "g_sem": result.g_sem.astype(np.float16),
        "pressure": result.pressure,
        "pressure_sem": result.pressure_sem,
        "energy": result.energy,
        "energy_sem": result.energy_sem,
        "atoms": result.number,
        "length": result.length,
    }


@dataclass(frozen=True)
class MolecularLiquid:
    """Average over the independent runs of one molecule.

    Parameters
    ----------
    molecule : Molecule
        The molecule.
    density, temperature : float
        Molecules per nm³, and temperature in K.
    r, g, g_sem : ndarray, shape (bins,)
        Distances in nm, g(r) of the centres of mass normalised by N/V, and its standard error.
    runs : ndarray, shape (runs, bins)
        g(r) of each run.
    pressure, pressure_sem : float
        Pressure in bar, and its standard error.
    energy, energy_sem : float
        Potential energy between molecules in kJ/mol per molecule, and its standard error.
    number, length, timestep : int, int and float
        Number of molecules, time steps of all runs together, and time step in ps.
    """

    molecule: Molecule
    density: float
    temperature: float
    r: Array
    g: Array
    g_sem: Array
    runs: Array
    pressure: float
    pressure_sem: float
    energy: float
    energy_sem: float
    number: int
    length: int
    timestep: float

    @classmethod
    def load(cls, name: str, folder: Path | None = None) -> MolecularLiquid:
        """Average the finished runs of a molecule.

        Parameters
        ----------
        name : str
            Formula of one of `MOLECULES`.
        folder : Path, optional
            Folder of the campaign; that of the design `molecules` by default.

        Raises
        ------
        ValueError
            If the molecule is unknown, or no run of it is finished.

        Examples
        --------
        >>> MolecularLiquid.load("CH4").number
        512
        """
        names = [molecule.name for molecule in MOLECULES]
        if name not in names:
            raise ValueError(f"molecule must be one of {', '.join(names)}, got {name}")
        folder = pretrained_dir() / "liquid" / "data" / "molecules" if folder is None else folder
        description, results = read_campaign(folder)
        own = results["parameters"][:, 0] == names.index(name)
        if not own.any():
            raise ValueError(f"{folder} holds no finished run of {name}; continue the campaign")
        one = {key: values[own] for key, values in results.items()}
        density, temperature = one["parameters"][0, 1:].tolist()
        means = {key: one[key].astype(float).mean(axis=0) for key in ("g", "pressure", "energy")}
        errors = {
            f"{key}_sem": np.sqrt(np.sum(one[f"{key}_sem"].astype(float) ** 2, axis=0)) / own.sum()
            for key in means
        }
        return cls(
            molecule=MOLECULES[names.index(name)],
            density=density,
            temperature=temperature,
            r=one["r"][0].astype(float),
            g=means["g"],
            g_sem=errors["g_sem"],
            runs=one["g"].astype(float),
            pressure=float(means["pressure"]),
            pressure_sem=float(errors["pressure_sem"]),
            energy=float(means["energy"]),
            energy_sem=float(errors["energy_sem"]),
            number=int(one["atoms"][0]),
            length=int(one["length"].sum()),
            timestep=float(description["options"]["timesteps"][name]),
        )

"""One Lennard-Jones particle for each molecule: the answer of every method, simulated again."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import Campaign, first_systems
from surrogate_app.liquid.analysis.comparison import Comparison, compare_methods
from surrogate_app.liquid.data import designs
from surrogate_app.liquid.data.molecules import MolecularLiquid
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.simulation.molecules import MOLECULES
from surrogate_app.liquid.state import PARAMETERS

Array = NDArray[np.float64]

DESIGN = "beads"
"""Name of the campaign that simulates the answers."""

SEED, SWEEPS = 8, 12_288

REPEATED = ("relative_entropy_wider",)
"""Methods whose answers are those of others but for bins, and are not simulated again."""


def structure(liquid: MolecularLiquid) -> RDF:
    """Return the g(r) of the centres of mass of a simulated liquid, with its errors.

    Examples
    --------
    >>> print(f"{structure(MolecularLiquid.load('CH4')).first_peak:.2f} nm")
    0.39 nm
    """
    return RDF(
        liquid.r,
        liquid.g,
        name=liquid.molecule.name,
        sampling="centres",
        g_err=liquid.g_sem,
        origin="simulated",
    )


def answers(name: str) -> Comparison:
    """Return the bead of a molecule by every method; ValueError for an unknown molecule."""
    liquid = MolecularLiquid.load(name)
    return compare_methods(structure(liquid), liquid.density, liquid.temperature)


def beads() -> tuple[list[tuple[str, str]], Array]:
    """List the beads to simulate.

    Returns
    -------
    list of tuple
        Molecule and method of each.
    ndarray, shape (N, 4)
        C12, C6, density and temperature.
    """
    names, rows = [], []
    for molecule in MOLECULES:
        found = answers(molecule.name)
        for row in found:
            if row.method not in REPEATED and math.isfinite(row.c12) and math.isfinite(row.c6):
                names.append((molecule.name, row.method))
                rows.append((row.c12, row.c6, found.fit.density, found.fit.temperature))
    return names, np.array(rows)


def campaign(design: str, number: int | None = None, folder: Path | None = None) -> Campaign:
    """Campaign that simulates a design, the beads of molecules among them.

    Parameters
    ----------
    design : str
        `DESIGN`, or a name in `data.designs.DESIGNS`.
    number : int, optional
        Number of states; all by default.
    folder : Path, optional
        Where results go; the design's own folder by default.

    Returns
    -------
    Campaign

    Raises
    ------
    ValueError
        If the design is unknown, or the number is not between one and as many as there are.
    """
    if design != DESIGN:
        return designs.campaign(design, number, folder)
    names, rows = beads()
    number = len(rows) if number is None else number
    return Campaign(
        folder=folder or designs.data_dir(DESIGN),
        task=partial(designs.simulate_row, sweeps=SWEEPS),
        parameters=first_systems(lambda most: rows[:most], number, DESIGN),
        names=PARAMETERS,
        options={"design": DESIGN, "sweeps": SWEEPS, "beads": [list(pair) for pair in names]},
        seed=SEED,
        chunk=1,
    )

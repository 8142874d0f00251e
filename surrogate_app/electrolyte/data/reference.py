"""Twelve systems simulated by others with molecular dynamics, against which ours are checked.

The profiles come from LAMMPS runs of the authors of the electrolyte paper. They serve to check a
simulator or a surrogate and are never trained on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.resources import pretrained_dir
from surrogate_app.electrolyte.system import PARAMETERS, Electrolyte

Array = NDArray[np.float64]

BIN_FRACTION = 0.05
"""Width of the reference's histogram bins as a fraction of the smaller ion's diameter."""

PAPER_BLOCKS = 10
"""Number of blocks, about, whose standard deviation is the ε of the electrolyte paper (E 4).

Were they independent, the standard error of the mean would be ε/√10."""


@dataclass(frozen=True)
class Reference:
    """Density profiles from molecular dynamics.

    Parameters
    ----------
    systems : tuple of Electrolyte
        The N systems, with the surface charge density that whole counterions realised.
    z : ndarray, shape (N, 502)
        Positions in nm to which the profiles were interpolated.
    n : ndarray, shape (N, 2, 502)
        Cation and anion densities in mol/L.
    eps : ndarray, shape (N, 2, 502)
        Standard deviation ε of the block averages (E 4) in mol/L; zero where no ion came. The
        standard error of `n` is about ε/√10 (`PAPER_BLOCKS`).
    """

    systems: tuple[Electrolyte, ...]
    z: Array
    n: Array
    eps: Array

    def bin_alike(self, n: Array) -> Array:
        """Bring our profiles of the same systems to the reference's bins.

        Parameters
        ----------
        n : ndarray, shape (N, 2, 502)
            Cation and anion densities in mol/L on our bins.

        Returns
        -------
        ndarray, shape (N, 2, 502)
            Densities in mol/L at `z`.
        """
        rows = [
            bin_like_reference(profiles, system.h, min(system.d_pos, system.d_neg), z)
            for profiles, system, z in zip(n, self.systems, self.z, strict=True)
        ]
        return np.array(rows)


def load_reference() -> Reference:
    """Read the reference systems that come with the package."""
    path = pretrained_dir() / "electrolyte" / "data" / "reference" / "electrolyte_md.npz"
    with np.load(path, allow_pickle=False) as data:
        rows = data["params"].copy()
        rows[:, PARAMETERS.index("sigma_s")] = data["sigma_realised"]
        return Reference(
            systems=tuple(map(Electrolyte.from_array, rows)),
            z=data["z"],
            n=np.stack((data["n_pos"], data["n_neg"]), axis=1),
            eps=np.stack((data["eps_pos"], data["eps_neg"]), axis=1),
        )


def bin_like_reference(n: Array, h: float, d_min: float, z_ref: Array) -> Array:
    """Average a profile over the reference's bins and interpolate it to the reference's points.

    The reference counted ions in bins of width 0.05 min(d₊, d₋) with edges at multiples of that
    width from z = 0, several times wider than ours, and interpolated the bins' densities
    linearly between their centres to 502 points. That smears the steep rise at contact, so the
    same has to be done to a finer profile before the two are compared. Averages are
    differences of the cumulative integral, interpolated between our bin edges by a monotone cubic
    (PCHIP), which keeps the integral and the steepness of the rise.

    Parameters
    ----------
    n : ndarray, shape (..., bins)
        Densities in equal bins over (−h/2, h/2), in mol/L.
    h : float
        Slit width in nm.
    d_min : float
        Smaller one of the two ion diameters in nm.
    z_ref : ndarray, shape (m,)
        Positions of the reference in nm.

    Returns
    -------
    ndarray, shape (..., m)
        Densities in mol/L at `z_ref`.

    Examples
    --------
    >>> flat = bin_like_reference(np.ones(502), h=4.0, d_min=0.4, z_ref=np.linspace(-1.9, 1.9, 5))
    >>> flat.round(12).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    from scipy.interpolate import PchipInterpolator  # predictions need not wait for it

    n = np.asarray(n, dtype=float)
    bins = n.shape[-1]
    width = BIN_FRACTION * d_min
    outermost = int(np.ceil(max(0.5 * h, float(np.abs(z_ref).max()) + 0.5 * width) / width))
    edges = width * np.arange(-outermost, outermost + 1)
    fine_edges = h * (np.arange(bins + 1) / bins - 0.5)
    integral = np.zeros((*n.shape[:-1], bins + 1))
    integral[..., 1:] = np.cumsum(n, axis=-1) * (h / bins)
    smooth = PchipInterpolator(fine_edges, integral, axis=-1)
    averages = np.diff(smooth(np.clip(edges, -0.5 * h, 0.5 * h)), axis=-1) / width
    centres = 0.5 * (edges[1:] + edges[:-1])
    rows = [np.interp(z_ref, centres, row) for row in averages.reshape(-1, len(centres))]
    return np.array(rows).reshape(*n.shape[:-1], len(z_ref))

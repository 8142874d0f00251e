r"""Long-range electrostatics of a slab that is periodic in x and y and finite in z.

The simulation cell repeats with period L in both lateral directions. An ion interacts with the
nearest image of every other ion directly and with all further images through their lateral
average: each ion carries a uniformly charged sheet with a square hole of side L centred on
itself (the charged-sheet method of Torrie and Valleau, J. Chem. Phys. 73, 5807 (1980), per ion as
in Boda, Chan and Henderson, J. Chem. Phys. 109, 7362 (1998)). The pair energy of two unit
charges is

.. math:: \beta u(x, y, z) = \ell_B \left[\frac{1}{r} - \frac{2 \pi |z| + J(z)}{L^2}\right],
   \qquad J(z) = \int_{-L/2}^{L/2}\int_{-L/2}^{L/2} \frac{dx\,dy}{\sqrt{x^2 + y^2 + z^2}},

with (x, y) taken by minimum image. Its lateral average over the cell equals that of the exact
lattice sum, :math:`-2 \pi \ell_B |z| / L^2`, for every z; what is neglected is the lateral
variation of the far images' field inside the cell, of order :math:`\ell_B / L`, weighted by the
correlations that are left at distance L/2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SHEET_MODES = 8
"""Number of cosines that represent the sheet potential."""

SHEET_PERIOD = 1.6
"""Half period of the lowest cosine in units of h."""


def square_potential(z: ArrayLike, length: float) -> NDArray[np.float64]:
    """Potential J(z) of a unit-charged square of side `length` on its axis, at distance z.

    Parameters
    ----------
    z : array_like
        Distance from the square's centre along its axis, in nm.
    length : float
        Side of the square in nm.

    Returns
    -------
    ndarray, shape of `z`
        J(z) in nm.

    Examples
    --------
    >>> float(square_potential(0.0, 1.0).round(6))  # 4 ln(1 + √2)
    3.525494
    """
    distance = np.abs(np.asarray(z, dtype=float))
    half = length / 2.0
    corner = np.sqrt(2.0 * half**2 + distance**2)
    edge = np.sqrt(half**2 + distance**2)
    angle = np.arctan2(half**2, distance * corner)
    return np.asarray(8.0 * half * np.log((half + corner) / edge) - 4.0 * distance * angle)


def sheet_potential(z: ArrayLike, length: float) -> NDArray[np.float64]:
    """Potential −(2π|z| + J(z))/L² of all images but the nearest, averaged laterally.

    Parameters
    ----------
    z : array_like
        Distance between the two ions normal to the walls, in nm.
    length : float
        Lateral period L in nm.

    Returns
    -------
    ndarray, shape of `z`
        Potential in nm⁻¹; times the Bjerrum length, the energy of two unit charges in k_BT.
    """
    z = np.asarray(z, dtype=float)
    return np.asarray(-(2.0 * np.pi * np.abs(z) + square_potential(z, length)) / length**2)


def sheet_modes(h: float, length: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosine series of the sheet potential on |z| ≤ h, by least squares.

    The potential is smooth and even, hence a few cosines of a period longer than 2h
    represent it to 1e-6 of its range; as functions of a difference z_i − z_j they
    factorise into sums over single ions.

    Parameters
    ----------
    h, length : float
        Slit width and lateral period in nm.

    Returns
    -------
    wave_number : ndarray, shape (8,)
        Wave numbers k in nm⁻¹.
    amplitude : ndarray, shape (8,)
        Amplitudes in nm⁻¹, without the constant, which cancels in every move.
    """
    wave_number = np.pi * np.arange(1, SHEET_MODES + 1) / (SHEET_PERIOD * h)
    z = h * np.sin(0.5 * np.pi * np.linspace(0.0, 1.0, 400))
    basis = np.cos(np.outer(z, np.concatenate(([0.0], wave_number))))
    amplitude: NDArray[np.float64] = np.linalg.lstsq(
        basis, sheet_potential(z, length), rcond=1e-12
    )[0]
    return np.asarray(wave_number, np.float64), amplitude[1:]

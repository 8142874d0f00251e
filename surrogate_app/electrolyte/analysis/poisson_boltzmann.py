r"""Poisson–Boltzmann theory of the slit: what ions would do if they met only their mean field.

Two equally charged plates, any salt, a fixed number of ions of each species between the plates as
in the simulations. In units of k_BT and e the reduced potential φ obeys

.. math:: -\phi'' = 4\pi\ell_B \sum_i z_i n_i, \qquad
    n_i(z) = \Gamma_i \frac{\exp(-z_i \phi(z))}{\int_{|z'| < h/2 - a_i} \exp(-z_i \phi(z'))\,dz'}

for :math:`|z| < h/2 - a_i`, and n_i = 0 nearer to a wall. Point ions come as near as the walls
themselves (a_i = 0, Gouy and Chapman); modified Poisson–Boltzmann keeps each ion at its own closest
approach a_i = d_i/2 (Valleau and Torrie, J. Chem. Phys. 76, 4623 (1982)). Ions don't see each
other's size, nor how like charges avoid each other, so the theory fails where ions fill much of the
slit or where they are strongly coupled: multivalent ions, large surface charges, low permittivity.

The solution minimises a convex functional (Maggs, Europhys. Lett. 98, 16012 (2012)),

.. math:: F[\phi] = \int \frac{\phi'^2}{8\pi\ell_B}\,dz
    + \sum_i \Gamma_i \ln \int e^{-z_i\phi}\,dz - \frac{\sigma_s}{e} \sum_{walls} \phi,

by Newton's method on linear finite elements, so there is one solution and it is always found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_banded

from surrogate_app.common.units import C_PER_M2_TO_E_PER_NM2, MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.system import N_BINS, Electrolyte

Array = NDArray[np.float64]

_SAMPLES = 16
"""Points in each bin over which densities are averaged."""

_ELEMENTS = 600
_TOLERANCE = 1e-11
_MOST_STEPS = 100


@dataclass(frozen=True, eq=False)
class MeanField:
    """Reduced potential of one half of the slit and the densities that belong to it.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Distances from the midplane in nm, from 0 to h/2.
    phi : ndarray, shape (n,)
        Reduced potential eψ/k_BT at `x`, zero at the midplane.
    valencies, approaches : tuple of float
        Valency of each species, and its closest approach to a wall in nm.
    scales : tuple of float
        Density of each species where the potential vanishes, in nm⁻³.
    amounts : tuple of float
        Ions of each species per area of one plate, in the whole slit, in nm⁻².
    """

    x: Array
    phi: Array
    valencies: tuple[float, ...]
    approaches: tuple[float, ...]
    scales: tuple[float, ...]
    amounts: tuple[float, ...]

    def potential(self, z: Array) -> Array:
        """Reduced potential at distances z from the midplane in nm, on either side of it."""
        return np.interp(np.abs(z), self.x, self.phi)

    def density(self, species: int, z: Array) -> Array:
        """Density of one species in nm⁻³ at distances z from the midplane in nm."""
        n = self.scales[species] * np.exp(-self.valencies[species] * self.potential(z))
        return np.where(np.abs(z) <= self.x[-1] - self.approaches[species], n, 0.0)


def poisson_boltzmann(system: Electrolyte, closest_approach: bool = True) -> MeanField:
    """Solve the Poisson–Boltzmann equation of an electrolyte in its slit.

    Parameters
    ----------
    system : Electrolyte
        The electrolyte; of the diameters only the closest approach to the walls counts.
    closest_approach : bool, optional
        Whether ions stay d/2 away from the walls (modified Poisson–Boltzmann) or are points.

    Returns
    -------
    MeanField
        Of the cations, species 0, and the anions, species 1.

    Examples
    --------
    >>> system = Electrolyte(5.0, 0.1, 0.4, 0.4, -0.01, z_pos=2)
    >>> slit = poisson_boltzmann(system)
    >>> anions = slit.density(1, system.z).mean() / MOLAR_TO_PER_NM3
    >>> print(f"{anions:.2f} mol/L")
    0.20 mol/L
    """
    of_cations, of_anions = system.stoichiometry
    salt = system.c * MOLAR_TO_PER_NM3 * system.h
    surface = system.sigma_s * C_PER_M2_TO_E_PER_NM2
    return mean_field(
        system.h,
        (of_cations * salt - 2.0 * surface / system.z_pos, of_anions * salt),
        (system.z_pos, system.z_neg),
        (0.5 * system.d_pos, 0.5 * system.d_neg) if closest_approach else (0.0, 0.0),
        surface,
        system.bjerrum_length,
    )


def mean_field_profile(system: Electrolyte, closest_approach: bool = True) -> Profile:
    """Density profiles of Poisson–Boltzmann theory in the bins of simulations and surrogates.

    Parameters
    ----------
    system : Electrolyte
        The electrolyte.
    closest_approach : bool, optional
        Whether ions stay d/2 away from the walls (modified Poisson–Boltzmann) or are points.

    Returns
    -------
    Profile
        Averages over each bin, with as many ions of each kind as in a simulation. All that follows
        from a profile follows from this one, except the pressure: ions of the theory meet a hard
        wall, not the soft one that the contact sum is made for.

    Examples
    --------
    >>> curve = mean_field_profile(Electrolyte(5.0, 0.1, 0.4, 0.4, -0.01))
    >>> print(f"{curve.potential_drop:.1f} mV")
    -13.3 mV
    """
    slit = poisson_boltzmann(system, closest_approach)
    cells = _SAMPLES * N_BINS // 2
    left = system.h * ((np.arange(cells) + 0.5) / (2 * cells) - 0.5)
    n = np.array([slit.density(species, left) for species in (0, 1)])
    half = n.reshape(2, N_BINS // 2, _SAMPLES).mean(axis=-1)
    half *= (np.array(slit.amounts) / (2.0 * half.sum(axis=-1) * system.h / N_BINS))[:, None]
    both = np.concatenate((half, half[:, ::-1]), axis=-1) / MOLAR_TO_PER_NM3
    return Profile(system, *both, *np.zeros_like(both))


def mean_field(
    h: float,
    amounts: tuple[float, ...],
    valencies: tuple[float, ...],
    approaches: tuple[float, ...],
    surface_charge: float,
    bjerrum: float,
) -> MeanField:
    """Solve the Poisson–Boltzmann equation between two equal plates.

    Parameters
    ----------
    h : float
        Distance between the plates in nm.
    amounts : tuple of float
        Ions of each species per area of one plate, in the whole slit, in nm⁻².
    valencies : tuple of float
        Their valencies, with sign.
    approaches : tuple of float
        Distance in nm from a plate up to which each species comes.
    surface_charge : float
        Charge of each plate in e/nm².
    bjerrum : float
        Bjerrum length in nm.

    Returns
    -------
    MeanField

    Raises
    ------
    ValueError
        If ions and plates together are not neutral.
    RuntimeError
        If Newton's method does not converge.

    Examples
    --------
    >>> slit = mean_field(5.0, (0.6, 0.0), (1, -1), (0.0, 0.0), -0.3, bjerrum=0.7)
    >>> print(f"{slit.phi[-1]:.3f}")
    -2.121
    """
    charge = sum(z * amount for z, amount in zip(valencies, amounts, strict=True))
    if abs(charge + 2.0 * surface_charge) > 1e-9 * max(max(amounts), 1e-12):
        raise ValueError(
            f"ions must carry {-2.0 * surface_charge:g} e/nm² to neutralise both plates, "
            f"got {charge:g} e/nm²"
        )
    x = _nodes(0.5 * h, approaches)
    step = np.diff(x)
    stiffness = 1.0 / (4.0 * math.pi * bjerrum * step)
    mass = np.stack([_lumped(x, 0.5 * h - approach) for approach in approaches])
    present = [i for i, amount in enumerate(amounts) if amount > 0.0]
    half = 0.5 * np.array(amounts)
    z = np.array(valencies, float)

    def occupied(phi: Array) -> tuple[float, Array, Array]:
        """Functional, normalised densities per node (species, n) and normalising integrals."""
        value = 0.5 * float(stiffness @ np.diff(phi) ** 2) - surface_charge * phi[-1]
        shares = np.zeros_like(mass)
        integrals = np.ones(len(amounts))
        for i in present:
            exponent = -z[i] * phi
            highest = exponent.max()
            weights = mass[i] * np.exp(exponent - highest)
            total = weights.sum()
            shares[i] = weights / total
            integrals[i] = total * math.exp(highest)
            value += half[i] * (highest + math.log(total))
        return value, shares, integrals

    phi = np.zeros_like(x)
    value, shares, integrals = occupied(phi)
    for _ in range(_MOST_STEPS):
        pull = stiffness * np.diff(phi)
        gradient = -(half * z) @ shares
        gradient[:-1] -= pull
        gradient[1:] += pull
        gradient[-1] -= surface_charge
        bands = np.zeros((3, len(x)))
        bands[1] = (half * z**2) @ shares
        bands[1, :-1] += stiffness
        bands[1, 1:] += stiffness
        bands[0, 1:] = bands[2, :-1] = -stiffness
        # the potential is measured from the midplane, node 0
        low_rank = (np.sqrt(half) * z)[present, None] * shares[present]
        right = np.column_stack((-gradient, low_rank.T))[1:]
        solved = solve_banded((1, 1), bands[:, 1:], right, check_finite=False)
        small = np.eye(len(present)) - low_rank[:, 1:] @ solved[:, 1:]
        move = solved[:, 0] + solved[:, 1:] @ np.linalg.solve(small, low_rank[:, 1:] @ solved[:, 0])
        slope = float(gradient[1:] @ move)
        length = 1.0
        while True:
            trial = phi.copy()
            trial[1:] += length * move
            outcome = occupied(trial)
            if outcome[0] <= value + 1e-4 * length * slope or length < 1e-8:
                break
            length *= 0.5
        phi = trial
        value, shares, integrals = outcome
        if np.abs(length * move).max() < _TOLERANCE * max(1.0, float(np.abs(phi).max())):
            break
        if -slope < 1e-26:
            break
    else:
        raise RuntimeError("the Poisson–Boltzmann equation did not converge")
    scales = tuple(float(amount) for amount in half / integrals)
    return MeanField(x, phi, tuple(valencies), tuple(approaches), scales, tuple(amounts))


def _nodes(end: float, approaches: tuple[float, ...]) -> Array:
    """Nodes from the midplane to the wall, denser towards the wall, some at closest approach."""
    even = np.linspace(0.0, 1.0, _ELEMENTS + 1)
    graded = end * np.tanh(2.0 * even) / math.tanh(2.0)
    inner = [end - approach for approach in approaches if approach > 0.0]
    return np.unique(np.concatenate((graded, inner)))


def _lumped(x: Array, end: float) -> Array:
    """Length of the domain 0 … end that belongs to each node."""
    inside = np.where(x[1:] <= end * (1.0 + 1e-12), np.diff(x), 0.0)
    mass = np.zeros_like(x)
    mass[:-1] += 0.5 * inside
    mass[1:] += 0.5 * inside
    return mass

"""Density profiles and the quantities that follow from them exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.units import MOLAR_NM_TO_C_PER_M2, MOLAR_TO_PER_NM3
from surrogate_app.electrolyte.pressure import contact_sum, maxwell_stress
from surrogate_app.electrolyte.quantities import potentials
from surrogate_app.electrolyte.system import N_BINS, Electrolyte
from surrogate_app.electrolyte.walls import WALL_RANGE

Array = NDArray[np.float64]

SCREENING_TOLERANCE = 0.05
"""Fraction of the surface charge below which the integrated charge counts as screened."""

FARAD_PER_M2_TO_UF_PER_CM2 = 100.0
"""One F/m² in µF/cm², the unit of capacitances."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Ion density profiles of one system and what follows from them.

    Parameters
    ----------
    system : Electrolyte
        The system that the profiles belong to.
    n_pos, n_neg : ndarray, shape (502,)
        Cation and anion density in mol/L at the bin centres `z`.
    n_pos_std, n_neg_std : ndarray, shape (502,)
        One standard deviation of the uncertainty of the densities in mol/L.
    warnings : tuple of str, optional
        Sentences that say why the densities should not be relied on.

    Raises
    ------
    ValueError
        If an array has another shape than (502,).

    Examples
    --------
    >>> system = Electrolyte(h=4.0, c=1.0, d_pos=0.4, d_neg=0.4, sigma_s=-0.01)
    >>> flat = np.ones(502)
    >>> profile = Profile(system, flat, flat, 0 * flat, 0 * flat)
    >>> float(profile.charge_density.max())
    0.0
    """

    system: Electrolyte
    n_pos: Array
    n_neg: Array
    n_pos_std: Array
    n_neg_std: Array
    warnings: tuple[str, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        """Check the shapes."""
        for name in ("n_pos", "n_neg", "n_pos_std", "n_neg_std"):
            shape = getattr(self, name).shape
            if shape != (N_BINS,):
                raise ValueError(f"{name} must have shape ({N_BINS},), got {shape}")

    @cached_property
    def z(self) -> Array:
        """Bin centres over (−h/2, h/2) in nm, shape (502,)."""
        return self.system.z

    @cached_property
    def charge_density(self) -> Array:
        """Net charge density ρ(z) = e z₊n₊ + e z₋n₋ (E 1) in e·mol/L, shape (502,)."""
        return self.system.z_pos * self.n_pos + self.system.z_neg * self.n_neg

    @cached_property
    def r(self) -> Array:
        """Distance from the left wall, right edges of the left half's bins, in nm, (251,)."""
        return self.system.h * np.arange(1, N_BINS // 2 + 1) / N_BINS

    @cached_property
    def integrated_charge(self) -> Array:
        """Integrated charge S(r) = σ_s + ∫ρ dz (E 2) in C/m², shape (251,), at `r`.

        The integral runs from the left wall to the right edge of each bin of the left half,
        so that the last value is taken at the midplane and vanishes by symmetry.
        """
        return integrated_charge(self.charge_density, self.system.h, self.system.sigma_s)

    @cached_property
    def screening_length(self) -> float:
        """Smallest distance from the left wall in nm beyond which S stays within 5 % of σ_s.

        Linear interpolation between the points of S(r), which starts from S(0) = σ_s. Where S
        oscillates, or ions overcharge the wall, the last crossing counts. The charge
        is always screened at the midplane of a neutral slit, hence the value is at most h/2.
        NaN where the wall carries no charge, or where the profile is not neutral.
        """
        return screening_length(self.r, self.integrated_charge, self.system.sigma_s)

    @cached_property
    def potential(self) -> Array:
        r"""Mean electrostatic potential ψ(z) of walls and ions in mV, shape (502,), at `z`.

        .. math:: \psi(z) = \frac{1}{\epsilon_0 \epsilon_r} \int_z^0 S(z')\, dz'

        by Gauss's law, with the charge S per area between the left wall and z, linear between
        the edges of bins; zero at the midplane. The right half is the mirror image.
        """
        return self._potential_at_edges_and_centres()[1]

    @cached_property
    def potential_drop(self) -> float:
        """Potential at the walls less that at the midplane, in mV, see `potential`."""
        return self._potential_at_edges_and_centres()[0]

    @cached_property
    def integral_capacitance(self) -> float:
        r"""Integral capacitance of each wall against the midplane in µF/cm².

        .. math:: C_{int} = \frac{\sigma_s}{\psi(\pm h/2) - \psi(0)}

        Tends to ε₀ε_rκ for point ions at weakly charged walls of a wide slit. NaN where the wall
        carries no charge. Ions of unlike diameters leave a potential at uncharged walls, so the
        ratio diverges where that potential is compensated, and is negative below.
        """
        if self.system.sigma_s == 0.0 or self.potential_drop == 0.0:
            return float("nan")
        return FARAD_PER_M2_TO_UF_PER_CM2 * 1e3 * self.system.sigma_s / self.potential_drop

    @cached_property
    def surface_excess(self) -> tuple[float, float]:
        r"""Surface excess of cations and anions at each wall in nm⁻².

        .. math:: \Gamma_i = \int_{-h/2}^0 \bigl(n_i(z) - n_i(0)\bigr)\, dz

        against the density at the midplane, which is that of a bulk only where the double layers
        of the two walls do not overlap. Their charges screen the wall: z₊Γ₊ + z₋Γ₋ = −σ_s/e where
        the midplane is neutral. What the walls exclude counts, hence negative values.
        """
        half = 0.5 * self.system.h * MOLAR_TO_PER_NM3
        cations, anions = self.midplane_density
        return (
            half * float(self.n_pos.mean() - cations),
            half * float(self.n_neg.mean() - anions),
        )

    @cached_property
    def pressure(self) -> float:
        """Normal pressure of the ions at the walls in bar, by the contact sum, see `pressure`.

        Relative to a slit that holds solvent only, not to a reservoir of the electrolyte.
        """
        n = np.array([self.n_pos, self.n_neg])
        return float(contact_sum(self.system, n) - maxwell_stress(self.system))

    def _potential_at_edges_and_centres(self) -> tuple[float, Array]:
        charge = np.concatenate(([self.system.sigma_s], self.integrated_charge))
        wall, left = potentials(charge[:, None], self.system.to_array()[None])
        return float(wall[0]), np.concatenate((left[:, 0], left[::-1, 0]))

    @cached_property
    def contact_density(self) -> tuple[float, float]:
        """Cation and anion density at contact with a wall, in mol/L.

        The largest n±(r) up to the distance 2^(1/6) d±/2 at which the wall's repulsion ends: the
        height of the first peak of ions that gather there, the density at that distance of those
        that keep away.
        """
        return (
            self._contact(self.n_pos, self.system.d_pos),
            self._contact(self.n_neg, self.system.d_neg),
        )

    @cached_property
    def midplane_density(self) -> tuple[float, float]:
        """Cation and anion density at z = 0 in mol/L (mean of the two central bins)."""
        left, right = N_BINS // 2 - 1, N_BINS // 2
        cations, anions = (0.5 * (n[left] + n[right]) for n in (self.n_pos, self.n_neg))
        return float(cations), float(anions)

    @cached_property
    def neutrality_residual(self) -> float:
        """Charge at the midplane left unscreened, S(h/2), in C/m²; zero for an exact profile."""
        return float(self.integrated_charge[-1])

    def _contact(self, density: Array, diameter: float) -> float:
        r = self.z[: N_BINS // 2] + self.system.h / 2.0
        end = WALL_RANGE * 0.5 * diameter
        nearer = int(r.searchsorted(end))
        largest = density[:nearer].max(initial=0.0)
        return float(max(np.interp(end, r, density[: N_BINS // 2]), largest))


def integrated_charge(charge_density: Array, h: float | Array, sigma_s: float | Array) -> Array:
    """Integrated charge S(r) = σ_s + ∫ρ dz (E 2) at the right edges of the left half's bins.

    Parameters
    ----------
    charge_density : ndarray, shape (..., 502)
        Net charge density in e·mol/L.
    h, sigma_s : float or ndarray, shape (...)
        Slit width in nm and surface charge density in C/m².

    Returns
    -------
    ndarray, shape (..., 251)
        Integrated charge in C/m².
    """
    width = np.asarray(h)[..., None] / N_BINS
    left = np.cumsum(charge_density[..., : N_BINS // 2], axis=-1) * width
    return np.asarray(sigma_s)[..., None] + left * MOLAR_NM_TO_C_PER_M2


def screening_length(r: Array, integrated: Array, sigma_s: float) -> float:
    """Smallest r beyond which |S| ≤ 0.05 |σ_s| up to the midplane, by linear interpolation.

    Parameters
    ----------
    r, integrated : ndarray, shape (n,)
        Distance from the wall in nm and integrated charge in C/m².
    sigma_s : float
        Surface charge density in C/m², the value of S at r = 0.

    Returns
    -------
    float
        Screening length in nm, NaN if σ_s is zero or S is not screened at the last point.
    """
    if sigma_s == 0.0:
        return float("nan")
    ratio = np.ones(len(integrated) + 1)
    np.abs(integrated, out=ratio[1:])
    ratio[1:] /= abs(sigma_s)
    last = len(integrated) - int((ratio > SCREENING_TOLERANCE)[::-1].argmax())
    if last == len(integrated):
        return float("nan")
    nearer, further = float(r[last - 1]) if last else 0.0, float(r[last])
    step = (ratio[last] - SCREENING_TOLERANCE) / (ratio[last] - ratio[last + 1])
    return float(nearer + step * (further - nearer))


def potential_drop(system: Electrolyte, n: Array) -> float:
    """Potential of the walls less that of the midplane in mV, see `Profile.potential`.

    Parameters
    ----------
    system : Electrolyte
        The system.
    n : ndarray, shape (2, 502)
        Densities of cations and anions in mol/L.
    """
    return Profile(system, *n, *np.zeros_like(n)).potential_drop

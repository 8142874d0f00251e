r"""Equation of state of the Lennard-Jones fluid, in reduced units.

Thol, Rutkai, Köster, Lustig, Span and Vrabec, J. Phys. Chem. Ref. Data 45, 023101 (2016): the
residual Helmholtz energy

.. math:: \alpha^r = \frac{A^r}{N k_BT} = \sum_i n_i \tau^{t_i} \delta^{d_i}
    e^{-c_i \delta^{l_i} - \eta_i (\delta - \varepsilon_i)^2 - \beta_i (\tau - \gamma_i)^2},
    \qquad \tau = 1.32 / T^*, \quad \delta = \rho^* / 0.31,

fitted to simulations from T* = 0.661 to 9 and up to p* = 65, with the full potential. It holds for
fluids of one phase, and goes on smoothly where they are a little metastable.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.liquid.phases import CRITICAL_DENSITY, CRITICAL_TEMPERATURE

Array = NDArray[np.float64]

HOTTEST = 9.0
"""Largest T* to which the equation was fitted."""

# n, t, d, l of all terms; c is 1 where l is not 0
_POWERS = np.array(
    [
        (0.0052080730, 1.000, 4, 0),
        (2.1862520, 0.320, 1, 0),
        (-2.1610160, 0.505, 1, 0),
        (1.4527000, 0.672, 2, 0),
        (-2.0417920, 0.843, 2, 0),
        (0.18695286, 0.898, 3, 0),
        (-0.090988445, 1.294, 5, 1),
        (-0.49745610, 2.590, 2, 2),
        (0.10901431, 1.786, 2, 1),
        (-0.80055922, 2.770, 3, 2),
        (-0.56883900, 1.786, 1, 2),
        (-0.62086250, 1.205, 1, 1),
        (-1.4667177, 2.830, 1, 0),
        (1.8914690, 2.548, 1, 0),
        (-0.13837010, 4.650, 2, 0),
        (-0.38696450, 1.385, 3, 0),
        (0.12657020, 1.460, 3, 0),
        (0.60578100, 1.351, 2, 0),
        (1.1791890, 0.660, 1, 0),
        (-0.47732679, 1.496, 2, 0),
        (-9.9218575, 1.830, 3, 0),
        (-0.57479320, 1.616, 1, 0),
        (0.0037729230, 4.970, 1, 0),
    ]
)
# η, β, γ, ε of the last eleven; the others have none
_BELLS = np.array(
    [
        (2.067, 0.625, 0.71, 0.2053),
        (1.522, 0.638, 0.86, 0.409),
        (8.82, 3.91, 1.94, 0.6),
        (1.722, 0.156, 1.48, 1.203),
        (0.679, 0.157, 1.49, 1.829),
        (1.883, 0.153, 1.945, 1.397),
        (3.925, 1.16, 3.02, 1.39),
        (2.461, 1.73, 1.11, 0.539),
        (28.2, 383.0, 1.17, 0.934),
        (0.753, 0.112, 1.33, 2.369),
        (0.82, 0.119, 0.24, 2.43),
    ]
)
_N, _T, _D, _L = _POWERS.T
_C = (_L > 0.0).astype(float)
_ETA, _BETA, _GAMMA, _EPSILON = np.pad(_BELLS, ((len(_POWERS) - len(_BELLS), 0), (0, 0))).T


def compressibility_factor(density: ArrayLike, temperature: ArrayLike) -> Array:
    r"""Compressibility factor :math:`p / \rho k_BT = 1 + \delta \alpha^r_\delta`.

    Parameters
    ----------
    density, temperature : array_like
        ρ* and T*.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> print(f"{compressibility_factor(0.8, 1.2):.3f}")
    2.046
    """
    terms, slope, _ = _terms(density, temperature)
    return np.asarray(1.0 + np.sum(terms * slope, axis=-1))


def potential_energy(density: ArrayLike, temperature: ArrayLike) -> Array:
    r"""Potential energy per atom in ε, :math:`u^* = T^* \tau \alpha^r_\tau`.

    Parameters
    ----------
    density, temperature : array_like
        ρ* and T*.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> print(f"{potential_energy(0.8442, 0.722):.2f}")
    -6.08
    """
    t_star = np.asarray(temperature, dtype=float)
    tau = (CRITICAL_TEMPERATURE / t_star)[..., None]
    slope = _T - 2.0 * _BETA * tau * (tau - _GAMMA)
    return np.asarray(t_star * np.sum(_terms(density, temperature)[0] * slope, axis=-1))


def inverse_compressibility(density: ArrayLike, temperature: ArrayLike) -> Array:
    r"""Reduced inverse compressibility :math:`\partial p / \partial \rho\, k_BT = 1 / S(0)`.

    Parameters
    ----------
    density, temperature : array_like
        ρ* and T*.

    Returns
    -------
    ndarray
        Zero at the critical point, negative where no single phase can be.

    Examples
    --------
    >>> print(f"{1.0 / inverse_compressibility(0.8442, 0.722):.4f}")
    0.0462
    """
    terms, slope, curvature = _terms(density, temperature)
    return np.asarray(1.0 + np.sum(terms * (slope + slope**2 + curvature), axis=-1))


def _terms(density: ArrayLike, temperature: ArrayLike) -> tuple[Array, Array, Array]:
    """Terms of α^r, δ ∂ ln(term)/∂δ and δ ∂/∂δ of that, shape (..., 23) each."""
    delta = np.asarray(density, dtype=float)[..., None] / CRITICAL_DENSITY
    tau = CRITICAL_TEMPERATURE / np.asarray(temperature, dtype=float)[..., None]
    decay, away = _C * delta**_L, delta - _EPSILON
    bell = _ETA * away**2 + _BETA * (tau - _GAMMA) ** 2
    terms = _N * tau**_T * delta**_D * np.exp(-decay - bell)
    slope = _D - _L * decay - 2.0 * _ETA * delta * away
    curvature = -(_L**2) * decay - 2.0 * _ETA * delta * (2.0 * delta - _EPSILON)
    return terms, slope, curvature

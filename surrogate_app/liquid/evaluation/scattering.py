r"""Structure factors of the forward surrogate against those of simulations of large boxes.

Simulations end the forces at a distance :math:`r_c`, so that what they simulate is the potential
less its value there. What is missing, :math:`\Delta u`, is weak and smooth, and the random phase
approximation puts it back:

.. math:: \frac{1}{S(q)} = \frac{1}{S_{cut}(q)} + \frac{\rho}{k_BT} \Delta\hat u(q), \qquad
    \Delta u(r) = u(\max(r, r_c))

It makes 4 % of S(0) in a cold liquid, and 0.2 % at 1/σ. Without it 1/S is an even power series, so
that S(0) follows from :math:`1/S_{cut} = b_0 + b_2 q^2 + b_4 q^4` by least squares over the longest
waves. More precise is :math:`S(0) = k_BT\, \partial\rho / \partial p` from the pressures of
simulated states around: their difference from an equation of state is nearly linear there.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import read_campaign
from surrogate_app.liquid.data.dataset import TRAINED, Structures, join
from surrogate_app.liquid.data.designs import SCATTERING_ATOMS, data_dir
from surrogate_app.liquid.equation_of_state import compressibility_factor, inverse_compressibility
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.forward.transform import random_phase
from surrogate_app.liquid.forward.truncation import left_out
from surrogate_app.liquid.simulation.scattering import Lattice
from surrogate_app.liquid.state import CUTOFF, LJState

Array = NDArray[np.float64]

SHORTEST_WAVE = 1.0
"""Wave number in 1/σ from which S(q) is compared."""

LONG_WAVES = 1.8
"""Wave number in 1/σ up to which S(0) of a simulation is fitted."""

AROUND = (0.12, 0.15)
"""How far states may be, relative in ρ* and T*, whose pressures give a compressibility."""

_LEAST = 1e-3
_LEAST_ERROR = 1e-3
_FAR = 200.0
_POINTS = 40_000


def measure_scattering(forward: ForwardSurrogate) -> list[dict[str, float]]:
    """Compare structure factors with the runs of the design `scattering`.

    Parameters
    ----------
    forward : ForwardSurrogate
        The model.

    Returns
    -------
    list of dict
        For each state `rho_star`, `t_star`, and number of `runs`; `q` in 1/σ, `deviation` and its
        standard error `deviation_std` where the surrogate differs most, `typical`, the root mean
        square of differences, and `typical_std`, that of their standard errors, all from
        `SHORTEST_WAVE` on; `peak` and `peak_std` of the simulation in its highest bin, and
        `peak_surrogate` there; `s0` and `s0_std` of the simulation, `s0_pressure` and
        `s0_pressure_std` by the pressures of states around, and `s0_surrogate`.

    Raises
    ------
    ValueError
        If the campaign has not been run.
    """
    results, lattice = read_campaign(data_dir("scattering"))[1], Lattice(SCATTERING_ATOMS)
    states = results["parameters"].astype(float)
    nearby = join([Structures.load(design) for design in (*TRAINED, "test")])
    found = []
    for rho, t_star in dict.fromkeys((row[0], row[1]) for row in states.tolist()):
        mine = np.flatnonzero((states == (rho, t_star)).all(axis=1))
        s = results["s"][mine].astype(float).mean(axis=0)
        std = np.sqrt(np.sum(results["s_sem"][mine].astype(float) ** 2, axis=0)) / len(mine)
        found.append({"runs": float(len(mine)), **compare(forward, lattice, rho, t_star, s, std)})
        found[-1] |= by_pressures(nearby, rho, t_star)
    return found


def compare(
    forward: ForwardSurrogate, lattice: Lattice, rho: float, t_star: float, s: Array, std: Array
) -> dict[str, float]:
    """Compare the structure factor of one state, see `measure_scattering`.

    Parameters
    ----------
    forward : ForwardSurrogate
        The model.
    lattice : Lattice
        Reciprocal vectors of the simulated box.
    rho, t_star : float
        ρ* and T*.
    s, std : ndarray, shape (n,)
        Means over the bins of the lattice, and their standard errors.
    """
    state = LJState.from_reduced(rho, t_star, sigma=1.0, epsilon=1.0)
    scale = rho ** (1.0 / 3.0)
    q = scale * lattice.binned(lattice.k)
    full = random_phase(s, missing_tail(rho, t_star, q))
    model = lattice.binned(forward.structure_factor(state, scale * lattice.k))
    seen = q >= SHORTEST_WAVE
    off = np.where(seen, model - full, 0.0)
    worst, highest = int(np.argmax(np.abs(off))), int(np.argmax(full * seen))
    inverse, inverse_std = extrapolated(q, s, std)
    s0 = 1.0 / (inverse + float(missing_tail(rho, t_star, np.array([_LEAST]))[0]))
    return {
        "rho_star": rho,
        "t_star": t_star,
        "q": float(q[worst]),
        "deviation": float(off[worst]),
        "deviation_std": float(std[worst]),
        "typical": math.sqrt(float(np.mean(off[seen] ** 2))),
        "typical_std": math.sqrt(float(np.mean(std[seen] ** 2))),
        "peak": float(full[highest]),
        "peak_std": float(std[highest]),
        "peak_surrogate": float(model[highest]),
        "s0": s0,
        "s0_std": inverse_std * s0**2,
        "s0_surrogate": float(forward.structure_factor(state, [0.0])[0]),
    }


def by_pressures(states: Structures, rho: float, t_star: float) -> dict[str, float]:
    """S(0) by the pressures of simulated states around, as `s0_pressure` and `s0_pressure_std`.

    Parameters
    ----------
    states : Structures
        Simulated states, in reduced units.
    rho, t_star : float
        ρ* and T*.
    """
    density, temperature = states.parameters.T
    off = np.stack((density / rho - 1.0, temperature / t_star - 1.0), axis=1) / AROUND
    near = (np.abs(off) < 1.0).all(axis=1)
    ideal = density * temperature
    extra = states.results["pressure"] - ideal * compressibility_factor(density, temperature)
    weight = 1.0 / np.maximum(states.results["pressure_sem"], _LEAST_ERROR)[near]
    columns = weight[:, None] * np.column_stack((np.ones(near.sum()), off[near]))
    covariance = np.linalg.inv(columns.T @ columns)
    found = covariance @ columns.T @ (weight * extra[near])
    left = weight * extra[near] - columns @ found
    scatter = math.sqrt(float(left @ left) / (near.sum() - len(found)))
    unit = rho * AROUND[0] * t_star
    inverse = float(inverse_compressibility(rho, t_star)) + float(found[1]) / unit
    error = max(scatter, 1.0) * math.sqrt(float(covariance[1, 1])) / unit
    return {"s0_pressure": 1.0 / inverse, "s0_pressure_std": error / inverse**2}


def missing_tail(rho: float, t_star: float, q: Array) -> Array:
    """Return what the inverse structure factor lacks where forces end at `CUTOFF`.

    Parameters
    ----------
    rho, t_star : float
        ρ* and T*.
    q : ndarray, shape (n,)
        Wave numbers in 1/σ, more than 0.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> tail = missing_tail(0.84, 0.71, np.array([1e-3, 1.0, 7.0]))
    >>> print(" ".join(f"{each:.3f}" for each in tail))
    -0.924 -0.036 0.000
    """
    # ends of equal ratio: the integrand falls as r⁻⁵
    r = CUTOFF * (_FAR / CUTOFF) ** np.linspace(0.0, 1.0, _POINTS)
    u = left_out(r, CUTOFF)
    beyond = np.array([np.trapezoid(u * r * np.sin(each * r), r) / each for each in q])
    x = CUTOFF * q
    within = u[0] * (np.sin(x) - x * np.cos(x)) / q**3
    return np.asarray(4.0 * math.pi * rho / t_star * (beyond + within))


def extrapolated(q: Array, s: Array, std: Array) -> tuple[float, float]:
    """Extrapolate 1/S of a simulation to q = 0, with its standard error; arguments as above.

    Examples
    --------
    >>> q = np.linspace(0.4, 1.6, 9)
    >>> found = extrapolated(q, 1.0 / (20.0 + 3.0 * q**2 - q**4), np.full(9, 1e-4))
    >>> print(f"{found[0]:.3f}")
    20.000
    """
    long = q <= LONG_WAVES
    powers = np.vander(q[long] ** 2, 3, increasing=True)
    weight = (s[long] ** 2 / std[long]) ** 2  # inverse variance of 1/S
    covariance = np.linalg.inv(powers.T @ (weight[:, None] * powers))
    found = covariance @ powers.T @ (weight / s[long])
    return float(found[0]), float(np.sqrt(covariance[0, 0]))

"""Compiled Metropolis Monte Carlo of a Lennard-Jones fluid in a periodic cube.

Lengths are in units of the core length s, energies in k_BT: u = r⁻¹² − a r⁻⁶, cut at `cutoff`.
Coordinates are 32-bit integers in units of L/2³² (see `metropolis`); pair arithmetic is single
precision and free of branches, which lets the compiler fill vector registers. The number of atoms
is one more than a multiple of 64, so that the partners of an atom leave none over for scalar code.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from surrogate_app.common.metropolis import INT_RANGE, accepted, displaced, nearest

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_CLOSEST = np.float32(0.05)


class Atoms(NamedTuple):
    """Coordinates of some atoms in units of L/2³², int32."""

    x: Any
    y: Any
    z: Any


class Model(NamedTuple):
    """Side of the cube and cut-off in core lengths, and the strength of the attraction."""

    length: float
    cutoff: float
    a: float


@njit(fastmath=True, error_model="numpy", inline="always")
def _square(x, y, z, place, unit):  # type: ignore[no-untyped-def]
    """Squared distance of two atoms by the nearest image."""
    dx = nearest(x, place[0], unit)
    dy = nearest(y, place[1], unit)
    dz = nearest(z, place[2], unit)
    return dx * dx + dy * dy + dz * dz


@njit(fastmath=True, error_model="numpy", inline="always")
def _sixth(r2):  # type: ignore[no-untyped-def]
    """Evaluate r⁻⁶ from r²."""
    inverse = _ONE / max(r2, _CLOSEST)
    return inverse * inverse * inverse


@njit(fastmath=True, error_model="numpy", cache=True)
def pair_energies(partners, old, new, unit, cutoff2, a):  # type: ignore[no-untyped-def]
    """Energy in k_BT of an atom at an old and at a new place with all partners."""
    x, y, z = partners
    energy_old = _ZERO
    energy_new = _ZERO
    for j in range(len(x)):
        r2 = _square(x[j], y[j], z[j], old, unit)
        inverse6 = _sixth(r2)
        energy_old += inverse6 * (inverse6 - a) if r2 < cutoff2 else _ZERO
        r2 = _square(x[j], y[j], z[j], new, unit)
        inverse6 = _sixth(r2)
        energy_new += inverse6 * (inverse6 - a) if r2 < cutoff2 else _ZERO
    return energy_old, energy_new


@njit(cache=True)
def run_sweeps(rng, sweeps, atoms, model, step):  # type: ignore[no-untyped-def]
    """Run `sweeps` sweeps of one trial move per atom, in place; return the accepted fraction.

    A trial move displaces an atom, chosen at random, inside a cube of half side `step`.
    """
    x, y, z = atoms
    n = len(x)
    unit = np.float32(model.length / INT_RANGE)
    width = 2.0 * step * INT_RANGE / model.length
    cutoff2 = np.float32(model.cutoff * model.cutoff)
    a = np.float32(model.a)
    last = n - 1
    others = Atoms(x[:last], y[:last], z[:last])
    moved = 0
    for _ in range(sweeps * n):
        # the chosen atom changes places with the last one: its partners are then contiguous
        i = int(rng.random() * n)
        old = (x[i], y[i], z[i])
        x[i], y[i], z[i] = x[last], y[last], z[last]
        new = (
            displaced(rng, old[0], width),
            displaced(rng, old[1], width),
            displaced(rng, old[2], width),
        )
        energy_old, energy_new = pair_energies(others, old, new, unit, cutoff2, a)
        if accepted(rng, np.float64(energy_new) - np.float64(energy_old)):
            x[last], y[last], z[last] = new
            moved += 1
        else:
            x[last], y[last], z[last] = old
    return moved / (sweeps * n)


@njit(fastmath=True, error_model="numpy", cache=True)
def _distances(partners, place, unit, per_width, cutoff2, a, bins):  # type: ignore[no-untyped-def]
    x, y, z = partners
    energy = _ZERO
    virial = _ZERO
    for j in range(len(x)):
        r2 = _square(x[j], y[j], z[j], place, unit)
        bins[j] = np.int32(math.sqrt(r2) * per_width)
        inverse6 = _sixth(r2)
        near = inverse6 if r2 < cutoff2 else _ZERO
        energy += near * (inverse6 - a)
        virial += near * (inverse6 + inverse6 - a)
    return energy, virial


@njit(cache=True)
def measure(atoms, model, counts, width):  # type: ignore[no-untyped-def]
    """Add the pair distances of a configuration to `counts`; return its energy and virial.

    Parameters
    ----------
    atoms : Atoms
        The configuration.
    model : Model
        What is simulated.
    counts : ndarray of int64
        Pairs per bin, from 0 to beyond √3 L/2, the largest distance of nearest images.
    width : float
        Width of a bin in core lengths.

    Returns
    -------
    energy : float
        Σ u(r) over all pairs in k_BT.
    virial : float
        −Σ r u'(r) over all pairs in k_BT.
    """
    x, y, z = atoms
    n = len(x)
    unit = np.float32(model.length / INT_RANGE)
    per_width = np.float32(1.0 / width)
    cutoff2 = np.float32(model.cutoff * model.cutoff)
    a = np.float32(model.a)
    found = np.empty(n, np.int32)
    energy = 0.0
    virial = 0.0
    for i in range(1, n):
        partners = Atoms(x[:i], y[:i], z[:i])
        u, w = _distances(partners, (x[i], y[i], z[i]), unit, per_width, cutoff2, a, found)
        energy += u
        virial += 6.0 * w
        for j in range(i):
            counts[found[j]] += 1
    return energy, virial

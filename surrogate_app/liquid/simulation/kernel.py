"""Compiled Metropolis Monte Carlo of a Lennard-Jones fluid in a periodic cube.

Lengths are in units of the core length s, energies in k_BT: u = r⁻¹² − a r⁻⁶, cut at `cutoff`.
Coordinates are 32-bit integers in units of L/2³², so that differences wrap to the nearest image by
themselves; pair arithmetic is single precision and free of branches, which lets the compiler
fill vector registers. The number of atoms is one more than a multiple of 64, so that the partners
of an atom leave none over for scalar code.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

LANES = 64
"""Atoms come in this number, and one."""

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_CLOSEST = np.float32(0.05)
_INT_RANGE = 2.0**32


@njit(fastmath=True, error_model="numpy", cache=True)
def pair_energies(x, y, z, x_old, y_old, z_old, x_new, y_new, z_new, scale, cutoff2, a):  # type: ignore[no-untyped-def]
    """Energy in k_BT of an atom at an old and at a new place with all partners at x, y, z."""
    old = _ZERO
    new = _ZERO
    for j in range(len(x)):
        dx = np.float32(np.int32(x[j] - x_old)) * scale
        dy = np.float32(np.int32(y[j] - y_old)) * scale
        dz = np.float32(np.int32(z[j] - z_old)) * scale
        r2 = dx * dx + dy * dy + dz * dz
        inverse = _ONE / max(r2, _CLOSEST)
        inverse6 = inverse * inverse * inverse
        old += inverse6 * (inverse6 - a) if r2 < cutoff2 else _ZERO
        dx = np.float32(np.int32(x[j] - x_new)) * scale
        dy = np.float32(np.int32(y[j] - y_new)) * scale
        dz = np.float32(np.int32(z[j] - z_new)) * scale
        r2 = dx * dx + dy * dy + dz * dz
        inverse = _ONE / max(r2, _CLOSEST)
        inverse6 = inverse * inverse * inverse
        new += inverse6 * (inverse6 - a) if r2 < cutoff2 else _ZERO
    return old, new


@njit(cache=True)
def run_sweeps(rng, sweeps, x, y, z, length, cutoff, a, step):  # type: ignore[no-untyped-def]
    """Run `sweeps` sweeps of one trial move per atom, in place; return the accepted fraction.

    A trial move displaces an atom, chosen at random, inside a cube of half side `step`.
    """
    n = len(x)
    scale = np.float32(length / _INT_RANGE)
    width = 2.0 * step * _INT_RANGE / length
    cutoff2 = np.float32(cutoff * cutoff)
    strength = np.float32(a)
    last = n - 1
    others = (x[:last], y[:last], z[:last])
    accepted = 0
    for _ in range(sweeps * n):
        # the chosen atom changes places with the last one: its partners are then contiguous
        i = int(rng.random() * n)
        x_old, y_old, z_old = x[i], y[i], z[i]
        x[i], y[i], z[i] = x[last], y[last], z[last]
        x_new = np.int32(x_old + np.int64((rng.random() - 0.5) * width))
        y_new = np.int32(y_old + np.int64((rng.random() - 0.5) * width))
        z_new = np.int32(z_old + np.int64((rng.random() - 0.5) * width))
        old, new = pair_energies(
            *others, x_old, y_old, z_old, x_new, y_new, z_new, scale, cutoff2, strength
        )
        change = np.float64(new) - np.float64(old)
        if change <= 0.0 or rng.random() < math.exp(-change):
            x[last], y[last], z[last] = x_new, y_new, z_new
            accepted += 1
        else:
            x[last], y[last], z[last] = x_old, y_old, z_old
    return accepted / (sweeps * n)


@njit(fastmath=True, error_model="numpy", cache=True)
def _distances(x, y, z, x_i, y_i, z_i, scale, per_width, cutoff2, a, bins):  # type: ignore[no-untyped-def]
    energy = _ZERO
    virial = _ZERO
    for j in range(len(x)):
        dx = np.float32(np.int32(x[j] - x_i)) * scale
        dy = np.float32(np.int32(y[j] - y_i)) * scale
        dz = np.float32(np.int32(z[j] - z_i)) * scale
        r2 = dx * dx + dy * dy + dz * dz
        bins[j] = np.int32(math.sqrt(r2) * per_width)
        inverse = _ONE / max(r2, _CLOSEST)
        inverse6 = inverse * inverse * inverse
        near = inverse6 if r2 < cutoff2 else _ZERO
        energy += near * (inverse6 - a)
        virial += near * (inverse6 + inverse6 - a)
    return energy, virial


@njit(cache=True)
def measure(x, y, z, length, cutoff, a, counts, width):  # type: ignore[no-untyped-def]
    """Add the pair distances of a configuration to `counts`; return its energy and virial.

    Parameters
    ----------
    x, y, z : ndarray of int32, shape (N,)
        Coordinates in units of L/2³².
    length, cutoff, a : float
        Side of the cube L and cut-off in core lengths, strength of the attraction.
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
    n = len(x)
    scale = np.float32(length / _INT_RANGE)
    per_width = np.float32(1.0 / width)
    cutoff2 = np.float32(cutoff * cutoff)
    strength = np.float32(a)
    found = np.empty(n, np.int32)
    energy = 0.0
    virial = 0.0
    for i in range(1, n):
        u, w = _distances(
            *(x[:i], y[:i], z[:i]), x[i], y[i], z[i], scale, per_width, cutoff2, strength, found
        )
        energy += u
        virial += 6.0 * w
        for j in range(i):
            counts[found[j]] += 1
    return energy, virial

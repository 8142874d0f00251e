"""Compiled Metropolis Monte Carlo of the confined primitive model.

Lateral coordinates are 32-bit integers in units of L/2³², so that differences wrap to the
nearest image by themselves; all pair arithmetic is single precision and free of branches,
which lets the compiler fill vector registers. Cations come first, then anions; each species is
filled up to a multiple of 64 with ions far away, so that none is left over for scalar code.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_ZERO = np.float32(0.0)
_CLOSEST = np.float32(1e-6)
_AWAY = np.float32(1e4)  # far enough not to count, near enough for r⁻⁶ to stay a normal number
_LANES = 64
_INT_RANGE = 2.0**32


@njit(fastmath=True, error_model="numpy", cache=True)
def pair_sums(x, y, z, x_old, y_old, z_old, x_new, y_new, z_new, scale, size2):  # type: ignore[no-untyped-def]
    """Sum over all partners at x, y, z of an ion at an old and at a new place.

    Returns Σ1/r and the WCA energy at the old place, Σz/r³ and the WCA force along z (in units
    of 12 k_BT/nm) there, then Σ1/r and the WCA energy at the new place. With
    a = 2(σ/r)⁶ the WCA energy is max(a − 1, 0)² k_BT, for all r.
    """
    coulomb_old = _ZERO
    wca_old = _ZERO
    coulomb_force = _ZERO
    wca_force = _ZERO
    coulomb_new = _ZERO
    wca_new = _ZERO
    for j in range(len(z)):
        dx = np.float32(np.int32(x[j] - x_old)) * scale
        dy = np.float32(np.int32(y[j] - y_old)) * scale
        dz = z_old - z[j]
        inverse2 = _ONE / max(dx * dx + dy * dy + dz * dz, _CLOSEST)
        inverse = math.sqrt(inverse2)
        a = size2 * inverse2
        a = _TWO * a * a * a
        overlap = max(a - _ONE, _ZERO)
        coulomb_old += inverse
        wca_old += overlap * overlap
        coulomb_force += inverse * inverse2 * dz
        wca_force += overlap * a * inverse2 * dz
        dx = np.float32(np.int32(x[j] - x_new)) * scale
        dy = np.float32(np.int32(y[j] - y_new)) * scale
        dz = z_new - z[j]
        inverse2 = _ONE / max(dx * dx + dy * dy + dz * dz, _CLOSEST)
        inverse = math.sqrt(inverse2)
        a = size2 * inverse2
        a = _TWO * a * a * a
        overlap = max(a - _ONE, _ZERO)
        coulomb_new += inverse
        wca_new += overlap * overlap
    return coulomb_old, wca_old, coulomb_force, wca_force, coulomb_new, wca_new


@njit(cache=True)
def wall_energy(z, h, diameter):  # type: ignore[no-untyped-def]
    """WCA energy of an ion with both walls in k_BT; infinite at and behind a wall."""
    energy = 0.0
    for r in (z + 0.5 * h, 0.5 * h - z):
        if r <= 0.0:
            return np.inf
        ratio = 0.5 * diameter / r
        overlap = 2.0 * ratio**6 - 1.0
        if overlap > 0.0:
            energy += overlap * overlap
    return energy


@njit(cache=True)
def _filled(values, n_pos, fill, empty):  # type: ignore[no-untyped-def]
    """Copy of `values` with room for `fill` cations, then anions, in whole registers."""
    n_neg = len(values) - n_pos
    filled = np.full(fill + -(-n_neg // _LANES) * _LANES, empty, values.dtype)
    filled[:n_pos] = values[:n_pos]
    filled[fill : fill + n_neg] = values[n_pos:]
    return filled


@njit(cache=True)
def _multiples(angle, cosine, sine):  # type: ignore[no-untyped-def]
    """Fill in cos and sin of 1, 2, 3, … times an angle by their recurrence."""
    c = math.cos(angle)
    s = math.sin(angle)
    cosine[0], sine[0] = c, s
    for k in range(1, len(cosine)):
        cosine[k] = cosine[k - 1] * c - sine[k - 1] * s
        sine[k] = sine[k - 1] * c + cosine[k - 1] * s


@njit(cache=True)
def _mode_sums(z, n_pos, wave_number, cosine, sine):  # type: ignore[no-untyped-def]
    for k in range(len(wave_number)):
        c = 0.0
        s = 0.0
        for j in range(len(z)):
            q = 1.0 if j < n_pos else -1.0
            c += q * math.cos(wave_number[k] * z[j])
            s += q * math.sin(wave_number[k] * z[j])
        cosine[k] = c
        sine[k] = s


@njit(cache=True)
def run_sweeps(  # type: ignore[no-untyped-def]
    rng,
    sweeps,
    x,
    y,
    z,
    n_pos,
    h,
    length,
    diameters,
    bjerrum,
    wave_number,
    amplitude,
    steps,
    relocation,
    counts,
    forces,
    squares,
    moves,
):
    """Run `sweeps` sweeps of one trial move per ion, in place, and add up the estimators.

    A trial move displaces an ion inside a cube of half side `steps[species]`, or, with
    probability `relocation`, puts it anywhere in the slab. The state before each trial move adds
    its ion to `counts`, its force along z (ions only, in k_BT/nm) to `forces`, and that force
    squared to `squares`, all of shape (2, bins). `wave_number` holds the multiples 1, 2, 3, … of
    its first entry. `moves[species, kind]` counts displacements tried and accepted, relocations
    tried and accepted.
    """
    n = len(z)
    bins = counts.shape[1]
    n_modes = len(wave_number)
    scale = np.float32(length / _INT_RANGE)
    per_nm = _INT_RANGE / length
    cosine = np.empty(n_modes)
    sine = np.empty(n_modes)
    c_old = np.empty(n_modes)
    s_old = np.empty(n_modes)
    c_new = np.empty(n_modes)
    s_new = np.empty(n_modes)
    size2 = np.empty((2, 2), np.float32)
    for a in range(2):
        for b in range(2):
            size2[a, b] = (0.5 * (diameters[a] + diameters[b])) ** 2
    _mode_sums(z, n_pos, wave_number, cosine, sine)
    fill = -(-n_pos // _LANES) * _LANES
    xs = _filled(x, n_pos, fill, 0)
    ys = _filled(y, n_pos, fill, 0)
    zs = _filled(z, n_pos, fill, _AWAY)
    cations = (xs[:fill], ys[:fill], zs[:fill])
    anions = (xs[fill:], ys[fill:], zs[fill:])

    for _ in range(sweeps):
        for ion in range(n):
            species = 0 if ion < n_pos else 1
            q = 1.0 if species == 0 else -1.0
            i = ion if species == 0 else fill + ion - n_pos
            x_old, y_old, z_old = xs[i], ys[i], zs[i]
            relocate = rng.random() < relocation
            if relocate:
                x_new = np.int32(np.int64((rng.random() - 0.5) * _INT_RANGE))
                y_new = np.int32(np.int64((rng.random() - 0.5) * _INT_RANGE))
                z_new = np.float32((rng.random() - 0.5) * h)
            else:
                step = 2.0 * steps[species]
                x_new = np.int32(x_old + np.int64((rng.random() - 0.5) * step * per_nm))
                y_new = np.int32(y_old + np.int64((rng.random() - 0.5) * step * per_nm))
                z_new = np.float32(z_old + (rng.random() - 0.5) * step)

            zs[i] = _AWAY  # out of its own sums
            old, new = (x_old, y_old, z_old), (x_new, y_new, z_new)
            pos = pair_sums(*cations, *old, *new, scale, size2[species, 0])
            neg = pair_sums(*anions, *old, *new, scale, size2[species, 1])
            zs[i] = z_old

            sheet = 0.0
            sheet_force = 0.0
            _multiples(wave_number[0] * z_old, c_old, s_old)
            _multiples(wave_number[0] * z_new, c_new, s_new)
            for k in range(n_modes):
                dc = c_new[k] - c_old[k]
                ds = s_new[k] - s_old[k]
                others_c = cosine[k] - q * c_old[k]
                others_s = sine[k] - q * s_old[k]
                sheet += amplitude[k] * (others_c * dc + others_s * ds)
                sheet_force += (
                    amplitude[k] * wave_number[k] * (cosine[k] * s_old[k] - sine[k] * c_old[k])
                )

            force = 12.0 * (pos[3] + neg[3])
            force += bjerrum * q * ((pos[2] - neg[2]) + sheet_force)
            bin_ = int((z_old / h + 0.5) * bins)
            counts[species, bin_] += 1.0
            forces[species, bin_] += force
            squares[species, bin_] += force * force

            kind = 2 if relocate else 0
            moves[species, kind] += 1
            wall = wall_energy(z_new, h, diameters[species])
            if wall == np.inf:
                continue
            change = wall - wall_energy(z_old, h, diameters[species])
            change += (pos[5] - pos[1]) + (neg[5] - neg[1])
            change += bjerrum * q * ((pos[4] - pos[0]) - (neg[4] - neg[0]) + sheet)
            if change <= 0.0 or rng.random() < math.exp(-change):
                xs[i], ys[i], zs[i] = x_new, y_new, z_new
                moves[species, kind + 1] += 1
                for k in range(n_modes):
                    cosine[k] += q * (c_new[k] - c_old[k])
                    sine[k] += q * (s_new[k] - s_old[k])

    for filled, values in ((xs, x), (ys, y)):
        values[:n_pos] = filled[:n_pos]
        values[n_pos:] = filled[fill : fill + n - n_pos]
    z[:n_pos] = zs[:n_pos]
    z[n_pos:] = zs[fill : fill + n - n_pos]

r"""Compiled Metropolis Monte Carlo of the confined primitive model.

Lateral coordinates are 32-bit integers in units of L/2³² (see `metropolis`); all pair arithmetic
is single precision and free of branches, which lets the compiler fill vector registers. Cations
come first, then anions; each species is filled up to whole registers with ions far away.

A sweep tries one move of every ion, a displacement or a relocation. Where ions of opposite charge
pair for long, two further moves loosen them:

- *Aimed relocations*: with some probability a relocated ion is put into a spherical shell around a
  counterion drawn at random. The density at which a place r is proposed depends on the other ions
  only,

  .. math:: q(r) = \frac{1 - p}{V} + p \frac{m(r)}{N_c v},

  with m of the N_c counterions within the shell, of volume v, around r; accepting with
  min[1, exp(−ΔU) q(r_old)/q(r_new)] keeps detailed balance.
- *Cluster moves*: an ion drawn at random is displaced together with all counterions within a
  distance of it; the move is refused where the ion would get a further counterion that near, since
  the way back would then take that one along.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from surrogate_app.common.metropolis import INT_RANGE, accepted, displaced, filled_up, nearest, step

_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_ZERO = np.float32(0.0)
_CLOSEST = np.float32(1e-6)
_AWAY = np.float32(1e4)  # far enough not to count, near enough for r⁻⁶ to stay a normal number
_LARGEST_CLUSTER = 8  # counterions that move along

DISPLACED, RELOCATED, CLUSTER = 0, 2, 4
"""Columns of `Tally.moves` that count moves tried, by kind; the next one counts those accepted."""


class Ions(NamedTuple):
    """Coordinates of some ions: x and y in units of L/2³², int32, and z in nm, float32."""

    x: Any
    y: Any
    z: Any


class Model(NamedTuple):
    """What is simulated: slab and cell (nm), ions, Bjerrum length (nm), sheet potential.

    `diameters` in nm and signed `valencies` (float32) have two entries, cations first;
    `wave_number` holds the multiples 1, 2, 3, … of its first entry, see `coulomb.sheet_modes`.
    """

    n_pos: int
    n_neg: int
    h: float
    length: float
    diameters: Any
    valencies: Any
    bjerrum: float
    wave_number: Any
    amplitude: Any


class Moves(NamedTuple):
    """How ions are moved.

    `steps`: largest displacement along each axis in nm, by species; `relocation`: share of
    relocations among the moves; `aimed`: share of them that are put next to a counterion, at a
    distance from `inner` to `outer` nm; `clusters`: cluster moves per ion and sweep, of counterions
    within `outer`, displaced by up to `cluster_step` nm; `repeats`: trial moves of an ion in a
    sweep, by species.
    """

    steps: Any
    relocation: float
    aimed: float
    inner: float
    outer: float
    clusters: float
    cluster_step: float
    repeats: Any


class Tally(NamedTuple):
    """Sums over the states before each trial move, and counts of moves.

    `counts`, `forces` and `squares`, shape (2, bins): visits of ions by species and bin, their
    force along z (ions only, in k_BT/nm), that force squared. `moves`, shape (2, 6): moves tried
    and accepted by species and kind.
    """

    counts: Any
    forces: Any
    squares: Any
    moves: Any


class PairSums(NamedTuple):
    """Sums over the partners of an ion at an old and at a new place, see `pair_sums`."""

    coulomb_old: Any
    wca_old: Any
    coulomb_force: Any
    wca_force: Any
    coulomb_new: Any
    wca_new: Any


class _Modes(NamedTuple):
    """Cosines and sines of the multiples of an angle, or their sums over all charges."""

    cosine: Any
    sine: Any


class _State(NamedTuple):
    """Ions in whole registers, the parts of each species, and what goes with them."""

    ions: Ions
    cations: Ions
    anions: Ions
    fill: int
    unit: Any
    size2: Any
    sums: _Modes
    old: _Modes
    new: _Modes
    members: Any


@njit(fastmath=True, error_model="numpy", inline="always")
def _pair(dx, dy, dz, size2):  # type: ignore[no-untyped-def]
    """1/r, 1/r², a = 2(σ/r)⁶ and max(a − 1, 0) of a pair; the WCA energy is the latter squared."""
    inverse2 = _ONE / max(dx * dx + dy * dy + dz * dz, _CLOSEST)
    a = size2 * inverse2
    a = _TWO * a * a * a
    return math.sqrt(inverse2), inverse2, a, max(a - _ONE, _ZERO)


@njit(fastmath=True, error_model="numpy", cache=True)
def pair_sums(partners, old, new, unit, size2):  # type: ignore[no-untyped-def]
    """Sum over all partners of an ion at an old and at a new place.

    Parameters
    ----------
    partners : Ions
        Partners of one species.
    old, new : tuple of int32, int32, float32
        Places of the ion.
    unit : float32
        Integer unit of x and y in nm.
    size2 : float32
        Square of the pair's size σ in nm².

    Returns
    -------
    PairSums
        Σ1/r and the WCA energy at the old place, Σz/r³ and the WCA force along z (in units
        of 12 k_BT/nm) there, then Σ1/r and the WCA energy at the new place. With
        a = 2(σ/r)⁶ the WCA energy is max(a − 1, 0)² k_BT, for all r.
    """
    x, y, z = partners
    x_old, y_old, z_old = old
    x_new, y_new, z_new = new
    coulomb_old = _ZERO
    wca_old = _ZERO
    coulomb_force = _ZERO
    wca_force = _ZERO
    coulomb_new = _ZERO
    wca_new = _ZERO
    for j in range(len(z)):
        dx = nearest(x[j], x_old, unit)
        dy = nearest(y[j], y_old, unit)
        dz = z_old - z[j]
        inverse, inverse2, a, overlap = _pair(dx, dy, dz, size2)
        coulomb_old += inverse
        wca_old += overlap * overlap
        coulomb_force += inverse * inverse2 * dz
        wca_force += overlap * a * inverse2 * dz
        dx = nearest(x[j], x_new, unit)
        dy = nearest(y[j], y_new, unit)
        dz = z_new - z[j]
        inverse, inverse2, a, overlap = _pair(dx, dy, dz, size2)
        coulomb_new += inverse
        wca_new += overlap * overlap
    return PairSums(coulomb_old, wca_old, coulomb_force, wca_force, coulomb_new, wca_new)


@njit(fastmath=True, error_model="numpy", cache=True)
def _neighbours(partners, place, unit, inner2, outer2):  # type: ignore[no-untyped-def]
    """Count the partners whose squared distance from a place lies in [inner2, outer2)."""
    x, y, z = partners
    number = np.int32(0)
    for j in range(len(z)):
        dx, dy = nearest(x[j], place[0], unit), nearest(y[j], place[1], unit)
        dz = z[j] - place[2]
        r2 = dx * dx + dy * dy + dz * dz
        number += np.int32(inner2 <= r2) & np.int32(r2 < outer2)
    return number


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
    filled = np.full(fill + filled_up(n_neg), empty, values.dtype)
    filled[:n_pos] = values[:n_pos]
    filled[fill : fill + n_neg] = values[n_pos:]
    return filled


@step(fastmath=True)
def _multiples(state, angle_old, angle_new):  # type: ignore[no-untyped-def]
    """Fill in cos and sin of 1, 2, 3, … times the two angles by their recurrence, side by side."""
    old, new = state.old, state.new
    c_old, s_old = math.cos(angle_old), math.sin(angle_old)
    c_new, s_new = math.cos(angle_new), math.sin(angle_new)
    c, s, d, t = c_old, s_old, c_new, s_new
    old.cosine[0], old.sine[0], new.cosine[0], new.sine[0] = c, s, d, t
    for k in range(1, len(old.cosine)):
        c, s = c * c_old - s * s_old, s * c_old + c * s_old
        d, t = d * c_new - t * s_new, t * c_new + d * s_new
        old.cosine[k], old.sine[k], new.cosine[k], new.sine[k] = c, s, d, t


@njit(cache=True)
def _mode_sums(z, model, sums):  # type: ignore[no-untyped-def]
    for k in range(len(model.wave_number)):
        c = 0.0
        s = 0.0
        for j in range(len(z)):
            q = np.float64(model.valencies[0 if j < model.n_pos else 1])
            c += q * math.cos(model.wave_number[k] * z[j])
            s += q * math.sin(model.wave_number[k] * z[j])
        sums.cosine[k] = c
        sums.sine[k] = s


@njit(cache=True)
def _new_modes(number):  # type: ignore[no-untyped-def]
    return _Modes(np.empty(number), np.empty(number))


@njit(cache=True)
def _prepared(ions, model):  # type: ignore[no-untyped-def]
    """Fill the registers and sum up the modes."""
    size2 = np.empty((2, 2), np.float32)
    for a in range(2):
        for b in range(2):
            size2[a, b] = (0.5 * (model.diameters[a] + model.diameters[b])) ** 2
    number = len(model.wave_number)
    sums = _new_modes(number)
    _mode_sums(ions.z, model, sums)
    fill = filled_up(model.n_pos)
    x = _filled(ions.x, model.n_pos, fill, 0)
    y = _filled(ions.y, model.n_pos, fill, 0)
    z = _filled(ions.z, model.n_pos, fill, _AWAY)
    return _State(
        Ions(x, y, z),
        Ions(x[:fill], y[:fill], z[:fill]),
        Ions(x[fill:], y[fill:], z[fill:]),
        fill,
        np.float32(model.length / INT_RANGE),
        size2,
        sums,
        _new_modes(number),
        _new_modes(number),
        np.empty(1 + _LARGEST_CLUSTER, np.int64),
    )


@njit(cache=True)
def _copy_back(state, n_pos, ions):  # type: ignore[no-untyped-def]
    """Put the ions back where they came from."""
    n_neg = len(ions.z) - n_pos
    for filled, values in ((state.ions.x, ions.x), (state.ions.y, ions.y)):
        values[:n_pos] = filled[:n_pos]
        values[n_pos:] = filled[state.fill : state.fill + n_neg]
    ions.z[:n_pos] = state.ions.z[:n_pos]
    ions.z[n_pos:] = state.ions.z[state.fill : state.fill + n_neg]


@step()
def _trial_displacement(rng, model, side, old):  # type: ignore[no-untyped-def]
    """Place within a cube of a side in nm around the old one."""
    width = side * INT_RANGE / model.length
    x = displaced(rng, old[0], width)
    y = displaced(rng, old[1], width)
    return x, y, np.float32(old[2] + (rng.random() - 0.5) * side)


@step()
def _trial_relocation(rng, model):  # type: ignore[no-untyped-def]
    """Place anywhere in the slab."""
    x = displaced(rng, 0, INT_RANGE)
    y = displaced(rng, 0, INT_RANGE)
    return x, y, np.float32((rng.random() - 0.5) * model.h)


@step()
def _trial_aimed(rng, model, moves, counterions, number):  # type: ignore[no-untyped-def]
    """Place in the shell around one of `number` counterions."""
    j = int(rng.random() * number)
    inner3, outer3 = moves.inner**3, moves.outer**3
    r = (inner3 + rng.random() * (outer3 - inner3)) ** (1.0 / 3.0)
    cosine = 2.0 * rng.random() - 1.0
    lateral = r * math.sqrt(1.0 - cosine * cosine) * INT_RANGE / model.length
    angle = 2.0 * math.pi * rng.random()
    x = np.int32(counterions.x[j] + np.int64(lateral * math.cos(angle)))
    y = np.int32(counterions.y[j] + np.int64(lateral * math.sin(angle)))
    return x, y, np.float32(counterions.z[j] + r * cosine)


@step()
def _proposal(model, moves, counterions, number, place, unit):  # type: ignore[no-untyped-def]
    """Density q of relocations at a place, see the module, times the volume of the slab."""
    inner2, outer2 = np.float32(moves.inner**2), np.float32(moves.outer**2)
    near = _neighbours(counterions, place, unit, inner2, outer2)
    shell = 4.0 / 3.0 * math.pi * (moves.outer**3 - moves.inner**3)
    volume = model.length**2 * model.h
    return 1.0 - moves.aimed + moves.aimed * near * volume / (number * shell)


@step()
def _trial_place(rng, model, moves, state, species, kind, old):  # type: ignore[no-untyped-def]
    """Place of a trial move, and the density of proposals there over that at the old place."""
    if kind == DISPLACED:
        return _trial_displacement(rng, model, 2.0 * moves.steps[species], old), 1.0
    if moves.aimed == 0.0:
        return _trial_relocation(rng, model), 1.0
    counterions, number = state.anions, model.n_neg
    if species == 1:
        counterions, number = state.cations, model.n_pos
    if rng.random() < moves.aimed:
        new = _trial_aimed(rng, model, moves, counterions, number)
    else:
        new = _trial_relocation(rng, model)
    there = _proposal(model, moves, counterions, number, new, state.unit)
    return new, there / _proposal(model, moves, counterions, number, old, state.unit)


@step(fastmath=True)
def _sheet(model, state, q, z_old, z_new):  # type: ignore[no-untyped-def]
    """Change of the energy in the other ions' sheets, and their force along z, both per l_B q.

    The sums hold the ion's own sheet. Its share of the energy is taken out; in the force it cancels
    by itself, q (cos s sin s − sin s cos s) = 0 for every mode.
    """
    energy = 0.0
    force = 0.0
    _multiples(state, model.wave_number[0] * z_old, model.wave_number[0] * z_new)
    cosine, sine = state.sums
    c_old, s_old = state.old
    c_new, s_new = state.new
    for k in range(len(model.wave_number)):
        dc = c_new[k] - c_old[k]
        ds = s_new[k] - s_old[k]
        others_c = cosine[k] - q * c_old[k]
        others_s = sine[k] - q * s_old[k]
        energy += model.amplitude[k] * (others_c * dc + others_s * ds)
        force += (
            model.amplitude[k] * model.wave_number[k] * (cosine[k] * s_old[k] - sine[k] * c_old[k])
        )
    return energy, force


@step(fastmath=True)
def _shift_sums(state, q):  # type: ignore[no-untyped-def]
    """Account in the sums of all charges for an ion that has moved."""
    for k in range(len(state.sums.cosine)):
        state.sums.cosine[k] += q * (state.new.cosine[k] - state.old.cosine[k])
        state.sums.sine[k] += q * (state.new.sine[k] - state.old.sine[k])


@step()
def _move_ion(rng, model, moves, state, tally, species, i):  # type: ignore[no-untyped-def]
    """Try to displace or relocate an ion; its state before that goes into the tally."""
    x, y, z = state.ions
    q = np.float64(model.valencies[species])
    old = (x[i], y[i], z[i])
    kind = RELOCATED if rng.random() < moves.relocation else DISPLACED
    new, proposals = _trial_place(rng, model, moves, state, species, kind, old)
    z[i] = _AWAY  # out of its own sums
    pos = pair_sums(state.cations, old, new, state.unit, state.size2[species, 0])
    neg = pair_sums(state.anions, old, new, state.unit, state.size2[species, 1])
    z[i] = old[2]
    sheet, sheet_force = _sheet(model, state, q, old[2], new[2])
    z_pos, z_neg = model.valencies

    force = 12.0 * (pos.wca_force + neg.wca_force)
    force += (
        model.bjerrum * q * ((z_pos * pos.coulomb_force + z_neg * neg.coulomb_force) + sheet_force)
    )
    bin_ = int((old[2] / model.h + 0.5) * tally.counts.shape[1])
    tally.counts[species, bin_] += 1.0
    tally.forces[species, bin_] += force
    tally.squares[species, bin_] += force * force

    tally.moves[species, kind] += 1
    wall = wall_energy(new[2], model.h, model.diameters[species])
    if wall == np.inf:
        return
    change = wall - wall_energy(old[2], model.h, model.diameters[species])
    change += (pos.wca_new - pos.wca_old) + (neg.wca_new - neg.wca_old)
    potential = z_pos * (pos.coulomb_new - pos.coulomb_old)
    potential += z_neg * (neg.coulomb_new - neg.coulomb_old)
    change += model.bjerrum * q * (potential + sheet)
    if proposals != 1.0:
        change += math.log(proposals)
    if accepted(rng, change):
        x[i], y[i], z[i] = new
        tally.moves[species, kind + 1] += 1
        _shift_sums(state, q)


@njit(cache=True)
def _find_cluster(model, moves, state, species, i):  # type: ignore[no-untyped-def]
    """Fill in the members of an ion's cluster, itself first.

    Returns their number, 0 where there are none but itself, or more than are moved at once.
    """
    x, y, z = state.ions
    outer2 = np.float32(moves.outer**2)
    partners, first, number = state.anions, state.fill, model.n_neg
    if species == 1:
        partners, first, number = state.cations, 0, model.n_pos
    near = _neighbours(partners, (x[i], y[i], z[i]), state.unit, np.float32(-1.0), outer2)
    if near == 0 or near >= len(state.members):
        return 0
    state.members[0] = i
    found = 1
    for j in range(first, first + number):
        dx, dy = nearest(x[j], x[i], state.unit), nearest(y[j], y[i], state.unit)
        dz = z[j] - z[i]
        if dx * dx + dy * dy + dz * dz < outer2:
            state.members[found] = j
            found += 1
            if found == near + 1:
                break
    return found


@njit(cache=True)
def _move_cluster(rng, model, moves, state, tally):  # type: ignore[no-untyped-def]
    """Try to displace an ion drawn at random together with the counterions next to it."""
    x, y, z = state.ions
    ion = int(rng.random() * (model.n_pos + model.n_neg))
    species = 0 if ion < model.n_pos else 1
    centre = ion if species == 0 else state.fill + ion - model.n_pos
    number = _find_cluster(model, moves, state, species, centre)
    if number == 0:  # neither does anything move on the way back then
        return
    tally.moves[species, CLUSTER] += 1
    origin = (x[centre], y[centre], z[centre])
    aim = _trial_displacement(rng, model, 2.0 * moves.cluster_step, origin)
    dx, dy, dz = aim[0] - origin[0], aim[1] - origin[1], aim[2] - origin[2]

    members = state.members[:number]
    z_old = z[members]
    z[members] = _AWAY  # out of each other's sums
    counterions = state.anions if species == 0 else state.cations
    reach2 = np.float32(moves.outer**2)
    free = _neighbours(counterions, aim, state.unit, np.float32(-1.0), reach2) == 0
    change = 0.0 if free else np.inf
    for k in range(number):
        own = species if k == 0 else 1 - species
        diameter = model.diameters[own]
        if change < np.inf:
            change += wall_energy(z_old[k] + dz, model.h, diameter)
            change -= wall_energy(z_old[k], model.h, diameter)
    if change < np.inf:
        z_pos, z_neg = model.valencies
        shift = _new_modes(len(model.wave_number))
        shift.cosine[:] = 0.0
        shift.sine[:] = 0.0
        for k in range(number):
            own = species if k == 0 else 1 - species
            i = members[k]
            q = np.float64(model.valencies[own])
            old = (x[i], y[i], z_old[k])
            new = (np.int32(x[i] + dx), np.int32(y[i] + dy), z_old[k] + dz)
            pos = pair_sums(state.cations, old, new, state.unit, state.size2[own, 0])
            neg = pair_sums(state.anions, old, new, state.unit, state.size2[own, 1])
            change += (pos.wca_new - pos.wca_old) + (neg.wca_new - neg.wca_old)
            potential = z_pos * (pos.coulomb_new - pos.coulomb_old)
            potential += z_neg * (neg.coulomb_new - neg.coulomb_old)
            change += model.bjerrum * q * potential
            _multiples(state, model.wave_number[0] * old[2], model.wave_number[0] * new[2])
            for m in range(len(shift.cosine)):
                shift.cosine[m] += q * (state.new.cosine[m] - state.old.cosine[m])
                shift.sine[m] += q * (state.new.sine[m] - state.old.sine[m])
        # ½ Σ A (C² + S²) with the members' own terms, which a shift as a whole leaves alone
        for m in range(len(shift.cosine)):
            c, s = shift.cosine[m], shift.sine[m]
            change += (
                model.bjerrum
                * model.amplitude[m]
                * (c * (state.sums.cosine[m] + 0.5 * c) + s * (state.sums.sine[m] + 0.5 * s))
            )
        if accepted(rng, change):
            tally.moves[species, CLUSTER + 1] += 1
            for k in range(number):
                x[members[k]] = np.int32(x[members[k]] + dx)
                y[members[k]] = np.int32(y[members[k]] + dy)
                z_old[k] += dz
            for m in range(len(shift.cosine)):
                state.sums.cosine[m] += shift.cosine[m]
                state.sums.sine[m] += shift.sine[m]
    for k in range(number):
        z[members[k]] = z_old[k]


@njit(cache=True)
def run_sweeps(rng, sweeps, ions, model, moves, tally):  # type: ignore[no-untyped-def]
    """Run some sweeps in place and add up the estimators.

    Parameters
    ----------
    rng : numpy.random.Generator
        Random numbers.
    sweeps : int
        Number of sweeps, each of one trial move per ion (times `moves.repeats`).
    ions : Ions
        Their coordinates, cations first.
    model : Model
        What is simulated.
    moves : Moves
        How ions are moved.
    tally : Tally
        What is added to.
    """
    state = _prepared(ions, model)
    clusters = int(moves.clusters * (model.n_pos + model.n_neg))
    for _ in range(sweeps):
        for _ in range(moves.repeats[0]):
            for i in range(model.n_pos):
                _move_ion(rng, model, moves, state, tally, 0, i)
        for _ in range(moves.repeats[1]):
            for i in range(state.fill, state.fill + model.n_neg):
                _move_ion(rng, model, moves, state, tally, 1, i)
        for _ in range(clusters):
            _move_cluster(rng, model, moves, state, tally)
    _copy_back(state, model.n_pos, ions)

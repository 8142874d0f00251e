"""Whether numbers can be a radial distribution function, and what it tends to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.rdf.origin import contact, core_ripples

Array = NDArray[np.float64]

MIN_POINTS = 20
"""Fewest points that describe a g(r)."""

MAX_VALUE = 1e6
"""Largest distance and largest g(r) that are believed."""

_STRAY = 0.05
_EARLIEST_HALF = 0.35
_BEHIND_PEAK = 1.5
_FALLEN = 0.93
_CORNER = 1.42
_DRIFT = 0.1
_DRIFTING = 0.9
_FITS = 0.25
_CANDIDATES = 60
_LEVEL_TOLERANCE = 0.003
_RIPPLE_TOLERANCE = 0.05


@dataclass(frozen=True)
class Tail:
    """The last part of a g(r), one or more distances of the first peak long.

    Parameters
    ----------
    start : float
        Where it begins, in nm.
    level : float
        Mean of g, each point weighted with r²: 1 for a well normalised g(r).
    level_error : float
        Standard error of the level, from noise and remaining waves.
    ripple : float
        Amplitude of the waves that remain.
    noise : float
        Standard deviation of the noise of one point.
    """

    start: float
    level: float
    level_error: float
    ripple: float
    noise: float


LOWEST_LEVEL = 0.5
"""Level of the tail below which normalising g(r) would hide a mistake."""


def check_numbers(r: Array, g: Array, where: Callable[[int], str]) -> None:
    """Raise a ValueError unless the arrays are finite numbers at increasing distances."""
    if len(r) < MIN_POINTS:
        raise ValueError(f"a g(r) needs at least {MIN_POINTS} points, got {len(r)}")
    for name, values in (("r", r), ("g(r)", g)):
        for wrong, words in (
            (~np.isfinite(values), "not a finite number"),
            (np.abs(values) > MAX_VALUE, f"above {MAX_VALUE:g}"),
        ):
            if wrong.any():
                row = int(np.argmax(wrong))
                raise ValueError(f"{where(row)}: {name} is {values[row]:.6g}, {words}")
    if r[0] < 0.0:
        raise ValueError(f"{where(0)}: r is {r[0]:.6g}; distances can't be negative")
    falls = np.diff(r) <= 0.0
    if falls.any():
        row = int(np.argmax(falls)) + 1
        raise ValueError(
            f"{where(row)}: r is {r[row]:.6g} after {r[row - 1]:.6g}; distances must increase"
        )
    highest = float(np.max(g))
    if highest - np.min(g) <= 1e-9 * abs(highest):
        raise ValueError(f"g(r) is {highest:.6g} everywhere, so it tells nothing")


def check(r: Array, g: Array, where: Callable[[int], str]) -> None:
    """Raise a ValueError unless the arrays can be a g(r)."""
    check_numbers(r, g, where)
    lowest, highest = int(np.argmin(g)), float(np.max(g))
    if g[lowest] < -_STRAY * max(1.0, highest) and not (
        lowest < contact(r, g) and core_ripples(r, g)  # as transforms of S(q) have them
    ):
        raise ValueError(f"{where(lowest)}: g(r) is {g[lowest]:.6g}; it can't be negative")


def half_box(r: Array, g: Array) -> float | None:
    r"""Find the distance beyond which g falls as it does beyond half of a periodic box.

    Of a shell of radius r the share within a box with k equal shortest sides L is
    :math:`1 - k (1 - L / 2r)` up to :math:`r = L / \sqrt{2}`, and smaller beyond.

    Parameters
    ----------
    r, g : ndarray, shape (n,)
        Distances in any unit, and values.

    Returns
    -------
    float or None
        The distance of the last point that is whole; None where g falls nowhere.
    """
    nonzero = np.flatnonzero(g)
    if len(r) < 3 * MIN_POINTS // 2 or not len(nonzero):
        return None
    last = int(nonzero[-1]) + 1
    cut = (
        float(r[last - 1]) if len(r) - last >= 3 and r[last - 1] > _EARLIEST_HALF * r[-1] else None
    )
    if cut is not None and g[last - 1] > _FALLEN * np.median(g[3 * last // 4 : last]):
        return cut  # counted up to there
    late = r > max(_EARLIEST_HALF * r[-1], r[np.argmax(g)] * _BEHIND_PEAK)
    if late.sum() < MIN_POINTS // 2:
        return None
    x, y = r[late], g[late]
    width = max(3, round(0.05 * len(y))) | 1
    end = float(np.mean(y[-width:]))
    before = float(np.median(y))
    if not end < _FALLEN * before:
        return None
    best, place = math.inf, None
    flat = float(np.sum((y - y.mean()) ** 2))
    for k in (1, 2, 3):
        ends = x[1 : -max(3, width // 2)]
        for half in ends[:: max(1, len(ends) // _CANDIDATES)]:
            share = np.where(x > half, np.maximum(1.0 - k * (1.0 - half / x), 0.0), 1.0)
            near = (x <= _CORNER * half) if k == 3 else np.ones_like(x, dtype=bool)
            level = float(share[near] @ y[near] / (share[near] @ share[near]))
            rest = float(np.sum((y - level * share)[near] ** 2)) / near.sum()
            if rest < best:
                best, place = rest, float(half)
    fits = place is not None and best * len(y) < _FITS * flat
    # what ends within two distances of neighbours has no level to fall from
    return place if fits and place is not None and place > 2.0 * r[np.argmax(g)] else cut


def tail_of(r: Array, g: Array, peak: float) -> Tail:
    """Describe the tail of a g(r) whose first peak lies at `peak`, all in nm.

    The tail is whole multiples of the first peak's distance long, as waves of that length average
    out; at least the last six points and at most the last half of the range.
    """
    reach = float(r[-1])
    length = max(0.35 * reach // peak, 1.0) * peak if peak > 0.0 else 0.5 * reach
    start = max(reach - length, 0.5 * reach)
    inside = r >= min(start, float(r[-6]))
    x, y = r[inside], g[inside]
    weights = (x / reach) ** 2
    weights /= weights.sum()
    level = float(np.sum(weights * y))
    # a wave hardly shows in second differences, noise shows six times
    noise = math.sqrt(np.mean(np.diff(y, 2) ** 2) / 6.0)
    width = max(1, round(0.15 * len(y)))
    smooth = np.convolve(y, np.full(width, 1.0 / width), mode="valid")
    ripple = max(0.5 * float(np.ptp(smooth)) - 2.0 * noise / math.sqrt(width), 0.0)
    error = math.hypot(noise * math.sqrt(np.sum(weights**2)), 0.25 * ripple)
    return Tail(float(x[0]), level, error, ripple, noise)


def _drift(r: Array, g: Array, tail: Tail) -> float:
    """Relative change of g from the beginning to the end of a tail without waves, else 0."""
    y = g[r >= tail.start]
    if len(y) < MIN_POINTS // 2 or not tail.level > 0.0:
        return 0.0
    width = max(1, round(0.15 * len(y)))
    smooth = np.convolve(y, np.full(width, 1.0 / width), mode="valid")
    change = abs(float(smooth[-1] - smooth[0]))
    return change / tail.level if change > _DRIFTING * float(np.ptp(smooth)) else 0.0


def about_level(tail: Tail) -> str:
    """Return a sentence about a tail that isn't at 1, or nothing."""
    missing = 1.0 - tail.level
    if abs(missing) < max(_LEVEL_TOLERANCE, 3.0 * tail.level_error):
        return ""
    if 0.0 < missing < 0.05:
        atoms = f", as (N − 1)/N does for N = {1.0 / missing:.0f} atoms"
        return f"The tail of g(r) tends to {tail.level:.4f}, not to 1{atoms}; normalise it."
    if -0.05 < missing < 0.0:
        return (
            f"The tail of g(r) lies at {tail.level:.4f}, not at 1, as it may near the critical "
            "point of a fluid; if not there, normalise it."
        )
    if tail.level < LOWEST_LEVEL:
        return (
            f"The tail of g(r) lies at {tail.level:.3g}, far below 1: check the column and how "
            "g(r) was counted."
        )
    return f"The tail of g(r) tends to {tail.level:.4g}, not to 1; normalise it."


def about_half_box(half: float) -> str:
    """Return the sentence about a g(r) that falls beyond half of its box, in nm."""
    return (
        f"g(r) falls beyond {half:.3g} nm, as it does beyond half of the simulation box "
        "or where counting ends; cut it there."
    )


def tail_warnings(r: Array, g: Array, tail: Tail, peak: float) -> list[str]:
    """Return sentences about what may be wrong with the core, points and tail of a g(r).

    Raises
    ------
    ValueError
        If it tends to 0.
    """
    reach = float(r[-1])
    if tail.level < 1e-3 * float(g.max()):
        raise ValueError("the values tend to 0 at large r; g(r) tends to 1")
    if r[0] < 0.3 * peak and g.min() > 0.5 * tail.level:
        raise ValueError(
            f"the values are nowhere near 0, though they begin at {r[0]:.3g} nm where atoms "
            "overlap and g(r) is 0; check column and length unit, or take a file of g(r)"
        )
    warnings = []
    if g[0] > 0.5:
        warnings.append(f"g(r) begins with {g[0]:.3g} at {r[0]:.3g} nm, not with the empty core.")
    step = float(np.median(np.diff(r)))
    if 12.0 * step > peak:
        warnings.append(f"The points are {step:.2g} nm apart, which is coarse.")
    if reach < 2.0 * peak:
        warnings.append(f"g(r) ends at {reach:.3g} nm, before it has reached its limit.")
    elif (drift := _drift(r, g, tail)) > max(_DRIFT, 5.0 * tail.noise):
        warnings.append(
            f"g(r) has not levelled off at its end, {reach:.3g} nm: it changes by "
            f"{100.0 * drift:.2g} % over its tail."
        )
        return warnings
    elif tail.ripple > _RIPPLE_TOLERANCE * max(tail.level, 0.0):
        warnings.append(f"g(r) still varies by ±{tail.ripple:.2g} at its end, {reach:.3g} nm.")
    if about := about_level(tail):
        warnings.append(about)
    return warnings

"""Whether a g(r) was simulated or measured by diffraction, and how far it was resolved."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ORIGINS = ("simulated", "measured")
"""Where g(r) may come from: simulation (or theory), or diffraction."""

_CONTACT = 0.15
"""Share of the first peak below which g is part of the core."""

_MARGIN = 0.92
_LEAST_POINTS = 8
_NEGATIVE = -0.005
_FEW_POINTS, _CLEARLY_NEGATIVE = 3, -0.01
_LEAST_RIPPLE = 0.003
_END = 0.2
_BLUR = 1.5
"""By how many half-widths, π over the length of the core, its window extends a spectrum."""

_TURNS = 2
_RIPPLES = 1.5
"""Periods of truncation ripples that the core must hold to tell their length."""

_WORDS = re.compile(
    r"\b(diffraction|neutrons?|x-?rays?|synchrotron|experimental|measured|q_?max|yarnell|"
    r"pdfgetx\d?|gudrun)\b",
    re.IGNORECASE,
)
_SIMULATED = re.compile(
    r"\b(simulat\w*|molecular dynamics|monte carlo|md|mc|gromacs|gmx|lammps|vmd|openmm)\b",
    re.IGNORECASE,
)


def says_measured(texts: list[str]) -> str:
    """Return the word that says that values were measured, '' if there is none.

    Examples
    --------
    >>> says_measured(["g(r) of argon, neutron diffraction"]), says_measured(["gmx rdf"])
    ('neutron', '')
    """
    if any(_SIMULATED.search(text) for text in texts):
        return ""
    return next((found[0] for text in texts if (found := _WORDS.search(text))), "")


def contact(r: Array, g: Array) -> int:
    """Index of the first point of the rise to the first shell.

    That is highest in r(g − 1), in which what a transform leaves at small r counts little.
    """
    peak = int(np.argmax(r * (g - 1.0)))
    below = np.flatnonzero(g[:peak] < _CONTACT * g[peak])
    return int(below[-1]) + 1 if len(below) else 0


def core_ripples(r: Array, g: Array) -> float:
    """Root mean square of g(r) in the core, 0 unless it oscillates about zero.

    Counts of pairs are never negative; the transform of an S(q) that was measured up to some q
    oscillates there.
    """
    inside = _core(r, g)
    values = g[inside]
    if len(values) >= _FEW_POINTS and values.min() < _CLEARLY_NEGATIVE:
        return float(np.sqrt(np.mean(values**2)))  # also where little of the core is given
    if len(values) < _LEAST_POINTS or values.min() > _NEGATIVE:
        return 0.0
    turns = int(np.count_nonzero(np.diff(np.sign(np.diff(values)))))
    ripple = float(np.sqrt(np.mean(values**2)))
    return ripple if ripple > _LEAST_RIPPLE and turns >= _TURNS else 0.0


def resolved_to(r: Array, g: Array) -> float | None:
    r"""Largest wave number in nm⁻¹ behind a measured g(r); None if the core does not tell.

    Truncation of S(q) at :math:`q_{max}` leaves ripples of period :math:`2\pi/q_{max}` in g(r).

    Parameters
    ----------
    r, g : ndarray, shape (n,)
        Distances in nm and g(r).
    """
    if not core_ripples(r, g):
        return None
    inside = _core(r, g) & (r > 0.25 * r[contact(r, g)])
    if np.count_nonzero(inside) < 2 * _LEAST_POINTS:
        return None
    x, y = r[inside], r[inside] * g[inside]
    y = y - np.polyval(np.polyfit(x, y, 2), x)
    length = float(x[-1] - x[0])
    highest = np.pi / float(np.median(np.diff(x)))
    waves = np.linspace(_RIPPLES * 2.0 * np.pi / length, 0.8 * highest, 400)
    if waves[0] >= waves[-1]:
        return None
    window = np.hanning(len(x) + 2)[1:-1]
    power = np.abs(np.exp(1j * waves[:, None] * x) @ (window * y)) ** 2
    # noise has all waves up to the last one, so the end of the spectrum counts, not its peak
    last = int(np.flatnonzero(power > _END * power.max())[-1])
    return None if last == len(waves) - 1 else float(waves[last] - _BLUR * np.pi / length)


def _core(r: Array, g: Array) -> NDArray[np.bool_]:
    start = contact(r, g)
    return np.asarray((r > 0.0) & (r < _MARGIN * r[start]) if start else np.zeros(len(r), bool))


def known_origin(origin: str | None) -> None:
    """Raise a ValueError with the choices unless an origin is one of `ORIGINS`, or None."""
    if origin is not None and origin not in ORIGINS:
        raise ValueError(f"origin must be one of {', '.join(ORIGINS)}, got “{str(origin)[:40]}”")


def guess_origin(r: Array, g: Array, texts: list[str]) -> str:
    """Return why a g(r) is taken for measured, in a sentence; '' if nothing tells so."""
    if word := says_measured(texts):
        return (
            f"g(r) is taken for measured by diffraction, as “{word}” in the file says; give the "
            "origin if it was simulated."
        )
    if ripple := core_ripples(r, g):
        return (
            f"g(r) is taken for measured by diffraction: it oscillates by ±{ripple:.2g} about zero "
            "in the core, as the transform of an S(q) does and no count of pairs; give the origin "
            "if it was simulated."
        )
    return ""

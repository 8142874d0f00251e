"""The forward surrogate: g(r) of any Lennard-Jones fluid in a fraction of a millisecond."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.models import load_model
from surrogate_app.liquid.folders import model_dir
from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.structure import structure
from surrogate_app.liquid.forward.transform import (
    FARTHEST,
    LARGEST_K,
    continued_g,
    structure_factor,
)
from surrogate_app.liquid.simulation.bins import REACH
from surrogate_app.liquid.state import LJState
from surrogate_app.liquid.validity import state_warnings

Array = NDArray[np.float64]

STRUCTURE = "structure"
"""Name of the forward model."""

HIGHEST = 10.0
"""Largest g(r) that is returned; fluids stay below 5."""


@dataclass(frozen=True, kw_only=True)
class StructureCard(ModelCard):
    """Where the weights of the forward model come from.

    Parameters
    ----------
    data : mapping
        How the simulated states were made, and how many were trained on and held out.
    states : list of list of float
        ρ* and T* of the states that it was trained on.
    """

    data: Mapping[str, Any]
    states: list[list[float]]


@dataclass(frozen=True)
class ForwardSurrogate:
    """The structure of any Lennard-Jones fluid.

    Parameters
    ----------
    expansion : Expansion
        The coefficients of the cavity function against the state, see `structure`.
    card : StructureCard
        Provenance, hash of the weights, the states that it was trained on.

    Examples
    --------
    >>> argon = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)
    >>> g = ForwardSurrogate.load().rdf(argon, [0.25, 0.37, 1.4])
    >>> bool(g[0] < 0.01 and g[1] > 1.5 and abs(g[2] - 1.0) < 0.01)
    True
    """

    expansion: Expansion
    card: StructureCard

    @classmethod
    def load(cls, folder: Path | None = None) -> ForwardSurrogate:
        """Load the forward surrogate, from the folder of the pretrained models by default."""
        folder = model_dir() if folder is None else folder
        return cls(*load_model(folder / f"{STRUCTURE}.npz", Expansion.load, StructureCard))

    def rdf(self, state: LJState, r: ArrayLike, width: ArrayLike = 0.0) -> Array:
        """Radial distribution function of a fluid.

        Beyond `r_max`, up to which it was simulated, g is continued by the Ornstein–Zernike
        equation, see `transform`, and a warning says so. Warns as well where the answer can't be
        relied on, see `domain_warnings`.

        Parameters
        ----------
        state : LJState
            The fluid.
        r : array_like, shape (n,)
            Distances in nm, from 0 to `reach`.
        width : array_like, shape (n,) or a number, optional
            Widths in nm of the bins whose middles r are, to average over; points by default.

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        ValueError
            If a distance is negative or beyond `reach`, a width negative or larger than `r_max`,
            or the answer would be none that a fluid can have.

        Examples
        --------
        >>> argon = LJState(c12=9.847e-6, c6=6.2647e-3, density=20.0, temperature=120.0)
        >>> surrogate = ForwardSurrogate.load()
        >>> print(f"{surrogate.r_max(argon):.2f} {surrogate.reach(argon) / argon.sigma:.1f}")
        1.47 17.3
        """
        distance, end = _row("r", r), self.r_max(state) * (1.0 + 1e-9)
        far = (distance > end) & (distance <= self.reach(state) * (1.0 + 1e-9))
        if not np.any(far):
            g = self.curve(state, r, width)
        else:
            widths = self._widths(state, distance, width)
            g = np.empty(distance.shape)
            g[far] = self._continued(state, distance[far], widths[far])
            near = distance[~far] if np.any(~far) else np.zeros(1)
            g[~far] = self.curve(state, near, widths[~far] if np.any(~far) else 0.0)[: (~far).sum()]
        sentences = self.domain_warnings(state)
        if np.any(far):
            sentences += (
                f"Beyond {self.r_max(state):.3g} nm g(r) was not simulated; it is continued by the "
                "Ornstein–Zernike equation.",
            )
        for sentence in sentences:
            warnings.warn(sentence, stacklevel=2)
        return g

    def curve(self, state: LJState, r: ArrayLike, width: ArrayLike = 0.0) -> Array:
        """Return what `rdf` does, without its warnings."""
        g = self.unchecked(state, r, width)
        if not np.all(g <= HIGHEST):
            reason = " ".join(self.domain_warnings(state)).rstrip(".")
            raise ValueError(
                f"the surrogate knows no g(r) of this state, it would reach {g.max():.3g}: {reason}"
            )
        return g

    def unchecked(self, state: LJState, r: ArrayLike, width: ArrayLike = 0.0) -> Array:
        """Return what `curve` does, whatever it is, as fits that go astray need."""
        distance, farthest = _row("r", r), self.r_max(state)
        if not np.all((distance >= 0.0) & (distance <= farthest * (1.0 + 1e-9))):
            raise ValueError(
                f"distances must lie between 0 and {farthest:.4g} nm at this density, "
                f"got {distance.min():.4g} to {distance.max():.4g} nm"
            )
        scale = state.density ** (1.0 / 3.0)
        t, bins = distance * scale, self._widths(state, distance, width) * scale
        point = np.array([state.coupling]), np.array([state.attraction])
        return np.asarray(structure(self.expansion, t, bins, *point)[0])

    def structure_factor(self, state: LJState, q: ArrayLike) -> Array:
        r"""Structure factor :math:`S(q) = 1 + 4\pi\rho \int h(r)\, r^2 \sin(qr)/(qr)\, dr`.

        g(r) is continued beyond `r_max` by the Ornstein–Zernike equation, see `transform`; below
        about 1/σ, S follows the compressibility of the equation of state.

        Parameters
        ----------
        state : LJState
            The fluid.
        q : array_like, shape (n,)
            Wave numbers in nm⁻¹, 0 or more.

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        ValueError
            If a wave number is negative or too large.

        Examples
        --------
        >>> argon = LJState(c12=9.847e-6, c6=6.2647e-3, density=20.0, temperature=100.0)
        >>> s = ForwardSurrogate.load().structure_factor(argon, [1.0, 20.0, 100.0])
        >>> bool(s[0] < 0.2 and s[1] > 1.5 and abs(s[2] - 1.0) < 0.05)
        True
        """
        wave = _row("q", q)
        scale = state.density ** (1.0 / 3.0)
        if not np.all((wave >= 0.0) & (wave <= LARGEST_K * scale)):
            raise ValueError(
                f"wave numbers must lie between 0 and {LARGEST_K * scale:.4g} nm⁻¹, got "
                f"{wave.min():.4g} to {wave.max():.4g} nm⁻¹"
            )
        return structure_factor(self.expansion, state.coupling, state.attraction, wave / scale)

    def r_max(self, state: LJState) -> float:
        """Largest distance in nm at which g(r) is known, 4 ρ^(−1/3)."""
        return float(REACH * state.density ** (-1.0 / 3.0))

    def reach(self, state: LJState) -> float:
        """Largest distance in nm up to which g(r) is continued, 16 ρ^(−1/3)."""
        return float(FARTHEST * state.density ** (-1.0 / 3.0))

    def domain_warnings(self, state: LJState) -> tuple[str, ...]:
        """Say in sentences why the answer for a state may be wrong; nothing where it is not."""
        return state_warnings(state)

    def _widths(self, state: LJState, distance: Array, width: ArrayLike) -> Array:
        widths, farthest = _row("width", width), self.r_max(state)
        if widths.size not in (1, distance.size):
            raise ValueError(
                f"width must be one number or one for each of the {distance.size} distances, "
                f"got {widths.size}"
            )
        if not np.all((widths >= 0.0) & (widths <= farthest)):
            raise ValueError(
                f"width must lie between 0 and {farthest:.4g} nm, "
                f"got {widths.min():.4g} to {widths.max():.4g} nm"
            )
        return np.broadcast_to(widths, distance.shape)

    def _continued(self, state: LJState, r: Array, width: Array) -> Array:
        """g(r) beyond `r_max`, averaged over shells."""
        scale, nodes = state.density ** (1.0 / 3.0), np.polynomial.legendre.leggauss(5)
        t = np.clip((r + 0.5 * width * nodes[0][:, None]) * scale, REACH, FARTHEST)
        g = continued_g(self.expansion, state.coupling, state.attraction, t)
        return np.asarray(np.average(g, axis=0, weights=nodes[1][:, None] * t**2))

    @cached_property
    def states(self) -> Array:
        """States that the surrogate was trained on, ρ* and T*, shape (N, 2)."""
        return np.array(self.card.states)


def _row(name: str, values: ArrayLike) -> Array:
    try:
        row = np.atleast_1d(np.asarray(values, dtype=float))
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be numbers in nm") from None
    if row.ndim != 1 or row.size == 0:
        raise ValueError(f"{name} must be one or more numbers in nm in a row, got {row.shape}")
    return row

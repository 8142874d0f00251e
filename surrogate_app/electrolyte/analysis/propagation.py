"""Propagation of input uncertainty to the structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.campaign import sobol
from surrogate_app.common.checks import whole
from surrogate_app.common.units import MOLAR_NM_TO_C_PER_M2
from surrogate_app.electrolyte.analysis.input_distributions import NORMAL, Spread
from surrogate_app.electrolyte.analysis.positions import Positions
from surrogate_app.electrolyte.analysis.uncertain_system import UncertainSystem, vary
from surrogate_app.electrolyte.quantities import potentials
from surrogate_app.electrolyte.surrogate.surrogate import Progress, Surrogate
from surrogate_app.electrolyte.system import N_BINS, Electrolyte

Array = NDArray[np.float64]

SAMPLES = 2048
"""Default number of systems by which a distribution is described."""

MOST_SAMPLES = 2**16
"""Largest number of systems: their values are held in memory together."""


@dataclass(frozen=True, eq=False)
class Propagation:
    """What a quantity may be, at every z, where inputs are not known exactly.

    Parameters
    ----------
    model : str
        Name of the surrogate.
    system : Electrolyte
        Centre of the spreads.
    quantity : str
        What is uncertain: a name in `QUANTITIES`.
    spreads : tuple of Spread
        The inputs that are.
    z : ndarray, shape (n,)
        Positions in nm for `system`; held at their distance from the nearer wall if h varies.
    values : ndarray of float32, shape (samples, n)
        Values in all sampled systems, in the quantity's unit.
    samples : ndarray, shape (samples, 5) or (samples, 9)
        The systems.
    exact : ndarray, shape (n,)
        Prediction for `system` itself.
    model_std : ndarray, shape (n,)
        One standard deviation of the surrogate's own error for `system`, which is not contained
        in `values`: of independent errors of the two species for the charge density; for the
        integrated charge and the potential an upper bound, however errors of bins and species go
        together.
    outside : dict of str to float
        Share of each spread outside the domain.
    warnings : tuple of str
        Sentences about that.
    """

    model: str
    system: Electrolyte
    quantity: str
    spreads: tuple[Spread, ...]
    z: Array
    values: NDArray[np.float32]
    samples: Array
    exact: Array
    model_std: Array
    outside: dict[str, float]
    warnings: tuple[str, ...]

    @property
    def mean(self) -> Array:
        """Mean over the spreads, shape (n,)."""
        return np.asarray(self.values.mean(axis=0, dtype=float))

    @property
    def std(self) -> Array:
        """Standard deviation due to the inputs alone, shape (n,)."""
        return np.asarray(self.values.std(axis=0, dtype=float))

    def quantiles(self, probabilities: Sequence[float]) -> Array:
        """Values that the quantity stays below with some probabilities, shape (number, n)."""
        return np.asarray(np.quantile(self.values.astype(float), probabilities, axis=0))

    def at(self, z: float) -> Propagation:
        """Return the distribution at one position, linearly between those that there are.

        Parameters
        ----------
        z : float
            Position in nm, not farther out than the first and the last of `z` by more than the
            distance between two of them.

        Raises
        ------
        ValueError
            If the position lies elsewhere.
        """
        step = float(np.diff(self.z).max(initial=0.0))
        first, last = float(self.z[0]), float(self.z[-1])
        if not first - step <= z <= last + step:
            raise ValueError(f"z = {z:g} nm does not lie between {first:.3f} and {last:.3f} nm")
        place = float(np.interp(z, self.z, np.arange(len(self.z))))
        left = min(int(place), max(len(self.z) - 2, 0))
        weight = np.float32(place - left)

        def between(values: NDArray[Any]) -> NDArray[Any]:
            low, high = values[..., left], values[..., min(left + 1, len(self.z) - 1)]
            return np.asarray(low + weight * (high - low))[..., None]

        return replace(
            self,
            z=np.array([z]),
            values=between(self.values),
            exact=between(self.exact),
            model_std=between(self.model_std),
        )

    def histogram(self, index: int, bins: int = 40) -> tuple[Array, Array]:
        """Distribution at one of the positions.

        Parameters
        ----------
        index : int
            Which of `z`.
        bins : int, optional
            Number of equal bins from the smallest to the largest value.

        Returns
        -------
        edges : ndarray, shape (bins + 1,)
            In the quantity's unit.
        density : ndarray, shape (bins,)
            Probability per unit of the quantity.
        """
        density, edges = np.histogram(self.values[:, index].astype(float), bins, density=True)
        return edges, density

    def density(self, bins: int = 60) -> tuple[Array, Array]:
        """Distribution at all positions, in bins that they share.

        Parameters
        ----------
        bins : int, optional
            Number of equal bins from the smallest to the largest value at any position.

        Returns
        -------
        edges : ndarray, shape (bins + 1,)
            In the quantity's unit.
        density : ndarray, shape (n, bins)
            Probability per unit of the quantity.
        """
        samples, n = self.values.shape
        low, high = float(self.values.min()), float(self.values.max())
        edges = (
            np.linspace(low, high, bins + 1) if high > low else low + np.linspace(-1, 1, bins + 1)
        )
        width = float(edges[1] - edges[0])
        place = np.minimum(((self.values - edges[0]) / width).astype(np.intp), bins - 1)
        place += bins * np.arange(n)
        counts = np.bincount(place.ravel(), minlength=n * bins).reshape(n, bins)
        return edges, counts / (samples * width)


def propagate(
    surrogate: Surrogate,
    system: Electrolyte,
    spread: Mapping[str, float],
    z: ArrayLike | None = None,
    quantity: str = "charge_density",
    distribution: str | Mapping[str, str] = NORMAL,
    samples: int = SAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
) -> Propagation:
    """Distribution of a quantity at every z for inputs that are not known exactly.

    Parameters
    ----------
    surrogate, system, spread, z, quantity, distribution
        What is uncertain and what is looked at, see `UncertainSystem.of`.
    samples : int, optional
        Number of systems, a power of two: points of a Sobol sequence, which fill the
        distributions more evenly than random ones.
    seed : int, optional
        Seed of its scrambling.
    progress : callable, optional
        Called with the fraction done, from 0 to 1.

    Returns
    -------
    Propagation

    Raises
    ------
    ValueError
        As `UncertainSystem.of`, or if the number of samples is no power of two up to 65,536, or
        the seed no whole number.

    Examples
    --------
    >>> system = Electrolyte(h=4.5, c=1.5, d_pos=0.4, d_neg=0.6, sigma_s=-0.015)
    >>> p = propagate(Surrogate.load(), system, {"c": 0.1}, z=[0.0], quantity="n_neg")
    >>> print(f"{p.std[0] / p.exact[0]:.2f}")
    0.06
    """
    uncertain = UncertainSystem.of(surrogate, system, spread, z, quantity, distribution)
    samples, seed = whole("samples", samples, 0), whole("seed", seed, 0)
    if not 2 <= samples <= MOST_SAMPLES or samples & (samples - 1):
        raise ValueError(
            f"the number of samples must be a power of two from 2 to {MOST_SAMPLES}, got {samples}"
        )
    unit = sobol(dict.fromkeys(uncertain.names, (0.0, 1.0)), samples, seed)
    columns = {one.name: one.quantile(unit[:, i]) for i, one in enumerate(uncertain.spreads)}
    values = uncertain.respond(columns, progress)
    centre = {name: np.array([getattr(system, name)]) for name in uncertain.names}
    exact = uncertain.respond(centre)[0].astype(float)
    where = uncertain.positions
    sign = where.sign.astype(np.float32)
    return Propagation(
        model=surrogate.name,
        system=system,
        quantity=quantity,
        spreads=uncertain.spreads,
        z=where.z,
        values=values[:, where.index] * sign,
        samples=vary(system, columns),
        exact=exact[where.index] * where.sign,
        model_std=_model_std(surrogate, system, quantity, where)[where.index],
        outside=uncertain.outside,
        warnings=uncertain.warnings,
    )


def _model_std(surrogate: Surrogate, system: Electrolyte, quantity: str, where: Positions) -> Array:
    half = N_BINS // 2
    profile = surrogate.predict(system)
    cations, anions = (std[:half] for std in (profile.n_pos_std, profile.n_neg_std))
    centres = system.h * (np.arange(half) + 0.5) / N_BINS
    if quantity not in ("integrated_charge", "potential"):
        std = {"n_pos": cations, "n_neg": anions}.get(quantity, np.hypot(cations, anions))
        return np.asarray(np.interp(where.r, centres, std))
    # S is exact at the wall and at the midplane; errors of all bins between may have one sign, and
    # those of the species opposite ones
    from_wall = np.cumsum(cations + anions) * system.h / N_BINS * MOLAR_NM_TO_C_PER_M2
    bound = np.minimum(from_wall, from_wall[-1] - from_wall)
    bounds = np.concatenate(([0.0], bound))
    if quantity == "potential":
        wall, left = potentials(bounds[:, None], system.to_array()[None])
        return np.asarray(np.interp(where.r, [0.0, *centres], [wall[0], *left[:, 0]]))
    edges = system.h * np.arange(half + 1) / N_BINS
    return np.asarray(np.interp(where.r, edges, bounds))

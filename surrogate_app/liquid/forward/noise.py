r"""Noise of a measured g(r): counts in each bin, and shells that rise and fall together.

The covariance of g in bins with middles t (in ρ^(−1/3)) is that of independent counts, of variance
:math:`s^2 \propto g / t^2 \Delta t`, changed in the space of some waves:

.. math:: C = s\,[1 + W (M - 1) W^T]\,s, \qquad
    W_{ij} = \sqrt{2 \Delta t_i / T}\, \overline{\sin(j \pi t / T)}^{\,i}

with T the reach of the bins and the mean taken over bin i. Were pairs independent, M would be 1. In
a fluid it is not even diagonal: waves scatter as the square of the structure factor, so that long
ones, against which the fluid is stiff, hardly vary, while near freezing single shells vary up to a
hundred times as much as counts do, and relax slowly. No theory predicts M well enough for fits that
are to reach the limit set by noise, so it is measured: `covariance_of_waves` finds it from the
blocks of a simulation, and `NoiseModel` averages it over simulated states nearby.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.models import load_model, require_finite
from surrogate_app.liquid.data.fluctuations import WAVES, count_variance, upper, whole
from surrogate_app.liquid.folders import model_dir
from surrogate_app.liquid.state import CORE_DENSITY

Array = NDArray[np.float64]

NOISE = "noise"
"""Name of the model of the noise."""

NEAR = (0.05 / CORE_DENSITY, 0.4)
"""Distances in Γ and a over which noise is averaged, chosen by leaving out each state in turn."""

STRETCH = 0.15
"""Length in t over which the scatter is summed to see whether it is as large as thought."""

_LEAST_VARIANCE = 0.01


@dataclass(frozen=True, kw_only=True)
class NoiseCard(ModelCard):
    """Where the model of the noise comes from.

    Parameters
    ----------
    data : mapping
        How the simulated states were made, and how many there are.
    """

    data: Mapping[str, Any]


@dataclass(frozen=True)
class NoiseModel:
    """Noise of simulated states, from which that of any fluid is interpolated.

    Parameters
    ----------
    coupling, attraction : ndarray, shape (S,)
        The states.
    covariance : ndarray, shape (S, WAVES, WAVES)
        `covariance_of_waves` of each.
    error : ndarray, shape (2, k)
        Couplings, and the variance of the forward surrogate's waves there in units of
        `count_shape`: what no longer run removes.
    scatter : float
        Typical κ (`Noise.kappa`) of simulations about the forward surrogate.
    """

    coupling: Array
    attraction: Array
    covariance: Array
    error: Array
    scatter: float = 1.0

    @classmethod
    def load(cls, folder: Path | None = None) -> NoiseModel:
        """Load the model of the noise, from the folder of the pretrained models by default."""
        folder = model_dir() if folder is None else folder
        return load_model(folder / f"{NOISE}.npz", cls.read, NoiseCard)[0]

    @classmethod
    def read(cls, path: Path) -> NoiseModel:
        """Read a model from an .npz file, with ρs³ and the upper triangles of the covariances."""
        with np.load(path, allow_pickle=False) as arrays:
            require_finite(path, arrays.values())
            return cls(
                arrays["crowding"] / CORE_DENSITY,
                arrays["attraction"],
                whole(arrays["covariance"].astype(float)),
                arrays["error"] / [[CORE_DENSITY], [1.0]],
                float(arrays["scatter"]),
            )

    def near(self, coupling: float, attraction: float) -> Array:
        """Covariance of waves at a state, shape (WAVES, WAVES): the mean over its neighbours."""
        distance2 = ((self.coupling - coupling) / NEAR[0]) ** 2
        distance2 += ((self.attraction - attraction) / NEAR[1]) ** 2
        weight = np.exp(-0.5 * (distance2 - distance2.min()))
        mean = whole(weight / weight.sum() @ self._upper)
        return np.asarray(mean + _LEAST_VARIANCE * np.eye(WAVES))

    @cached_property
    def _upper(self) -> Array:
        return upper(self.covariance)

    def about(
        self,
        coupling: float,
        attraction: float,
        shape: Array,
        residual: Array,
        counted: NDArray[np.bool_],
    ) -> tuple[Array, Array]:
        """Judge the noise of a measurement by its scatter about a fit near a state.

        Parameters
        ----------
        coupling, attraction : float
            The state.
        shape, residual : ndarray, shape (n,)
            `count_shape` of the fit, and deviations from it.
        counted : ndarray of bool, shape (n,)
            Bins whose scatter shows the noise, see `outside_core`.

        Returns
        -------
        std : ndarray, shape (n,)
            Standard deviation of each bin if bins were independent: by counts, and by the error
            of the surrogate.
        covariance : ndarray, shape (WAVES, WAVES)
            Of the waves, in units of that of independent bins.
        """
        white = residual / np.sqrt(shape)
        counts = count_variance(white[counted])
        error = float(np.interp(coupling, *self.error))
        share = counts / (counts + error)
        covariance = share * self.near(coupling, attraction) + (1.0 - share) * np.eye(WAVES)
        return np.sqrt((counts + error) * shape), covariance


@dataclass(frozen=True)
class Noise:
    """Covariance of a measured g(r).

    Parameters
    ----------
    std : ndarray, shape (n,)
        Standard deviation of each bin if bins were independent.
    waves : ndarray, shape (n, WAVES)
        Waves over the bins.
    covariance : ndarray, shape (WAVES, WAVES)
        Covariance of the waves in units of that of independent bins.
    """

    std: Array
    waves: Array
    covariance: Array

    def weigh(self, columns: Array) -> Array:
        """Multiply columns, shape (n, …), by the inverse of the covariance."""
        std = self.std.reshape(-1, *[1] * (columns.ndim - 1))
        white = columns / std
        return np.asarray((white - self.waves @ (self._gain @ (self.waves.T @ white))) / std)

    def log_likelihood(self, residual: Array) -> float:
        """Logarithm of the probability density of deviations, shape (n,), up to a constant."""
        overlap = self.waves.T @ self.waves
        excess = self.covariance - np.eye(WAVES)
        volume = 2.0 * np.log(self.std).sum()
        volume += np.linalg.slogdet(np.eye(WAVES) + excess @ overlap)[1]
        return float(-0.5 * (residual @ self.weigh(residual) + volume))

    @cached_property
    def _gain(self) -> Array:
        """What the waves take from the inverse covariance (Woodbury's formula)."""
        overlap = self.waves.T @ self.waves  # over few or uneven bins waves are not orthogonal
        excess = self.covariance - np.eye(WAVES)
        return np.linalg.solve(np.eye(WAVES) + excess @ overlap, excess)

    def kappa(self, t: Array, residual: Array, counted: NDArray[np.bool_]) -> float:
        """Scatter of stretches of bins in units of that which this covariance lets expect.

        Only bins that are counted contribute, see `outside_core`.
        """
        place = ((t - t[0]) / STRETCH).astype(int)
        inside = (place == np.arange(place[-1] + 1)[:, None]) & counted
        sums, independent = inside @ residual, inside @ self.std**2
        together = (inside * self.std) @ self.waves
        variance = independent + np.sum(
            together @ (self.covariance - np.eye(WAVES)) * together, axis=1
        )
        return float(np.sqrt(np.mean(sums[independent > 0.0] ** 2 / variance[independent > 0.0])))

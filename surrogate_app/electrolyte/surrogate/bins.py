"""Profiles of a network that has one output for each bin: 2 · 502 densities in mol/L."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.quantities import BOTH
from surrogate_app.electrolyte.surrogate.decoder import Decoder
from surrogate_app.electrolyte.system import N_BINS
from surrogate_app.network import Network

Array = NDArray[np.float64]
Single = NDArray[np.float32]

_HALF = N_BINS // 2


def densities(network: Network, parameters: Array) -> Array:
    """Return the outputs as profiles, (N, 2, 502) in mol/L; see `Decoder.raw`."""
    return np.asarray(network.predict(parameters).reshape(-1, 2, N_BINS), float)


def half_densities(network: Network, parameters: Array, species: tuple[int, ...] = BOTH) -> Single:
    """Return left halves of profiles, (251, species, N) in mol/L; see `Decoder.half`."""
    rows = np.concatenate([np.arange(N_BINS) + index * N_BINS for index in species])
    needed = network if len(species) == len(BOTH) else network.restricted(rows)
    n = needed.columns(parameters.T.astype(np.float32)).reshape(len(species), N_BINS, -1)
    half = n[:, :_HALF]
    half += n[:, : _HALF - 1 : -1]
    half *= 0.5
    np.maximum(half, 0.0, out=half)
    return np.asarray(half.transpose(1, 0, 2))


BINS = Decoder("profile", half_densities, densities)
"""Decoder of networks with one output for each bin."""

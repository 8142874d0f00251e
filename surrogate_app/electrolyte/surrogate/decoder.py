"""What the outputs of a network mean: how density profiles are computed from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.quantities import BOTH
from surrogate_app.electrolyte.surrogate.constraints import mirrored
from surrogate_app.network import Network, one_thread

Array = NDArray[np.float64]
HalfDensities = Callable[[Network, Array, tuple[int, ...]], NDArray[np.float32]]


@dataclass(frozen=True)
class Decoder:
    """From a network to density profiles.

    Parameters
    ----------
    architecture : str
        Name in model cards.
    half : callable
        ``half(network, parameters, species)`` returns the densities of the left half in mol/L,
        averaged with their mirror images and not negative, float32 of shape (251, number of
        species, N), for systems `parameters` of shape (N, 5) and species 0 (cations), 1 (anions)
        or both. Several threads call it at once, hence inside of `network.one_thread`.
    raw : callable
        ``raw(network, parameters)`` returns both whole profiles as the network gives them, before
        any constraint, (N, 2, 502) in mol/L.
    """

    architecture: str
    half: HalfDensities
    raw: Callable[[Network, Array], Array]

    @classmethod
    def of_halves(cls, architecture: str, half: HalfDensities) -> Decoder:
        """Return the decoder of networks that give left halves: `raw` mirrors them."""

        def raw(network: Network, parameters: Array) -> Array:
            with one_thread():
                return mirrored(half(network, parameters, BOTH)).astype(float)

        return cls(architecture, half, raw)

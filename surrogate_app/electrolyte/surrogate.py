"""Pretrained surrogates: density profiles of any electrolyte in the domain, in a millisecond."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.electrolyte.architecture import densities
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.system import (
    DOMAIN,
    N_BINS,
    PARAMETERS,
    UNITS,
    Electrolyte,
    bin_centres,
    require_domain,
)
from surrogate_app.network import Network
from surrogate_app.provenance import sha256
from surrogate_app.resources import pretrained_dir
from surrogate_app.units import MOLAR_NM_TO_C_PER_M2

Array = NDArray[np.float64]

DEFAULT = "wallnet"
"""Name of the model that is loaded when none is named."""

CHUNK = 2048
"""Systems that `predict_many` treats together."""


def model_dir() -> Path:
    """Folder of the pretrained electrolyte models."""
    return pretrained_dir() / "electrolyte"


@dataclass(frozen=True)
class Surrogate:
    """A pretrained network with its metadata.

    Parameters
    ----------
    name : str
        Name of the model.
    network : Network
        The network; `architecture.densities` tells what its outputs mean.
    metadata : mapping
        Architecture, provenance, hash of the weights, uncertainty table, and, once evaluated,
        accuracy on the test systems (`metrics`).

    Examples
    --------
    >>> surrogate = Surrogate.load()
    >>> profile = surrogate.predict(Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02))
    >>> abs(profile.neutrality_residual) < 1e-9
    True
    """

    name: str
    network: Network
    metadata: Mapping[str, Any]

    @staticmethod
    def available() -> tuple[str, ...]:
        """Names of the models that can be loaded, the default one first."""
        names = sorted(path.stem for path in model_dir().glob("*.keras"))
        return tuple(sorted(names, key=lambda name: name != DEFAULT))

    @staticmethod
    def default_name() -> str:
        """Name of the model that `load` takes when none is given."""
        return DEFAULT

    @classmethod
    def load(cls, name: str | None = None) -> Surrogate:
        """Load a pretrained model.

        Parameters
        ----------
        name : str, optional
            One of `available()`: "wallnet", the default, or "basenn" and "modnn", the electrolyte
            paper's two networks.

        Returns
        -------
        Surrogate

        Raises
        ------
        ValueError
            If there is no such model, or its weights are not those that its metadata describe.
        """
        name = DEFAULT if name is None else name
        if name not in cls.available():
            raise ValueError(
                f"there is no electrolyte model {name!r}; choose {' or '.join(cls.available())}"
            )
        path = model_dir() / f"{name}.keras"
        metadata = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if sha256(path) != metadata["weights_sha256"]:
            raise ValueError(
                f"{path.name} is not the file that {name}.json describes; fetch both again"
            )
        measured = model_dir() / "evaluation.json"
        if measured.exists():
            models = json.loads(measured.read_text(encoding="utf-8"))["models"]
            metadata["metrics"] = models.get(name, {})
        return cls(name, Network.load(path), metadata)

    def predict(self, system: Electrolyte) -> Profile:
        """Predict the density profiles of one system.

        Evenness, n ≥ 0, ∫n₋ dz = c h and ∫(n₊ − n₋) dz = 2|σ_s| hold exactly, see `constrain`.

        Parameters
        ----------
        system : Electrolyte
            A system inside `DOMAIN`.

        Returns
        -------
        Profile

        Raises
        ------
        ValueError
            If the system lies outside the domain; the message names input, value and range.
        """
        require_domain(system)
        parameters = system.to_array()[None]
        n, _ = constrain(self.raw(parameters), parameters)
        std = self.uncertainty(parameters)
        return Profile(system, n[0, 0], n[0, 1], std[0, 0], std[0, 1])

    def predict_many(self, params: ArrayLike) -> tuple[Array, Array]:
        """Predict the density profiles of many systems.

        Parameters
        ----------
        params : array_like, shape (N, 5)
            Systems, in the order h, c, d₊, d₋ (nm, mol/L, nm, nm) and σ_s (C/m²).

        Returns
        -------
        z : ndarray, shape (N, 502)
            Bin centres in nm.
        n : ndarray, shape (N, 2, 502)
            Cation and anion densities in mol/L.

        Raises
        ------
        ValueError
            If the shape is wrong or a system lies outside the domain.
        """
        parameters = checked(params)
        n = np.empty((len(parameters), 2, N_BINS))
        for start in range(0, len(parameters), CHUNK):
            part = slice(start, start + CHUNK)
            n[part] = constrain(self.raw(parameters[part]), parameters[part])[0]
        return bin_centres(parameters[:, 0]), n

    def raw(self, parameters: Array) -> Array:
        """Densities as the network gives them, (N, 2, 502) in mol/L, without any constraint."""
        return densities(self.metadata["architecture"], self.network, parameters)

    def uncertainty(self, parameters: Array) -> Array:
        """One standard deviation of the prediction, shape (N, 2, 502), in mol/L.

        Root mean square error of the network on validation systems as a function of the
        distance from contact, r − d/2, in units of c; noise of the simulations subtracted.
        """
        table = self.metadata["uncertainty"]
        h, c = parameters[:, 0, None], parameters[:, 1, None]
        r = 0.5 * h - np.abs(bin_centres(parameters[:, 0]))
        std = np.empty((len(parameters), 2, N_BINS))
        for species, name in enumerate(("pos", "neg")):
            contact = 0.5 * parameters[:, 2 + species, None]
            std[:, species] = c * np.interp(r - contact, table["distance"], table[name])
        return std


def constrain(n: Array, parameters: Array) -> tuple[Array, Array]:
    """Impose what is exact: evenness, n ≥ 0, ∫n₋ dz = c h, ∫(n₊ − n₋) dz = 2|σ_s|.

    Profiles are averaged with their mirror images, negative values set to zero, and each
    species multiplied by the factor that makes its total right.

    Parameters
    ----------
    n : ndarray, shape (N, 2, 502)
        Cation and anion densities in mol/L.
    parameters : ndarray, shape (N, 5)
        Their systems.

    Returns
    -------
    n : ndarray, shape (N, 2, 502)
        Densities that obey the constraints.
    correction : ndarray, shape (N, 2)
        Relative change of each species' total.
    """
    even = np.maximum(0.5 * (n + n[..., ::-1]), 0.0)
    h, c, sigma_s = parameters[:, 0], parameters[:, 1], parameters[:, 4]
    anions = c * h
    cations = anions + 2.0 * np.abs(sigma_s) / MOLAR_NM_TO_C_PER_M2
    total = even.sum(axis=-1) * (h / N_BINS)[:, None]
    factor = np.stack((cations, anions), axis=-1) / total
    return even * factor[..., None], factor - 1.0


def checked(params: ArrayLike) -> Array:
    """Check systems given as an array; ValueError says which row leaves the domain and why."""
    parameters = np.asarray(params, dtype=float)
    if parameters.ndim != 2 or parameters.shape[1] != len(PARAMETERS):
        raise ValueError(
            f"systems must have shape (N, {len(PARAMETERS)}) in the order {', '.join(PARAMETERS)}, "
            f"got {parameters.shape}"
        )
    low, high = np.array([DOMAIN[name] for name in PARAMETERS]).T
    inside = (parameters >= low) & (parameters <= high)
    if not inside.all():
        row, column = np.argwhere(~inside)[0]
        name = PARAMETERS[column]
        raise ValueError(
            f"{int((~inside.all(axis=1)).sum())} of {len(parameters)} systems lie outside the "
            f"domain, first row {row}: {name} = {parameters[row, column]:g} {UNITS[name]} is not "
            f"within {low[column]:g} to {high[column]:g} {UNITS[name]}"
        )
    return parameters

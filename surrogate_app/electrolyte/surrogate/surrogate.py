"""Pretrained surrogates: density profiles of any electrolyte in the domain, in a millisecond."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.common.model_card import outdated
from surrogate_app.common.models import load_model
from surrogate_app.common.resources import pretrained_dir
from surrogate_app.electrolyte.domain import PAPER_BOX, Domain, completed
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.quantities import BOTH, checked_distances, quantity_of, species_of
from surrogate_app.electrolyte.surrogate.constraints import constrain_half, mirrored
from surrogate_app.electrolyte.surrogate.model import MODELS, ProfileCard, ProfileModel
from surrogate_app.electrolyte.surrogate.seam import share_of_box
from surrogate_app.electrolyte.surrogate.uncertainty import (
    expected_error,
    is_complete,
    warnings_about,
)
from surrogate_app.electrolyte.system import (
    ALL_PARAMETERS,
    DOMAIN,
    ENVIRONMENT,
    KNOWN_ENVIRONMENT,
    N_BINS,
    PARAMETERS,
    UNITS,
    Electrolyte,
    bin_centres,
    within,
)
from surrogate_app.network import Network, one_thread

Array = NDArray[np.float64]

TILE = 192
"""Systems that one thread treats together: what they need stays in its core's cache."""

CHUNK = 8192
"""Systems whose profiles `predict_chunks` hands out together."""

LARGEST = 2**30
"""Bytes that `predict_many` may return."""

Progress = Callable[[float], None]


MODELS_VARIABLE = "SURROGATE_APP_ELECTROLYTE_MODELS"
"""Environment variable that names a folder whose models take the place of the pretrained ones."""


def model_dir() -> Path:
    """Folder of the electrolyte models: of the pretrained ones, or that of `MODELS_VARIABLE`."""
    own = os.environ.get(MODELS_VARIABLE)
    return Path(own) if own else pretrained_dir() / "electrolyte"


@dataclass(frozen=True)
class Surrogate:
    """A pretrained network with its model card.

    Parameters
    ----------
    model : ProfileModel
        What kind of model it is, and what the outputs of its network mean.
    network : Network
        The network.
    card : ProfileCard
        Provenance, hash of the weights, uncertainty table, and, once evaluated, accuracy on the
        test systems (`metrics`).
    of_box : Surrogate, optional
        The model that answers in the paper's box in its place, see `seam`.

    Examples
    --------
    >>> surrogate = Surrogate.load()
    >>> profile = surrogate.predict(Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02))
    >>> abs(profile.neutrality_residual) < 1e-9
    True
    """

    model: ProfileModel
    network: Network
    card: ProfileCard
    of_box: Surrogate | None = None

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.model.name

    @cached_property
    def domain(self) -> Domain:
        """Where the model answers: that of its kind, or that of one's own systems."""
        stored = self.card.domain
        return self.model.domain if stored is None else Domain.from_dict(stored)

    @property
    def metadata(self) -> dict[str, Any]:
        """The model card as it is stored, and the figures of accuracy, for files and pages."""
        return self.card.to_dict()

    @staticmethod
    def available(folder: Path | None = None) -> tuple[str, ...]:
        """Names of the models that can be loaded, the default one first.

        Parameters
        ----------
        folder : Path, optional
            Where their files are; the folder of the pretrained models by default.
        """
        folder = model_dir() if folder is None else folder
        there = [name for name in MODELS if (folder / f"{name}.keras").exists()]
        return tuple(
            name
            for name in there
            if MODELS[name].of_box in ("", *there) or _has_own_domain(folder / f"{name}.json")
        )

    @staticmethod
    def default_name() -> str:
        """Name of the model that `load` takes when none is given."""
        return next(iter(MODELS))

    @classmethod
    def load(cls, name: str | None = None, folder: Path | None = None) -> Surrogate:
        """Load a pretrained model.

        Parameters
        ----------
        name : str, optional
            One of `available()`: "saltnet", the default, knows all salts; "wallnet", which answers
            in its place in the paper's box, and "basenn" and "modnn", the electrolyte paper's two
            networks, know that box only.
        folder : Path, optional
            Where its files are; the folder of the pretrained models by default.

        Returns
        -------
        Surrogate

        Raises
        ------
        ValueError
            If there is no such model, its weights are not those that its card describes, or
            another version of surrogate-app wrote this.
        """
        folder = model_dir() if folder is None else folder
        known = cls.available(folder)
        if name is None:
            name = next(iter(known), cls.default_name())
        if name not in known:
            choice = f"choose {' or '.join(known)}" if known else f"{folder} holds none"
            raise ValueError(f"there is no electrolyte model {name!r}; {choice}")
        model = MODELS[name]
        network, card = load_model(folder / f"{name}.keras", Network.load, ProfileCard)
        anywhere = checked([[low for low, _ in DOMAIN.values()]], model.domain)
        if (
            not is_complete(card.uncertainty, anywhere)
            or card.architecture != model.decoder.architecture
        ):
            raise outdated(f"{name}.json")
        if card.domain is not None:
            try:
                Domain.from_dict(card.domain)
            except (KeyError, TypeError, ValueError):
                raise outdated(f"{name}.json") from None
        measured = folder / "evaluation.json"
        if measured.exists():
            results = json.loads(measured.read_text(encoding="utf-8"))
            if results.get("weights_sha256", {}).get(name) == card.weights_sha256:
                of_salts = {
                    f"salts_{salts}_{figure}": value
                    for salts, figures in results.get("salts", {}).get(name, {}).items()
                    for figure, value in figures.items()
                }
                card = replace(card, metrics={**results["models"][name], **of_salts})
        of_box = model.of_box if card.domain is None else ""
        return cls(model, network, card, cls.load(of_box, folder) if of_box else None)

    def predict(self, system: Electrolyte) -> Profile:
        """Predict the density profiles of one system.

        Evenness, n ≥ 0, ∫n₋ dz = ν₋ c h and ∫(z₊n₊ + z₋n₋) dz = 2|σ_s|/e hold exactly, see
        `constrain`.

        Parameters
        ----------
        system : Electrolyte
            A system inside the `domain` of the model.

        Returns
        -------
        Profile
            With a sentence in `warnings` where the model is known to be weak.

        Raises
        ------
        ValueError
            If the system lies outside the domain; the message names input, value and range.
        """
        self.domain.require(system)
        parameters = with_inputs_of(self.domain, system.to_array()[None])
        share = self._share_of_box(parameters)
        with one_thread():
            half = self._mixed_half(parameters, share, BOTH).astype(float)
        n = mirrored(constrain_half(half, parameters)[0])
        std = self._mixed_uncertainty(parameters, share, n)
        return Profile(system, *n[0], *std[0], warnings=warnings_about(std[0], n[0]))

    def predict_many(
        self,
        params: ArrayLike,
        progress: Progress | None = None,
        limits: Mapping[str, tuple[float, float]] | None = None,
    ) -> tuple[Array, Array]:
        """Predict the density profiles of many systems at once.

        Parameters
        ----------
        params : array_like, shape (N, 5) or (N, 9)
            Systems, in the order h, c, d₊, d₋ (nm, mol/L, nm, nm) and σ_s (C/m²), then z₊, z₋,
            temperature (K) and permittivity, which are the paper's where they are left out.
        progress : callable, optional
            Called with the fraction done, from 0 to 1.
        limits : mapping, optional
            Ranges that systems may not leave; the domain of the model by default.

        Returns
        -------
        z : ndarray, shape (N, 502)
            Bin centres in nm.
        n : ndarray, shape (N, 2, 502)
            Cation and anion densities in mol/L.

        Raises
        ------
        ValueError
            If the shape is wrong, a system leaves its limits, or the profiles need more than
            1 GiB of memory: `predict_chunks` and `response` serve then.
        """
        parameters = checked(params, self.domain, limits)
        size = len(parameters) * 3 * N_BINS * 8
        if size > LARGEST:
            raise ValueError(
                f"the profiles of {len(parameters)} systems need {size / 2**30:.1f} GiB at once, "
                f"more than {LARGEST / 2**30:g} GiB; take them in parts from predict_chunks, or "
                "compute one quantity at the distances that matter by response"
            )
        n = np.empty((len(parameters), len(BOTH), N_BINS))

        def fill(part: slice) -> None:
            half = self._half(parameters[part]).astype(float)
            mirrored(constrain_half(half, parameters[part])[0], out=n[part])

        _share_out(len(parameters), fill, progress)
        return bin_centres(parameters[:, 0]), n

    def predict_chunks(
        self, params: ArrayLike, progress: Progress | None = None
    ) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Predict the density profiles of any number of systems, a part at a time.

        The memory needed does not grow with the number of systems.

        Parameters
        ----------
        params : array_like, shape (N, 5) or (N, 9)
            Systems, in the order h, c, d₊, d₋ (nm, mol/L, nm, nm) and σ_s (C/m²), then z₊, z₋,
            temperature (K) and permittivity, which are the paper's where they are left out.
        progress : callable, optional
            Called with the fraction done, from 0 to 1.

        Yields
        ------
        part : slice
            Which of the systems, up to 8,192 of them.
        n : ndarray of float32, shape (systems of the part, 2, 502)
            Their cation and anion densities in mol/L. The array is used again for the next part:
            copy what is to be kept.

        Raises
        ------
        ValueError
            If the shape is wrong or a system lies outside the domain.

        Examples
        --------
        >>> systems = [[4.8, 1.5, 0.415, 0.63, -0.02], [4.0, 0.2, 0.3, 0.3, -0.01]]
        >>> for part, n in Surrogate.load().predict_chunks(systems):
        ...     print(part.start, part.stop, n.shape)
        0 2 (2, 2, 502)
        """
        return self._chunks(checked(params, self.domain), progress)

    def _chunks(
        self, parameters: Array, progress: Progress | None
    ) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        total = len(parameters)
        n = np.empty((min(CHUNK, total), len(BOTH), N_BINS), np.float32)
        for start in range(0, total, CHUNK):
            chunk = slice(start, min(start + CHUNK, total))
            rows = parameters[chunk]

            def fill(part: slice, rows: Array = rows) -> None:
                half, _ = constrain_half(self._half(rows[part]), rows[part])
                mirrored(half, out=n[part])

            def report(fraction: float, start: int = start, number: int = len(rows)) -> None:
                if progress is not None:
                    progress((start + fraction * number) / total)

            _share_out(len(rows), fill, report)
            yield chunk, n[: len(rows)]

    def predict_tiles(self, params: ArrayLike) -> Iterator[tuple[slice, Array]]:
        """Predict left halves of the profiles of many systems, some at a time, in this thread only.

        For processes that work beside each other; the values are those of `predict_many`.

        Parameters
        ----------
        params : array_like, shape (N, 5) or (N, 9)
            Systems, as for `predict_many`.

        Yields
        ------
        part : slice
            Which of the systems, up to 192 of them.
        half : ndarray, shape (251, 2, systems of the part)
            Their cation and anion densities in mol/L in the left half, from the wall on.

        Raises
        ------
        ValueError
            If the shape is wrong or a system lies outside the domain.

        Examples
        --------
        >>> systems = [[4.8, 1.5, 0.415, 0.63, -0.02], [4.0, 0.2, 0.3, 0.3, -0.01]]
        >>> [half.shape for _, half in Surrogate.load().predict_tiles(systems)]
        [(251, 2, 2)]
        """
        parameters = checked(params, self.domain)
        for start in range(0, len(parameters), TILE):
            part = slice(start, min(start + TILE, len(parameters)))
            rows = parameters[part]
            with one_thread():
                half = self._half(rows).astype(float)
            yield part, constrain_half(half, rows)[0]

    def response(
        self,
        params: ArrayLike,
        quantity: str = "charge_density",
        r: ArrayLike | None = None,
        progress: Progress | None = None,
        limits: Mapping[str, tuple[float, float]] | None = None,
    ) -> NDArray[np.float32]:
        """Predict one quantity of many systems at some distances from the left wall.

        Only the species that the quantity needs are computed, and only the quantity is kept.
        A species' whole profile is needed all the same: its total is what makes it exact.

        Parameters
        ----------
        params : array_like, shape (N, 5) or (N, 9)
            Systems, in the order h, c, d₊, d₋ (nm, mol/L, nm, nm) and σ_s (C/m²), then z₊, z₋,
            temperature (K) and permittivity, which are the paper's where they are left out.
        quantity : str, optional
            A name in `QUANTITIES`: n_pos, n_neg, charge_density, integrated_charge or potential.
        r : array_like, shape (M,), optional
            Distances from the left wall in nm, the same for all systems, at most the smallest h.
            Values between the bins are interpolated linearly. If left out, each system's own
            bins of the left half: centres, or right edges for the integrated charge.
        progress : callable, optional
            Called with the fraction done, from 0 to 1.
        limits : mapping, optional
            Ranges that systems may not leave; the domain of the model by default.

        Returns
        -------
        ndarray of float32, shape (N, M) or (N, 251)
            In mol/L, e mol/L, C/m² or mV.

        Raises
        ------
        ValueError
            If a shape is wrong, a system leaves its limits, or quantity or distances do not exist.

        Examples
        --------
        >>> systems = [[4.8, 1.5, 0.415, 0.63, -0.02], [4.0, 0.2, 0.3, 0.3, -0.01]]
        >>> Surrogate.load().response(systems, "integrated_charge", r=[0.0]).ravel().tolist()
        [-0.019999999552965164, -0.009999999776482582]
        """
        parameters = checked(params, self.domain, limits)
        species = species_of(quantity)
        distances = None if r is None else checked_distances(r, parameters)
        points = N_BINS // 2 if distances is None else len(distances)
        result = np.empty((len(parameters), points), np.float32)

        def fill(part: slice) -> None:
            rows = parameters[part]
            half, _ = constrain_half(self._half(rows, species), rows, species)
            result[part] = quantity_of(half, quantity, rows, distances).T

        _share_out(len(parameters), fill, progress)
        return result

    def _half(self, parameters: Array, species: tuple[int, ...] = BOTH) -> NDArray[np.float32]:
        return self._mixed_half(parameters, self._share_of_box(parameters), species)

    def _share_of_box(self, parameters: Array) -> Array:
        """Weight of the model that answers in the paper's box, shape (N,)."""
        return np.zeros(len(parameters)) if self.of_box is None else share_of_box(parameters)

    def _mixed_half(
        self, parameters: Array, share: Array, species: tuple[int, ...]
    ) -> NDArray[np.float32]:
        own = partial(self.model.decoder.half, self.network)
        if self.of_box is None or not share.any():
            return own(parameters, species)
        if (share == 1.0).all():
            return self.of_box._half(with_inputs_of(PAPER_BOX, parameters), species)
        known, other = share > 0.0, share < 1.0
        half = np.zeros((N_BINS // 2, len(species), len(parameters)), np.float32)
        of_box = self.of_box._half(with_inputs_of(PAPER_BOX, parameters[known]), species)
        half[..., known] = share[known].astype(np.float32) * of_box
        if other.any():
            weight = (1.0 - share[other]).astype(np.float32)
            half[..., other] += weight * own(parameters[other], species)
        return half

    def raw(self, parameters: Array) -> Array:
        """Densities as the networks give them, (N, 2, 502) in mol/L, without any constraint."""
        parameters = with_inputs_of(self.domain, parameters)
        if self.of_box is None:
            return self.model.decoder.raw(self.network, parameters)
        with one_thread():
            return mirrored(self._half(parameters).astype(float))

    def uncertainty(self, parameters: Array, n: Array) -> Array:
        """One standard deviation of predictions n, (N, 2, 502) in mol/L, see `expected_error`."""
        parameters = with_inputs_of(self.domain, parameters)
        return self._mixed_uncertainty(parameters, self._share_of_box(parameters), n)

    def _mixed_uncertainty(self, parameters: Array, share: Array, n: Array) -> Array:
        if self.of_box is None or not share.any():
            return expected_error(self._errors, parameters, n)
        of_box = self.of_box.uncertainty(parameters, n)
        if (share == 1.0).all():
            return of_box
        own = expected_error(self._errors, parameters, n)
        weight = share[:, None, None]
        return weight * of_box + (1.0 - weight) * own

    @cached_property
    def _errors(self) -> dict[str, Array]:
        """The card's table of errors, as arrays."""
        return {name: np.array(values) for name, values in self.card.uncertainty.items()}


def _has_own_domain(card: Path) -> bool:
    try:
        return "domain" in json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def _share_out(number: int, work: Callable[[slice], None], progress: Progress | None) -> None:
    """Call `work` for all tiles of so many systems, in as many threads as there are cores."""
    tiles = [slice(start, min(start + TILE, number)) for start in range(0, number, TILE)]
    with one_thread():
        if len(tiles) <= 1:
            done: Iterable[None] = map(work, tiles)
            pool = None
        else:
            from joblib import cpu_count  # knows of the limits of containers; slow to import

            pool = ThreadPoolExecutor(min(cpu_count(), len(tiles)))
            done = pool.map(work, tiles)
        try:
            for finished, _ in enumerate(done, start=1):
                if progress is not None:
                    progress(finished / len(tiles))
        finally:
            if pool is not None:
                pool.shutdown(cancel_futures=True)


def checked(
    params: ArrayLike,
    domain: Domain = PAPER_BOX,
    limits: Mapping[str, tuple[float, float]] | None = None,
) -> Array:
    """Check systems given as an array.

    Parameters
    ----------
    params : array_like, shape (N, 5) or (N, 9)
        Systems, in the order of `ALL_PARAMETERS`.
    domain : Domain, optional
        Where they may lie; the paper's box by default.
    limits : mapping, optional
        Ranges that take the place of the domain's; its limits of coupling and filling don't count
        then.

    Returns
    -------
    ndarray, shape (N, 5) or (N, 9)
        Five inputs for a domain of the paper's salt, temperature and solvent, otherwise nine.

    Raises
    ------
    ValueError
        If the array is none of systems, or one of them lies outside; the message says which row
        and why.
    """
    five, nine = len(PARAMETERS), len(ALL_PARAMETERS)
    wide = domain.columns != PARAMETERS
    shape = f"(N, {five}) or (N, {nine})" if wide else f"(N, {five})"
    names = ", ".join(ALL_PARAMETERS if wide else PARAMETERS)
    try:
        parameters = np.asarray(params, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"systems must be an array of numbers, {shape} in the order {names}; "
            "Electrolyte.to_array makes a row"
        ) from None
    if parameters.ndim != 2 or parameters.shape[1] not in (five, nine):
        raise ValueError(
            f"systems must have shape {shape} in the order {names}, got {parameters.shape}"
        )
    if not wide and parameters.shape[1] == nine:
        other = parameters[:, five:] != list(ENVIRONMENT.values())
        if other.any():
            row, column = np.argwhere(other)[0]
            name, value = tuple(ENVIRONMENT)[column], parameters[row, five + column]
            raise ValueError(
                f"{int(other.any(axis=1).sum())} of {len(parameters)} systems are of another kind, "
                f"first row {row}: {name} = {value:.9g}; {KNOWN_ENVIRONMENT}"
            )
    parameters = with_inputs_of(domain, parameters)
    if limits is not None:
        ranges = {**domain.ranges, **limits}
        domain = Domain(ranges, coupling=np.inf, filling=np.inf, salts=domain.salts)
    inside = domain.inside(parameters)
    if not inside.all():
        row = int(np.argmin(inside))
        raise ValueError(
            f"{int((~inside).sum())} of {len(parameters)} systems lie outside the domain, first "
            f"row {row}: {_why(parameters[row], domain)}"
        )
    return parameters


def with_inputs_of(domain: Domain, parameters: Array) -> Array:
    """Return systems with the inputs of a domain's models: the paper's five, or all nine."""
    if domain.columns == PARAMETERS:
        return parameters[:, : len(PARAMETERS)]
    return completed(parameters)


def _why(row: Array, domain: Domain) -> str:
    """Say why a system that may be none at all lies outside."""
    for name, value in zip(ALL_PARAMETERS, row, strict=False):
        low, high = domain.ranges.get(name, (-np.inf, np.inf))
        if not within(value, low, high):
            unit = UNITS[name]
            if low == high:
                return f"{name} = {value:.9g} {unit} is not the model's {low:g} {unit}"
            return f"{name} = {value:.9g} {unit} is not within {low:g} to {high:g} {unit}"
    return domain.outside(Electrolyte.from_array(row))[0]

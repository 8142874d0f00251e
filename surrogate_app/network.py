"""Forward pass of a saved Keras model in NumPy, so that serving needs no TensorFlow.

A `.keras` file is a zip archive of `config.json`, which lists the layers, and
`model.weights.h5`, which holds their weights. Sequential models of dense layers with common
activations are understood, with dropout (inactive when predicting) and a rescaling of the inputs.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import ThreadpoolController

from surrogate_app.common.models import require_finite

Array = NDArray[np.float32]

BATCH = 384
"""Points that go through the layers together: what they need stays in a core's cache."""


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


_lock = Lock()
_inside = 0
_limited: list[tuple[Any, int]] = []


@contextmanager
def one_thread() -> Iterator[None]:
    """Let matrix products take one thread for as long as anybody is in this context.

    For so few rows at a time, waking others costs more than it saves, and on a busy machine waiting
    for them costs a hundred times more. Large predictions share out batches among threads instead.
    """
    global _inside
    with _lock:
        if not _inside:
            threads = ((library, library.num_threads) for library in _blas().lib_controllers)
            _limited[:] = [(library, number) for library, number in threads if number != 1]
            _set_threads((library, 1) for library, _ in _limited)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _set_threads(_limited)


def _set_threads(numbers: Iterable[tuple[Any, int]]) -> None:
    for library, number in numbers:
        library.set_num_threads(number)


def _linear(_x: Array, _space: Array) -> None:
    pass


def _relu(x: Array, _space: Array) -> None:
    np.maximum(x, 0.0, out=x)


def _sigmoid(x: Array, _space: Array) -> None:
    np.tanh(x, out=x)  # of half the input, which neither overflows nor is slow
    x += 1.0
    x *= 0.5


def _silu(x: Array, space: Array) -> None:
    np.tanh(x, out=space)
    space += 1.0
    x *= space


def _tanh(x: Array, _space: Array) -> None:
    np.tanh(x, out=x)


def _tanh_plus_sigmoid(x: Array, space: Array) -> None:
    np.tanh(x, out=space)
    x *= 0.5
    _sigmoid(x, space)
    x += space


ACTIVATIONS: dict[str, Callable[[Array, Array], None]] = {
    "linear": _linear,
    "relu": _relu,
    "sigmoid": _sigmoid,
    "silu": _silu,
    "tanh": _tanh,
    "tanh_plus_sigmoid": _tanh_plus_sigmoid,
}
"""Activations by the names of their Keras functions; they work in place, with space for as much."""

_MOST_BLOCKS = 4

HALVED = ("sigmoid", "silu")
"""Activations that are given half of their input, which the layer's weights take care of."""


@dataclass(frozen=True)
class Dense:
    """One dense layer, activation(x W + b) of rows x."""

    kernel: Array
    bias: Array
    activation: str


@dataclass(frozen=True)
class Rescaling:
    """x · scale + offset, feature by feature."""

    scale: Array
    offset: Array


@dataclass(frozen=True)
class Network:
    """A sequence of layers read from a `.keras` file.

    Parameters
    ----------
    layers : sequence of Dense or Rescaling
        Layers in the order of their application.

    Examples
    --------
    >>> half = Dense(np.full((1, 1), 0.5, np.float32), np.zeros(1, np.float32), "relu")
    >>> Network([half]).predict([[3.0], [-1.0]]).tolist()
    [[1.5], [0.0]]
    """

    layers: Sequence[Dense | Rescaling]

    @classmethod
    def load(cls, path: Path) -> Network:
        """Read a model saved by Keras 3.

        Parameters
        ----------
        path : Path
            A `.keras` file.

        Returns
        -------
        Network

        Raises
        ------
        ValueError
            If the file is no Keras archive, holds a layer that is not understood, or weights that
            are no finite numbers.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                config = json.loads(archive.read("config.json"))
                weights = io.BytesIO(archive.read("model.weights.h5"))
        except (zipfile.BadZipFile, KeyError) as error:
            raise ValueError(f"{path.name} is not a .keras file: {error}") from None
        if config.get("class_name") != "Sequential":
            raise ValueError(
                f"{path.name} holds a {config.get('class_name')} model, not a Sequential one"
            )
        layers: list[Dense | Rescaling] = []
        with h5py.File(weights) as file:
            dense = 0
            for layer in config["config"]["layers"]:
                kind, settings = layer["class_name"], layer["config"]
                if kind == "Dense":
                    # weights are stored under class names numbered in order, not layer names
                    group = file["layers"][f"dense_{dense}" if dense else "dense"]["vars"]
                    layers.append(_dense(group, settings["activation"], path))
                    dense += 1
                elif kind == "Rescaling":
                    layers.append(
                        Rescaling(
                            np.asarray(settings["scale"], np.float32),
                            np.asarray(settings["offset"], np.float32),
                        )
                    )
                elif kind not in ("InputLayer", "Dropout"):
                    raise ValueError(f"{path.name} holds a layer of kind {kind}, not supported")
        require_finite(path, (array for layer in layers for array in _arrays(layer)))
        return cls(layers)

    def predict(self, x: ArrayLike) -> Array:
        """Output of the last layer.

        Parameters
        ----------
        x : array_like, shape (N, inputs)
            Input rows; computed in single precision.

        Returns
        -------
        ndarray of float32, shape (N, outputs)
        """
        with one_thread():
            return np.ascontiguousarray(self.columns(np.asarray(x, np.float32).T).T)

    def columns(self, x: Array, common: int = 0) -> Array:
        """Output of the last layer, one column a point, by as many threads as are set.

        Parameters
        ----------
        x : ndarray of float32, shape (inputs, N) or (inputs, M, N)
            Input columns; up to `BATCH` of them are treated at a time.
        common : int, optional
            How many of the inputs, the first ones, are the same for all M: what the first layer
            makes of them is computed once.

        Returns
        -------
        ndarray of float32, shape (outputs, N) or (outputs, M, N)
        """
        points = x if x.ndim == 3 else x[:, None]
        inputs, rows, number = points.shape
        parts = max(math.ceil(number / BATCH), 1)  # of about the same size
        width = max(math.ceil(number / parts), 1)
        depth = max(min(BATCH // width, rows), 1)
        if depth == rows:  # there is nothing that could be used again
            common = 0
        first, last = self._steps[0][0], self._steps[-1][0]
        outputs = (math.prod(w.shape[:-2]) * (w.shape[-2] + 1) for w, _ in self._steps)
        space = np.empty((3, max(first.shape[-1], *outputs), width * depth), np.float32)
        out = np.empty((last.shape[-2], rows, number), np.float32)
        layers: list[_Layer] = []
        for start in range(0, number, width):
            part = slice(start, start + width)
            known = None
            if common:
                alike = points[:common, :depth, part].reshape(common, -1)
                known = np.matmul(first[..., :common], alike)
            for row in range(0, rows, depth):
                block = points[common:, row : row + depth, part]
                size = block[0].size
                if not layers or layers[0].units.shape[-1] != size:
                    layers = self._layers(inputs - common, space[..., :size])
                layers[0].units[:-1].reshape(block.shape)[...] = block
                layers[0].units[-1] = 1.0
                of_common = known if known is None else known[..., :size]
                result = out[:, row : row + depth, part]
                result[...] = _run(layers, of_common).reshape(result.shape)
        return out if x.ndim == 3 else out[:, 0]

    def restricted(self, outputs: NDArray[np.intp]) -> Network:
        """Return the network that computes only some of the outputs, given by their indices."""
        *layers, last = self.layers
        if isinstance(last, Rescaling):
            raise ValueError("only outputs of a dense layer can be computed one by one")
        chosen = Dense(last.kernel[:, outputs], last.bias[outputs], last.activation)
        return Network([*layers, chosen])

    @cached_property
    def _steps(self) -> list[tuple[Array, str]]:
        """Weights of each layer, shape (outputs, inputs) or (groups, outputs, inputs); activation.

        Of networks side by side, the units of each are a group; in a layer that links only units of
        the same network, every group has weights for its own inputs, otherwise for all. Inputs are
        followed, group by group, by one that is always 1, the weights of which are the biases.
        """
        layers = []
        scale, offset = np.ones(1), np.zeros(1)
        for layer in self.layers:
            if isinstance(layer, Rescaling):
                scale, offset = scale * layer.scale, offset * layer.scale + layer.offset
                continue
            kernel = layer.kernel.T.astype(float)
            bias = kernel @ np.broadcast_to(offset, kernel.shape[1:]) + layer.bias
            half = 0.5 if layer.activation in HALVED else 1.0
            layers.append((half * kernel * scale, half * bias, layer.activation))
            scale, offset = np.ones(1), np.zeros(1)
        side_by_side = _networks([kernel for kernel, _, _ in layers])
        groups = [1, *[side_by_side] * (len(layers) - 1), 1]
        return [
            (_grouped(kernel, bias, *groups[place : place + 2]), activation)
            for place, (kernel, bias, activation) in enumerate(layers)
        ]

    def _layers(self, inputs: int, space: Array) -> list[_Layer]:
        """Arrange the layers in space of shape (3, rows, points), for the last so many inputs."""
        current, following, spare = space
        points = space.shape[2]
        units = current[: inputs + 1]
        layers: list[_Layer] = []
        for weights, activation in self._steps:
            if weights.ndim == 2:
                outputs = len(weights)
                rows = following[: outputs + 1]
                values, ones, extra = rows[:outputs], rows[outputs], spare[:outputs]
            else:
                groups, outputs, columns = weights.shape
                if layers and columns < len(units):
                    units = units.reshape(groups, columns, points)
                rows = following[: groups * (outputs + 1)]
                grouped = rows.reshape(groups, outputs + 1, points)
                values, ones = grouped[:, :outputs], grouped[:, outputs]
                extra = spare[: groups * outputs].reshape(groups, outputs, points)
            mine = weights if layers else weights[..., -len(units) :]
            layers.append(_Layer(mine, units, values, ones, extra, ACTIVATIONS[activation]))
            current, following = following, current
            units = rows
        return layers


class _Layer(NamedTuple):
    """A dense layer with the places of what it is computed from and of its results."""

    weights: Array
    units: Array
    values: Array
    ones: Array
    space: Array
    activation: Callable[[Array, Array], None]


def _run(layers: Sequence[_Layer], known: Array | None) -> Array:
    """Results of the last layer; `known` is what the first makes of inputs that it lacks."""
    for weights, units, values, ones, space, activation in layers:
        np.matmul(weights, units, out=values)
        if known is not None:
            values += known
            known = None
        activation(values, space)
        ones[...] = 1.0
    return layers[-1].values


def _networks(kernels: Sequence[NDArray[Any]]) -> int:
    """As how many networks side by side all layers can be computed, but for the first and last."""
    several = [number for number in map(_blocks, kernels) if number > 1]
    networks = math.gcd(*several) or 1
    return networks if all(len(kernel) % networks == 0 for kernel in kernels[:-1]) else 1


def _blocks(kernel: NDArray[Any]) -> int:
    """Into how many equal blocks on its diagonal, with only zeros beside them, a kernel splits."""
    outputs, inputs = kernel.shape
    for number in range(_MOST_BLOCKS, 1, -1):
        if outputs % number or inputs % number or min(outputs, inputs) == number:
            continue
        if np.count_nonzero(_diagonal(kernel, number)) == np.count_nonzero(kernel):
            return number
    return 1


def _diagonal(kernel: NDArray[Any], number: int) -> NDArray[Any]:
    """So many equal blocks on a kernel's diagonal, shape (number, outputs, inputs)."""
    outputs, inputs = kernel.shape
    parts = kernel.reshape(number, outputs // number, number, inputs // number)
    return np.asarray(np.einsum("ioij->ioj", parts))


def _grouped(kernel: NDArray[Any], bias: NDArray[Any], of_inputs: int, of_outputs: int) -> Array:
    """Arrange a layer as `Network._steps` says, for so many groups of inputs and outputs."""
    outputs, inputs = kernel.shape
    if of_inputs == of_outputs and _blocks(kernel) % of_inputs == 0:
        own = _diagonal(kernel, of_inputs)
        weights = np.concatenate((own, bias.reshape(of_outputs, -1, 1)), axis=2)
        return np.asarray(weights if of_inputs > 1 else weights[0], np.float32)
    all_weights = np.zeros((outputs, of_inputs, inputs // of_inputs + 1), np.float32)
    all_weights[..., :-1] = kernel.reshape(outputs, of_inputs, -1)
    all_weights[:, 0, -1] = bias
    groups = (of_outputs, outputs // of_outputs) if of_outputs > 1 else (outputs,)
    return all_weights.reshape(*groups, -1)


def _arrays(layer: Dense | Rescaling) -> tuple[Array, Array]:
    if isinstance(layer, Dense):
        return layer.kernel, layer.bias
    return layer.scale, layer.offset


def _dense(group: Any, activation: Any, path: Path) -> Dense:
    if isinstance(activation, dict):  # a function that is not Keras's own
        activation = activation["config"].rpartition(">")[2]  # without the package it belongs to
    if activation not in ACTIVATIONS:
        raise ValueError(f"{path.name} uses the activation {activation}, not supported")
    return Dense(np.asarray(group["0"], np.float32), np.asarray(group["1"], np.float32), activation)

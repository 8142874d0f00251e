"""Forward pass of a saved Keras model in NumPy, so that serving needs no TensorFlow.

A `.keras` file is a zip archive of `config.json`, which lists the layers, and
`model.weights.h5`, which holds their weights. Sequential models of dense layers with common
activations are understood, with dropout (inactive when predicting) and a rescaling of the inputs.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, cast

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


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which matrix products take one thread.

    For so few rows at a time, waking others costs more than it saves, and on a busy machine waiting
    for them costs a hundred times more. Large predictions share out batches among threads instead.
    """
    return cast("AbstractContextManager[Any]", _blas().limit(limits=1))


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

    def columns(self, x: Array) -> Array:
        """Output of the last layer, one column a point, by as many threads as are set.

        Parameters
        ----------
        x : ndarray of float32, shape (inputs, N)
            Input columns; `BATCH` of them are treated at a time.

        Returns
        -------
        ndarray of float32, shape (outputs, N)
        """
        points = x.shape[1]
        widest = max(len(x), *(len(bias) for _, bias, _ in self._steps))
        # inputs and outputs of a layer, below them the ones that biases are multiplied by
        space = np.empty((3, widest + 1, min(BATCH, points)), np.float32)
        out = np.empty((len(self._steps[-1][1]), points), np.float32)
        for start in range(0, points, BATCH):
            part = slice(start, min(start + BATCH, points))
            self._apply(x[:, part], out[:, part], space[..., : part.stop - start])
        return out

    def restricted(self, outputs: NDArray[np.intp]) -> Network:
        """Return the network that computes only some of the outputs, given by their indices."""
        *layers, last = self.layers
        if isinstance(last, Rescaling):
            raise ValueError("only outputs of a dense layer can be computed one by one")
        chosen = Dense(last.kernel[:, outputs], last.bias[outputs], last.activation)
        return Network([*layers, chosen])

    @cached_property
    def _steps(self) -> list[tuple[Array, Array, str]]:
        """Weights of each layer, transposed, with its biases as a last column; biases; activation.

        Of a layer that several networks side by side make up, only the blocks that link units of
        the same network are kept, (networks, outputs, inputs), without biases.
        """
        steps = []
        scale, offset = np.ones(1), np.zeros(1)
        for layer in self.layers:
            if isinstance(layer, Rescaling):
                scale, offset = scale * layer.scale, offset * layer.scale + layer.offset
                continue
            kernel = layer.kernel.T.astype(float)
            bias = kernel @ np.broadcast_to(offset, kernel.shape[1:]) + layer.bias
            half = 0.5 if layer.activation in HALVED else 1.0
            kernel, bias = half * kernel * scale, half * bias
            blocks = _blocks(kernel)
            weights = np.column_stack((kernel, bias)) if len(blocks) == 1 else blocks
            steps.append((weights.astype(np.float32), bias.astype(np.float32), layer.activation))
            scale, offset = np.ones(1), np.zeros(1)
        return steps

    def _apply(self, x: Array, out: Array, space: Array) -> None:
        current, following, spare = space
        current[: len(x)] = x
        current[len(x)] = 1.0
        for weights, bias, activation in self._steps:
            width = len(bias)
            if weights.ndim == 2:
                np.matmul(weights, current[: weights.shape[1]], out=following[:width])
            else:
                networks, outputs, inputs = weights.shape
                units = current[: networks * inputs].reshape(networks, inputs, -1)
                results = following[:width].reshape(networks, outputs, -1)
                np.matmul(weights, units, out=results)
                following[:width] += bias[:, None]
            ACTIVATIONS[activation](following[:width], spare[:width])
            following[width] = 1.0
            current, following = following, current
        out[...] = current[: len(out)]


def _blocks(kernel: NDArray[Any]) -> NDArray[Any]:
    """Split a kernel into equal blocks on its diagonal, as many as leave only zeros beside them."""
    outputs, inputs = kernel.shape
    for number in range(_MOST_BLOCKS, 1, -1):
        if outputs % number or inputs % number or min(outputs, inputs) == number:
            continue
        parts = kernel.reshape(number, outputs // number, number, inputs // number)
        diagonal = np.einsum("ioij->ioj", parts)
        if np.count_nonzero(diagonal) == np.count_nonzero(kernel):
            return np.asarray(diagonal)
    return kernel[None]


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

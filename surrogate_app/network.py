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
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import ThreadpoolController

Array = NDArray[np.float32]

FEW = 1024
"""Rows up to which one thread computes: for so little work, waking others costs more than it saves,
and on a busy machine waiting for them costs a hundred times more."""

BATCH = 4096
"""Rows that go through the layers together; bounds the memory of a large prediction."""


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


def _relu(x: Array) -> Array:
    return np.maximum(x, 0.0, out=x)


def _sigmoid(x: Array) -> Array:
    x *= 0.5  # by way of tanh, which neither overflows nor is slow
    np.tanh(x, out=x)
    x += 1.0
    x *= 0.5
    return x


def _tanh_plus_sigmoid(x: Array) -> Array:
    total = np.tanh(x)
    total += _sigmoid(x)
    return total


def _silu(x: Array) -> Array:
    x *= _sigmoid(x.copy())
    return x


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda x: x,
    "relu": _relu,
    "sigmoid": _sigmoid,
    "silu": _silu,
    "tanh": lambda x: np.tanh(x, out=x),
    "tanh_plus_sigmoid": _tanh_plus_sigmoid,
}
"""Activations by the names of their Keras functions; they may work in place."""


@dataclass(frozen=True)
class Dense:
    """One dense layer, activation(x W + b)."""

    kernel: Array
    bias: Array
    activation: str

    def __call__(self, x: Array) -> Array:
        """Apply the layer to rows `x`."""
        out = x @ self.kernel
        out += self.bias
        return ACTIVATIONS[self.activation](out)


@dataclass(frozen=True)
class Rescaling:
    """x · scale + offset, feature by feature."""

    scale: Array
    offset: Array

    def __call__(self, x: Array) -> Array:
        """Apply the layer to rows `x`."""
        return x * self.scale + self.offset


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
            If the file is no Keras archive or holds a layer that is not understood.
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
        return cls(layers)

    def predict(self, x: ArrayLike) -> Array:
        """Output of the last layer.

        Parameters
        ----------
        x : array_like, shape (N, inputs)
            Input rows; computed in single precision, `BATCH` rows at a time.

        Returns
        -------
        ndarray of float32, shape (N, outputs)
        """
        rows = np.asarray(x, np.float32)
        if len(rows) <= FEW:
            with _blas().limit(limits=1):
                return self._apply(rows)
        starts = range(0, len(rows), BATCH)
        return np.concatenate([self._apply(rows[start : start + BATCH]) for start in starts])

    def _apply(self, rows: Array) -> Array:
        for layer in self.layers:
            rows = layer(rows)
        return rows


def _dense(group: Any, activation: Any, path: Path) -> Dense:
    if isinstance(activation, dict):  # a function that is not Keras's own
        activation = activation["config"].rpartition(">")[2]  # without the package it belongs to
    if activation not in ACTIVATIONS:
        raise ValueError(f"{path.name} uses the activation {activation}, not supported")
    return Dense(np.asarray(group["0"], np.float32), np.asarray(group["1"], np.float32), activation)

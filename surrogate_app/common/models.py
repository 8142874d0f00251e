"""What a model is before it is trained, and how a trained one is loaded; common to both halves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from surrogate_app.common.model_card import Card
from surrogate_app.common.registry import Registry

Model = TypeVar("Model")
Spec = TypeVar("Spec", bound="ModelSpec")


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """One kind of model: how it is called, drawn and trained.

    A half adds how the model is evaluated. Serving reads nothing else; what trains the model is
    named, not imported, because it needs TensorFlow.

    Parameters
    ----------
    name : str
        Name on the command line, in links, and of the files.
    label : str
        Name on the page.
    colour : str
        Colour in all figures, #rrggbb.
    training : str, optional
        Where that which trains it is found, "module:name"; empty for a model without weights.
    rank : int, optional
        Place among the models; that of the lowest one is the default.
    """

    name: str
    label: str
    colour: str
    training: str = ""
    rank: int = 100

    def load_training(self) -> Any:
        """Import what trains this model, and TensorFlow with it where that is needed.

        Raises
        ------
        ValueError
            If the model has no weights to train.

        Examples
        --------
        >>> ModelSpec(name="pi", label="π", colour="#000000", training="math:pi").load_training()
        3.141592653589793
        """
        if not self.training:
            raise ValueError(f"model {self.name!r} has no weights, so there is nothing to train")
        module, _, name = self.training.partition(":")
        return getattr(import_module(module), name)


def model_registry(package: str, kind: type[Spec]) -> Registry[Spec]:
    """Return the registry of the models in the modules of a package, the default one first."""
    return Registry(package, kind, order=lambda spec: (spec.rank, spec.name))


def load_model(path: Path, read: Callable[[Path], Model], kind: type[Card]) -> tuple[Model, Card]:
    """Read trained weights and the model card beside them.

    They are kept in memory and read anew when either file has changed.

    Parameters
    ----------
    path : Path
        File of the weights; the card lies beside it, with the suffix .json.
    read : callable
        Reads the weights.
    kind : type
        `ModelCard`, or the class derived from it that such models have.

    Returns
    -------
    model, card

    Raises
    ------
    FileNotFoundError
        If either file is missing.
    ValueError
        If the weights are not those that the card describes, or another version of surrogate-app
        wrote it.
    """
    stamps = _stamp(path), _stamp(path.with_suffix(".json"))
    model, card, found = _load(path, read, kind.of_weights)
    if found != stamps:
        _load.cache_clear()
        model, card, _ = _load(path, read, kind.of_weights)
    return model, card


@lru_cache(maxsize=16)
def _load(
    path: Path, read: Callable[[Path], Any], card_of: Callable[[Path], Any]
) -> tuple[Any, Any, Any]:
    stamps = _stamp(path), _stamp(path.with_suffix(".json"))
    card = card_of(path)
    try:
        return read(path), card, stamps
    except (FileNotFoundError, ValueError):
        raise
    except Exception as error:  # whatever libraries raise for a file that is none of theirs
        raise ValueError(
            f"{path.name} is damaged, or of another version of surrogate-app; fetch it again"
        ) from error


def require_finite(path: Path, arrays: Iterable[ArrayLike]) -> None:
    """Raise a ValueError that names the file if some of its weights are no finite numbers."""
    if not all(np.all(np.isfinite(values)) for values in arrays):
        raise ValueError(
            f"{path.name} is damaged: not all of its weights are finite numbers; fetch it again"
        )


def _stamp(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file is written anew."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns

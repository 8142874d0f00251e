"""Files of the pretrained liquid models: what they describe is checked before it is used."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from surrogate_app.common.provenance import sha256
from surrogate_app.common.resources import pretrained_dir

Model = TypeVar("Model")


def model_dir() -> Path:
    """Folder of the pretrained liquid models."""
    return pretrained_dir() / "liquid"


@cache
def load_model(path: Path, read: Callable[[Path], Model]) -> tuple[Model, dict[str, Any]]:
    """Read a model and its metadata, once.

    Parameters
    ----------
    path : Path
        File of the weights; the metadata are beside it, with the suffix .json.
    read : callable
        Reads the weights.

    Raises
    ------
    ValueError
        If the weights are not those that the metadata describe.
    """
    metadata = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if sha256(path) != metadata["weights_sha256"]:
        raise ValueError(
            f"{path.name} is not the file that {path.stem}.json describes; fetch both again"
        )
    return read(path), metadata

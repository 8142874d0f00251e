"""Model cards: the metadata that travel with the weights of a model, as JSON beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from surrogate_app.common.files import write_json
from surrogate_app.common.provenance import sha256

Card = TypeVar("Card", bound="ModelCard")


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """Where the weights of a model come from.

    Parameters
    ----------
    name : str
        Name of the model, and of its files.
    command, version, commit, date, python : str
        How the weights were made, see `provenance`; no commit outside a checkout.
    seed : int, optional
        Seed of the training; none where no random number was drawn.
    weights_sha256 : str
        SHA-256 of the file of weights.
    epoch, training_loss, validation_loss : float, optional
        The epoch whose weights were kept, and its losses; none where nothing was iterated.
    details : mapping
        What else is to be known of this model, see the code that trains it.
    """

    name: str
    command: str
    version: str
    commit: str | None
    date: str
    python: str
    seed: int | None = None
    weights_sha256: str
    epoch: float | None = None
    training_loss: float | None = None
    validation_loss: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(
        cls: type[Card], metadata: Mapping[str, Any], file: str = "the model card"
    ) -> Card:
        """Return the card of metadata as they are stored; `file` names them in errors.

        Raises
        ------
        ValueError
            If something is missing, because another version of surrogate-app wrote them.
        """
        if not isinstance(metadata, dict):
            raise outdated(file)
        known = {each.name for each in fields(cls)} - {"details"}
        details = {key: value for key, value in metadata.items() if key not in known}
        try:
            return cls(**{k: v for k, v in metadata.items() if k in known}, details=details)
        except TypeError:
            raise outdated(file) from None

    @classmethod
    def of_weights(cls: type[Card], path: Path) -> Card:
        """Read the card beside a file of weights, and check that it describes these.

        Raises
        ------
        ValueError
            If the weights are others, or the card is damaged or of another version of
            surrogate-app.
        """
        file = path.with_suffix(".json")
        try:
            metadata = json.loads(file.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            raise ValueError(f"{file.name} is damaged: its metadata are no JSON") from None
        card = cls.from_dict(metadata, file.name)
        if sha256(path) != card.weights_sha256:
            raise ValueError(
                f"{path.name} is not the file that {path.stem}.json describes; fetch both again"
            )
        return card

    def to_dict(self) -> dict[str, Any]:
        """Return the metadata as they are stored; what does not apply is left out."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        details = named.pop("details")
        stored = {k: v for k, v in named.items() if v is not None or k == "commit"}
        return {**stored, **details}

    def write(self, folder: Path) -> None:
        """Store the card in a folder, beside the weights."""
        write_json(folder / f"{self.name}.json", self.to_dict())


def outdated(file: str) -> ValueError:
    """Return the error for a model card that another version of surrogate-app wrote."""
    return ValueError(
        f"{file} is of another version of surrogate-app; train the model again, or "
        "fetch its files of this version"
    )

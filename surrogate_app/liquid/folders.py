"""Where the models, simulated data and examples of the liquid are kept."""

from __future__ import annotations

from pathlib import Path

from surrogate_app.common.resources import pretrained_dir


def model_dir() -> Path:
    """Folder of the pretrained liquid models."""
    return pretrained_dir() / "liquid"

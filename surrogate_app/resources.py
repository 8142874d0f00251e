"""Places of the files that travel with the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def pretrained_dir() -> Path:
    """Folder of the pretrained models: inside an installed wheel, or at the top of a checkout."""
    return _find("pretrained")


def notebooks_dir() -> Path:
    """Folder of the notebooks: inside an installed wheel, or at the top of a checkout."""
    return _find("notebooks")


def _find(name: str) -> Path:
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"the folder {name} is neither inside the package nor beside it; reinstall surrogate-app"
    )

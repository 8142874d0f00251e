"""Where the files that belong to the package lie: networks, notebooks, Voila's settings.

In a checkout the networks and the notebooks are folders at the top level, next to the
package; a wheel carries them inside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def _data_dir(name: str) -> Path:
    candidates = [_PACKAGE / name]
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file():
        candidates.append(checkout / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(
        f"surrogate-app's folder '{name}' is missing: neither {candidates[0]} nor a checkout "
        f"with '{name}' at its top level exists. Install the package again, or run from a "
        "complete checkout."
    )


def pretrained_dir() -> Path:
    """Return the folder of the trained networks.

    Returns
    -------
    pathlib.Path
        Folder with one subfolder per model family, each with ``*.keras`` files and their
        metadata.

    Raises
    ------
    FileNotFoundError
        If the installation or checkout lacks the folder.
    """
    return _data_dir("pretrained")


def notebooks_dir() -> Path:
    """Return the folder of the notebooks that the dashboard serves.

    Returns
    -------
    pathlib.Path
        Folder with the ``*.ipynb`` files.

    Raises
    ------
    FileNotFoundError
        If the installation or checkout lacks the folder.
    """
    return _data_dir("notebooks")


def voila_config_dir() -> Path:
    """Return the folder with ``voila.json``, the settings under which Voila serves the pages.

    Returns
    -------
    pathlib.Path
        Folder to hand to Voila as ``--Voila.config_file_paths``.
    """
    return _PACKAGE / "app"


def jupyter_data_dir() -> Path:
    """Return the folder that holds the template of the pages as Voila looks for it.

    Returns
    -------
    pathlib.Path
        Folder to name in ``JUPYTER_PATH``, where the package is not installed.
    """
    return _PACKAGE / "app" / "jupyter"

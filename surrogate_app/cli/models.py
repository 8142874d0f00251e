"""Loading models for the command line, where their files may be missing or damaged."""

from __future__ import annotations

import json
from typing import Any


class DamagedModel(Exception):
    """The files of a model can't be used, which is no fault of what was asked for."""


def load(surrogate: Any, name: str | None) -> Any:
    """Load a pretrained model.

    Parameters
    ----------
    surrogate : type
        The class of the model, with `available` and `load`.
    name : str or None
        Name of the model; None for the default one.

    Raises
    ------
    ValueError
        If there is no model of this name.
    DamagedModel
        If its files are missing or damaged.
    """
    try:
        known = surrogate.available()
        if name is None or name in known or not known:
            return surrogate.load(name)
    except (ValueError, OSError, KeyError, TypeError) as error:
        shown = "the default model" if name is None else f"the model {name!r}"
        raise DamagedModel(
            f"{shown} can't be loaded: {_reason(error)}; install surrogate-app again, or fetch "
            "its folder pretrained/ anew"
        ) from error
    return surrogate.load(name)  # says which names there are


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} can't be read ({error.strerror})"
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return "its metadata are no JSON"
    if isinstance(error, KeyError | TypeError):
        return "its metadata are not complete"
    return str(error)

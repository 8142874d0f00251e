"""Things that are named now and imported when they are needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from typing import Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True)
class Lazy(Generic[T]):
    """A module, or something in it, that takes long to import and is loaded when asked for.

    Parameters
    ----------
    path : str
        Dotted name of the module and, after a colon, the name in it.

    Examples
    --------
    >>> Lazy("math:sqrt").load()(9.0)
    3.0
    """

    path: str

    def load(self) -> T:
        """Import the module and return what is named."""
        module, _, names = self.path.partition(":")
        found = reduce(getattr, filter(None, names.split(".")), import_module(module))
        return cast(T, found)

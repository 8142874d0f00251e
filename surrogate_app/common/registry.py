"""Things that come in kinds: each is a file of its own, and everything else reads the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, Protocol, TypeVar


class Named(Protocol):
    """What can be registered: anything with a name."""

    @property
    def name(self) -> str:
        """Name by which the command line, links and files know it."""


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T], Generic[T]):
    """Entries of one kind by name, found in the modules of one package or in listed modules.

    Every module or subpackage directly inside the package may define entries as module-level
    constants; all of them are imported when the registry is first asked. A new entry is thus one
    new file and no other edit. Where entries stand in rooms of their own, the modules that hold
    them are listed instead.

    Parameters
    ----------
    source : str or sequence of str
        Dotted name of the package whose modules hold the entries, or the dotted names of the
        modules.
    kind : type
        Class of the entries.
    order : callable, optional
        Key by which entries are ordered; by name where it is missing.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Shape:
    ...     name: str
    >>> shapes = Registry("surrogate_app.common", Shape)
    >>> shapes.add(Shape("circle"))
    >>> list(shapes), shapes["circle"]
    (['circle'], Shape(name='circle'))
    """

    def __init__(
        self,
        source: str | Sequence[str],
        kind: type[T],
        order: Callable[[T], Any] | None = None,
    ) -> None:
        self._source = source
        self._kind = kind
        self._order: Callable[[T], Any] = order or (lambda entry: entry.name)
        self._entries: dict[str, T] | None = None

    def _found(self) -> dict[str, T]:
        if self._entries is None:
            entries: dict[str, T] = {}
            for module in self._modules():
                for value in vars(import_module(module)).values():
                    if isinstance(value, self._kind):
                        entries[value.name] = value
            self._entries = entries
            self._sort()
        return self._entries

    def _modules(self) -> Sequence[str]:
        if not isinstance(self._source, str):
            return self._source
        package = import_module(self._source)
        return sorted(f"{self._source}.{found.name}" for found in iter_modules(package.__path__))

    def _sort(self) -> None:
        assert self._entries is not None
        self._entries = {e.name: e for e in sorted(self._entries.values(), key=self._order)}

    def add(self, entry: T) -> None:
        """Register an entry that is defined elsewhere, in place of one of the same name."""
        self._found()[entry.name] = entry
        self._sort()

    def remove(self, name: str) -> None:
        """Take an entry out again."""
        del self._found()[name]

    def __getitem__(self, name: str) -> T:
        """Return the entry of this name; KeyError where there is none."""
        return self._found()[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names in order."""
        return iter(self._found())

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._found())

"""State of the tab Methods: all methods on the g(r) of the page, then the error maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from traitlets import Enum

from surrogate_app.app.links import choice
from surrogate_app.app.liquid.surrogates import Forward, require_rdf
from surrogate_app.app.tabs import Later, Table, TabState
from surrogate_app.liquid import Comparison, ErrorMap, Fit, StructureFactorFit
from surrogate_app.liquid.analysis.comparison import comparison_warnings, prepare, solved
from surrogate_app.liquid.analysis.engine import SURROGATE
from surrogate_app.liquid.analysis.maps import QUANTITIES, map_of
from surrogate_app.liquid.analysis.problem import Problem
from surrogate_app.liquid.export import methods as export


@dataclass(frozen=True, eq=False)
class Methods:
    """What the tab shows.

    Parameters
    ----------
    problem : Problem
        The g(r) that the methods were given.
    comparison : Comparison
        The answers.
    maps : mapping
        Error maps by quantity; empty until they are computed.
    """

    problem: Problem
    comparison: Comparison
    maps: Mapping[str, ErrorMap]


class MethodsState(TabState):
    """All methods at once, which takes a fraction of a second; then the maps, which take one.

    Parameters
    ----------
    forward : callable
        Returns the forward surrogate; not used, the methods load theirs.
    later : callable
        Calls what takes long, once the user pauses.
    """

    keys = ("error_map",)

    quantity = Enum(QUANTITIES, default_value=QUANTITIES[0])

    result: Methods | None
    target: Fit | StructureFactorFit | None

    def __init__(self, forward: Callable[[], Forward], later: Later) -> None:
        super().__init__(forward, later)
        self._of: Fit | None = None
        self._methods: Methods | None = None

    @property
    def slow(self) -> bool:
        """Whether to show the methods first: the maps take longer."""
        return True

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on the comparison and on the map that is shown."""
        if self.result is None:
            return ()
        found = self.result.maps.get(self.quantity)
        return (*self.result.comparison.warnings, *(() if found is None else found.warnings))

    @property
    def call(self) -> str:
        """The Python statements that return what is shown."""
        if self.result is None or self.target is None:
            return ""
        lines = [
            "from surrogate_app.liquid import compare_methods, error_map\n",
            f"found = {export.python_call(self.result.comparison)}",
        ]
        if (shown := self.result.maps.get(self.quantity)) is not None:
            lines.append(f"errors = {export.map_call(shown)}")
        return "\n".join(lines)

    def show_map(self, quantity: str) -> None:
        """Show the map of another quantity, which is there already."""
        self.quantity = quantity
        self.revision += 1

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        return {"error_map": self.quantity}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if that is wrong."""
        if "error_map" in settings:
            self.show_map(choice("error map", settings["error_map"], QUANTITIES))

    def same(self, target: Any) -> bool:
        """Whether a fit is the one that is shown."""
        return target is self.target

    def draft(self, target: Fit | StructureFactorFit) -> Methods:
        """Return the answers of all methods, without maps."""
        target = require_rdf(target)
        if target is not self._of or self._methods is None:
            problem = prepare(target.rdf, target.density, target.temperature)
            rows = list(solved(problem))
            comparison = Comparison(problem.fit, tuple(rows), SURROGATE, comparison_warnings(rows))
            self._of, self._methods = target, Methods(problem, comparison, {})
        return self._methods

    def compute(self, target: Fit | StructureFactorFit) -> Methods:
        """Return the answers and the maps."""
        methods = self.draft(target)
        if not methods.maps:
            maps = map_of(methods.problem)
            methods = Methods(
                methods.problem, methods.comparison, {found.quantity: found for found in maps}
            )
            self._methods = methods
        return methods

    def table(self, name: str) -> Table:
        """Return the answers ("methods") or the map that is shown ("error_map")."""
        if self.result is None:
            raise ValueError("No method was evaluated yet.")
        if name == "methods":
            return export.table(self.result.comparison)
        if self.quantity not in self.result.maps:
            raise ValueError("The error map is not there yet.")
        return export.map_table(self.result.maps[self.quantity])

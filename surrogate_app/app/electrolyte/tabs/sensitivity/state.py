"""State of the tab Sensitivity: the share of each input in the variance of a quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from traitlets import Enum, Tuple, Unicode

from surrogate_app.app.electrolyte.analysis import positions
from surrogate_app.app.electrolyte.analysis.state import WIDTHS, AnalysisState, Target
from surrogate_app.app.links import choice, shortened
from surrogate_app.electrolyte.analysis.sensitivity import TOLERANCE, Sensitivity, sensitivities
from surrogate_app.electrolyte.analysis.surfaces import ResponseSurface, response_surface
from surrogate_app.electrolyte.export import analyses
from surrogate_app.electrolyte.export.analyses import SystemTable

LIVE = 3
"""Number of inputs up to which indices follow the sliders at once."""

POINTS = 15
"""Values of each input of a response surface."""

FORMS = ("surface", "map")
"""How a response surface can be drawn."""


@dataclass(frozen=True)
class SensitivityResult:
    """What the tab shows.

    Parameters
    ----------
    across : Sensitivity
        Indices at every z.
    positions : tuple of str
        The positions that are examined.
    at_positions : Sensitivity or None
        Indices there.
    surface : ResponseSurface or None
        Response there to two inputs; None if fewer vary. That of the system before while the
        sliders move.
    """

    across: Sensitivity
    positions: tuple[str, ...]
    at_positions: Sensitivity | None
    surface: ResponseSurface | None


class SensitivityState(AnalysisState):
    """Shares of the variance of one quantity across the slit and at some positions.

    `positions` are examined in detail, `position` is the one whose response surface is shown, as
    a function of the inputs of `pair`, in one of `FORMS`.
    """

    keys = ("at", "surface")

    positions = Tuple(default_value=("contact_pos", "contact_neg", "middle"))
    position = Unicode("contact_neg")
    pair = Tuple(default_value=("d_pos", "d_neg"))
    form = Enum(FORMS, default_value=FORMS[0])

    result: SensitivityResult | None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._computed: Any = None

    @property
    def slow(self) -> bool:
        """Whether something waits until the sliders rest: not only positions changed."""
        waits = self.result is not None or len(self.analysis.chosen) > LIVE
        return bool(waits and self._computed != self._wanted())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what is shown."""
        return self.result.across.warnings if self.result is not None else ()

    @property
    def pair_in_use(self) -> tuple[str, ...]:
        """The inputs of the response surface: `pair` where both vary, else the first two."""
        chosen = self.analysis.chosen
        return self.pair if set(self.pair) <= set(chosen) else chosen[:2]

    @property
    def call(self) -> str:
        """The Python statements that return what is shown."""
        if self.result is None:
            return ""
        s, surface = self.result.across, self.result.surface
        names = "Electrolyte, Surrogate, " + ("response_surface, " if surface else "")
        spread = {one.name: one.width for one in s.spreads}
        kinds = {one.name: one.distribution for one in s.spreads}
        lines = [
            f"from surrogate_app.electrolyte import {names}sensitivity\n",
            f"system = {s.system!r}",
            f'surrogate = Surrogate.load("{s.model}")',
            f"spread = {spread!r}",
            f'options = {{"quantity": "{s.quantity}", "distribution": {kinds!r}}}',
            "across = sensitivity(surrogate, system, spread, **options)",
        ]
        if self.result.at_positions is not None:
            lines += [
                f"z = {self.result.at_positions.z.tolist()!r}",
                "at_positions = sensitivity(surrogate, system, spread, z=z, **options)",
            ]
        if surface is not None:
            pair = tuple(one.name for one in surface.inputs)
            lines.append(
                f"surface = response_surface(surrogate, system, spread, z=z, inputs={pair!r}, "
                f"points={POINTS}, **options)"
            )
        return "\n".join(lines)

    def toggle(self, position: str) -> None:
        """Examine a position, or no longer."""
        if position in self.positions:
            kept = tuple(one for one in self.positions if one != position)
            self.change(positions=kept)
        else:
            self.add(position)

    def add(self, position: str) -> None:
        """Examine a position, and show its response surface."""
        if position not in self.positions:
            if len(self.positions) >= positions.MAX_POSITIONS:
                self.refuse(
                    f"At most {positions.MAX_POSITIONS} positions can be examined: remove one first"
                )
                return
            self.positions = (*self.positions, position)
        self.change(position=position)

    def examine(self, chosen: tuple[str, ...]) -> None:
        """Examine these positions and no others."""
        self.change(positions=chosen, position=chosen[0])

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        surface = ":".join((self.position, *self.pair, self.form))
        return {**self.analysis.settings(), "at": ",".join(self.positions), "surface": surface}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if they are wrong."""
        if "at" in settings:
            chosen = [positions.read(text) for text in filter(None, settings["at"].split(","))]
            kept = tuple(dict.fromkeys(chosen))[: positions.MAX_POSITIONS]
            self.change(positions=kept)
        if "surface" in settings:
            position, *pair = settings["surface"].split(":")
            if len(pair) != 3:
                raise ValueError(
                    f"the link's surface “{shortened(settings['surface'])}” was not understood"
                )
            first, second = (choice("surface", name, tuple(WIDTHS)) for name in pair[:2])
            form = choice("surface", pair[2], FORMS)
            position = positions.read(position)
            self.change(position=position, pair=(first, second), form=form)

    def table(self, name: str) -> SystemTable:
        """Return the numbers of a figure: of `exports` of the tab."""
        if self.result is None or self.target is None:
            raise ValueError("There is nothing to export yet.")
        metadata = self.target.surrogate.metadata
        if name == "response_surface":
            if self.result.surface is None:
                raise ValueError("A response surface needs two inputs and a position.")
            return analyses.of_surface(self.result.surface, metadata)
        found = self.result.across if name == "sensitivity" else self.result.at_positions
        if found is None:
            raise ValueError("No position has been chosen.")
        return analyses.of_sensitivity(found, metadata)

    def draft(self, target: Target) -> SensitivityResult | None:
        """Return the indices of the coarsest grid, beside the surface of before.

        Nothing where many inputs vary.
        """
        before = self.result
        if before is None or len(self.analysis.chosen) > LIVE:
            return None
        surface = before.surface
        if surface is not None and (
            before.positions != self.positions
            or tuple(one.name for one in surface.inputs) != self.pair_in_use
        ):
            surface = None
        self._computed = None
        return SensitivityResult(*self._indices(target, True, math.inf), surface)

    def compute(self, target: Target) -> SensitivityResult:
        """Return the results; ValueError with one sentence where there are none."""
        wanted, known = self._wanted(), self.result
        if known is None or self._computed != wanted:
            across, chosen, there = self._indices(target, True)
        elif known.positions == self.positions:
            across, chosen, there = known.across, known.positions, known.at_positions
        else:
            _, chosen, there = self._indices(target, False)
            across = known.across
        self._computed = wanted
        pair, surface = self.pair_in_use, None
        if there is not None and len(pair) == 2:
            surface = response_surface(
                target.surrogate,
                target.system,
                self.analysis.spread,
                z=there.z,
                inputs=pair,
                points=POINTS,
                **self._options,
            )
        if self.positions and self.position not in self.positions:
            self.position = self.positions[0]
        return SensitivityResult(across, chosen, there, surface)

    def _indices(
        self, target: Target, across: bool, tolerance: float = TOLERANCE
    ) -> tuple[Any, tuple[str, ...], Sensitivity | None]:
        """Return indices across the slit, if wanted, the positions, and the indices there."""
        z = [positions.coordinate(one, target.system) for one in self.positions]
        lists: list[list[float] | None] = [*([None] if across else []), *([z] if z else [])]
        found = sensitivities(
            target.surrogate,
            target.system,
            self.analysis.spread,
            lists,
            tolerance=tolerance,
            **self._options,
        )
        return found[0] if across else None, self.positions, found[-1] if z else None

    @property
    def _options(self) -> dict[str, Any]:
        analysis = self.analysis
        return {"quantity": analysis.quantity, "distribution": analysis.distribution}

    def _wanted(self) -> Any:
        analysis = self.analysis
        return self.target, analysis.quantity, analysis.spread, analysis.distribution

"""State of the tab Sensitivity: which inputs shape a quantity where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from traitlets import Enum, Tuple, Unicode

from surrogate_app.app.electrolyte import places
from surrogate_app.app.electrolyte.parts import Part, Subject, choice
from surrogate_app.electrolyte import PARAMETERS, sensitivity
from surrogate_app.electrolyte.analysis.surfaces import ResponseSurface, response_surface
from surrogate_app.electrolyte.analysis.variance import Sensitivity
from surrogate_app.electrolyte.export import analyses
from surrogate_app.electrolyte.export.analyses import SystemTable

LIVE = 3
"""Number of inputs up to which indices follow the sliders at once."""

POINTS = 15
"""Values of each input of a response surface."""

FORMS = ("surface", "map")
"""How a response surface can be drawn."""


@dataclass(frozen=True)
class Findings:
    """What the tab shows.

    Parameters
    ----------
    across : Sensitivity
        Indices at every z.
    places : tuple of str
        The places that are looked at.
    at_places : Sensitivity or None
        Indices there.
    surface : ResponseSurface or None
        Response there to two inputs; None if fewer vary.
    """

    across: Sensitivity
    places: tuple[str, ...]
    at_places: Sensitivity | None
    surface: ResponseSurface | None


class SensitivityPart(Part):
    """Shares of the variance of one quantity across the slit and at some places.

    `places` are looked at in detail, `place` is the one whose response surface is shown, as a
    function of the inputs of `pair`, in one of `FORMS`.
    """

    keys = ("at", "surface")

    places = Tuple(default_value=("contact_pos", "contact_neg", "middle"))
    place = Unicode("contact_neg")
    pair = Tuple(default_value=("d_pos", "d_neg"))
    form = Enum(FORMS, default_value=FORMS[0])

    result: Findings | None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._asked: Any = None

    @property
    def slow(self) -> bool:
        """Whether to wait until the sliders rest: many inputs, and not only places changed."""
        return len(self.question.chosen) > LIVE and self._asked != self._asks()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what is shown."""
        return self.result.across.warnings if self.result is not None else ()

    @property
    def pair_in_use(self) -> tuple[str, ...]:
        """The inputs of the response surface: `pair` where both vary, else the first two."""
        chosen = self.question.chosen
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
        if self.result.at_places is not None:
            lines += [
                f"z = {self.result.at_places.z.tolist()!r}",
                "at_places = sensitivity(surrogate, system, spread, z=z, **options)",
            ]
        if surface is not None:
            pair = tuple(one.name for one in surface.inputs)
            lines.append(
                f"surface = response_surface(surrogate, system, spread, z=z, inputs={pair!r}, "
                f"points={POINTS}, **options)"
            )
        return "\n".join(lines)

    def toggle(self, place: str) -> None:
        """Look at a place, or no longer."""
        if place in self.places:
            self.change(places=tuple(one for one in self.places if one != place))
        else:
            self.add(place)

    def add(self, place: str) -> None:
        """Look at a place, and show its response surface."""
        if place not in self.places:
            if len(self.places) >= places.MOST:
                self.say(f"At most {places.MOST} places can be looked at: remove one first")
                return
            self.places = (*self.places, place)
        self.change(place=place)

    def look_at(self, chosen: tuple[str, ...]) -> None:
        """Look at these places and no others."""
        self.change(places=chosen, place=chosen[0])

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        surface = ":".join((self.place, *self.pair, self.form))
        return {**self.question.settings(), "at": ",".join(self.places), "surface": surface}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if they are wrong."""
        if "at" in settings:
            chosen = [places.read(text) for text in filter(None, settings["at"].split(","))]
            self.change(places=tuple(dict.fromkeys(chosen))[: places.MOST])
        if "surface" in settings:
            place, *pair = settings["surface"].split(":")
            if len(pair) != 3:
                raise ValueError(
                    f"the link's surface “{settings['surface'][:40]}” was not understood"
                )
            first, second = (choice("surface", name, PARAMETERS) for name in pair[:2])
            form = choice("surface", pair[2], FORMS)
            self.change(place=places.read(place), pair=(first, second), form=form)

    def table(self, name: str) -> SystemTable:
        """Return what one of the figures shows: "sensitivity", "places" or "surface"."""
        if self.result is None or self.subject is None:
            raise ValueError("There is nothing to export yet.")
        metadata = self.subject.surrogate.metadata
        if name == "surface":
            if self.result.surface is None:
                raise ValueError("A response surface takes two inputs and a place.")
            return analyses.of_surface(self.result.surface, metadata)
        found = self.result.across if name == "sensitivity" else self.result.at_places
        if found is None:
            raise ValueError("No place has been chosen.")
        return analyses.of_sensitivity(found, metadata)

    def compute(self, subject: Subject) -> Findings:
        """Return the results; ValueError with one sentence where there are none."""
        surrogate, system = subject.surrogate, subject.system
        question = self.question
        spread, kinds = question.spread, question.distribution
        options: dict[str, Any] = {"quantity": question.quantity, "distribution": kinds}
        z = [places.position(place, system) for place in self.places]
        asks = self._asks()
        if self.result is not None and self._asked == asks:
            across = self.result.across
        else:
            across = sensitivity(surrogate, system, spread, **options)
        at_places = sensitivity(surrogate, system, spread, z=z, **options) if z else None
        pair, surface = self.pair_in_use, None
        if z and len(pair) == 2:
            options |= {"inputs": pair, "points": POINTS}
            surface = response_surface(surrogate, system, spread, z=z, **options)
        if self.places and self.place not in self.places:
            self.place = self.places[0]
        self._asked = asks
        return Findings(across, self.places, at_places, surface)

    def _asks(self) -> Any:
        question = self.question
        return self.subject, question.quantity, question.spread, question.distribution

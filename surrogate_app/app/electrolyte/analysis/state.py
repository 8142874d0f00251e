"""What the tabs of analysis have in common: the quantity, the spreads, and the system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from traitlets import Dict as DictTrait
from traitlets import Enum, HasTraits, Int, Tuple

from surrogate_app.app.electrolyte.inputs import phrase
from surrogate_app.app.electrolyte.theory import NO_THEORY
from surrogate_app.app.links import choice, number
from surrogate_app.app.tabs import Later, TabState
from surrogate_app.electrolyte import Electrolyte
from surrogate_app.electrolyte.analysis.input_distributions import DISTRIBUTIONS, NORMAL
from surrogate_app.electrolyte.domain import Domain
from surrogate_app.electrolyte.quantities import QUANTITIES

WIDTHS = {
    "h": 0.02,
    "c": 0.02,
    "d_pos": 0.01,
    "d_neg": 0.015,
    "sigma_s": 0.0005,
    "temperature": 2.0,
    "permittivity": 1.0,
}
"""Spreads to start with, in each input's unit; those of the diameters are the paper's (III.D)."""

PAPER_INPUTS = ("d_pos", "d_neg")
"""Inputs that vary in the paper's analysis of sensitivity."""


@dataclass(frozen=True)
class Target:
    """The system and the surrogate that a tab analyses.

    Parameters
    ----------
    model : str
        Name of the surrogate.
    surrogate : object
        The surrogate.
    system : Electrolyte
        A system inside the domain.
    theory : str, optional
        Theory that the page draws beside it, a name in `THEORIES`.
    """

    model: str
    surrogate: Any
    system: Electrolyte
    theory: str = field(default=NO_THEORY, compare=False)  # few tabs have an interest in it


class AnalysisSettings(HasTraits):
    """What several tabs have in common: the quantity, and the spreads of the inputs.

    `revision` grows with every change, after all of it has been made.
    """

    keys: ClassVar[tuple[str, ...]] = ("quantity", "spread")

    quantity = Enum(tuple(QUANTITIES), default_value="charge_density")
    chosen = Tuple(default_value=PAPER_INPUTS)
    kinds: DictTrait[str, str] = DictTrait(dict.fromkeys(WIDTHS, NORMAL))
    widths: DictTrait[str, float] = DictTrait(WIDTHS)
    revision = Int()

    @property
    def spread(self) -> dict[str, float]:
        """Width of each input that varies."""
        return {name: self.widths[name] for name in self.chosen}

    @property
    def distribution(self) -> dict[str, str]:
        """Kind of the spread of each input that varies."""
        return {name: self.kinds[name] for name in self.chosen}

    def change(self, **values: Any) -> None:
        """Set several traits at once."""
        for name, value in values.items():
            setattr(self, name, value)
        self.revision += 1

    def vary(self, names: tuple[str, ...]) -> None:
        """Let these inputs vary and no others."""
        self.change(chosen=tuple(name for name in WIDTHS if name in names))

    def set_spread(self, name: str, kind: str | None = None, width: float | None = None) -> None:
        """Set kind or width of one input's spread."""
        kinds = self.kinds if kind is None else {**self.kinds, name: kind}
        widths = self.widths if width is None else {**self.widths, name: width}
        self.change(kinds=kinds, widths=widths)

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the spreads and the quantity."""
        spreads = [f"{name}:{self.kinds[name]}:{self.widths[name]!r}" for name in self.chosen]
        return {"quantity": self.quantity, "spread": ",".join(spreads)}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if they are wrong.

        Examples
        --------
        >>> analysis = AnalysisSettings()
        >>> analysis.restore({"spread": "c:uniform:0.1"})
        >>> analysis.spread, analysis.distribution
        ({'c': 0.1}, {'c': 'uniform'})
        """
        if "quantity" in settings:
            self.change(quantity=choice("quantity", settings["quantity"], tuple(QUANTITIES)))
        if "spread" in settings:
            kinds, widths, chosen = dict(self.kinds), dict(self.widths), []
            for text in filter(None, settings["spread"].split(",")):
                name, _, rest = text.partition(":")
                kind, _, width = rest.partition(":")
                chosen.append(choice("spread", name, tuple(WIDTHS)))
                kinds[name] = choice("kind of spread", kind, DISTRIBUTIONS)
                widths[name] = number("spread", width)
            self.change(kinds=kinds, widths=widths)
            self.vary(tuple(chosen))


class ElectrolyteTabState(TabState):
    """State of a tab of this page, whose sentences have the symbols of the page."""

    target: Target | None

    def begin(self, domain: Domain) -> None:
        """Set what the tab begins with where a model does not know the paper's systems."""

    @staticmethod
    def write(text: str) -> str:
        """Return a sentence of the library with the symbols of the page."""
        return phrase(text)


class AnalysisState(ElectrolyteTabState):
    """State of a tab that analyses a quantity of the system that is shown.

    Parameters
    ----------
    analysis : AnalysisSettings
        What the tabs have in common.
    later : callable
        Calls what takes long, once the sliders rest.
    """

    def __init__(self, analysis: AnalysisSettings, later: Later) -> None:
        super().__init__(analysis, later)
        self.analysis = analysis
        analysis.observe(lambda _: self.update(), "revision")

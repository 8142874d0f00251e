"""State of the tab By hand: parameters that the user sets, and their g(r)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from traitlets import Float

from surrogate_app.app.links import number
from surrogate_app.app.liquid.surrogates import Array, Forward, require_rdf
from surrogate_app.app.tabs import Later, TabState
from surrogate_app.liquid import Fit, LJState, StructureFactorFit
from surrogate_app.liquid.rdf.sampling import cells
from surrogate_app.liquid.scores import rdf_error


@dataclass(frozen=True, eq=False)
class ByHand:
    """A fluid whose parameters were set by hand, at the density and temperature of a fit.

    Parameters
    ----------
    state, r, g
        The fluid, distances in nm and its g(r).
    rdf_error : float
        Relative integrated difference from the file's g(r), ε_rdf.
    sampling : str
        What r is, as the fit takes the file to give it.
    warnings : tuple of str
        Warnings of the forward surrogate.
    """

    state: LJState
    r: Array
    g: Array
    rdf_error: float
    sampling: str
    warnings: tuple[str, ...]


class ByHandState(TabState):
    """C12 and C6 by hand: `c12_change` and `c6_change` in per cent of those of the fit.

    Parameters
    ----------
    forward : callable
        Returns the forward surrogate.
    later : callable
        Calls what takes long; not used.
    """

    keys = ("c12_change", "c6_change")

    c12_change = Float(0.0)
    c6_change = Float(0.0)

    result: ByHand | None
    target: Fit | StructureFactorFit | None

    def __init__(self, forward: Callable[[], Forward], later: Later) -> None:
        super().__init__(forward, later)
        self._forward = forward

    def back_to_fit(self) -> None:
        """Set both parameters to those of the fit."""
        self.change(c12_change=0.0, c6_change=0.0)

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        return {name: repr(getattr(self, name)) for name in self.keys}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if that is wrong."""
        self.change(**{name: number(name, text) for name, text in settings.items()})

    def reset(self) -> None:
        """Begin another file with the parameters of its fit."""
        self.c12_change = self.c6_change = 0.0
        self._outdated = True

    def same(self, target: Any) -> bool:
        """Whether a fit is the one that is shown."""
        return target is self.target

    def compute(self, target: Fit | StructureFactorFit) -> ByHand:
        """Return the fluid with its g(r); ValueError with one sentence where there is none."""
        target = require_rdf(target)
        c12, c6 = (
            value * (1.0 + change / 100.0)
            for value, change in ((target.c12, self.c12_change), (target.c6, self.c6_change))
        )
        state = LJState(c12, c6, target.density, target.temperature)
        surrogate = self._forward()
        middles, width = cells(target.rdf.r, target.sampling)
        within = middles <= surrogate.r_max(state)
        r = target.rdf.r[within]
        g = surrogate.curve(state, middles[within], width[within])
        error = float(rdf_error(r, target.rdf.g[within], g))
        return ByHand(state, r, g, error, target.sampling, surrogate.domain_warnings(state))

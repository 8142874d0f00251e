"""State of the tab State: pressure, energy and compressibility of the fitted fluid."""

from __future__ import annotations

from typing import Any

from surrogate_app.app.tabs import TabState
from surrogate_app.liquid import Fit, StructureFactorFit
from surrogate_app.liquid.analysis.thermodynamics import Quantity, of_fit


class StateState(TabState):
    """What the potential of the fit implies for its fluid; `result` holds the quantities."""

    result: tuple[Quantity, ...] | None
    target: Fit | StructureFactorFit | None

    def same(self, target: Any) -> bool:
        """Whether a fit is the one that is shown."""
        return target is self.target

    def compute(self, target: Fit | StructureFactorFit) -> tuple[Quantity, ...]:
        """Return the quantities of a fit, none where it can't be relied on."""
        return of_fit(target)

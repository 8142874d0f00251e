"""State of the tab Sweep: one input runs over a range."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from traitlets import Enum, Float, Int

from surrogate_app.app.electrolyte.analysis.state import AnalysisState, Target
from surrogate_app.app.electrolyte.inputs import refusal
from surrogate_app.app.links import choice, number, shortened
from surrogate_app.electrolyte import PARAMETERS, Electrolyte, sweep
from surrogate_app.electrolyte.analysis.input_distributions import continuous
from surrogate_app.electrolyte.analysis.sweeps import Sweep
from surrogate_app.electrolyte.domain import WIDE, Domain
from surrogate_app.electrolyte.export import analyses
from surrogate_app.electrolyte.export.analyses import SystemTable
from surrogate_app.electrolyte.system import ALL_PARAMETERS, VALENCIES

MAX_CURVES = 25
"""Largest number of curves."""

SERIES: tuple[str, float, float, int] = ("c", 0.3, 1.9, 17)
"""Input and range of the paper's Fig. 7; its nine values, and one more between any two."""

SERIES_PRESET = "Series in c"
"""Preset of the other inputs of that series."""


class SweepState(AnalysisState):
    """A family of curves of one quantity for equally spaced values of one input.

    `name` is the input, `low`, `high` and `number` its values, and `shown` the number of the curve
    that stands out, −1 if none does.
    """

    keys = ("sweep",)

    name = Enum(ALL_PARAMETERS, default_value=SERIES[0])
    low = Float(SERIES[1])
    high = Float(SERIES[2])
    number = Int(SERIES[3])
    shown = Int(-1)

    result: Sweep | None

    def begin(self, domain: Domain) -> None:
        """Sweep the concentration, or what else varies, over the whole domain."""
        name = self.name if self.name in continuous(domain) else continuous(domain)[0]
        low, high = domain.ranges[name]
        self.change(name=name, low=low, high=high)

    @property
    def values(self) -> NDArray[np.float64]:
        """Values of the input: so many, or all whole numbers of the range if it is a valency."""
        if self.name in VALENCIES:
            return np.arange(math.ceil(self.low), math.floor(self.high) + 1.0)
        return np.linspace(self.low, self.high, self.number)

    @property
    def call(self) -> str:
        """The Python statements that return what is shown."""
        if self.result is None:
            return ""
        s = self.result
        return (
            "import numpy as np\n"
            "from surrogate_app.electrolyte import Electrolyte, Surrogate, sweep\n\n"
            f"system = {s.system!r}\n"
            f"values = {_call_of(s)}\n"
            f'curves = sweep(Surrogate.load("{s.model}"), system, "{s.name}", values, '
            f'quantity="{s.quantity}")'
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Inputs that the model lets vary."""
        return PARAMETERS if self.target is None else self.target.surrogate.domain.inputs

    def sweep_over(self, name: str) -> None:
        """Sweep another input, over the whole of its domain."""
        domain = WIDE if self.target is None else self.target.surrogate.domain
        low, high = domain.ranges.get(name, (0.0, 0.0))
        if name in VALENCIES and self.target is not None:
            low, high = _valencies(name, self.target.system, domain)
        self.change(name=name, low=low, high=high, shown=-1)

    def sweep_series(self) -> None:
        """Sweep the concentration as in the paper's Fig. 7."""
        name, low, high, number = SERIES
        self.change(name=name, low=low, high=high, number=number, shown=-1)

    def show_series(self, quantity: str, use_preset: Callable[[str], None]) -> None:
        """Show a quantity for the series of the paper's Fig. 7.

        Parameters
        ----------
        quantity : str
            Name of the quantity.
        use_preset : callable
            Sets the inputs of the page to those of a preset.
        """
        self.leave()  # all is set before anything is computed
        self.analysis.change(quantity=quantity)
        self.sweep_series()
        use_preset(SERIES_PRESET)

    def show(self, index: int) -> None:
        """Let one curve stand out, or none if the index is −1."""
        if self.result is not None and index != self.shown and index < len(self.result.values):
            self.shown = index
            self.revision += 1

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        values = f"{self.name}:{self.low!r}:{self.high!r}:{self.number}"
        return {"quantity": self.analysis.quantity, "sweep": values}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if they are wrong."""
        if "sweep" in settings:
            name, *numbers = settings["sweep"].split(":")
            name = choice("sweep", name, ALL_PARAMETERS)
            if len(numbers) != 3 or not numbers[2].isdecimal():
                raise ValueError(
                    f"the link's sweep “{shortened(settings['sweep'])}” was not understood"
                )
            low, high = (number("sweep", text) for text in numbers[:2])
            self.change(name=name, low=low, high=high, number=min(int(numbers[2]), 10**6))

    def table(self, _name: str) -> SystemTable:
        """Return all curves."""
        if self.result is None or self.target is None:
            raise ValueError("There is no sweep to export.")
        return analyses.of_sweep(self.result, self.target.surrogate.metadata)

    def compute(self, target: Target) -> Any:
        """Return the curves; ValueError with one sentence where there are none."""
        if not 2 <= self.number <= MAX_CURVES:
            raise ValueError(f"2 to {MAX_CURVES} curves can be shown, got {self.number}")
        for value in (self.low, self.high):
            if sentence := refusal(self.name, value, target.surrogate.domain):
                raise ValueError(sentence)
        if self.low >= self.high and self.name not in VALENCIES:
            raise ValueError("the range must begin below its end")
        quantity = self.analysis.quantity
        found = sweep(target.surrogate, target.system, self.name, self.values, quantity)
        self.shown = min(self.shown, len(found.values) - 1)
        return found


def _valencies(name: str, system: Electrolyte, domain: Domain) -> tuple[int, int]:
    """Return the smallest and the largest valency of one ion beside the other ion as it is."""
    mine = 0 if name == "z_pos" else 1
    other = (system.z_pos, system.z_neg)[1 - mine]
    found = [salt[mine] for salt in domain.salts if salt[1 - mine] == other]
    return min(found), max(found)


def _call_of(s: Sweep) -> str:
    if s.name in VALENCIES:
        return repr([int(value) for value in s.values])
    return f"np.linspace({s.values[0]:.10g}, {s.values[-1]:.10g}, {len(s.values)})"

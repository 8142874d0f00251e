"""State of the tab Sweep: one input runs over a range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from traitlets import Enum, Float, Int

from surrogate_app.app.electrolyte.inputs import refusal
from surrogate_app.app.electrolyte.parts import Part, Subject, choice, number_of
from surrogate_app.electrolyte import DOMAIN, PARAMETERS, sweep
from surrogate_app.electrolyte.analysis.sweeps import Sweep
from surrogate_app.electrolyte.export import analyses
from surrogate_app.electrolyte.export.analyses import SystemTable

MOST_CURVES = 25
"""Largest number of curves."""

SERIES: tuple[str, float, float, int] = ("c", 0.3, 1.9, 17)
"""Input and range of the paper's Fig. 7; its nine values, and one more between any two."""


class SweepPart(Part):
    """A family of curves of one quantity for equally spaced values of one input.

    `name` is the input, `low`, `high` and `number` its values, and `shown` the number of the curve
    that stands out, −1 if none does.
    """

    keys = ("sweep",)

    name = Enum(PARAMETERS, default_value=SERIES[0])
    low = Float(SERIES[1])
    high = Float(SERIES[2])
    number = Int(SERIES[3])
    shown = Int(-1)

    result: Sweep | None

    @property
    def values(self) -> NDArray[np.float64]:
        """Values of the input, shape (number,)."""
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
            f"values = np.linspace({s.values[0]:.10g}, {s.values[-1]:.10g}, {len(s.values)})\n"
            f'curves = sweep(Surrogate.load("{s.model}"), system, "{s.name}", values, '
            f'quantity="{s.quantity}")'
        )

    def sweep_over(self, name: str) -> None:
        """Sweep another input, over the whole of its domain."""
        low, high = DOMAIN[name]
        self.change(name=name, low=low, high=high, shown=-1)

    def sweep_series(self) -> None:
        """Sweep the concentration as in the paper's Fig. 7."""
        name, low, high, number = SERIES
        self.change(name=name, low=low, high=high, number=number, shown=-1)

    def show(self, index: int) -> None:
        """Let one curve stand out, or none if the index is −1."""
        if self.result is not None and index != self.shown and index < len(self.result.values):
            self.shown = index
            self.revision += 1

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        values = f"{self.name}:{self.low!r}:{self.high!r}:{self.number}"
        return {"quantity": self.question.quantity, "sweep": values}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if they are wrong."""
        if "sweep" in settings:
            name, *numbers = settings["sweep"].split(":")
            name = choice("sweep", name, PARAMETERS)
            if len(numbers) != 3 or not numbers[2].isdecimal():
                raise ValueError(f"the link's sweep “{settings['sweep'][:40]}” was not understood")
            low, high = (number_of("sweep", text) for text in numbers[:2])
            self.change(name=name, low=low, high=high, number=min(int(numbers[2]), 10**6))

    def table(self, name: str) -> SystemTable:
        """Return all curves, to be exported."""
        if self.result is None or self.subject is None:
            raise ValueError("There is no sweep to export.")
        return analyses.of_sweep(self.result, self.subject.surrogate.metadata)

    def compute(self, subject: Subject) -> Any:
        """Return the curves; ValueError with one sentence where there are none."""
        if not 2 <= self.number <= MOST_CURVES:
            raise ValueError(f"2 to {MOST_CURVES} curves can be shown, got {self.number}")
        for value in (self.low, self.high):
            if sentence := refusal(self.name, value):
                raise ValueError(sentence)
        if self.low >= self.high:
            raise ValueError("the range must begin below its end")
        quantity = self.question.quantity
        found = sweep(subject.surrogate, subject.system, self.name, self.values, quantity)
        self.shown = min(self.shown, self.number - 1)
        return found

"""A prediction that the page shows or keeps for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from surrogate_app.app.electrolyte.inputs import SYMBOLS, ratio, with_unit
from surrogate_app.electrolyte import Electrolyte
from surrogate_app.electrolyte.domain import Domain
from surrogate_app.electrolyte.export.profiles import python_call
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.system import ALL_PARAMETERS, VALENCIES

MAX_PINS = 4
"""Number of curves that can be pinned, one line style each."""


class Predictor(Protocol):
    """What the page needs of a surrogate."""

    @property
    def domain(self) -> Domain:
        """Where the model answers."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Provenance and accuracy of the model."""

    def predict(self, system: Electrolyte) -> Profile:
        """Return the profile of `system`; ValueError with one sentence where it has none."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A prediction and what is needed to make it again.

    Parameters
    ----------
    model : str
        Name of the surrogate.
    profile : Profile
        What it predicts.
    metadata : mapping
        Provenance and accuracy of the surrogate.
    """

    model: str
    profile: Profile
    metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def system(self) -> Electrolyte:
        """The system that the prediction is for."""
        return self.profile.system

    @property
    def call(self) -> str:
        """The Python expression that returns this profile."""
        return python_call(self.model, self.system)

    def same_inputs(self, other: Curve) -> bool:
        """Whether `other` is of the same system and model."""
        return self.model == other.model and self.system == other.system

    def differences(self, other: Curve) -> tuple[str, ...]:
        """Name the inputs, with their values here, in which this curve differs from `other`."""
        mine, theirs = self.system, other.system
        differing = [
            f"{SYMBOLS[name]} = {with_unit(name, getattr(mine, name))}"
            for name in ALL_PARAMETERS
            if name not in VALENCIES and getattr(mine, name) != getattr(theirs, name)
        ]
        if (mine.z_pos, mine.z_neg) != (theirs.z_pos, theirs.z_neg):
            differing.append(f"{ratio(mine.z_pos, mine.z_neg)} salt")
        if self.model != other.model:
            differing.append(f"model {self.model}")
        return tuple(differing) or ("same inputs",)

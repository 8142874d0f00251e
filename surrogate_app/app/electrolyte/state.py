"""State of the confined-electrolyte page: everything that is shown, and nothing of how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from traitlets import Bool, Dict, Enum, Float, HasTraits, Instance, Tuple, Unicode, observe

from surrogate_app.app.electrolyte.check_state import CheckPart
from surrogate_app.app.electrolyte.inputs import PRESETS, SYMBOLS, refusal, told, with_unit
from surrogate_app.app.electrolyte.parts import Later, Part, Question, Subject
from surrogate_app.app.electrolyte.sensitivity_state import SensitivityPart
from surrogate_app.app.electrolyte.sweep_state import SweepPart
from surrogate_app.app.electrolyte.uncertainty_state import UncertaintyPart
from surrogate_app.electrolyte import PARAMETERS, Electrolyte, Surrogate
from surrogate_app.electrolyte.export.profiles import python_call
from surrogate_app.electrolyte.profile import Profile

if TYPE_CHECKING:
    from surrogate_app.app.electrolyte.link import Link

PARTS: Mapping[str, type[Part]] = {
    "sweep": SweepPart,
    "sensitivity": SensitivityPart,
    "uncertainty": UncertaintyPart,
    "check": CheckPart,
}
"""Tabs that compute more than the prediction, each with its part of the state."""

TABS = ("densities", "charge", *PARTS)
"""Names of the tabs, in their order on the page."""

MAX_PINS = 4
"""Number of curves that can be pinned, one line style each."""


class Predictor(Protocol):
    """What the page asks of a surrogate."""

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
        parts = [
            f"{SYMBOLS[name]} = {with_unit(name, value)}"
            for name, value in self.system.to_dict().items()
            if value != getattr(other.system, name)
        ]
        if self.model != other.model:
            parts.append(f"model {self.model}")
        return tuple(parts) or ("same inputs",)


class ElectrolyteState(HasTraits):
    """Inputs, prediction, pinned curves and messages of the page.

    Views observe it and never compute. Inputs hold what was asked for, inside the domain or not;
    `curve` is the last prediction that could be made, and `stale` says that it is not the one
    asked for. `parts` are the states of the tabs that compute more than that; they do so while
    their tab is open. `later` calls what takes long: at once, or as the page decides. `flat` says
    that the browser draws nothing in three dimensions.

    Parameters
    ----------
    load : callable, optional
        Returns the surrogate of a name; `Surrogate.load` by default.
    models : tuple of str, optional
        Names to choose from; `Surrogate.available()` by default.
    model : str, optional
        The name to start with; `Surrogate.default_name()` by default.

    Examples
    --------
    >>> state = ElectrolyteState()
    >>> state.change(c=0.5)
    >>> state.curve.profile.system.c
    0.5
    """

    h = Float()
    c = Float()
    d_pos = Float()
    d_neg = Float()
    sigma_s = Float()
    model = Unicode()
    tab = Enum(TABS, default_value=TABS[0])
    curve = Instance(Curve, allow_none=True)
    stale = Bool(False)
    refused: Dict[str, str] = Dict()
    notice = Unicode()
    pinned = Tuple()
    flat = Bool(False)

    def __init__(
        self,
        load: Callable[[str], Predictor] | None = None,
        models: tuple[str, ...] | None = None,
        model: str | None = None,
    ) -> None:
        super().__init__()
        self._load = load or Surrogate.load
        self.models = models if models is not None else tuple(Surrogate.available())
        self._surrogates: dict[str, Predictor] = {}
        self._from_link: dict[str, str] = {}
        self._held = False
        self.later: Later = lambda work: work()
        self.question = Question()
        self.parts = {
            name: part(self.question, lambda work: self.later(work)) for name, part in PARTS.items()
        }
        self.change(model=model or Surrogate.default_name(), **PRESETS["I"].to_dict())

    @property
    def inputs(self) -> dict[str, float]:
        """The five inputs asked for, by name."""
        return {name: getattr(self, name) for name in PARAMETERS}

    @property
    def preset(self) -> str | None:
        """Name of the preset whose inputs are set, if any."""
        inputs = self.inputs
        return next((name for name, s in PRESETS.items() if s.to_dict() == inputs), None)

    def change(self, **inputs: Any) -> None:
        """Set several inputs, or the model, at once and predict once.

        Parameters
        ----------
        **inputs
            Values by name: h, c, d_pos, d_neg, sigma_s in the units of `UNITS`, or model.
        """
        with self._hold():
            for name, value in inputs.items():
                setattr(self, name, value)
            for name in inputs:
                self._from_link.pop(name, None)

    def use_preset(self, name: str) -> None:
        """Set the five inputs of a preset; KeyError if there is none of that name."""
        self.change(**PRESETS[name].to_dict())

    def show_series(self, quantity: str) -> None:
        """Sweep the concentration as the paper's Fig. 7 does, and show this quantity."""
        part = self.parts["sweep"]
        assert isinstance(part, SweepPart)
        part.leave()  # all is set before anything is computed
        self.question.change(quantity=quantity)
        part.sweep_series()
        self.use_preset("Series in c")

    def pin(self) -> None:
        """Keep the current curve for comparison.

        Raises
        ------
        ValueError
            If there is no prediction for the present inputs, if it is pinned already, or if as
            many curves are pinned as can be told apart.
        """
        if self.curve is None or self.stale:
            raise ValueError("There is no prediction for these inputs, so nothing was pinned.")
        self.pinned = self._with_pin(self.curve)

    def unpin(self, index: int) -> None:
        """Drop one pinned curve."""
        self.pinned = self.pinned[:index] + self.pinned[index + 1 :]

    def clear_pins(self) -> None:
        """Drop all pinned curves."""
        self.pinned = ()

    def restore(self, link: Link) -> None:
        """Set the state that a link describes, and say what of it was refused.

        Parameters
        ----------
        link : Link
            What `surrogate_app.app.electrolyte.link.read` understood.
        """
        notices = list(link.notices)
        self.clear_pins()
        for model, system in link.pins:
            try:
                self.pinned = self._with_pin(self._predict(model, system))
            except ValueError as error:
                notices.append(f"A pinned curve of the link was left out: {told(str(error))}")
        changes: dict[str, Any] = dict(link.inputs)
        if link.model is not None:
            changes["model"] = link.model
        self.change(**changes)
        restored: list[Question | Part] = [self.question, *self.parts.values()]
        for part in restored:
            try:
                part.restore(link.settings)
            except ValueError as error:
                notices.append(told(str(error)))
        if link.tab is not None:
            self.tab = link.tab
        self._from_link = {
            name: f"From the link: {reason} {with_unit(name, value)} is shown instead."
            for name, value in self.inputs.items()
            if (reason := link.refused.get(name))
        }
        self._update()
        self.notice = " ".join([self.notice, *notices]).strip()

    @observe(*PARAMETERS, "model")
    def _input_changed(self, change: Mapping[str, Any]) -> None:
        if not self._held:
            self._from_link.pop(change["name"], None)
            self._update()

    @observe("tab")
    def _tab_changed(self, change: Mapping[str, Any]) -> None:
        if change["old"] in self.parts:
            self.parts[change["old"]].leave()
        self._follow()

    @contextmanager
    def _hold(self) -> Iterator[None]:
        self._held = True
        try:
            yield
        finally:
            self._held = False
        self._update()

    def _update(self) -> None:
        self.notice = ""
        sentences = {name: refusal(name, value) for name, value in self.inputs.items()}
        refused = {name: sentence for name, sentence in sentences.items() if sentence}
        kept = {name: f"{sentence} The last curve stays." for name, sentence in refused.items()}
        self.refused = {**self._from_link, **kept}
        try:
            if refused:
                self.stale = True
                return
            curve = self._predict(self.model, Electrolyte(**self.inputs))
        except ValueError as error:
            self.notice = told(str(error))
            self.stale = True
            return
        except BaseException:
            self.stale = True
            raise
        self.stale = False
        self.curve = curve
        self.notice = " ".join(map(told, curve.profile.warnings))
        self._follow()

    def _follow(self) -> None:
        """Let the part whose tab is open look at the system that is shown, or was last."""
        if self.tab in self.parts and self.curve is not None:
            model = self.curve.model
            subject = Subject(model, self._surrogates[model], self.curve.system)
            self.parts[self.tab].follow(subject)

    def _predict(self, model: str, system: Electrolyte) -> Curve:
        if model not in self.models:
            raise ValueError(f"There is no model called {model}")
        if model not in self._surrogates:
            self._surrogates[model] = self._load(model)
        surrogate = self._surrogates[model]
        return Curve(model, surrogate.predict(system), surrogate.metadata)

    def _with_pin(self, curve: Curve) -> tuple[Curve, ...]:
        if any(curve.same_inputs(pin) for pin in self.pinned):
            raise ValueError("This curve is pinned already")
        if len(self.pinned) >= MAX_PINS:
            raise ValueError(f"At most {MAX_PINS} curves can be pinned: remove one first")
        return (*self.pinned, curve)

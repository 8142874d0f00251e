"""State of the confined-electrolyte page: everything that is shown, and nothing of how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from traitlets import Bool, Dict, Enum, Float, Instance, Int, Tuple, Unicode, observe

from surrogate_app.app.electrolyte import link
from surrogate_app.app.electrolyte.analysis.state import (
    AnalysisSettings,
    ElectrolyteTabState,
    Target,
)
from surrogate_app.app.electrolyte.curve import MAX_PINS, Curve, Predictor
from surrogate_app.app.electrolyte.inputs import (
    SALT,
    on_steps,
    phrase,
    refusal,
    salt_refusal,
    with_unit,
)
from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.tabs import TABS
from surrogate_app.app.electrolyte.theory import NO_THEORY, THEORIES, theories
from surrogate_app.app.tabs import PageState
from surrogate_app.electrolyte import Electrolyte, Surrogate
from surrogate_app.electrolyte.analysis.input_distributions import continuous
from surrogate_app.electrolyte.domain import WIDE, Domain
from surrogate_app.electrolyte.export.profiles import Record
from surrogate_app.electrolyte.surrogate.model import MODELS
from surrogate_app.electrolyte.system import ALL_PARAMETERS, ENVIRONMENT, VALENCIES


class ElectrolyteState(PageState):
    """Inputs, prediction, pinned curves and messages of the page.

    Views observe it and never compute. Inputs hold what was asked for, inside the domain or not;
    `curve` is the last prediction that could be made, and `stale` says that it is not the one
    asked for. `theories` are profiles of Poisson–Boltzmann theory for the system of the curve,
    those that `theory` asks for; `domain` is where the chosen model answers. `tab_states` are the
    states of the tabs that compute more than that; they do so while their tab is open. `later`
    calls what takes long: at once, or as the page decides. `flat` says that the browser draws
    nothing in three dimensions.

    Parameters
    ----------
    load : callable, optional
        Returns the surrogate of a name; `Surrogate.load` by default.
    models : tuple of str, optional
        Names to choose from; `Surrogate.available()` by default.
    model : str, optional
        The name to start with; the first of them by default.

    Examples
    --------
    >>> state = ElectrolyteState()
    >>> state.change(c=0.5)
    >>> state.curve.profile.system.c
    0.5
    """

    tabs = TABS

    h = Float()
    c = Float()
    d_pos = Float()
    d_neg = Float()
    sigma_s = Float()
    z_pos = Int(int(ENVIRONMENT["z_pos"]))
    z_neg = Int(int(ENVIRONMENT["z_neg"]))
    temperature = Float(ENVIRONMENT["temperature"])
    permittivity = Float(ENVIRONMENT["permittivity"])
    model = Unicode()
    theory = Enum(tuple(THEORIES), default_value=NO_THEORY)
    curve = Instance(Curve, allow_none=True)
    stale = Bool(False)
    refused: Dict[str, str] = Dict()
    pinned = Tuple()
    flat = Bool(False)

    def __init__(
        self,
        load: Callable[[str], Predictor] | None = None,
        models: tuple[str, ...] | None = None,
        model: str | None = None,
    ) -> None:
        self.analysis = AnalysisSettings()
        super().__init__(self.analysis)
        self._load = load or Surrogate.load
        self.models = models if models is not None else tuple(Surrogate.available())
        self._surrogates: dict[str, Predictor] = {}
        self._from_link: dict[str, str] = {}
        self._held = False
        self.domain: Domain = WIDE
        self.theories: tuple[Record, ...] = ()
        model = model or next(iter(self.models), Surrogate.default_name())
        self._begin(model)

    def _begin(self, model: str) -> None:
        """Show system I or, of a model that does not know it, a system in the middle of its domain.

        What such a model does not let vary has no spread either.
        """
        first = PRESETS["I"]
        try:
            domain = self._surrogate(model).domain
        except ValueError:
            domain = WIDE  # what is wrong with the model is said when it is to predict
        if domain.outside(first):
            first = on_steps(domain.middle(), domain)
            known = continuous(domain)
            chosen = tuple(name for name in self.analysis.chosen if name in known)
            self.analysis.vary(chosen if len(chosen) > 1 else known)
            for tab_state in self.tab_states.values():
                if isinstance(tab_state, ElectrolyteTabState):
                    tab_state.begin(domain)
        self.change(model=model, **asdict(first))

    def label(self, model: str) -> str:
        """Return what the menu calls a model; one of the user's own systems has another domain."""
        label = MODELS[model].label if model in MODELS else model
        loaded = self._surrogates.get(model)
        if loaded is not None and "domain" in loaded.metadata:
            return f"{label.split(' (')[0]} (your systems)"
        return label

    @property
    def inputs(self) -> dict[str, Any]:
        """The nine inputs asked for, by name."""
        return {name: getattr(self, name) for name in ALL_PARAMETERS}

    @property
    def preset(self) -> str | None:
        """Name of the preset whose inputs are set, if any."""
        inputs = self.inputs
        return next((name for name, system in PRESETS.items() if asdict(system) == inputs), None)

    @property
    def target(self) -> Target | None:
        """The system that is shown, or was last, with its surrogate."""
        if self.curve is None:
            return None
        model = self.curve.model
        return Target(model, self._surrogate(model), self.curve.system, self.theory)

    @property
    def query(self) -> str:
        """Query string of a link that restores what the page shows.

        While inputs are refused, it describes the curve that is shown.
        """
        settings = self.tab_state.settings() if self.tab_state is not None else {}
        return link.write(self.curve, self.theory, self.tab, settings, self.pinned)

    @staticmethod
    def write(text: str) -> str:
        """Return a sentence of the library with the symbols of the page."""
        return phrase(text)

    def change(self, **inputs: Any) -> None:
        """Set several inputs, or the model, at once and predict once.

        Parameters
        ----------
        **inputs
            Values by name: the nine inputs in the units of `UNITS`, or model.
        """
        with self._hold():
            for name, value in inputs.items():
                setattr(self, name, int(value) if name in VALENCIES else value)
            for name in inputs:
                self._from_link.pop(name, None)

    def use_preset(self, name: str) -> None:
        """Set the inputs of a preset; KeyError if there is none of that name."""
        self.show(PRESETS[name])

    def show(self, system: Electrolyte) -> None:
        """Set the inputs of a system."""
        self.change(**asdict(system))

    def pin(self) -> None:
        """Keep the current curve for comparison.

        Raises
        ------
        ValueError
            If there is no prediction for the present inputs, if it is pinned already, or if as
            many curves are pinned as can be distinguished.
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

    def restore(self, query: str) -> None:
        """Set the state that a link describes, and say what of it was refused.

        Parameters
        ----------
        query : str
            Query string of the link, without its question mark.
        """
        entries, request = link.read(
            query, self.models, self.model, lambda name: self._surrogate(name).domain
        )
        self.clear_pins()
        for model, system in request.pins:
            try:
                self.pinned = self._with_pin(self._predict(model, system))
            except ValueError as error:
                reason = self.write(str(error))
                entries.notices.append(f"A pinned curve of the link was left out: {reason}")
        changes: dict[str, Any] = dict(request.inputs)
        if request.model is not None:
            changes["model"] = request.model
        self.change(**changes)
        if request.theory is not None:
            self.theory = request.theory
        try:
            self.analysis.restore(entries.select(self.analysis.keys))
        except ValueError as error:
            entries.notices.append(self.write(str(error)))
        self.restore_tabs(entries)
        self._from_link = {
            name: f"From the link: {refused} {with_unit(name, value)} is shown instead."
            for name, value in self.inputs.items()
            if (refused := request.refused.get(name))
        }
        self._update()
        self.notice = " ".join([self.notice, *entries.notices]).strip()

    @observe("theory")
    def _theory_changed(self, _change: Mapping[str, Any]) -> None:
        if self.curve is not None:
            self.theories = theories(self.theory, self.curve.system)
            self.follow()

    @observe(*ALL_PARAMETERS, "model")
    def _input_changed(self, change: Mapping[str, Any]) -> None:
        if not self._held:
            self._from_link.pop(change["name"], None)
            self._update()

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
        try:
            self.domain = self._surrogate(self.model).domain
            refused = self._refusals()
            self.refused = {**self._from_link, **refused}
            if refused:
                self.stale = True
                return
            curve = self._predict(self.model, Electrolyte(**self.inputs))
        except ValueError as error:
            self.notice = self.write(str(error))
            self.stale = True
            return
        except BaseException:
            self.stale = True
            raise
        self.stale = False
        self.theories = theories(self.theory, curve.system)
        self.curve = curve
        self.notice = " ".join(map(self.write, curve.profile.warnings))
        self.follow()

    def _refusals(self) -> dict[str, str]:
        sentences = {name: refusal(name, x, self.domain) for name, x in self.inputs.items()}
        sentences[SALT] = salt_refusal(self.z_pos, self.z_neg, self.domain)
        return {name: f"{text} The last curve stays." for name, text in sentences.items() if text}

    def _surrogate(self, model: str) -> Predictor:
        if model not in self.models:
            raise ValueError(f"There is no model called {model}")
        if model not in self._surrogates:
            self._surrogates[model] = self._load(model)
        return self._surrogates[model]

    def _predict(self, model: str, system: Electrolyte) -> Curve:
        surrogate = self._surrogate(model)
        return Curve(model, surrogate.predict(system), surrogate.metadata)

    def _with_pin(self, curve: Curve) -> tuple[Curve, ...]:
        if any(curve.same_inputs(pin) for pin in self.pinned):
            raise ValueError("This curve is pinned already")
        if len(self.pinned) >= MAX_PINS:
            raise ValueError(f"At most {MAX_PINS} curves can be pinned: remove one first")
        return (*self.pinned, curve)

"""What the tabs of analysis have in common: each is a part of the page's state of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from traitlets import Bool, Enum, HasTraits, Int, Tuple, Unicode
from traitlets import Dict as DictTrait

from surrogate_app.app.electrolyte.inputs import told
from surrogate_app.electrolyte import PARAMETERS, Electrolyte
from surrogate_app.electrolyte.analysis.quantities import QUANTITIES
from surrogate_app.electrolyte.analysis.spreads import DISTRIBUTIONS, NORMAL
from surrogate_app.electrolyte.export.analyses import SystemTable

Later = Callable[[Callable[[], None]], None]
"""Calls a function now, or once the sliders rest."""

WIDTHS = {"h": 0.02, "c": 0.02, "d_pos": 0.01, "d_neg": 0.015, "sigma_s": 0.0005}
"""Spreads to start with, in each input's unit; those of the diameters are the paper's (III.D)."""

PAPER = ("d_pos", "d_neg")
"""Inputs that vary in the paper's analysis of sensitivity."""


@dataclass(frozen=True)
class Subject:
    """What a part is to look into.

    Parameters
    ----------
    model : str
        Name of the surrogate.
    surrogate : object
        The surrogate.
    system : Electrolyte
        A system inside the domain.
    """

    model: str
    surrogate: Any
    system: Electrolyte


class Question(HasTraits):
    """What several parts ask alike: of which quantity, and for which spreads of the inputs.

    `revision` grows with every change, after all of it has been made.
    """

    keys: ClassVar[tuple[str, ...]] = ("quantity", "spread")

    quantity = Enum(tuple(QUANTITIES), default_value="charge_density")
    chosen = Tuple(default_value=PAPER)
    kinds: DictTrait[str, str] = DictTrait(dict.fromkeys(PARAMETERS, NORMAL))
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
        self.change(chosen=tuple(name for name in PARAMETERS if name in names))

    def set_spread(self, name: str, kind: str | None = None, width: float | None = None) -> None:
        """Set kind or width of one input's spread."""
        kinds = self.kinds if kind is None else {**self.kinds, name: kind}
        widths = self.widths if width is None else {**self.widths, name: width}
        self.change(kinds=kinds, widths=widths)

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the spreads and the quantity."""
        parts = [f"{name}:{self.kinds[name]}:{self.widths[name]!r}" for name in self.chosen]
        return {"quantity": self.quantity, "spread": ",".join(parts)}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if they are wrong.

        Examples
        --------
        >>> question = Question()
        >>> question.restore({"spread": "c:uniform:0.1"})
        >>> question.spread, question.distribution
        ({'c': 0.1}, {'c': 'uniform'})
        """
        if "quantity" in settings:
            self.change(quantity=choice("quantity", settings["quantity"], tuple(QUANTITIES)))
        if "spread" in settings:
            kinds, widths, chosen = dict(self.kinds), dict(self.widths), []
            for text in filter(None, settings["spread"].split(",")):
                name, _, rest = text.partition(":")
                kind, _, width = rest.partition(":")
                chosen.append(choice("spread", name, PARAMETERS))
                kinds[name] = choice("kind of spread", kind, DISTRIBUTIONS)
                widths[name] = number_of("spread", width)
            self.change(kinds=kinds, widths=widths)
            self.vary(tuple(chosen))


class Part(HasTraits):
    """What one tab shows beyond the prediction: its settings, and what was computed for them.

    Only the part whose tab is open computes. `revision` grows whenever there is something new to
    show; views look at nothing else.

    Parameters
    ----------
    question : Question
        What this part asks like others.
    later : callable
        Calls what takes long, once the sliders rest.
    """

    keys: ClassVar[tuple[str, ...]] = ()
    """Entries of a link that belong to this part."""

    revision = Int()
    refusal = Unicode()
    waiting = Bool(False)
    refining = Bool(False)
    """Whether what is shown is a draft, and the rest is being computed."""

    def __init__(self, question: Question, later: Later) -> None:
        super().__init__()
        self.question = question
        self.result: Any = None
        self.subject: Subject | None = None
        self._later = later
        self._visible = False
        self._outdated = True
        question.observe(lambda _: self.ask(), "revision")

    @property
    def slow(self) -> bool:
        """Whether to wait until the sliders rest."""
        return False

    @property
    def stale(self) -> bool:
        """Whether what is shown is not what is asked for."""
        return bool(self.refusal) or self.waiting

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what is shown."""
        return ()

    @property
    def call(self) -> str:
        """The Python statements that return what is shown; '' before there is anything."""
        return ""

    def settings(self) -> dict[str, str]:
        """Entries of a link that restore the settings."""
        return {}

    def restore(self, settings: Mapping[str, str]) -> None:
        """Set what a link asks for; ValueError with one sentence if they are wrong.

        Parameters
        ----------
        settings : mapping
            Those of `keys` that the link has.
        """

    def table(self, name: str) -> SystemTable:
        """Return what the figure of a name shows, to be exported."""
        raise NotImplementedError

    def compute(self, subject: Subject) -> Any:
        """Return what the settings ask for; ValueError with one sentence where there is none."""
        raise NotImplementedError

    def draft(self, subject: Subject) -> Any:
        """Return what is shown while the sliders move and `compute` is slow; None for nothing."""

    def change(self, **settings: Any) -> None:
        """Set several settings at once."""
        for name, value in settings.items():
            setattr(self, name, value)
        self.ask()

    def ask(self) -> None:
        """Compute anew, now or when the tab opens."""
        self._outdated = True
        if self._visible:
            self._update()

    def follow(self, subject: Subject) -> None:
        """Show the analysis of another system, or of the same one as the tab opens."""
        self._visible = True
        if self._outdated or subject != self.subject:
            self.subject, self._outdated = subject, True
            self._update()

    def leave(self) -> None:
        """Compute nothing more: another tab is open."""
        self._visible = False

    def say(self, sentence: str) -> None:
        """Show why something could not be done."""
        self.refusal = told(sentence)
        self.revision += 1

    def _update(self) -> None:
        if self.subject is None:
            return
        if not self.slow:
            self._finish()
        elif self._present(self.draft, final=False):
            self._later(self._finish)

    def _finish(self) -> None:
        if self.subject is not None and self._visible and self._present(self.compute):
            self._outdated = False

    def _present(self, find: Callable[[Subject], Any], final: bool = True) -> bool:
        """Show what is found, or that it is waited for, or why there is nothing to be found."""
        assert self.subject is not None
        self.waiting = self.refining = False
        try:
            found = find(self.subject)
        except ValueError as error:
            self.say(str(error))
            return False
        self.refusal = ""
        self.waiting = found is None
        self.refining = not final and found is not None
        if found is not None:
            self.result = found
        self.revision += 1
        return True


def choice(what: str, value: str, choices: tuple[str, ...]) -> str:
    """Return an entry of a link that must be one of a few names; ValueError if it is none."""
    if value not in choices:
        raise ValueError(f"the link's {what} “{value[:40]}” is unknown and was ignored")
    return value


def number_of(what: str, text: str) -> float:
    """Return an entry of a link that must be a number; ValueError if it is none."""
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"the link's {what} “{text[:40]}” is not a number") from None

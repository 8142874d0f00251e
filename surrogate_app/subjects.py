"""The halves of the package, and what commands, report and pages ask of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from surrogate_app.campaign import Campaign
from surrogate_app.common.lazy import Lazy
from surrogate_app.common.registry import Registry
from surrogate_app.common.tables import Table
from surrogate_app.common.timing import Figure


@dataclass(frozen=True)
class Input:
    """One input of a simulation, as an option of the command line.

    Parameters
    ----------
    name : str
        Its name in Python; the option has hyphens for underscores.
    help : str
        What it is, with its unit.
    default : float or str, optional
        Its value if left out; it must be given where there is none.
    """

    name: str
    help: str
    default: float | str | None = None


@dataclass(frozen=True)
class Page:
    """A page of the dashboard.

    Parameters
    ----------
    notebook : str
        Name of its notebook, without the ending.
    title : str
        Title, in Markdown.
    summary : str
        What it answers, in a sentence or two.
    picture : Lazy, optional
        Returns a picture of it as SVG.
    alt : str, optional
        What the picture shows, for readers who do not see it.
    """

    notebook: str
    title: str
    summary: str
    picture: Lazy[Callable[[], str]] | None = None
    alt: str = ""


class Simulate(Protocol):
    """Simulates one system and returns what is found as a table."""

    def __call__(
        self,
        inputs: Mapping[str, Any],
        sweeps: int,
        seed: int,
        progress: Callable[[float], None],
    ) -> Table:
        """Simulate `inputs` for so many sweeps; `progress` takes the fraction done."""


class Evaluation(Protocol):
    """Measures every model of a half on simulations that no training has seen."""

    def evaluate(self) -> dict[str, Any]:
        """Return provenance and figures of accuracy."""

    def as_table(self, results: dict[str, Any]) -> str:
        """Return results as a Markdown table."""

    def write(self, results: dict[str, Any], folder: Path | None = None) -> Any:
        """Store results beside the models, by default the pretrained ones."""


class OwnEvaluation(Protocol):
    """Measures models that were trained on systems of one's own."""

    def evaluate(self, data: Path, folder: Path | None) -> dict[str, Any]:
        """Return provenance and figures of the models in a folder on the systems of a campaign."""

    def as_table(self, results: dict[str, Any]) -> str:
        """Return results as a Markdown table."""


@dataclass(frozen=True)
class Subject:
    """A half of the package: a system that is simulated, and the surrogates of its simulations.

    Parameters
    ----------
    name : str
        Name by which commands take it.
    title : str
        Heading of its part of the report.
    page : Page
        Its page of the dashboard.
    simulation : str
        What its simulation gives, as a sentence of the help.
    inputs : tuple of Input
        What a system is made of.
    simulate : Lazy
        See `Simulate`.
    designs, design : Lazy, str
        Names of the designs of campaigns; the one that is run if none is named.
    campaign : Lazy
        ``campaign(design, number, folder)`` returns a `Campaign`; None stands for defaults.
    models, model : Lazy, str
        Names of the models that can be trained; the one that is trained if none is named.
    train : Lazy
        ``train(model, seed=…, epochs=…, minutes=…)`` trains, or goes on, and returns the metadata.
        It takes `data` as well where `data` below says something.
    evaluation : Lazy
        A module, see `Evaluation`.
    benchmark : Lazy
        ``benchmark()`` measures speed and memory and returns each as a `Figure`.
    report : Lazy
        ``report(docs)`` draws the figures of the report's sections into a folder and returns the
        text of each.
    other_designs : str, optional
        What a campaign takes besides the names of designs.
    data : str, optional
        What `train` takes as training data; nothing where every model has its own.
    own_evaluation : Lazy, optional
        A module, see `OwnEvaluation`; nothing where no model can be trained on one's own systems.
    """

    name: str
    title: str
    page: Page
    simulation: str
    inputs: tuple[Input, ...]
    simulate: Lazy[Simulate]
    designs: Lazy[Collection[str]]
    design: str
    campaign: Lazy[Callable[[str, int | None, Path | None], Campaign]]
    models: Lazy[Collection[str]]
    model: str
    train: Lazy[Callable[..., dict[str, Any]]]
    evaluation: Lazy[Evaluation]
    benchmark: Lazy[Callable[[], Sequence[Figure]]]
    report: Lazy[Callable[[Path], Sequence[str]]]
    other_designs: str = ""
    data: str = ""
    own_evaluation: Lazy[OwnEvaluation] | None = None


SUBJECTS: Registry[Subject] = Registry(
    (
        "surrogate_app.electrolyte.subject",
        "surrogate_app.liquid.subject",
    ),
    Subject,
)
"""The halves by name. A further one is a package of its own and a line here."""

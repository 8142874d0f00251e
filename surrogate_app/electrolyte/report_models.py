"""Section of the report on the trained models: learning curves and accuracy on unseen systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from surrogate_app import drawing
from surrogate_app.electrolyte import evaluation
from surrogate_app.electrolyte.surrogate import Surrogate, model_dir

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAPER_MSE = {"basenn": 2.71e-6, "modnn": 1.15e-6}
"""Test loss (E 7) that the electrolyte paper states, in its own unit of density squared."""

_STROKES = {"modnn": ("#009E73", 2.4), "basenn": ("#24292F", 0.9), "wallnet": ("#CC79A7", 1.6)}
"""Colour and width of each model's curve; where two coincide, the thinner lies on top."""


def models_on_unseen_systems(docs: Path) -> str:
    """Tell how the shipped models learnt and how far they are off on the test systems.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown; its figure is `images/learning_curves.png`.

    Raises
    ------
    ValueError
        If the models have not been evaluated.
    """
    path = model_dir() / "evaluation.json"
    if not path.exists():
        raise ValueError(
            "the electrolyte models have not been evaluated; "
            "run surrogate-app evaluate electrolyte --write first"
        )
    results = json.loads(path.read_text(encoding="utf-8"))
    metadata = {name: Surrogate.load(name).metadata for name in results["models"]}
    drawing.save(draw_learning_curves(), docs, "learning_curves")
    mse = {name: figures["mse"] for name, figures in results["models"].items()}
    return _MODELS.format(
        systems=results["test"]["systems"],
        training=metadata["modnn"]["data"]["training"],
        validation=metadata["modnn"]["data"]["validation"],
        table=evaluation.as_table(results),
        ratio=mse["modnn"] / mse["basenn"],
        paper_ratio=PAPER_MSE["modnn"] / PAPER_MSE["basenn"],
        epochs=" and ".join(f"{metadata[name]['epoch']:,}" for name in ("basenn", "modnn")),
    )


def draw_learning_curves() -> Figure:
    """Draw mean square errors of training and validation systems against epochs.

    The curves are those stored with the models, `NAME.history.csv`.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(7.0, 3.6)
    ax = figure.subplots()
    for name, (colour, width) in _STROKES.items():
        history = model_dir() / f"{name}.history.csv"
        epoch, training, validation = np.loadtxt(history, delimiter=",", skiprows=1).T
        ax.loglog(epoch, validation, color=colour, linewidth=width, label=f"{name}, validation")
        ax.loglog(
            epoch, training, color=colour, linewidth=0.5 * width, linestyle=":", label="training"
        )
    ax.set_xlabel("epoch")
    ax.set_ylabel("mean square error (mol/L)²")
    ax.legend(frameon=False, fontsize=8, ncols=len(_STROKES))
    drawing.bare(ax, size=10.0)
    return figure


_MODELS = """\
### Models on systems that they have not seen

Trained on {training} systems drawn from the continuous domain and a margin around it, stopped by
{validation} more, and measured on {systems} others from inside the domain, simulated at least five
times longer:

    surrogate-app train electrolyte --model NAME
    surrogate-app evaluate electrolyte --write

{table}

- Figures are of what is shown, after the exact constraints are imposed; the table tells how much
  these change. Bins that no ion visited are left out of success rates and coverage.
- The *relative RMSE* of a system is taken over all bins and both ions, noise of the simulation
  subtracted, over the mean density.
- ε and standard errors are those of profiles from visits and forces together, several times smaller
  than those of histograms of the same run, so success rates are stricter than the paper's.
- Against the reference systems, ε is that of molecular dynamics, and predictions are binned alike.
- ModNN's mean square error here is {ratio:.2f} times BaseNN's, where the paper reports
  {paper_ratio:.2f}. One seed each, and best epochs {epochs}: this alone does not settle what soft
  labels bring.

![Mean square errors fall with the epochs](images/learning_curves.png)

*Mean square error (E 7) of training and validation systems, before constraints. The epochs of
wallnet go over single points, those of the other two over whole systems.*"""

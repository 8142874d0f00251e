"""Sections of the report on the grid search and on what more simulations would buy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from surrogate_app.electrolyte.data.dataset import DESIGNS
from surrogate_app.electrolyte.surrogate.model import MODELS
from surrogate_app.electrolyte.training.studies import (
    CURVE_STEPS,
    PAPER_BATCH,
    PAPER_UNITS,
    SEARCH_EPOCHS,
    STUDIES,
    Result,
    results,
)
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LENGTHS = {"sobol-16": 1 / 16, "sobol-4": 1 / 4, "sobol": 1.0}
"""Length of the simulations of a design over the usual one."""

FEWER = 512
"""Systems in the study of the simulations' length."""


def search() -> str:
    """Report the grid search over layers and batch; empty if it has not begun."""
    found = sorted(results("hyperparameters"), key=lambda f: f.record["validation_loss"])
    if not found:
        return ""
    rows = [
        [
            f"{each.trial.units[0]}",
            f"{each.trial.units[1]}",
            f"{each.trial.batch}",
            f"{1e3 * each.record['validation_loss']:.3f}",
            f"{1e3 * each.record['training_loss']:.3f}",
            f"{each.record['epoch']:,.0f}",
        ]
        for each in found
    ]
    own = [
        place
        for place, each in enumerate(found, start=1)
        if (each.trial.units, each.trial.batch) == (PAPER_UNITS, PAPER_BATCH)
    ]
    place = f"The paper's choice comes out in place {own[0]}." if own else ""
    return render(
        "electrolyte/grid_search.md.j2",
        done=len(found),
        planned=len(STUDIES["hyperparameters"]),
        epochs=SEARCH_EPOCHS,
        table=markdown_table(
            ["N₁", "N₂", "batch", "validation loss, 10⁻³", "training loss, 10⁻³", "epoch"], rows
        ),
        place=place,
    )


def choice() -> str:
    """Report which systems the default model learns best from; empty until that is known."""
    found = results("default")
    if len(found) < len(STUDIES["default"]):
        return ""
    rows = [
        [
            each.trial.data,
            f"{each.record['training']:,}",
            f"{1e5 * each.record['validation_loss']:.2f}",
            f"{each.record['off_grid']['constrained']['relative_median']:.3%}",
        ]
        for each in found
    ]
    best = min(found, key=lambda f: f.record["validation_loss"])
    return render(
        "electrolyte/default_model.md.j2",
        validation=found[0].record["validation"],
        table=markdown_table(
            ["training set", "systems", "validation loss, 10⁻⁵", "off the grid, median"], rows
        ),
        best=best.trial.data,
    )


def learning_curves(docs: Path) -> str:
    """Report how the error off the grid falls with number and length of simulations.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown, empty if no training is finished; its figure is
        `images/learning_curves.png`.
    """
    more, longer = results("systems"), results("length")
    if not more:
        return ""
    drawing.save(draw_learning_curves(more, longer), docs, "learning_curves")
    rows = [
        [
            f"{each.trial.model}",
            f"{each.record['training'] + each.record['validation']:,}",
            f"{LENGTHS[each.trial.data]:g}",
            *(
                f"{each.record['off_grid']['constrained'][key]:.2%}"
                for key in ("relative_median", "relative_p95", "relative_worst")
            ),
        ]
        for each in sorted(more + longer, key=lambda f: f.trial.model)
    ]
    header = ["model", "systems", "length", "median", "95th percentile", "worst"]
    done, planned = len(more + longer), len(STUDIES["systems"] + STUDIES["length"])
    return render(
        "electrolyte/learning_curves.md.j2",
        table=markdown_table(header, rows),
        slopes="\n".join(_slope(more, model) for model in ("wallnet", "basenn")),
        done=done,
        planned=planned,
        default_steps=CURVE_STEPS["wallnet"],
        paper_steps=CURVE_STEPS["basenn"],
        sweeps=DESIGNS["sobol"].sweeps,
        fewer=FEWER,
        test=more[0].record["test_systems"],
    )


def _slope(found: list[Result], model: str) -> str:
    points = [(f.trial.systems, _median(f)) for f in found if f.trial.model == model]
    if len(points) < 2:
        return ""
    number, error = np.log(np.array(points, float)).T
    slope = np.polyfit(number, error, 1)[0]
    return (
        f"- Between {points[0][0]:,} and {points[-1][0]:,} systems the median error of {model} "
        f"goes with their number to\n  the power of {slope:.2f}: twice as many change it by a "
        f"factor of {2**slope:.2f}."
    )


def draw_learning_curves(more: list[Result], longer: list[Result]) -> Figure:
    """Draw the error off the grid against number of systems and length of their simulations.

    Parameters
    ----------
    more, longer : list of Result
        Results of the studies `systems` and `length`.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(9.0, 3.6)
    number, length = figure.subplots(1, 2, sharey=True)
    usual = [each for each in more if each.trial.systems == FEWER]
    for model in ("wallnet", "basenn"):
        _draw(number, [f for f in more if f.trial.model == model], model, by_length=False)
        _draw(length, [f for f in longer + usual if f.trial.model == model], model, by_length=True)
    _label_places(number, {f"{f.trial.systems:,}": float(f.trial.systems or 0) for f in more})
    _label_places(length, {"1/16": 1 / 16, "1/4": 1 / 4, "1": 1.0})
    number.set_xlabel("training systems")
    number.set_ylabel("relative RMSE off the grid")
    length.set_xlabel(f"length of the simulations ({FEWER} systems; 1: as shipped)")
    number.legend(frameon=False, fontsize=8)
    return figure


def _label_places(ax: Axes, places: dict[str, float]) -> None:
    ax.set_xticks(list(places.values()), list(places))
    ax.minorticks_off()
    ax.set_xlim(0.8 * min(places.values()), 1.25 * max(places.values()))


def _draw(ax: Axes, found: list[Result], model: str, by_length: bool) -> None:
    places = [LENGTHS[f.trial.data] if by_length else f.trial.systems for f in found]
    for key, style in (("relative_median", "o-"), ("relative_p95", "s--")):
        error = [f.record["off_grid"]["constrained"][key] for f in found]
        label = f"{model}, {'median' if key == 'relative_median' else '95th percentile'}"
        ax.loglog(places, error, style, color=MODELS[model].colour, markersize=4, label=label)
    drawing.bare(ax)


def _median(each: Result) -> float:
    return float(each.record["off_grid"]["constrained"]["relative_median"])

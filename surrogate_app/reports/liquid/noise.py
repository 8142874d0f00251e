"""Sections of the report on what noise does to fits: their errors and stated uncertainties."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import NEUTRAL
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.evaluation.evaluate import SETS, SHARES, name_of_set
from surrogate_app.liquid.forward.noise import NoiseModel
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

SLOW = 1.1
"""Scatter of whole runs, in units of what their blocks let expect, from which noise is missed."""

_LABELS = ("$C_{12}$", "$C_6$")


def run_length(docs: Path, results: Mapping[str, Any]) -> str:
    """Show how errors fall with the length of the run behind an RDF.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.
    results : mapping
        What `evaluation.evaluate` found.

    Returns
    -------
    str
        Section in Markdown; its figure is `images/liquid_run_length.png`.

    Raises
    ------
    ValueError
        If the campaign of directly simulated systems has not been run.
    """
    direct = Structures.load("direct")
    steps = float(direct.results["length"][0]) * np.array(SHARES)
    allowed = results["run_length_limit"]
    limit = np.array([allowed["c12"], allowed["c6"]]).T
    drawing.save(draw_run_length(steps, results["run_length"], limit), docs, "liquid_run_length")
    models = results["run_length"]
    default = next(iter(models))
    last = np.array([models[default]["c12"][-1], models[default]["c6"][-1]]) / limit[-1]
    rows = []
    for index, length in enumerate(steps):
        row = [f"{length:,.0f}"]
        row += [_pair(model["c12"][index], model["c6"][index]) for model in models.values()]
        rows.append([*row, _pair(*limit[index])])
    return render(
        "liquid/run_length.md.j2",
        systems=len(direct),
        atoms=int(direct.results["atoms"][0]),
        table=markdown_table(["time steps", *models, "noise limit"], rows),
        default=default,
        c12=last[0],
        c6=last[1],
        slow=about_slow_noise(NoiseModel.load().scatter),
    )


def about_slow_noise(scatter: float) -> str:
    """Say what the scatter of whole runs reveals of noise that the blocks of a run do not show.

    Parameters
    ----------
    scatter : float
        Scatter of whole runs about the surrogate, in units of what their blocks let expect.
    """
    sentence = f"whole runs scatter about the surrogate {scatter:.2f} times as much as their blocks"
    if scatter > SLOW:
        return (
            "Part of this is noise that blocks of a run do not show, since shells of a dense fluid "
            f"relax slowly: {sentence} let expect."
        )
    return f"Noise that blocks of a run do not show is no part of this: {sentence} let expect."


def coverage(results: Mapping[str, Any]) -> str:
    """Describe how often the truth lies within the stated uncertainties.

    Parameters
    ----------
    results : mapping
        What `evaluation.evaluate` found.

    Returns
    -------
    str
        Section in Markdown.
    """
    models = results["models"]
    rows = []
    for key in SETS:
        label, number = name_of_set(key, results), results["systems"][key]
        counts_as = f"{results['independent'][key]:.0f}"
        for name, model in models.items():
            within = [
                f"{100.0 * model[key][f'coverage_{times}_{parameter}']:.0f} %"
                for times in (1, 2)
                for parameter in ("c12", "c6")
            ]
            rows.append([label, f"{number:,}", counts_as, name, *within])
    columns = [f"{parameter} within {times} σ" for times in (1, 2) for parameter in ("C12", "C6")]
    fewest = min(results["independent"].values())
    return render(
        "liquid/coverage.md.j2",
        table=markdown_table(["systems", "number", "counts as", "model", *columns], rows),
        fewest=fewest,
        chance=100.0 * np.sqrt(0.683 * 0.317 / fewest),
    )


def draw_run_length(
    steps: Array, models: Mapping[str, Mapping[str, list[float]]], limit: Array
) -> Figure:
    """Draw errors of both parameters against the length of the runs.

    Parameters
    ----------
    steps : ndarray, shape (n,)
        Time steps.
    models : mapping
        For each model, errors `c12` and `c6` in per cent at each length.
    limit : ndarray, shape (n, 2)
        Errors that noise allows.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(8.0, 3.5)
    axes = figure.subplots(1, 2, sharey=True)
    for column, (ax, key) in enumerate(zip(axes, ("c12", "c6"), strict=True)):
        for name, errors in models.items():
            style = {"color": MODELS[name].colour, "marker": "o", "markersize": 4}
            ax.plot(steps, errors[key], label=name, **style)
        ax.plot(steps, limit[:, column], color=NEUTRAL, linestyle="--", label="noise limit")
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xticks(steps, labels=[f"{step:,.0f}" for step in steps])
        ax.minorticks_off()
        ax.set_xlabel("time steps behind the RDF")
        ax.set_title(_LABELS[column], fontsize=10)
        drawing.bare(ax)
    low, high = axes[0].get_ylim()
    ticks = [tick for tick in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if low < tick < high]
    axes[0].set_yticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    axes[0].set_ylabel("MAPE (%)")
    axes[1].legend(frameon=False, fontsize=8.5)
    return figure


def _pair(c12: float, c6: float) -> str:
    return f"{c12:.2f}, {c6:.2f}"

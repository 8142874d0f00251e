"""Section of the report on whether soft labels help where labels are noisier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from surrogate_app.electrolyte.surrogate.model import MODELS
from surrogate_app.electrolyte.training.studies import (
    LOSSES,
    NOISE_EPOCHS,
    NOISE_RATES,
    STUDIES,
    Result,
    results,
)
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render
from surrogate_app.reports.electrolyte.losses import TITLES, compare, of_seeds, spread

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Levels = list[dict[str, list[Result]]]
"""Results of each loss at every level of noise, the least noise first."""

MARKERS = {"basenn": "o", "modnn": "s", "weighted": "^"}


def noise(docs: Path) -> str:
    """Compare the losses at several levels of the labels' noise.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown, empty if no training is finished; its figure is
        `images/label_noise.png`.
    """
    finished = results("noise")
    if not finished:
        return ""
    levels = by_level(finished)
    drawing.save(draw_errors(levels), docs, "label_noise")
    first = finished[0].record
    return render(
        "electrolyte/noise.md.j2",
        done=len(finished),
        planned=len(STUDIES["noise"]),
        epochs=NOISE_EPOCHS,
        rate=NOISE_RATES[0],
        training=first["training"],
        validation=first["validation"],
        tested=first["tested"],
        table=_table(levels),
        verdicts="\n".join(f"- {sentence}" for sentence in verdicts(levels)),
        answer=answer(levels),
    )


def by_level(finished: list[Result]) -> Levels:
    """Sort results by the noise of their labels, and those of each level by their loss."""
    levels = []
    for data in {each.trial.data for each in finished}:
        here = [each for each in finished if each.trial.data == data]
        found = {name: [each for each in here if each.trial.model == name] for name in LOSSES}
        levels.append({name: several for name, several in found.items() if several})
    return sorted(levels, key=epsilon)


def epsilon(found: dict[str, list[Result]]) -> float:
    """Median ε of the labels over their density, mean of the trainings at one level of noise."""
    trainings = [each for several in found.values() for each in several]
    return float(of_seeds(trainings, lambda each: each.record["label_epsilon"]).mean())


def _error(each: Result) -> float:
    return float(each.record["on_grid"]["raw"]["mse"])


def verdicts(levels: Levels) -> list[str]:
    """Say of each level of noise whether another loss beats BaseNN's, judged by the seeds."""
    sentences = []
    for found in levels:
        for rival in ("modnn", "weighted"):
            if "basenn" in found and rival in found:
                errors = [of_seeds(found[name], _error) for name in (rival, "basenn")]
                sentences.append(f"ε of {epsilon(found):.1%}: {compare(TITLES[rival], *errors)}")
    return sentences


def answer(levels: Levels) -> str:
    """Say from which noise on soft labels pay, or that they do at none of the levels.

    A loss pays where its mean square error is smaller than BaseNN's by more than chance.
    """
    paying = [
        epsilon(found)
        for found, verdict in _verdicts_of_modnn(levels)
        if "ModNN beats BaseNN" in verdict
    ]
    if paying:
        return f"Soft labels pay at an ε of {', '.join(f'{level:.1%}' for level in paying)}."
    known = [epsilon(found) for found, _ in _verdicts_of_modnn(levels)]
    if not known:
        return ""
    return (
        f"Soft labels pay at none of these levels, up to an ε of {max(known):.1%}. Nor should "
        "they: the mean of the loss (E 5) over its labels is BaseNN's plus a constant. Both have "
        "the same minimum, and drawing labels only adds noise to the steps towards it."
    )


def _verdicts_of_modnn(levels: Levels) -> list[tuple[dict[str, list[Result]], str]]:
    return [
        (found, verdicts([{name: found[name] for name in ("basenn", "modnn")}])[0])
        for found in levels
        if {"basenn", "modnn"} <= set(found)
    ]


def draw_errors(levels: Levels) -> Figure:
    """Draw the error on the grid's last fifth against the noise of the labels, for each loss.

    Parameters
    ----------
    levels : list of dict
        Results, see `by_level`.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(6.0, 3.6)
    ax = figure.subplots()
    for name in LOSSES:
        points = [
            (100 * epsilon(found), of_seeds(found[name], _error))
            for found in levels
            if name in found
        ]
        if not points:
            continue
        colour = MODELS[name].colour
        for level, errors in points:
            ax.plot(np.full(len(errors), level), errors, MARKERS[name], color=colour, ms=4)
        places, means = [level for level, _ in points], [errors.mean() for _, errors in points]
        ax.plot(
            places, means, f"{MARKERS[name]}-", color=colour, ms=6, mfc="none", label=TITLES[name]
        )
    ax.set_xscale("log")
    ax.set_yscale("log")
    places = [100 * epsilon(found) for found in levels]
    ax.set_xlim(0.7 * min(places), 1.4 * max(places))
    ax.set_xticks(places, [f"{place:.1f}" for place in places])
    ax.minorticks_off()
    ax.set_xlabel("ε of the labels over the density, median (%)")
    ax.set_ylabel("mean square error (mol/L)²")
    ax.legend(frameon=False, fontsize=8)
    drawing.bare(ax)
    return figure


def _table(levels: Levels) -> str:
    header = ["labels", "ε over density", "figure", *(TITLES[name] for name in LOSSES)]
    rows = []
    for found in levels:
        first = next(iter(found.values()))
        data, level = first[0].trial.data, f"{epsilon(found):.1%}"
        for title, measure, form in (
            ("test loss, 10⁻³", lambda each: 1e3 * _error(each), ".3f"),
            (
                "relative RMSE, median, %",
                lambda each: 100 * each.record["on_grid"]["constrained"]["relative_median"],
                ".2f",
            ),
            ("epoch of the weights", lambda each: each.record["epoch"], ",.0f"),
        ):
            cells = [
                spread(of_seeds(found[name], measure), form) if name in found else ""
                for name in LOSSES
            ]
            rows.append([f"`{data}`", level, title, *cells])
    return markdown_table(header, rows)

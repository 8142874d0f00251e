"""Section of the report on what soft labels bring: three losses, several seeds, one grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import NEUTRAL
from surrogate_app.electrolyte.data.dataset import GRID, Dataset, mirror
from surrogate_app.electrolyte.data.reference import load_reference
from surrogate_app.electrolyte.data.splits import find
from surrogate_app.electrolyte.surrogate.model import MODELS
from surrogate_app.electrolyte.system import N_BINS
from surrogate_app.electrolyte.training.studies import CURVE, LOSSES, STUDIES, Result, results
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

TITLES = {"basenn": "BaseNN", "modnn": "ModNN", "weighted": "weighted"}
"""Names of the losses as the electrolyte paper and this report write them."""

PAPER_ERRORS = {
    "test": {"basenn": 2.71e-6, "modnn": 1.15e-6},
    "training": {"basenn": 2.83e-6, "modnn": 1.17e-6},
    "walls": {"basenn": 7.3e-6, "modnn": 1.7e-6},
    "bulk": {"basenn": 4e-6, "modnn": 1e-6},
    "rmse_pos": {"basenn": 0.0015, "modnn": 0.00042},
    "rmse_neg": {"basenn": 0.0012, "modnn": 0.00041},
}
"""What the paper states in its Section III.A, in its own unit of density."""

DECISIVE = 0.05
"""Probability of a difference by chance (Welch's t-test) below which two means are different."""


def losses(docs: Path) -> str:
    """Compare networks with three losses, on the grid and off it.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown, empty if no training is finished; its figures are
        `images/figure_3.png` and `figure_4.png`.
    """
    finished = results("losses")
    if not finished:
        return ""
    found = {name: [f for f in finished if f.trial.model == name] for name in LOSSES}
    found = {name: several for name, several in found.items() if several}
    drawing.save(draw_test_loss(found), docs, "figure_3")
    drawing.save(draw_rmse_per_bin(found), docs, "figure_4")
    first = next(iter(found.values()))[0].record
    return render(
        "electrolyte/losses.md.j2",
        done=sum(map(len, found.values())),
        planned=len(STUDIES["losses"]),
        seeds=", ".join(f"{TITLES[name]} {len(several)}" for name, several in found.items()),
        training=first["training"],
        validation=first["validation"],
        tested=first["tested"],
        off_grid=first["test_systems"],
        table=_table(found),
        ratio=epsilon_ratio(),
        verdicts="\n".join(f"- {sentence}" for sentence in verdicts(found)),
    )


def verdicts(found: dict[str, list[Result]]) -> list[str]:
    """Say whether another loss beats BaseNN's, on the grid and off it, judged by the seeds.

    Parameters
    ----------
    found : dict
        Results of each loss.

    Returns
    -------
    list of str
    """
    sentences = []
    for place, measure in (
        ("On the grid's last fifth", lambda f: f.record["on_grid"]["raw"]["mse"]),
        ("Off the grid", lambda f: f.record["off_grid"]["raw"]["mse"]),
    ):
        for rival in ("modnn", "weighted"):
            if "basenn" in found and rival in found:
                sentence = compare(
                    TITLES[rival], *(of_seeds(found[name], measure) for name in (rival, "basenn"))
                )
                sentences.append(f"{place}, {sentence}")
    return sentences


def compare(rival: str, errors: Array, base: Array) -> str:
    """Compare the mean square errors of some seeds with those of BaseNN's.

    Parameters
    ----------
    rival : str
        Name of the network that is compared.
    errors, base : ndarray
        Its mean square errors and BaseNN's, one a seed.

    Returns
    -------
    str

    Examples
    --------
    >>> compare("ModNN", np.array([1.0, 1.2]), np.array([4.0, 4.2])).split(": ")[0]
    "ModNN's mean square error is 0.27 times BaseNN's"
    """
    said = f"{rival}'s mean square error is {errors.mean() / base.mean():.2f} times BaseNN's"
    if min(len(errors), len(base)) < 2:
        return f"{said}: a single seed can not distinguish this from chance."
    from scipy.stats import ttest_ind

    test = ttest_ind(errors, base, equal_var=False)
    if test.pvalue > DECISIVE:
        verdict = f"{rival} and BaseNN can not be distinguished"
    else:
        verdict = f"{rival} {'beats' if test.statistic < 0 else 'is worse than'} BaseNN"
    return (
        f"{said}: the means of {len(errors)} and {len(base)} seeds differ by "
        f"{abs(test.statistic):.1f} standard errors (p = {test.pvalue:.2g}), so {verdict}."
    )


def epsilon_ratio() -> float:
    """How many times the paper's ε are as large as those of the grid here.

    Medians of the bins of the twelve systems that both have, and of these systems.
    """
    reference, grid = load_reference(), Dataset.load("grid")
    ratios = []
    for system, theirs in zip(reference.systems, reference.eps, strict=True):
        nearest = min(GRID["sigma_s"], key=lambda level: abs(level - system.sigma_s))
        row = find(grid, (*system.to_array()[:-1], nearest))
        ours = mirror(grid.eps[row])
        both = (theirs > 0.0) & (ours > 0.0)
        ratios.append(np.median(theirs[both] / ours[both]))
    return float(np.median(ratios))


def draw_test_loss(found: dict[str, list[Result]]) -> Figure:
    """Draw the electrolyte paper's Figure 3: test loss against epochs, walls and bulk in an inset.

    Parameters
    ----------
    found : dict
        Results of each loss.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(9.0, 3.9)
    whole, parts = figure.subplots(1, 2, width_ratios=(3, 2))
    for name, several in found.items():
        for index, each in enumerate(several):
            label = TITLES[name] if index == 0 else None
            _draw_curve(whole, each, "test", name, label=label)
            _draw_curve(whole, each, "training", name, linestyle=":", alpha=0.6)
        _draw_curve(parts, several[0], "test_walls", name)
        _draw_curve(parts, several[0], "test_bulk", name, linestyle="--")
    for style, label in (("-", "near the walls"), ("--", "in the bulk")):
        parts.plot([], [], style, color=NEUTRAL, linewidth=1.1, label=label)
    whole.set_ylabel("mean square error (mol/L)²")
    for ax in (whole, parts):
        ax.set_xlabel("epoch")
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.legend(frameon=False, fontsize=8)
        drawing.bare(ax)
    return figure


def _draw_curve(ax: Axes, each: Result, column: str, name: str, **style: object) -> None:
    epoch, error = each.curve[:, 0], each.curve[:, CURVE.index(column)]
    given = {"linewidth": 1.1, **style}
    ax.plot(epoch, error, color=MODELS[name].colour, **given)  # type: ignore[arg-type]


def draw_rmse_per_bin(found: dict[str, list[Result]]) -> Figure:
    """Draw the electrolyte paper's Figure 4: RMSE of each bin (E 8), mean of the seeds.

    Parameters
    ----------
    found : dict
        Results of each loss.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(9.0, 3.2)
    panels = figure.subplots(1, 2, sharey=True)
    bins = np.arange(1, N_BINS + 1)
    for species, (ax, title) in enumerate(zip(panels, ("cations", "anions"), strict=True)):
        for name, several in found.items():
            error = np.mean([each.record["rmse_per_bin"][species] for each in several], axis=0)
            ax.semilogy(bins, error, color=MODELS[name].colour, linewidth=1.1, label=TITLES[name])
        ax.set_xlabel("bin k")
        ax.set_title(title, fontsize=9)
        drawing.bare(ax)
    panels[0].set_ylabel("RMSE of the bin (mol/L)")
    panels[1].legend(frameon=False, fontsize=8)
    return figure


def _table(found: dict[str, list[Result]]) -> str:
    rows: list[tuple[str, str | None, Callable[[Result], float], str]] = [
        ("test loss, 10⁻³", "test", lambda f: 1e3 * f.record["on_grid"]["raw"]["mse"], ".3f"),
        ("training loss, 10⁻³", "training", lambda f: 1e3 * f.record["training_loss"], ".3f"),
        (
            "near walls, 10⁻³",
            "walls",
            lambda f: 1e3 * f.record["on_grid"]["raw"]["mse_walls"],
            ".3f",
        ),
        ("bulk, 10⁻³", "bulk", lambda f: 1e3 * f.record["on_grid"]["raw"]["mse_bulk"], ".4f"),
        ("RMSE⁺, mol/L", "rmse_pos", lambda f: f.record["on_grid"]["raw"]["rmse_bin_pos"], ".4f"),
        ("RMSE⁻, mol/L", "rmse_neg", lambda f: f.record["on_grid"]["raw"]["rmse_bin_neg"], ".4f"),
        ("epoch of the weights", None, lambda f: f.record["epoch"], ",.0f"),
        ("last epoch", None, lambda f: f.record["last_epoch"], ",.0f"),
        (
            "on the grid: relative RMSE, median, %",
            None,
            lambda f: 100 * f.record["on_grid"]["constrained"]["relative_median"],
            ".2f",
        ),
        (
            "off the grid: test loss, 10⁻³",
            None,
            lambda f: 1e3 * f.record["off_grid"]["raw"]["mse"],
            ".3f",
        ),
        (
            "off the grid: relative RMSE, median, %",
            None,
            lambda f: 100 * f.record["off_grid"]["constrained"]["relative_median"],
            ".2f",
        ),
        (
            "off the grid: relative RMSE, worst, %",
            None,
            lambda f: 100 * f.record["off_grid"]["constrained"]["relative_worst"],
            ".1f",
        ),
    ]
    header = ["mean ± deviation of the seeds", *(TITLES[name] for name in found), "paper's ratio"]
    cells = []
    for label, key, measure, form in rows:
        values = [spread(of_seeds(several, measure), form) for several in found.values()]
        stated = PAPER_ERRORS.get(key or "")
        ratio = f"{stated['modnn'] / stated['basenn']:.2f}" if stated else ""
        cells.append([label, *values, ratio])
    return markdown_table(header, cells)


def of_seeds(several: Sequence[Result], measure: Callable[[Result], float]) -> Array:
    """Return a figure of the trainings of some seeds."""
    return np.array([measure(result) for result in several], float)


def spread(values: Array, form: str) -> str:
    """Write the mean of some seeds and their standard deviation.

    Examples
    --------
    >>> spread(np.array([1.0, 2.0, 3.0]), ".1f"), spread(np.array([1.0]), ".1f")
    ('2.0 ± 1.0', '1.0')
    """
    if len(values) == 1:
        return f"{values[0]:{form}}"
    return f"{values.mean():{form}} ± {values.std(ddof=1):{form}}"

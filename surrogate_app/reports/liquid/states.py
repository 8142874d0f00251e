"""Sections of the report on the simulated states and the forward surrogate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import FITTED, NEUTRAL
from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.data.dataset import Structures, join, sides
from surrogate_app.liquid.data.designs import FREEZING_MARGIN, is_drawn
from surrogate_app.liquid.evaluation.evaluate import predict_structures
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.models.deepilst import EDGES as PAPER_EDGES
from surrogate_app.liquid.phases import (
    CRITICAL_TEMPERATURE,
    TRIPLE_TEMPERATURE,
    freezing_density,
    saturated_liquid_density,
    saturated_vapour_density,
    simulated_freezing_density,
)
from surrogate_app.liquid.scores import rdf_error
from surrogate_app.liquid.simulation.bins import N_BINS, distances
from surrogate_app.liquid.state import PARAMETERS, TABLE_1, TRANSFERABILITY, to_reduced
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
Groups = dict[str, tuple[Array, Array]]

_DRAWS = 100_000
_STYLES: dict[str, dict[str, Any]] = {
    "training": {"color": NEUTRAL, "s": 6, "marker": "o"},
    "validation and test side": {"color": "#E69F00", "s": 9, "marker": "o"},
    "test states": {"color": "#009E73", "s": 14, "marker": "x", "linewidths": 0.9},
    "argon": {"color": "#56B4E9", "s": 6, "marker": "s", "zorder": 0.5},
    "simulated directly": {"color": "#D55E00", "s": 26, "marker": "+", "linewidths": 1.2},
}


def data(docs: Path) -> str:
    """Describe which states were simulated and how systems are made of them.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown; its figure is `images/liquid_states.png`.

    Raises
    ------
    ValueError
        If a campaign has not been run.
    """
    states, test, direct = (Structures.load(name) for name in ("states", "test", "direct"))
    cold, parts = Structures.load("cold"), sides()
    groups = simulated_states(parts, test, Structures.load("argon"), direct)
    drawing.save(draw_map(groups), docs, "liquid_states")
    numbers = [len(part) for part in parts]
    low, high = PAPER_EDGES[[0, -1]]
    return render(
        "liquid/data.md.j2",
        states=len(states),
        sweeps=states.description["options"]["sweeps"],
        cold=len(cold),
        cold_sweeps=cold.description["options"]["sweeps"],
        test=len(test),
        test_sweeps=test.description["options"]["sweeps"],
        atoms=int(states.results["atoms"].min()),
        most_atoms=int(states.results["atoms"].max()),
        direct=len(direct),
        direct_atoms=int(direct.results["atoms"][0]),
        steps=int(direct.results["length"][0]),
        sides=f"{numbers[0]}, {numbers[1]} and {numbers[2]}",
        c6_low=1e3 * TABLE_1["c6"][0],
        c6_high=1e3 * TABLE_1["c6"][1],
        kept=100.0 * fluid_share(TABLE_1),
        kept_wide=100.0 * fluid_share(TRANSFERABILITY),
        freezing=FREEZING_MARGIN,
        cells=len(PAPER_EDGES) - 1,
        low=low,
        high=high,
        bins=N_BINS,
    )


def forward(docs: Path, results: Mapping[str, Any]) -> str:
    """State how far the forward surrogate is off on test states.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.
    results : mapping
        What `evaluation.evaluate` found.

    Returns
    -------
    str
        Section in Markdown; its figure is `images/liquid_forward.png`.

    Raises
    ------
    ValueError
        If the test campaign has not been run.
    """
    drawing.save(draw_forward(Structures.load("test")), docs, "liquid_forward")
    return render("liquid/forward.md.j2", known=results["forward"], cold=results["forward_cold"])


def simulated_states(
    parts: Sequence[Structures], test: Structures, argon: Structures, direct: Structures
) -> Groups:
    """ρ* and T* of all simulated states by what they are for, as the keys say."""
    training, *others = parts
    groups = (training, join(others), test, argon, direct)
    reduced = [to_reduced(group.coupling, group.attraction) for group in groups]
    return dict(zip(_STYLES, reduced, strict=True))


def fluid_share(box: Mapping[str, tuple[float, float]], seed: int = 1) -> float:
    """Share of uniform draws from a box that are one-phase fluids.

    Parameters
    ----------
    box : mapping
        Range of each of `state.PARAMETERS`.
    seed : int, optional
        Seed of the draws.

    Returns
    -------
    float
    """
    low, high = np.array([box[name] for name in PARAMETERS]).T
    c12, c6, density, kelvin = np.random.default_rng(seed).uniform(low, high, (_DRAWS, len(low))).T
    t_star = GAS_CONSTANT * kelvin * 4.0 * c12 / c6**2
    return float(np.mean(is_drawn(density * np.sqrt(c12 / c6), t_star)))


def draw_map(groups: Groups) -> Figure:
    """Draw where the simulated states lie, all of them and the cold ones closer.

    Parameters
    ----------
    groups : dict
        ρ* and T* of the states, by the names in the legend.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(9.0, 5.0)
    axes = figure.subplots(1, 2)
    for ax, hottest, scale in zip(axes, (700.0, 4.0), (0.6, 1.0), strict=True):
        for name, (density, t_star) in groups.items():
            shown = t_star < hottest
            style = {**_STYLES[name], "s": scale * _STYLES[name]["s"]}
            ax.scatter(density[shown], t_star[shown], label=name, **style)
        _draw_lines(ax, hottest)
        ax.set_xlabel("ρ*")
        drawing.bare(ax)
    axes[0].set_yscale("log")
    axes[0].set_yticks([1, 10, 100], labels=["1", "10", "100"])
    axes[0].set_ylim(0.6, 800.0)
    axes[1].set_ylim(0.6, 4.0)
    axes[0].set_xlim(left=0.0)
    axes[1].set_xlim(0.0, 1.4)
    axes[0].set_ylabel("T*")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4, frameon=False, fontsize=8.5)
    return figure


def draw_forward(test: Structures) -> Figure:
    """Draw which share of the test states has a smaller error, beside the noise of the runs."""
    predicted = predict_structures(ForwardSurrogate.load(), test)
    error = 100.0 * rdf_error(distances(), test.g, predicted)
    noise = 100.0 * np.sqrt(2.0 / np.pi) * rdf_error(distances(), test.g, test.g + test.g_sem)
    figure = drawing.new_figure(5.5, 3.4)
    ax = figure.subplots()
    share = (np.arange(len(test)) + 0.5) / len(test)
    ax.plot(np.sort(error), share, color=FITTED, linewidth=2.0, label="forward surrogate")
    ax.plot(np.sort(noise), share, color=NEUTRAL, linewidth=1.2, label="noise of the simulations")
    ax.set_xscale("log")
    ax.set_xlabel("relative integrated error of g(r) (%)")
    ax.set_ylabel("share of the test states")
    ax.set_ylim(0.0, 1.0)
    low, high = 0.9 * min(error.min(), noise.min()), 1.1 * max(error.max(), noise.max())
    ticks = [tick for tick in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if low < tick < high]
    ax.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_xlim(low, high)
    ax.legend(frameon=False, fontsize=8.5, loc="lower right")
    drawing.bare(ax)
    return figure


def _draw_lines(ax: Axes, hottest: float) -> None:
    t_star = np.geomspace(TRIPLE_TEMPERATURE, hottest, 400)
    freezing = freezing_density(t_star)
    ax.plot(freezing, t_star, color="#24292F", linewidth=1.4, label="freezing")
    limit = FREEZING_MARGIN * simulated_freezing_density(t_star)
    ax.plot(
        limit, t_star, color="#24292F", linewidth=0.8, linestyle=":", label="limit of the draws"
    )
    cold = np.linspace(TRIPLE_TEMPERATURE, CRITICAL_TEMPERATURE, 200)
    rho = np.concatenate((saturated_vapour_density(cold), saturated_liquid_density(cold)[::-1]))
    both = np.concatenate((cold, cold[::-1]))
    ax.plot(rho, both, color="#24292F", linewidth=1.4, linestyle="--", label="saturation")

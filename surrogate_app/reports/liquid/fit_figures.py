"""Figures of the report on fits: found against true parameters, and pressures of argon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.state import TABLE_1
from surrogate_app.reports import drawing
from surrogate_app.reports.liquid.fit_data import ArgonPressures, Fits, line_distance, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

_SYMBOLS = {
    "c12": ("$C_{12}$", 1e6, "$10^{-6}$ kJ/mol nm$^{12}$"),
    "c6": ("$C_6$", 1e3, "$10^{-3}$ kJ/mol nm$^6$"),
}


def draw_fits(
    sets: Mapping[str, Fits],
    errors: Mapping[str, tuple[float, float]],
    colour: str,
    less_truth: bool = False,
) -> Figure:
    """Draw found against true parameters as in the paper's Figure 2, a column a set.

    Parameters
    ----------
    sets : mapping of Fits
        Fits by the name of the set.
    errors : mapping
        MAPE of C12 and C6 of each set.
    colour : str
        Colour of the points.
    less_truth : bool, optional
        Subtract the true parameter from the found one, for errors too small to see otherwise.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(10.0, 5.4)
    axes = figure.subplots(2, len(sets), sharey="row")
    distance = line_distance(sets)
    for row, (name, (symbol, scale, unit)) in enumerate(_SYMBOLS.items()):
        for ax, (key, fits) in zip(axes[row], sets.items(), strict=True):
            _draw_panel(ax, name, fits.truth[:, row], fits.found[:, row], distance, less_truth)
            ax.collections[0].set_color(colour)
            share = 100.0 * fits.between(distance)[row]
            ax.text(
                *(0.04, 0.98, f"MAPE {percent(errors[key][row])} %\n{share:.1f} % between lines"),
                transform=ax.transAxes,
                va="top",
                fontsize=8,
            )
            if row == 0:
                ax.set_title(key, fontsize=9.5)
        bottom, top = axes[row, 0].get_ylim()
        bottom = bottom if less_truth else max(bottom, -0.05 * scale * TABLE_1[name][1])
        axes[row, 0].set_ylim(bottom, top + 0.2 * (top - bottom))
        found = f"found {symbol}" + less_truth * " − true"
        axes[row, 0].set_ylabel(f"{found} ({unit})", fontsize=8)
    return figure


def _draw_panel(
    ax: Axes, name: str, truth: Array, found: Array, distance: float, less_truth: bool
) -> None:
    symbol, scale, unit = _SYMBOLS[name]
    low, high = ends = scale * np.array(TABLE_1[name])
    offset, slope = distance * (high - low), 0.0 if less_truth else 1.0
    y = scale * (found - truth if less_truth else found)
    ax.scatter(scale * truth, y, s=4, alpha=0.5, linewidths=0, zorder=3)
    for times, style, width in ((-1.0, "-.", 0.8), (0.0, "-", 0.9), (1.0, "-.", 0.8)):
        line = slope * ends + times * offset
        ax.plot(ends, line, color="#24292F", linewidth=width, linestyle=style)
    margin = 0.04 * (high - low)
    ax.set_xlim(low - margin, high + margin)
    ax.set_xlabel(f"true {symbol} ({unit})", fontsize=8)
    drawing.bare(ax)


def draw_argon(maps: ArgonPressures) -> Figure:
    """Draw argon's pressure over density and temperature, and how far the fits' is off."""
    figure = drawing.new_figure(10.5, 3.4)
    axes = figure.subplots(1, 1 + len(maps.of_fits), sharey=True, gridspec_kw={"wspace": 0.08})
    _draw_states(figure, axes[0], maps, maps.simulated, "pressure (MPa)", "viridis", None)
    axes[0].set_title("simulated", fontsize=9.5)
    axes[0].set_ylabel("temperature (K)", fontsize=9)
    for ax, (name, values) in zip(axes[1:], maps.of_fits.items(), strict=True):
        error = maps.relative(values)
        most = float(np.abs(error).max())
        _draw_states(figure, ax, maps, error, "difference (%)", "RdBu_r", most)
        ax.set_title(f"{name}: {np.abs(error).mean():.1f} % off", fontsize=9.5)
    return figure


def _draw_states(
    figure: Figure,
    ax: Axes,
    maps: ArgonPressures,
    values: Array,
    label: str,
    colours: str,
    most: float | None,
) -> None:
    low = None if most is None else -most
    drawn = ax.scatter(
        *(maps.density, maps.temperature, 130),
        c=values,
        marker="s",
        cmap=colours,
        vmin=low,
        vmax=most,
        linewidths=0,
    )
    bar = figure.colorbar(drawn, ax=ax, pad=0.02)
    bar.set_label(label, fontsize=8.5)
    bar.ax.tick_params(labelsize=8)
    ax.set_xlabel("density (nm$^{-3}$)", fontsize=9)
    drawing.bare(ax)

"""Section of the report on fits: the paper's figures and tables, ours beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.analysis.thermodynamics import silent_pressure
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.data.designs import ARGON, outside
from surrogate_app.liquid.evaluation import evaluate as evaluation
from surrogate_app.liquid.forward.draws import Draws, draw_systems
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.inverse.models.deepilst import scaled
from surrogate_app.liquid.inverse.surrogate import InverseSurrogate
from surrogate_app.liquid.scores import mape
from surrogate_app.liquid.state import TABLE_1, TRANSFERABILITY, LJState
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

PAPER = "deepilst"
"""Name of the paper's network."""

PAPER_MAPE = {
    "training": (1.7, 4.2),
    "validation": (1.7, 4.2),
    "test": (1.7, 4.2),
    "transferability": (8.7, 39.8),
}
"""MAPE of C12 and C6 in per cent that the liquid paper reports."""

PAPER_ARGON = {"c12": (10.3e-6, 0.116e-6, 6.18), "c6": (6.23e-3, 0.0053e-3, 0.16)}
"""Mean, scatter and error in per cent of argon's parameters in the paper's Table 2."""

PAPER_PRESSURE = 17.0
"""Mean error in per cent of argon's pressure that the paper reports."""

POINTS = 1_000
"""Most systems in a panel."""

ALIKE = 1.5
"""Ratio of errors up to which they count as alike."""

SIDES = ("training", "validation", "test", "transferability")
"""Sets of drawn systems: what the paper's network was trained, chosen and tested on, and beyond."""

_DRAWN_PER_POINT = 12

_SYMBOLS = {
    "c12": ("$C_{12}$", 1e6, "$10^{-6}$ kJ/mol nm$^{12}$"),
    "c6": ("$C_6$", 1e3, "$10^{-3}$ kJ/mol nm$^6$"),
}


def paper_network(docs: Path, results: Mapping[str, Any]) -> str:
    """Show what the paper shows of its network, for ours and for the default model.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.
    results : mapping
        What `evaluation.evaluate` found.

    Returns
    -------
    str
        Section in Markdown; its figures are `images/liquid_fits_MODEL.png` and
        `images/liquid_argon.png`.

    Raises
    ------
    ValueError
        If a campaign has not been run.
    """
    surrogate = ForwardSurrogate.load()
    seed = InverseSurrogate.load(PAPER).metadata["seed"]
    systems = drawn_systems(surrogate, seed, POINTS)
    fits = {name: fit_sets(name, systems) for name in results["models"]}
    errors = all_errors(fits, results)
    for name in fits:
        figure = draw_fits(fits[name], errors[name], MODELS[name].colour, less_truth=name != PAPER)
        drawing.save(figure, docs, f"liquid_fits_{name}")
    maps = argon_pressures(surrogate, list(results["models"]))
    drawing.save(draw_argon(maps), docs, "liquid_argon")
    return render(
        "liquid/fits.md.j2",
        points=POINTS,
        alike=ALIKE,
        verdict=verdict(errors[PAPER], results["models"][PAPER]["argon"]),
        fits=fits_table(errors, results),
        lines=lines_table(fits),
        argon=argon_table(results, float(np.mean(np.abs(maps.relative(maps.of_truth))))),
        place=100.0 * scaled(np.array([[ARGON["c12"], ARGON["c6"]]]))[0, 0],
        models=list(results["models"]),
        paper=PAPER,
    )


def all_errors(
    fits: Mapping[str, Mapping[str, Fits]], results: Mapping[str, Any]
) -> dict[str, dict[str, tuple[float, float]]]:
    """MAPE of C12 and C6 by model and set: of the evaluation where it has the set."""
    errors: dict[str, dict[str, tuple[float, float]]] = {}
    for name, model in results["models"].items():
        measured = {key: mape(each.truth, each.found) for key, each in fits[name].items()}
        errors[name] = {key: (float(c12), float(c6)) for key, (c12, c6) in measured.items()}
        for key, figures in model.items():
            errors[name][key] = figures["mape_c12"], figures["mape_c6"]
    return errors


def fits_table(
    errors: Mapping[str, Mapping[str, tuple[float, float]]], results: Mapping[str, Any]
) -> str:
    """Lay out MAPE by set, the paper's beside ours, in Markdown."""
    header = ["MAPE of C12, C6 (%)", "systems", "paper", *errors]
    rows = []
    for key in [*PAPER_MAPE, "direct_table_1", "direct_transferability"]:
        number = results["systems"].get(key, POINTS)
        label = f"drawn, Table 1, {key} side"
        if key in evaluation.SETS:
            label = evaluation.name_of_set(key, results)
        paper = "{:g}, {:g}".format(*PAPER_MAPE[key]) if key in PAPER_MAPE else "–"
        cells = [", ".join(map(percent, model[key])) for model in errors.values()]
        rows.append([label, f"{number:,}", paper, *cells])
    return markdown_table(header, rows)


def lines_table(fits: Mapping[str, Mapping[str, Fits]]) -> str:
    """Lay out the shares of systems between the accuracy lines, in Markdown."""
    header = ["between the lines, C12, C6 (%)", "paper", *fits]
    rows = []
    for key, paper in zip(PAPER_MAPE, ("99", "about 99", "about 99", "about half"), strict=True):
        cells = []
        for sets in fits.values():
            share = 100.0 * sets[key].between(line_distance(sets))
            cells.append(f"{share[0]:.1f}, {share[1]:.1f}")
        rows.append([key, paper, *cells])
    return markdown_table(header, rows)


def argon_table(results: Mapping[str, Any], floor: float) -> str:
    """Lay out the paper's Table 2 and its error of the pressure beside ours, in Markdown.

    Parameters
    ----------
    results : mapping
        What `evaluation.evaluate` found.
    floor : float
        Error in per cent of the pressure that the true parameters imply.

    Returns
    -------
    str
    """
    models = {name: model["argon"] for name, model in results["models"].items()}
    rows = []
    for name, scale, unit in (("c12", 1e6, "10⁻⁶ kJ/mol nm¹²"), ("c6", 1e3, "10⁻³ kJ/mol nm⁶")):
        mean, scatter, error = PAPER_ARGON[name]
        label = name.upper()
        rows.append([f"{label} ({unit})", f"{scale * ARGON[name]:.2f}"])
        rows[-1].append(f"{scale * mean:.4g} ± {scale * scatter:.2g}")
        for argon in models.values():
            values = scale * argon[f"{name}_mean"], scale * argon[f"{name}_scatter"]
            rows[-1].append(f"{values[0]:.3f} ± {values[1]:.3f}")
        rows.append([f"{label}, error of the mean (%)", "", f"{error:.2f}"])
        rows[-1] += [f"{abs(argon[f'{name}_error']):.2f}" for argon in models.values()]
        rows.append([f"{label}, MAPE of the states (%)", "", "–"])
        rows[-1] += [f"{argon[f'mape_{name}']:.2f}" for argon in models.values()]
    rows.append(["pressure, mean error (%)", f"{floor:.2f}", f"{PAPER_PRESSURE:g}"])
    rows[-1] += [f"{argon['pressure_error']:.2f}" for argon in models.values()]
    return markdown_table(["argon", "ground truth", "paper", *models], rows)


def beside(ours: float, paper: float) -> str:
    """Say in a word how an error compares with the paper's.

    Examples
    --------
    >>> beside(1.9, 1.7), beside(0.2, 1.7), beside(4.0, 1.7)
    ('alike', 'smaller', 'larger')
    """
    if ours > ALIKE * paper:
        return "larger"
    return "smaller" if ALIKE * ours < paper else "alike"


def verdict(errors: Mapping[str, tuple[float, float]], argon: Mapping[str, float]) -> str:
    """Say which errors of the paper come out alike, which smaller and which larger.

    Parameters
    ----------
    errors : mapping
        MAPE of C12 and C6 by set.
    argon : mapping
        Figures of argon.

    Returns
    -------
    str
        Lines of a list in Markdown.
    """
    sorted_by: dict[str, list[str]] = {"alike": [], "smaller": [], "larger": []}

    def sort(what: str, ours: float, paper: float) -> None:
        shown = f"{what} ({percent(ours)}\N{NO-BREAK SPACE}%, paper {paper:g}\N{NO-BREAK SPACE}%)"
        sorted_by[beside(ours, paper)].append(shown)

    for key, paper in PAPER_MAPE.items():
        for name, ours, theirs in zip(("C12", "C6"), errors[key], paper, strict=True):
            sort(f"{name} in {key}", ours, theirs)
    for name, (_, _, theirs) in PAPER_ARGON.items():
        sort(f"{name.upper()} of argon", abs(argon[f"{name}_error"]), theirs)
    sort("pressure of argon", argon["pressure_error"], PAPER_PRESSURE)
    titles = {
        "alike": "Reproduced",
        "smaller": "Errors smaller than the paper's",
        "larger": "Not reproduced, errors larger than the paper's",
    }
    lines = (f"- {titles[word]}: {', '.join(sorted_by[word]) or 'none'}." for word in titles)
    return "\n".join(fill(line, width=100, subsequent_indent="  ") for line in lines)


# ---------------------------------------------------------------- data


@dataclass(frozen=True)
class Fits:
    """True and found parameters of the systems of one set.

    Parameters
    ----------
    truth, found : ndarray, shape (N, 2)
        C12 and C6.
    """

    truth: Array
    found: Array

    def between(self, distance: float) -> Array:
        """Share of the systems less than a distance, scaled to Table 1, off the truth, (2,)."""
        error = np.abs(scaled(self.found) - scaled(self.truth))
        return np.asarray((error < distance).mean(axis=0))

    @property
    def loss(self) -> float:
        """Loss of the paper (L 5)."""
        return float(np.mean((scaled(self.found) - scaled(self.truth)) ** 2))


def line_distance(sets: Mapping[str, Fits]) -> float:
    """Distance of the accuracy lines, 4 √loss of the training systems, scaled to Table 1."""
    return float(4.0 * np.sqrt(sets["training"].loss))


def drawn_systems(surrogate: ForwardSurrogate, seed: int, points: int) -> dict[str, Draws]:
    """Draw the systems of the panels: the first ones that the paper's network had on each side.

    Those for transferability come from the test side, outside Table 1's box.
    """
    states = Structures.load("states")
    number = points * _DRAWN_PER_POINT
    inner = draw_systems(states, surrogate.expansion, TABLE_1, number, seed)
    wide = draw_systems(states, surrogate.expansion, TRANSFERABILITY, number, seed)[2]
    far = np.flatnonzero(outside(wide.parameters, TABLE_1))
    parts = (*inner, wide.take(far))
    few = (part.take(slice(points)) for part in parts)
    return dict(zip(SIDES, few, strict=True))


def fit_sets(name: str, systems: Mapping[str, Draws]) -> dict[str, Fits]:
    """Fit all systems of each set with one model."""
    model, fitted = InverseSurrogate.load(name), {}
    for key, draws in systems.items():
        fits = evaluation.fit_all(model, draws)
        found = np.array([[fit.c12, fit.c6] for fit in fits])
        fitted[key] = Fits(draws.parameters[:, :2], found)
    return fitted


@dataclass(frozen=True)
class ArgonPressures:
    """Pressures of argon in MPa.

    Parameters
    ----------
    density, temperature : ndarray, shape (N,)
        The states, in nm⁻³ and K.
    simulated : ndarray, shape (N,)
        Pressure of the simulation.
    of_fits : dict of ndarray, shape (N,)
        Pressure that the fitted parameters imply, by model.
    of_truth : ndarray, shape (N,)
        Pressure that the true parameters imply, by the same way.
    """

    density: Array
    temperature: Array
    simulated: Array
    of_fits: dict[str, Array]
    of_truth: Array

    def relative(self, values: Array) -> Array:
        """Difference from the simulated pressure in per cent."""
        return np.asarray(100.0 * (values / self.simulated - 1.0))


def argon_pressures(surrogate: ForwardSurrogate, names: list[str]) -> ArgonPressures:
    """Pressures of the simulated states of argon and of the parameters fitted to them."""
    simulated, draws = Structures.load("argon"), evaluation.systems("argon", surrogate)
    fits = {name: evaluation.fit_all(InverseSurrogate.load(name), draws) for name in names}
    units = np.array([evaluation.state_pressure_unit(fit) for fit in fits[names[0]]])
    return ArgonPressures(
        density=draws.parameters[:, 2],
        temperature=draws.parameters[:, 3],
        simulated=simulated.results["pressure"] * units,
        of_fits={
            name: np.array([silent_pressure(surrogate, fit.state) for fit in each])
            for name, each in fits.items()
        },
        of_truth=np.array([silent_pressure(surrogate, LJState(*row)) for row in draws.parameters]),
    )


def percent(error: float) -> str:
    """Write an error in per cent with the digits that count.

    Examples
    --------
    >>> percent(1.7), percent(39.81)
    ('1.70', '39.8')
    """
    return f"{error:.2f}" if error < 10.0 else f"{error:.1f}"


# ---------------------------------------------------------------- figures


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
